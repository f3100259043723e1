"""Every attack on a bundle we know of, and the exit code it ends with; nothing is written while it is refused."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bagit
import pytest

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.evidence import bag, dsse
from sbd_audit.evidence.bundle import zip_bundle
from sbd_audit.evidence.keys import load_key, new_key
from sbd_audit.evidence.sealing import countersign, sign_run
from sbd_audit.run import Audit, run_audit
from sbd_audit.verify import State, Verification
from tests.evidence.audited import request, serving
from tests.evidence.conftest import AT, Sealed, trust_text
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


# ---------------------------------------------------------------- strangers and insiders


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    new_key(tmp_path / "stranger.pem", "Stranger", AT)
    return tmp_path / "stranger.pem"


def test_a_stranger_signs_an_unaltered_bundle(
    sealed: Sealed, tmp_path: Path, stranger: Path
) -> None:
    folder = sealed.copy(tmp_path)
    (folder / "signatures/run.dsse.json").unlink()
    sign_run(folder, load_key(stranger))
    assert sealed.verify(folder).exit_code == TAMPERED


def test_a_stranger_makes_everything_anew(
    sealed: Sealed, tmp_path: Path, stranger: Path, signed_by: Callable[..., None]
) -> None:
    signed_by(stranger)
    with serving() as url:
        run_audit(request(tmp_path, url, tmp_path / "bundle"))
    found = sealed.verify(tmp_path / "bundle")
    assert found.exit_code == UNKNOWN
    assert states(found)[5] is State.unknown
    (tmp_path / "trust.yaml").write_text(trust_text(("auditor", load_key(stranger))))
    assert sealed.verify(tmp_path / "bundle", tmp_path / "trust.yaml").exit_code == VERIFIED


def test_a_stranger_edits_and_signs_in_the_auditors_name(
    sealed: Sealed, tmp_path: Path, stranger: Path
) -> None:
    folder = sealed.copy(tmp_path)
    edit_json(folder / "data/results.json", flatter)
    refit(folder, load_key(stranger))
    assert sealed.verify(folder).exit_code == TAMPERED


@pytest.mark.parametrize(
    "change", [flatter, lambda results: results["scores"][0].update(demonstrated="99.9")]
)
def test_not_even_the_auditor_can_sign_figures_the_record_does_not_give(
    sealed: Sealed, tmp_path: Path, change: Callable[[Any], None]
) -> None:
    folder = sealed.copy(tmp_path)
    plan = (folder / "signatures/plan.dsse.json").read_bytes()
    edit_json(folder / "data/results.json", change)
    refit(folder, sealed.auditor)
    (folder / "signatures/plan.dsse.json").write_bytes(plan)
    (folder / "results.json").unlink()
    found = sealed.verify(folder)
    assert found.exit_code == TAMPERED
    assert {n for n, s in states(found).items() if s is State.tampered} <= {9, 10}
    assert states(found)[10] is State.tampered


def test_without_a_trust_file_nothing_is_verified(sealed: Sealed) -> None:
    from sbd_audit.verify import verify_bundle

    found = verify_bundle(sealed.folder, library=sealed.library)
    assert found.exit_code == UNKNOWN
    assert states(found)[5] is State.unknown
    assert states(found)[7] is states(found)[13] is State.skipped
    assert any("never trust" in line for line in found.lines())


def test_an_unsigned_bundle_cannot_be_verified(
    sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBD_AUDIT_KEY", "none")
    with serving() as url:
        results = run_audit(request(tmp_path, url, tmp_path / "bundle"))
    assert results["run"]["signing"] is None
    found = sealed.verify(tmp_path / "bundle")
    assert (found.exit_code, states(found)[5]) == (UNKNOWN, State.unknown)
    countersign(tmp_path / "bundle", sealed.auditor)
    assert sealed.verify(tmp_path / "bundle").exit_code == VERIFIED


NOW = datetime(2027, 1, 1, tzinfo=UTC)
LIMITS = {
    "revoked": ("", "revoked:\n  - {keyid: KEY, because: it was lost}\n", UNKNOWN),
    "revoked before": ("", "revoked:\n  - {keyid: KEY, from: 2026-12-01T00:00:00Z, because: lost}\n", UNKNOWN),
    "revoked later": ("", "revoked:\n  - {keyid: KEY, from: 2027-12-01T00:00:00Z, because: lost}\n", VERIFIED),
    "ran out": ("until: 2026-12-31T00:00:00Z", "", UNKNOWN),
    "not yet": ("from: 2027-02-01T00:00:00Z", "", UNKNOWN),
    "in time": ("from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z", "", VERIFIED),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_keys_hold_for_their_time_and_until_revoked(
    sealed: Sealed, tmp_path: Path, name: str
) -> None:
    within, after, code = LIMITS[name]
    text = sealed.trust.read_text().replace("'}", f"', {within}}}") + after
    (tmp_path / "trust.yaml").write_text(text.replace("KEY", sealed.auditor.keyid))
    assert sealed.verify(sealed.folder, tmp_path / "trust.yaml", now=NOW).exit_code == code


def test_several_signers_in_their_roles(sealed: Sealed, tmp_path: Path, stranger: Path) -> None:
    folder, witness = sealed.copy(tmp_path), load_key(stranger)
    both = trust_text(
        ("auditor", sealed.auditor), ("witness", witness), required="{auditor: 1, witness: 1}"
    )
    (tmp_path / "trust.yaml").write_text(both)
    assert sealed.verify(folder, tmp_path / "trust.yaml").exit_code == UNKNOWN
    countersign(folder, witness)
    assert sealed.verify(folder, tmp_path / "trust.yaml").exit_code == VERIFIED
    assert sealed.verify(folder).exit_code == VERIFIED  # a signature nobody asked for does no harm
    assert len(loads((folder / "signatures/run.dsse.json").read_bytes())["signatures"]) == 2
    two = both.replace("{auditor: 1, witness: 1}", "{auditor: 1}").replace("witness", "auditor")
    (tmp_path / "trust.yaml").write_text(two.replace("auditor: 1", "auditor: 2"))
    assert sealed.verify(folder, tmp_path / "trust.yaml").exit_code == VERIFIED


def test_a_witness_who_did_not_sign(sealed: Sealed, tmp_path: Path, stranger: Path) -> None:
    """A signature put under another's key id, or taken from another payload, is a forgery and says so."""
    witness = load_key(stranger)
    both = trust_text(
        ("auditor", sealed.auditor), ("witness", witness), required="{auditor: 1, witness: 1}"
    )
    (tmp_path / "trust.yaml").write_text(both)
    run = dsse.read((sealed.folder / "signatures/run.dsse.json").read_bytes(), "run")
    plan = dsse.read((sealed.folder / "signatures/plan.dsse.json").read_bytes(), "plan")
    forged = (run.signatures[0][1], plan.signed(witness).signatures[-1][1], bytes(64), b"")
    for number, signature in enumerate(forged):
        folder = sealed.copy(tmp_path / str(number))
        rows = tuple(sorted([*run.signatures, (witness.keyid, signature)]))
        body = dsse.Envelope(run.payload, rows).dumps()
        (folder / "signatures/run.dsse.json").write_bytes(body)
        found = sealed.verify(folder, tmp_path / "trust.yaml")
        assert found.exit_code == TAMPERED
        assert "Stranger" in str(found.steps[4].says)


