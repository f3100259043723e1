"""Who signed: strangers, insiders, witnesses, keys that ran out, and runs nobody was to hear of."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.canonical import digest, loads
from sbd_audit.evidence import dsse
from sbd_audit.evidence.keys import load_key
from sbd_audit.evidence.sealing import countersign, sign_run
from sbd_audit.run import Audit, run_audit
from sbd_audit.verify import State
from tests.evidence.audited import request, serving
from tests.evidence.conftest import Sealed, trust_text
from tests.evidence.tampering import edit_json, refit
from tests.evidence.test_attacks import ATTACKS, TAMPERED, UNKNOWN, VERIFIED, flatter, on, states


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
