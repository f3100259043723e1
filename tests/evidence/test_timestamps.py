"""Time stamps from authorities of our own: what they prove, and every way in which they do not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence.editions import edition
from sbd_audit.evidence.keys import load_key, new_key
from sbd_audit.evidence.sealing import attach, countersign, envelope
from sbd_audit.evidence.timestamps import request
from sbd_audit.run import Audit
from sbd_audit.verify import State
from sbd_audit.verify.signatures import TOLERANCE
from tests.evidence import audited
from tests.evidence.authority import POLICY, Authority
from tests.evidence.conftest import AT, Sealed, trust_text

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one", "Authority One")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "two", "Authority Two")


def trust(
    sealed: Sealed, place: Path, *authorities: Authority, required: int, more: str = ""
) -> Path:
    names = []
    for number, authority in enumerate(authorities):
        shutil.copy(authority.root, place / f"root{number}.pem")
        names.append(f"root{number}.pem")
    stamps = f"{{required: {required}, roots: [{', '.join(names)}]{more}}}"
    (place / "trust.yaml").write_text(trust_text(("auditor", sealed.auditor), stamps=stamps))
    return place / "trust.yaml"


def stamp(folder: Path, what: str, authority: Authority, label: str = "tsa1", **how: bool) -> Path:
    reply = authority.answer(request(envelope(folder, what)), **how)
    place, at = attach(folder, what, label, reply)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
    return place


@pytest.fixture
def stamped(sealed: Sealed, tmp_path: Path, one: Authority, two: Authority) -> Path:
    folder = sealed.copy(tmp_path)
    stamp(folder, "plan", one)
    stamp(folder, "run", one)
    stamp(folder, "run", two, "tsa2")
    return folder


def test_two_authorities_hold_the_run_between_plan_and_seal(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, two: Authority
) -> None:
    found = sealed.verify(stamped, trust(sealed, tmp_path, one, two, required=2))
    assert found.exit_code == 0, "\n".join(found.lines())
    assert {step.state for step in found.steps} == {State.ok}
    assert any("Authority Two" in fact and POLICY in fact for fact in found.facts)
    run = stamped / "signatures/run.dsse.json"
    assert one.agrees(run, stamped / "signatures/run.tsa1.tsr")
    assert two.agrees(run, stamped / "signatures/run.tsa2.tsr")
    assert not one.agrees(run, stamped / "signatures/run.tsa2.tsr")
    edition(stamped, "public", tmp_path / "public")
    assert sealed.verify(tmp_path / "public", tmp_path / "trust.yaml").exit_code == 0


def test_too_few_unknown_or_unfit_authorities_prove_nothing(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, two: Authority
) -> None:
    cases = {
        "one of two roots": trust(sealed, tmp_path, one, required=2),
    }
    assert sealed.verify(stamped, cases["one of two roots"]).exit_code == 2
    assert sealed.verify(stamped, trust(sealed, tmp_path, one, required=1)).exit_code == 0
    other = ", policies: [1.2.3.9]"
    assert (
        sealed.verify(stamped, trust(sealed, tmp_path, one, two, required=1, more=other)).exit_code
        == 2
    )
    right = f", policies: [{POLICY}]"
    assert (
        sealed.verify(stamped, trust(sealed, tmp_path, one, two, required=2, more=right)).exit_code
        == 0
    )
    # The same authority twice is one witness.
    shutil.copy(stamped / "signatures/run.tsa1.tsr", stamped / "signatures/run.tsa2.tsr")
    assert sealed.verify(stamped, trust(sealed, tmp_path, one, two, required=2)).exit_code == 2
    (stamped / "signatures/run.tsa2.tsr").unlink()
    (stamped / "signatures/plan.tsa1.tsr").unlink()
    found = sealed.verify(stamped, trust(sealed, tmp_path, one, required=1))
    assert found.exit_code == 2
    assert "plan.dsse.json: 0 of 1" in str(found.steps[6].says)


def test_a_signer_nobody_vouches_for(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority
) -> None:
    """A root of the same name with another key, and a signer whose certificate had run out by then."""
    namesake = Authority(tmp_path / "namesake", "Authority One")
    found = sealed.verify(stamped, trust(sealed, tmp_path, namesake, required=1))
    assert (found.exit_code, found.steps[6].state) == (2, State.unknown)
    late = Authority(tmp_path / "late", "Late", days=-1)
    for name in ("plan.tsa1", "run.tsa1", "run.tsa2"):
        (stamped / f"signatures/{name}.tsr").unlink()
    stamp(stamped, "plan", one)
    stamp(stamped, "run", late)
    found = sealed.verify(stamped, trust(sealed, tmp_path, one, late, required=1))
    assert found.exit_code == 2
    assert "no root of the trust file vouches" in str(found.steps[6].says)


def test_a_token_for_something_else(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, two: Authority
) -> None:
    shutil.copy(stamped / "signatures/plan.tsa1.tsr", stamped / "signatures/run.tsa1.tsr")
    found = sealed.verify(stamped, trust(sealed, tmp_path, one, two, required=1))
    assert found.exit_code == 1
    assert "stamps other bytes" in str(found.steps[6].says)
    with pytest.raises(BundleError, match="other bytes"):
        attach(stamped, "run", "x", one.answer(request(b"something else")))


def test_a_later_signature_does_not_spoil_the_stamp(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, two: Authority
) -> None:
    witness = new_key(tmp_path / "witness.pem", "Witness", AT)
    assert countersign(stamped, witness).endswith("run.countersigned.dsse.json")
    text = trust(sealed, tmp_path, one, two, required=2).read_text()
    both = trust_text(
        ("auditor", sealed.auditor),
        ("witness", load_key(tmp_path / "witness.pem")),
        required="{auditor: 1, witness: 1}",
        stamps=text.partition("time_stamps: ")[2].strip(),
    )
    (tmp_path / "trust.yaml").write_text(both)
    assert sealed.verify(stamped, tmp_path / "trust.yaml").exit_code == 0
    stamp(stamped, "run.countersigned", one)
    assert sealed.verify(stamped, tmp_path / "trust.yaml").exit_code == 0
    with pytest.raises(UsageError, match="nothing can be added"):
        countersign(stamped, sealed.auditor)


def test_a_revoked_key_is_good_for_what_was_stamped_before(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, two: Authority
) -> None:
    """Without a stamp the time of a signature is nobody's knowledge, and revocation takes it down."""
    later = datetime.now(UTC) + timedelta(hours=1)
    gone = (
        f"revoked: [{{keyid: {sealed.auditor.keyid}, from: {later.isoformat()}, because: lost}}]\n"
    )
    path = trust(sealed, tmp_path, one, two, required=1)
    path.write_text(path.read_text() + gone)
    now = later + timedelta(days=1)
    assert sealed.verify(stamped, path, now=now).exit_code == 0
    (tmp_path / "plain.yaml").write_text(sealed.trust.read_text() + gone)
    assert sealed.verify(sealed.folder, tmp_path / "plain.yaml", now=now).exit_code == 2


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_was_set_back_or_forward(
    sealed: Sealed,
    signed_by: Callable[..., None],
    tmp_path: Path,
    one: Authority,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
) -> None:
    """The plan is stamped first; a run dated before that, or after its own stamp, is not believed."""
    from sbd_audit import run

    signed_by()
    folder = tmp_path / "bundle"
    with audited.serving() as url:
        Audit(audited.request(tmp_path, url, folder)).plan_only()
        stamp(folder, "plan", one)
        asked = audited.request(tmp_path, url, folder)
        asked.resume = True
        audit = Audit(asked)
        audit.prepare()
        audit.observe()
        moved = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")
        monkeypatch.setattr(run, "_stamp", lambda: moved.replace("+00:00", "Z"))
        audit.finish()
    stamp(folder, "run", one)
    found = sealed.verify(folder, trust(sealed, tmp_path, one, required=1))
    assert found.exit_code == 1, "\n".join(found.lines())
    assert found.steps[6].state is State.tampered
    assert ("before the plan" if hours < 0 else "after the run") in str(found.steps[6].says)
    assert timedelta(hours=1) > TOLERANCE