def test_what_is_tampered_with_is_not_countersigned(
    sealed: Sealed, tmp_path: Path, stranger: Path
) -> None:
    from sbd_audit.errors import BundleError

    for attack in ("edit a payload file", "edit results, everything anew"):
        folder = sealed.copy(tmp_path / attack.replace(",", ""))
        ATTACKS[attack][0](folder)
        with pytest.raises(BundleError):
            countersign(folder, load_key(stranger))


# ---------------------------------------------------------------- choosing among runs


def test_runs_that_were_begun_are_named_by_those_that_follow(
    sealed: Sealed, tmp_path: Path, signed_by: Callable[..., None]
) -> None:
    """The best of several runs cannot be shown as the only one: each signed plan names those before it."""
    signed_by()
    with serving() as url:
        first = run_audit(request(tmp_path, url, tmp_path / "first"))
        dropped = Audit(request(tmp_path, url, tmp_path / "dropped"))
        dropped.prepare()
        dropped.observe()  # and never finished: it did not look good
        third = run_audit(request(tmp_path, url, tmp_path / "third"))
    assert first["run"]["earlier_runs"] == {"count": 0, "last": []}
    earlier = third["run"]["earlier_runs"]
    assert [run["run"] for run in earlier["last"]] == [first["run"]["id"], dropped.plan.run]
    statement = loads(_payload(tmp_path / "first/signatures/run.dsse.json"))
    assert [run["sealed"] for run in earlier["last"]] == [digest(statement), None]
    assert sealed.verify(tmp_path / "third").exit_code == VERIFIED

    on("data/run.json", lambda run: run["earlier_runs"]["last"].pop())(tmp_path / "third")
    edit_json(
        tmp_path / "third/data/results.json",
        lambda results: results["run"]["earlier_runs"]["last"].pop(),
    )
    refit(tmp_path / "third")
    plan = (tmp_path / "third/signatures/plan.dsse.json").read_bytes()
    refit(tmp_path / "third", sealed.auditor)
    (tmp_path / "third/signatures/plan.dsse.json").write_bytes(plan)
    (tmp_path / "third/results.json").unlink()
    found = sealed.verify(tmp_path / "third")
    assert found.exit_code == TAMPERED
    assert "earlier runs" in str(found.steps[5].says)


