"""The record on disk: append-only, mended after a crash, sealed, and never trusted when read."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sbd_audit.canonical import decimal, digest, dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.bundle import Bundle, BundleWriter
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import EvidenceStore
from tests.evidence.sealed import small

WRITES_FOR_EVER = """
import sys
from pathlib import Path
from sbd_audit.evidence.bundle import BundleWriter
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import EvidenceStore
writer = BundleWriter(Path(sys.argv[1]), "t")
writer.write("plan.json", {})
store = EvidenceStore(writer.data / "evidence", Redactor())
n = 0
while True:
    kept = store.add(f"{n} " + "x" * 20_000, "text/plain", "a page")
    writer.observation({"id": f"o{n}", "evidence": [kept], "text": "x" * 3000})
    writer.custody.event("2026-01-01T00:00:00Z", f"event {n}", made=[kept])
    n += 1
"""


def test_a_sealed_bundle_is_whole(tmp_path: Path) -> None:
    small(tmp_path)
    assert Bundle(tmp_path).problems() == []


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_sha256sum_checks_it_without_us(tmp_path: Path) -> None:
    small(tmp_path)
    check = ["sha256sum", "--strict", "--quiet", "-c"]
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run([*check, manifest], cwd=tmp_path, check=True)
    (tmp_path / "data/run.json").write_bytes(b"{}\n")
    assert subprocess.run([*check, "manifest-sha256.txt"], cwd=tmp_path).returncode == 1


def test_manifests_are_sorted_and_end_their_lines(tmp_path: Path) -> None:
    small(tmp_path)
    body = (tmp_path / "manifest-sha256.txt").read_bytes()
    names = [line.split("  ")[1] for line in body.decode().splitlines()]
    assert names == sorted(names)
    assert body.endswith(b"\n")
    assert b"\r" not in body


def test_sealing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    writer = small(tmp_path)
    first = writer.seal({"Source-Organization": "nobody"})
    assert writer.seal({"Source-Organization": "nobody"}) == first
    assert first == digest((tmp_path / "tagmanifest-sha256.txt").read_bytes())


def test_a_label_cannot_smuggle_another(tmp_path: Path) -> None:
    writer = small(tmp_path)
    writer.seal({"Source-Organization": "nobody\nPayload-Oxum: 0.0"})
    lines = (tmp_path / "bag-info.txt").read_text().splitlines()
    assert [line for line in lines if line.startswith("Payload-Oxum")] == lines[:1]


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "results.json").write_text('{\n "findings": []\n}\n')
    assert Bundle(tmp_path).problems() == []
    for path in sorted(file for file in tmp_path.rglob("*") if file.is_file()):
        whole = path.read_bytes()
        step = max(1, len(whole) // (120 if path.parent == tmp_path else 12))
        for at in range(0, len(whole), step):
            if path.name == "results.json" and whole[at : at + 1].isspace():
                continue  # a copy for people: what it says counts, not its spaces
            body = bytearray(whole)
            body[at] ^= 1
            path.write_bytes(bytes(body))
            assert Bundle(tmp_path).problems(), f"{path.name} byte {at}"
        path.write_bytes(whole)
    assert Bundle(tmp_path).problems() == []


@pytest.mark.parametrize(
    "name",
    [
        "data/extra.txt",
        "fetch.txt",
        "manifest-md5.txt",
        "notes.txt",
        "data/evidence/x",
        "report.d/x",
        "signatures/notes.txt",
        "signatures/run.dsse.json.bak",
    ],
)
def test_an_unlisted_file_is_noticed(tmp_path: Path, name: str) -> None:
    small(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert Bundle(tmp_path).problems()[0] == f"{name} is in no manifest"


def test_what_stands_beside_the_bag_is_no_problem(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "report.html").write_text("<p>")
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "run.tsa1.tsr").write_text("checked by verify")
    assert Bundle(tmp_path).problems() == []


def test_a_deleted_file_is_noticed(tmp_path: Path) -> None:
    small(tmp_path)
    for path in sorted(file for file in tmp_path.rglob("*") if file.is_file()):
        if path.name == "plan.json":
            continue
        path.rename(tmp_path.parent / "elsewhere")
        assert any("missing" in problem for problem in Bundle(tmp_path).problems()), path
        (tmp_path.parent / "elsewhere").rename(path)


@pytest.mark.parametrize("name", ["data/observations.jsonl", "data/evidence"])
def test_a_link_is_never_followed(tmp_path: Path, name: str) -> None:
    small(tmp_path / "bag")
    (tmp_path / "bag" / name).rename(tmp_path / "elsewhere")
    (tmp_path / "bag" / name).symlink_to(tmp_path / "elsewhere")
    assert any("link" in problem for problem in Bundle(tmp_path / "bag").problems())
    with pytest.raises(BundleError, match="link"):
        Bundle(tmp_path / "bag").files.read(f"{name}/x" if name.endswith("evidence") else name)


def test_a_link_among_signatures_is_noticed(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures/key").symlink_to("/etc/hostname")
    assert any("link" in problem for problem in Bundle(tmp_path).problems())


def test_a_linked_payload_is_no_bundle(tmp_path: Path) -> None:
    small(tmp_path / "bag")
    (tmp_path / "bag/data").rename(tmp_path / "elsewhere")
    (tmp_path / "bag/data").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError):
        Bundle(tmp_path / "bag")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (f"{'0' * 64}  ../secret", "leaves its folder"),
        (f"{'0' * 64}  /etc/hostname", "not a relative path"),
        (f"{'0' * 64}  data/../../secret", "leaves its folder"),
        (f"{'0' * 64}  data\\secret", "not a relative path"),
        (f"{'0' * 64}  data/a\u202eb", "do not print"),
        (f"{'0' * 64}  notes.txt", "outside data/"),
        (f"{'0' * 32}  data/plan.json", "not a SHA-256"),
        (f"{'0' * 64} data/plan.json", "not a SHA-256"),
        ("", "not a SHA-256"),
    ],
)
def test_a_hostile_manifest_is_refused(tmp_path: Path, row: str, says: str) -> None:
    small(tmp_path)
    with (tmp_path / "manifest-sha256.txt").open("a", encoding="utf-8") as manifest:
        manifest.write(row + "\n")
    assert any(says in problem for problem in Bundle(tmp_path).problems())


def test_a_row_that_stands_twice_is_noticed(tmp_path: Path) -> None:
    small(tmp_path)
    manifest = tmp_path / "manifest-sha256.txt"
    row = manifest.read_text().splitlines()[0]
    manifest.write_text(f"{'0' * 64}  {row.split('  ')[1]}\n{manifest.read_text()}")
    assert any("twice" in problem for problem in Bundle(tmp_path).problems())


def edit_custody(folder: Path) -> None:
    log = folder / "data/custody.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"planned"', b'"guessed"'))


def tear_custody(folder: Path) -> None:
    log = folder / "data/custody.jsonl"
    log.write_bytes(log.read_bytes() + b'{"seq":')


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (edit_custody, "does not follow the one before"),
        (tear_custody, "torn"),
        (lambda folder: (folder / "data/custody.jsonl").unlink(), "custody.jsonl is missing"),
    ],
)
def test_new_manifests_do_not_hide_an_edited_chain(
    tmp_path: Path, edit: Callable[[Path], None], says: str
) -> None:
    writer = small(tmp_path)
    edit(tmp_path)
    writer.seal({})
    problems = Bundle(tmp_path).problems()
    assert len(problems) == 1
    assert says in problems[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("bagit.txt", "BagIt-Version: 1.0", "BagIt-Version: 0.97", "does not declare BagIt 1.0"),
        ("manifest-sha256.txt", "run.json\n", "run.json", "no end of line"),
        ("tagmanifest-sha256.txt", "  bagit.txt", "  signatures/x", "does not name bagit.txt"),
    ],
)
def test_a_bag_that_is_no_bag(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    small(tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text().replace(old, new))
    assert any(says in problem for problem in Bundle(tmp_path).problems())


def test_an_unsealed_bundle_says_so(tmp_path: Path) -> None:
    BundleWriter(tmp_path, "t").write("plan.json", {})
    problems = Bundle(tmp_path).problems()
    assert any("manifest-sha256.txt is missing" in problem for problem in problems)


@pytest.mark.parametrize(
    "body", ['{"a": 1, "a": 2}', '{"a": NaN}', "{", "", "[" * 100_000, '"\\ud800"', '"\\', "\xff"]
)
def test_strict_json_only(tmp_path: Path, body: str) -> None:
    small(tmp_path)
    (tmp_path / "data/run.json").write_bytes(body.encode("latin-1"))
    with pytest.raises(BundleError, match=r"run\.json"):
        Bundle(tmp_path).json("run.json")


@pytest.mark.parametrize("path", ["nowhere", "plain.txt", "empty"])
def test_what_is_no_bundle_says_so(tmp_path: Path, path: str) -> None:
    (tmp_path / "plain.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BundleError, match=path):
        Bundle(tmp_path / path)


def test_a_killed_writer_can_go_on_and_seal(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITES_FOR_EVER, str(tmp_path)])
    log = tmp_path / "data/observations.jsonl"
    while not log.exists() or log.stat().st_size < 100_000:
        assert writer.poll() is None
        time.sleep(0.01)
    writer.kill()
    writer.wait()
    for name in ("observations.jsonl", "custody.jsonl", "evidence.jsonl"):
        with (tmp_path / "data" / name).open("ab") as file:
            file.write(b'{"id":"torn')
    (tmp_path / "data/run.json.part").write_text("{")

    again = BundleWriter(tmp_path, "t")
    assert again.mend() is True
    assert again.mend() is False
    store = EvidenceStore(again.data / "evidence", Redactor())
    again.custody.event("2026-01-01T00:00:01Z", "resumed")
    again.observation({"id": "o0", "evidence": [store.add("new", "text/plain", "a page")]})
    again.seal({})

    bundle = Bundle(tmp_path)
    assert bundle.problems() == []
    assert not [name for name in bundle.files.names() if name.endswith(".part")]
    seen = list(bundle.lines("observations.jsonl"))
    assert [line["id"] for line in seen] == [f"o{n}" for n in range(len(seen) - 1)] + ["o0"]
    index = {entry["sha256"] for entry in bundle.lines("evidence.jsonl")}
    assert {sha256 for line in seen for sha256 in line["evidence"]} <= index
    for sha256 in index:
        assert digest(bundle.files.read(f"data/evidence/{sha256}.txt")) == sha256


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