def test_plan_stamp_run_stamp(
    sealed: Sealed, signed_by: Callable[..., None], tmp_path: Path, one: Authority
) -> None:
    """The honest order, with the run carried out on resume: no deviation is noted for it."""
    signed_by()
    folder = tmp_path / "bundle"
    with audited.serving() as url:
        planned = Audit(audited.request(tmp_path, url, folder)).plan_only()
        stamp(folder, "plan", one)
        asked = audited.request(tmp_path, url, folder)
        asked.resume = True
        audit = Audit(asked)
        assert audit.prepare().run == planned.run
        audit.observe()
        results = audit.finish()
        with pytest.raises(UsageError, match="already holds an audit"):
            Audit(asked).plan_only()
    assert not [entry for entry in results["deviations"] if entry["kind"] == "resumed"]
    stamp(folder, "run", one)
    assert sealed.verify(folder, trust(sealed, tmp_path, one, required=1)).exit_code == 0


def test_a_reply_openssl_takes_and_we_cannot_read(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, two: Authority
) -> None:
    """Certificates out of DER order: openssl is lenient. We cannot verify, and name the openssl command."""
    reply = one.answer(request(envelope(stamped, "run")), chain=True)
    (stamped / "signatures/run.tsa1.tsr").write_bytes(reply)
    assert one.agrees(stamped / "signatures/run.dsse.json", stamped / "signatures/run.tsa1.tsr")
    found = sealed.verify(stamped, trust(sealed, tmp_path, one, required=1))
    assert found.exit_code == 2
    assert "openssl ts -verify -data" in str(found.steps[6].says)