def _payload(path: Path) -> bytes:
    import base64

    return base64.b64decode(json.loads(path.read_bytes())["payload"])


def test_a_run_that_was_interrupted_or_goes_on_after_its_seal_is_verified(
    sealed: Sealed, tmp_path: Path, signed_by: Callable[..., None]
) -> None:
    signed_by()
    folder = tmp_path / "bundle"
    with serving() as url:
        begun = Audit(request(tmp_path, url, folder))
        plan = begun.prepare()
        begun.observe(cases={plan.cases[0].id})
        for _ in range(2):
            asked = request(tmp_path, url, folder)
            asked.resume = True
            results = run_audit(asked)
            assert [entry["kind"] for entry in results["deviations"]].count("resumed") == 1
            found = sealed.verify(folder)
            assert found.exit_code == VERIFIED, found.lines()


# ---------------------------------------------------------------- every byte


def _every(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_one_flipped_byte_in_any_file_is_noticed(sealed: Sealed, tmp_path: Path) -> None:
    """Three places of every file by a full verification; every byte of small ones in `test_bundle`."""
    from sbd_audit.report.render import render_html

    folder = sealed.copy(tmp_path)
    results = loads((folder / "data/results.json").read_bytes())
    (folder / "report.html").write_text(render_html(results))
    assert sealed.verify(folder).exit_code == VERIFIED
    files = _every(folder)
    assert len(files) > 18
    for path in files:
        whole = path.read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            if path.name == "results.json" and whole[at : at + 1].isspace():
                continue  # the copy for people: what it says counts, not its spaces
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = sealed.verify(folder)
            assert found.exit_code in (TAMPERED, REFUSED), (path.name, at, found.lines())
        path.write_bytes(whole)
    assert sealed.verify(folder).exit_code == VERIFIED


def test_every_byte_of_an_envelope_counts(sealed: Sealed, tmp_path: Path) -> None:
    from sbd_audit.errors import BundleError
    from sbd_audit.evidence import dsse

    body = (sealed.folder / "signatures/run.dsse.json").read_bytes()
    public = sealed.auditor.private.public_key()
    good = dsse.read(body, "run")
    assert good.holds(public, good.signatures[0][1])
    for at in range(len(body)):
        for bit in (1, 4, 32):
            bent = body[:at] + bytes([body[at] ^ bit]) + body[at + 1 :]
            try:
                found = dsse.read(bent, "run")
            except BundleError:
                continue
            name, signature = found.signatures[0]
            assert name != sealed.auditor.keyid or not found.holds(public, signature), at


# ---------------------------------------------------------------- zips


def test_the_zip_is_verified_as_the_folder_is(sealed: Sealed, tmp_path: Path) -> None:
    zip_bundle(sealed.folder, tmp_path / "bundle.zip")
    assert sealed.verify(tmp_path / "bundle.zip").exit_code == VERIFIED


@pytest.mark.parametrize("keep", [0, 30, 5_000, -1, -200])
def test_a_cut_zip_is_refused(sealed: Sealed, tmp_path: Path, keep: int) -> None:
    zip_bundle(sealed.folder, tmp_path / "bundle.zip")
    whole = (tmp_path / "bundle.zip").read_bytes()
    (tmp_path / "bundle.zip").write_bytes(whole[:keep])
    assert sealed.verify(tmp_path / "bundle.zip").exit_code == REFUSED


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("data/PLAN.json", REFUSED),
        ("../x", REFUSED),
        ("/x", REFUSED),
        ("data/plan.json", REFUSED),
        ("notes", TAMPERED),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_added_to_the_zip(sealed: Sealed, tmp_path: Path, extra: str, code: int) -> None:
    zip_bundle(sealed.folder, tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip", "a") as opened:
        opened.writestr(extra, b"{}")
    before = sorted(tmp_path.rglob("*"))
    assert sealed.verify(tmp_path / "bundle.zip").exit_code == code
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["nowhere", "file", "empty"])
def test_what_is_no_bundle_is_refused(sealed: Sealed, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("hello")
    (tmp_path / "empty").mkdir()
    assert sealed.verify(tmp_path / name).exit_code == REFUSED
