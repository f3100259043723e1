"""Exhibits, the chain of custody, and the facts about the machine."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from sbd_audit.canonical import digest, dumps
from sbd_audit.errors import BundleError
from sbd_audit.evidence.custody import Custody, broken_links
from sbd_audit.evidence.environment import environment
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import MAX_PICTURE, MAX_TEXT, EvidenceStore

JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def index(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "evidence.jsonl").read_bytes().splitlines()]


def test_exhibits_are_redacted_named_by_hash_and_kept_once(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.register("Aa1!verysecret")
    store = EvidenceStore(tmp_path / "evidence", redactor)
    name = store.add("it was Aa1!verysecret", "text/plain", "a note of Aa1!verysecret")
    assert store.add("it was Aa1!verysecret", "text/plain", "a note") == name
    path = tmp_path / "evidence" / f"{name}.txt"
    assert path.read_text() == "it was [redacted]"
    assert digest(path.read_bytes()) == name
    assert index(tmp_path) == [
        {"sha256": name, "media_type": "text/plain", "bytes": 17, "says": "a note of [redacted]"}
    ]
    again = EvidenceStore(tmp_path / "evidence", redactor)
    assert again.add("it was [redacted]", "text/plain", "a note") == name
    assert len(index(tmp_path)) == 1


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "Image/PNG", "video/mp4", "audio/ogg"])
@pytest.mark.parametrize("body", [JPEG, "x"])
def test_media_are_never_kept(tmp_path: Path, kind: str, body: bytes | str) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())
    with pytest.raises(ValueError, match="never kept"):
        store.add(body, kind, "a picture")
    assert list((tmp_path / "evidence").iterdir()) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (JPEG, "image/png"),
        (b"GIF89a", "image/jpeg"),
        ("text", "image/jpeg"),
        (JPEG + bytes(MAX_PICTURE), "image/jpeg"),
    ],
)
def test_a_screenshot_is_a_small_jpeg(tmp_path: Path, body: bytes | str, kind: str) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())
    with pytest.raises(ValueError, match="screenshot"):
        store.add(body, kind, "a screen", screenshot=True)
    name = store.add(JPEG, "image/jpeg", "a screen", screenshot=True)
    assert (tmp_path / "evidence" / f"{name}.jpg").read_bytes() == JPEG


@pytest.mark.parametrize("letter", ["b", "é", "€", "😀"])
def test_long_texts_are_cut_between_letters_and_say_so(tmp_path: Path, letter: str) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())
    name = store.add("a" * 101 + letter * 60_000 + "c" * 101, "text/plain", "long")
    data = (tmp_path / "evidence" / f"{name}.txt").read_bytes()
    text = data.decode()
    assert len(data) <= MAX_TEXT
    assert text.startswith("aaa")
    assert text.endswith("ccc")
    assert "bytes left out" in text
    assert "\ufffd" not in text


def test_a_secret_across_the_cut_is_gone_before_it(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.register("Aa1!verysecret" * 8)
    store = EvidenceStore(tmp_path / "evidence", redactor)
    name = store.add("x" * 24_900 + "Aa1!verysecret" * 8 + "x" * 40_000, "text/plain", "long")
    assert "verysecret" not in (tmp_path / "evidence" / f"{name}.txt").read_text()


def test_what_a_killed_run_half_wrote_is_written_again(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())
    name = store.add("seen", "text/plain", "a note")
    kept = tmp_path / "evidence" / f"{name}.txt"
    for half in (lambda: kept.rename(f"{kept}.part"), (tmp_path / "evidence.jsonl").unlink):
        half()
        assert (
            EvidenceStore(tmp_path / "evidence", Redactor()).add("seen", "text/plain", "") == name
        )
        assert [path.name for path in (tmp_path / "evidence").iterdir()] == [kept.name]
        assert index(tmp_path)[-1]["sha256"] == name


def test_a_spoilt_index_says_so(tmp_path: Path) -> None:
    (tmp_path / "evidence.jsonl").write_text("[]\n")
    with pytest.raises(BundleError, match="index"):
        EvidenceStore(tmp_path / "evidence", Redactor())


def test_many_threads_keep_each_exhibit_once(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())

    def work() -> None:
        for n in range(40):
            store.add(f"page {n}", "text/plain", "a page")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(index(tmp_path)) == len(list((tmp_path / "evidence").iterdir())) == 40


def test_the_chain_notices_gaps_and_edits(tmp_path: Path) -> None:
    custody = Custody(tmp_path / "c.jsonl", "t")
    for n in range(4):
        custody.event(f"2026-01-01T00:00:0{n}Z", "did")
    Custody(tmp_path / "c.jsonl", "t").event("2026-01-01T00:00:09Z", "went on")
    lines = (tmp_path / "c.jsonl").read_bytes().splitlines()
    assert broken_links(lines) == []
    assert broken_links([*lines[:2], *lines[3:]])
    assert broken_links([lines[1], lines[0], *lines[2:]])
    assert broken_links([lines[0], lines[1].replace(b"did", b"dud"), *lines[2:]])
    assert broken_links([lines[0].replace(b'"seq":0', b'"seq":false')])


def test_a_torn_event_is_dropped_and_the_chain_goes_on(tmp_path: Path) -> None:
    Custody(tmp_path / "c.jsonl", "t").event("2026-01-01T00:00:00Z", "did")
    with (tmp_path / "c.jsonl").open("ab") as file:
        file.write(b'{"seq":1,"pr')
    Custody(tmp_path / "c.jsonl", "t").event("2026-01-01T00:00:01Z", "went on")
    lines = (tmp_path / "c.jsonl").read_bytes().splitlines()
    assert len(lines) == 2
    assert broken_links(lines) == []


@pytest.mark.parametrize("line", [b"[]", b"{}", b"1", b"", b"{", b"\xff", b"[" * 100_000])
def test_a_hostile_chain_is_a_problem_and_no_crash(line: bytes) -> None:
    assert broken_links([line])


def test_threads_share_one_chain(tmp_path: Path) -> None:
    custody = Custody(tmp_path / "c.jsonl", "t")
    threads = [
        threading.Thread(target=custody.event, args=("2026-01-01T00:00:00Z", "did"))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (tmp_path / "c.jsonl").read_bytes().splitlines()
    assert len(lines) == 20
    assert broken_links(lines) == []


def test_the_environment_names_nobody_and_leaves_the_device_to_the_operator() -> None:
    import getpass
    import socket

    facts = environment("sbd-audit 0", "Chromium 1")
    assert facts["device"] == dict.fromkeys(("make", "model", "serial", "in_custody_of"))
    text = dumps(facts).decode()
    assert socket.gethostname() not in text
    assert f'"{getpass.getuser()}"' not in text
