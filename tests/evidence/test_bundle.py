"""The record on disk: append-only, mended after a crash, chained, and never trusted when read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sbd_audit.canonical import decimal, digest, dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.bundle import Bundle, BundleWriter
from sbd_audit.evidence.custody import Custody, broken_links
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import MAX_TEXT, EvidenceStore


def small(folder: Path) -> BundleWriter:
    writer = BundleWriter(folder, "test 1")
    writer.write("plan.json", {"a": 1})
    writer.observation({"id": "o1"})
    writer.custody.event("2026-01-01T00:00:00Z", "planned", made=["x"])
    writer.seal({"Source-Organization": "nobody"})
    return writer


def test_a_sealed_bundle_is_whole(tmp_path: Path) -> None:
    small(tmp_path)
    assert Bundle(tmp_path).problems() == []
    subprocess.run(
        ["sha256sum", "--quiet", "-c", "tagmanifest-sha256.txt"], cwd=tmp_path, check=True
    )


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    small(tmp_path)
    for path in sorted(file for file in tmp_path.rglob("*") if file.is_file()):
        whole = path.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 12)):
            body = bytearray(whole)
            body[at] ^= 1
            path.write_bytes(bytes(body))
            assert Bundle(tmp_path).problems(), f"{path.name} byte {at}"
        path.write_bytes(whole)
    assert Bundle(tmp_path).problems() == []


def test_a_deleted_file_and_a_link_are_noticed(tmp_path: Path) -> None:
    small(tmp_path)
    log = tmp_path / "data/observations.jsonl"
    log.rename(tmp_path / "elsewhere")
    assert any("missing" in problem for problem in Bundle(tmp_path).problems())
    log.symlink_to(tmp_path / "elsewhere")
    assert any("missing" in problem for problem in Bundle(tmp_path).problems())


@pytest.mark.parametrize("body", ['{"a": 1, "a": 2}', '{"a": NaN}', "{", ""])
def test_strict_json_only(tmp_path: Path, body: str) -> None:
    small(tmp_path)
    (tmp_path / "data/run.json").write_text(body)
    with pytest.raises(BundleError):
        Bundle(tmp_path).json("run.json")


def test_a_killed_writer_leaves_whole_lines(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom sbd_audit.evidence.bundle import BundleWriter\n"
        f"w = BundleWriter(Path({str(tmp_path)!r}), 't')\nn = 0\n"
        "while True:\n w.observation({'id': f'o{n}', 'text': 'x' * 3000}); n += 1\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code])
    log = tmp_path / "data/observations.jsonl"
    while not log.exists() or log.stat().st_size < 200_000:
        time.sleep(0.01)
    writer.kill()
    writer.wait()
    with log.open("ab") as file:
        file.write(b'{"id":"torn')
    mended = BundleWriter(tmp_path, "t")
    assert mended.mend() is True
    assert mended.mend() is False
    lines = [json.loads(line) for line in log.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == [f"o{n}" for n in range(len(lines))]


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


def test_exhibits_are_redacted_named_by_hash_and_kept_once(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.register("Aa1!verysecret")
    store = EvidenceStore(tmp_path / "evidence", redactor)
    name = store.add("it was Aa1!verysecret", "text/plain", "a note")
    assert store.add("it was Aa1!verysecret", "text/plain", "a note") == name
    path = tmp_path / "evidence" / f"{name}.txt"
    assert path.read_text() == "it was [redacted]"
    assert digest(path.read_bytes()) == name
    assert len((tmp_path / "evidence.jsonl").read_bytes().splitlines()) == 1


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "video/mp4", "audio/ogg"])
def test_media_are_never_kept(tmp_path: Path, kind: str) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())
    with pytest.raises(ValueError, match="never kept"):
        store.add(b"x", kind, "a picture")


def test_long_texts_are_cut_and_say_so(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", Redactor())
    name = store.add("a" * 100 + "b" * 200_000 + "c" * 100, "text/plain", "long")
    text = (tmp_path / "evidence" / f"{name}.txt").read_text()
    assert len(text.encode()) <= MAX_TEXT
    assert text.startswith("aaa")
    assert text.endswith("ccc")
    assert "bytes left out" in text


def test_canonical_json_is_rfc_8785() -> None:
    assert (
        dumps({"b": 1, "a": "é\u2028", "10": None, "9": True})
        == '{"10":null,"9":true,"a":"é\u2028","b":1}'.encode()
    )
    with pytest.raises(TypeError, match="float"):
        dumps({"a": [1.5]})
    with pytest.raises(ValueError, match="twice"):
        loads('{"a": 1, "a": 1}')


def test_decimals_round_against_flattery() -> None:
    from fractions import Fraction

    assert decimal(Fraction(5495, 100), 1) == "54.9"
    assert decimal(Fraction(8501, 100), 1, up=True) == "85.1"
    assert decimal(Fraction(-1, 3), 2) == "-0.34"
    assert decimal(Fraction(7), 0) == "7"
