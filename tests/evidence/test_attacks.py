"""Every attack on a bundle we know of, and the exit code it ends with; nothing is written while it is refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest

from sbd_audit.canonical import dumps, loads
from sbd_audit.evidence import bag
from sbd_audit.verify import State, Verification
from tests.evidence.conftest import AT, Sealed
from tests.evidence.tampering import edit_json, edit_lines, refit, remanifest

Attack = Callable[[Path], object]
VERIFIED, TAMPERED, UNKNOWN, REFUSED = range(4)


def states(found: Verification) -> dict[int, State]:
    return {step.number: step.state for step in found.steps}


def test_an_honest_bundle_is_verified_in_all_steps(sealed: Sealed) -> None:
    found = sealed.verify(sealed.folder)
    assert found.exit_code == VERIFIED, found.lines()
    assert {s for n, s in states(found).items() if n != 7} == {State.ok}
    assert states(found)[7] is State.waived
    assert found.lines()[-1].startswith("VERIFIED")


def on(name: str, change: Callable[[Any], object]) -> Attack:
    """Edits one JSON file and makes manifests, salts and chain fit again."""

    def attack(folder: Path) -> None:
        edit = edit_lines if name.endswith("jsonl") else edit_json
        edit(folder / name, change)  # type: ignore[arg-type]
        refit(folder)

    return attack


def flatter(results: Any) -> None:
    results["findings"][1]["outcome"] = "passed"
    results["counts"] |= {"passed": 2, "failed": 0}


def drop_exhibit(folder: Path) -> None:
    path = next((folder / "data/evidence").iterdir())
    edit_lines(
        folder / "data/evidence.jsonl",
        lambda rows: rows.__delitem__(
            next(n for n, r in enumerate(rows) if r["sha256"] == path.stem)
        ),
    )
    path.unlink()
    refit(folder)


def add_file(folder: Path) -> None:
    (folder / "data/extra.json").write_bytes(b"{}\n")


def weaken(folder: Path) -> None:
    """Only an md5 manifest is left, of the right digests, as a BagIt tool writes it."""
    (folder / bag.MANIFEST).unlink()
    (folder / bag.TAG_MANIFEST).unlink()
    made = folder.with_name("md5")
    shutil.copytree(folder / "data", made)
    bagit.make_bag(str(made), checksums=["md5"])
    shutil.copy(made / "manifest-md5.txt", folder)
    shutil.rmtree(made)


def weaken_beside(folder: Path) -> None:
    (folder / "manifest-md5.txt").write_text(f"{'0' * 32}  data/plan.json\n")


def link_out(folder: Path) -> None:
    path = next((folder / "data/evidence").iterdir())
    path.rename(folder.parent / "elsewhere")
    path.symlink_to(folder.parent / "elsewhere")


def link_in(folder: Path) -> None:
    (folder / "data/extra.json").symlink_to("/etc/hostname")


def truncate(folder: Path) -> None:
    log = folder / "data/observations.jsonl"
    os.truncate(log, log.stat().st_size - 40)


def cut_lines(rows: list[Any]) -> None:
    del rows[-1]


def spoil(name: str, body: bytes) -> Attack:
    def attack(folder: Path) -> None:
        (folder / name).write_bytes(body)
        remanifest(folder)

    return attack


def twice(folder: Path) -> None:
    path = folder / "data/results.json"
    raw = path.read_bytes()
    path.write_bytes(
        raw.replace(b'"outcome":"failed"', b'"outcome":"failed","outcome":"passed"', 1)
    )
    remanifest(folder)


def swap_plan_envelope(folder: Path) -> None:
    shutil.copy(folder / "signatures/run.dsse.json", folder / "signatures/plan.dsse.json")


def bend_signature(folder: Path) -> None:
    path = folder / "signatures/run.dsse.json"
    data = loads(path.read_bytes())
    sig = data["signatures"][0]["sig"]
    data["signatures"][0]["sig"] = ("B" if sig[0] != "B" else "C") + sig[1:]
    path.write_bytes(dumps(data))


def retype(folder: Path) -> None:
    path = folder / "signatures/run.dsse.json"
    path.write_bytes(path.read_bytes().replace(b"in-toto", b"in-tooo"))


ATTACKS: dict[str, tuple[Attack, int, int]] = {
    # name: (what is done, exit code, a step that must not be ok)
    "edit a payload file": (lambda f: edit_json(f / "data/run.json", lambda d: d.update(requests=0)), 1, 3),
    "add a payload file": (add_file, 1, 3),
    "add a payload file, manifests anew": (lambda f: (add_file(f), remanifest(f)), 1, 6),
    "add a payload file, everything anew": (lambda f: (add_file(f), refit(f)), 1, 6),
    "edit results, manifests anew": (
        lambda f: (edit_json(f / "data/results.json", flatter), remanifest(f)), 1, 6,
    ),
    "edit results, everything anew": (on("data/results.json", flatter), 1, 10),
    "edit an observation": (
        on("data/observations.jsonl", lambda rows: rows[0]["outputs"].update(language="other")), 1, 6,
    ),
    "delete an observation": (on("data/observations.jsonl", cut_lines), 1, 6),
    "reorder observations": (on("data/observations.jsonl", lambda rows: rows.reverse()), 1, 6),
    "add an observation after": (
        on("data/observations.jsonl", lambda rows: rows.append({**rows[0], "result": "not_found"})), 1, 9,
    ),
    "add an unplanned observation": (
        on("data/observations.jsonl", lambda rows: rows.append({**rows[0], "id": "o99999"})), 1, 9,
    ),
    "delete an inconvenient exhibit": (drop_exhibit, 1, 12),
    "delete an exhibit, manifests anew": (
        lambda f: (next((f / "data/evidence").iterdir()).unlink(), remanifest(f)), 1, 12,
    ),
    "cut the end of the chain": (
        lambda f: (edit_lines(f / "data/custody.jsonl", cut_lines), remanifest(f)), 1, 8,
    ),
    "edit the chain": (
        lambda f: (
            edit_lines(f / "data/custody.jsonl", lambda rows: rows[1].update(at="2020-01-01T00:00:00Z")),
            remanifest(f),
        ), 1, 8,
    ),
    "reorder the chain": (
        lambda f: (edit_lines(f / "data/custody.jsonl", lambda rows: rows.reverse()), remanifest(f)), 1, 8,
    ),
    "exchange the salts": (
        lambda f: (
            edit_lines(f / "confidential/salts.jsonl", lambda rows: rows[0].update(salt="0" * 64)),
            remanifest(f),
        ), 1, 6,
    ),
    "slip a waiver in": (
        on("data/plan.json", lambda plan: plan["waivers"].append(
            {"check": "small.differs", "target": "small", "because": "it is fine, really",
             "requested_by": "one", "approved_by": "two",
             "from": "2026-01-01T00:00:00+03:00", "until": "2027-01-01T00:00:00+03:00"})), 1, 6,
    ),
    "loosen a check": (
        on("data/plan.json", lambda plan: plan["checks"]["small.differs"].update(severity="low")), 1, 6,
    ),
    "strip the signature": (lambda f: shutil.rmtree(f / "signatures"), 1, 5),
    "strip the plan's signature": (lambda f: (f / "signatures/plan.dsse.json").unlink(), 1, 5),
    "put another envelope in": (swap_plan_envelope, 1, 6),
    "bend the signature": (bend_signature, 1, 5),
    "another payload type": (retype, 3, 5),
    "add an unlisted tag file": (lambda f: (f / "notes.txt").write_text("x"), 1, 3),
    "add a file among signatures": (lambda f: (f / "signatures/x.pem").write_text("x"), 1, 3),
    "md5 only": (weaken, 3, 2),
    "md5 beside": (weaken_beside, 3, 2),
    "no manifest": (lambda f: (f / bag.MANIFEST).unlink(), 3, 2),
    "fetch.txt": (lambda f: (f / "fetch.txt").write_text("x"), 3, 1),
    "a payload that is a link": (link_out, 3, 1),
    "a link added": (link_in, 3, 1),
    "a manifest that leaves the folder": (
        lambda f: (f / bag.MANIFEST).open("a").write(f"{'0' * 64}  data/../../x\n"), 3, 1,
    ),
    "a name that reads backwards": (
        lambda f: (f / "data/a\u202enosj.json").write_text("{}"), 3, 1,
    ),
    "truncated": (truncate, 1, 3),
    "truncated, manifests anew": (lambda f: (truncate(f), remanifest(f)), 3, 4),
    "JSON with a key twice": (twice, 3, 4),
    "JSON with NaN": (spoil("data/environment.json", b'{"a":NaN}\n'), 3, 4),
    "JSON with spaces": (spoil("data/environment.json", b'{"a": 1}\n'), 3, 4),
    "JSON with a huge number": (spoil("data/environment.json", b'{"a":90071992547409930}\n'), 3, 4),
    "JSON that is not UTF-8": (spoil("data/environment.json", b'{"a":"\xff"}\n'), 3, 4),
    "JSON nested deeply": (spoil("data/environment.json", b"[" * 100_000), 3, 4),
    "a schema not known": (
        lambda f: (
            edit_json(f / "data/plan.json", lambda d: d.update(schema="sbd-audit/plan/9")), remanifest(f)
        ), 3, 4,
    ),
    "a file of an odd kind": (lambda f: ((f / "data/x.exe").write_bytes(b"MZ"), remanifest(f)), 3, 4),
    "replayed as another run": (
        on("data/run.json", lambda run: run.update(id="20991231-abcdef", started_at=AT)), 1, 6,
    ),
    "forget the runs before": (
        on("data/run.json", lambda run: run["earlier_runs"].update(count=7)), 1, 6,
    ),
    "another results.json beside the bag": (
        lambda f: (f / "results.json").write_text("{}"), 1, 10,
    ),
    "another report beside the bag": (
        lambda f: (f / "report.html").write_text("<p>All passed"), 1, 10,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_end_with_the_right_code(sealed: Sealed, tmp_path: Path, name: str) -> None:
    attack, code, step = ATTACKS[name]
    folder = sealed.copy(tmp_path)
    attack(folder)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    found = sealed.verify(folder)
    assert found.exit_code == code, "\n".join(found.lines())
    assert states(found)[step] is not State.ok
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    "name",
    ["edit results, manifests anew", "delete an exhibit, manifests anew", "strip the signature"],
)
def test_a_bagit_tool_alone_does_not_notice(sealed: Sealed, tmp_path: Path, name: str) -> None:
    folder = sealed.copy(tmp_path)
    ATTACKS[name][0](folder)
    if "anew" in name:
        payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
        oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
        info = (folder / "bag-info.txt").read_text().splitlines()
        rows = [f"Payload-Oxum: {oxum}" if row.startswith("Payload-Oxum") else row for row in info]
        (folder / "bag-info.txt").write_text("\n".join(rows) + "\n")
        remanifest(folder)
    assert bagit.Bag(str(folder)).is_valid()
    assert sealed.verify(folder).exit_code == TAMPERED


ODD: tuple[Any, ...] = (None, [], {"a": {}}, {}, 1, "x", [[]])
LOGS = ("custody", "evidence", "observations")


@pytest.mark.parametrize("name", [*LOGS, "plan", "run", "results", "environment"])
def test_nothing_a_file_says_can_crash_a_verification(
    sealed: Sealed, tmp_path: Path, name: str
) -> None:
    """Canonical JSON of any shape, with manifests that fit: refused or called tampered, never a traceback."""
    folder = sealed.copy(tmp_path)
    path = folder / f"data/{name}.{'jsonl' if name in LOGS else 'json'}"
    whole = path.read_bytes()
    first = loads(whole.split(b"\n")[0])
    shapes: list[Any] = [*ODD]
    shapes += [{**first, key: odd} for key in first for odd in ODD[:3] if first[key] != odd]
    shapes += [{k: v for k, v in first.items() if k != key} for key in first]
    for shape in shapes:
        rest = whole.partition(b"\n")[2]
        path.write_bytes(dumps(shape) + b"\n" + rest)
        remanifest(folder)
        found = sealed.verify(folder)
        assert found.exit_code in (TAMPERED, REFUSED), (str(shape)[:200], found.lines())