@pytest.mark.parametrize("body", [b"", b"x", b"0\x80", b"\x30\x03\x02\x01\x02", b"0" * 200_000])
def test_what_is_no_reply(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority, body: bytes
) -> None:
    (stamped / "signatures/run.tsa1.tsr").write_bytes(body)
    (stamped / "signatures/run.tsa2.tsr").unlink()
    assert sealed.verify(stamped, trust(sealed, tmp_path, one, required=1)).exit_code in (1, 2)
    with pytest.raises((BundleError, UsageError)):
        attach(stamped, "run", "y", body)


def test_no_flipped_byte_of_a_token_moves_its_time(
    sealed: Sealed, stamped: Path, tmp_path: Path, one: Authority
) -> None:
    """Where a flipped byte is not noticed it stands in nothing that is said: time, authority and policy stay."""
    from cryptography.x509 import load_pem_x509_certificate

    from sbd_audit.evidence.timestamps import Contradicted, Unproven, check

    roots = [load_pem_x509_certificate(one.root.read_bytes())]
    token = (stamped / "signatures/run.tsa1.tsr").read_bytes()
    data = envelope(stamped, "run")
    honest = check(token, data, roots, [])
    unnoticed = 0
    for at in range(len(token)):
        bent = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
        try:
            assert check(bent, data, roots, []) == honest, at
            unnoticed += 1
        except (Contradicted, Unproven):
            continue
    assert unnoticed < len(token) // 10


def test_labels_and_what_is_there_to_stamp(sealed: Sealed, stamped: Path, one: Authority) -> None:
    reply = (stamped / "signatures/run.tsa1.tsr").read_bytes()
    for label in ("../x", "A", "", "x" * 41):
        with pytest.raises(UsageError, match="no label"):
            attach(stamped, "run", label, reply)
    with pytest.raises(UsageError, match="another token"):
        attach(stamped, "run", "tsa2", reply)
    with pytest.raises(UsageError, match="nothing signed"):
        envelope(stamped, "run.countersigned")
