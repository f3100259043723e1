"""The commands on evidence, as typed: keys, plan, run, stamps, verify, editions, disclosures, the zip."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbd_audit.cli import cli
from sbd_audit.errors import SbdError
from sbd_audit.evidence.keys import load_key
from tests.evidence.conftest import Sealed


def run(*words: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words], standalone_mode=False)
    if done.exception:
        raise done.exception
    assert done.return_value == code, done.output
    return done.output


@pytest.fixture
def bundle(sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "home"))
    return sealed.copy(tmp_path)


def test_verify_says_what_it_found(bundle: Path, sealed: Sealed) -> None:
    assert run("verify", bundle, "--trust", sealed.trust).splitlines()[-1].startswith("VERIFIED")
    assert run("verify", bundle, "--quiet", code=2).startswith("CANNOT VERIFY")
    (bundle / "data/run.json").write_text("{}")
    found = json.loads(run("verify", bundle, "--trust", sealed.trust, "--format", "json", code=1))
    assert found["verdict"].startswith("TAMPERED")
    assert [step["step"] for step in found["steps"]] == list(range(1, 14))
    assert "data/run.json is not what was sealed" in found["steps"][2]["says"]
    assert run("verify", bundle.parent / "nowhere", code=3).splitlines()[-1].startswith("REFUSED")
    with pytest.raises(SbdError, match="no-such-trust"):
        run("verify", bundle, "--trust", "no-such-trust.yaml")


def test_reports_stay_good_when_others_sign_later(
    bundle: Path, sealed: Sealed, stranger: Path, tmp_path: Path
) -> None:
    """The page written before a countersignature, one written after it, and editions made then."""
    trust = ("--trust", sealed.trust)
    run("report", bundle)
    run("verify", bundle, *trust)
    run("sign", bundle, "--key", stranger)
    run("verify", bundle, *trust)
    run("report", bundle, "--lang", "sw")
    assert load_key(stranger).keyid in (bundle / "report.html").read_text()
    run("verify", bundle, *trust)
    for name in ("regulator", "platform", "public"):
        run("edition", bundle, "--edition", name, "--out", tmp_path / name, "--lang", "sw")
        run("verify", tmp_path / name, *trust)
        run("report", bundle, "--edition", name, "--lang", "sw", "--out", tmp_path / "made")
    for name in ("platform", "public"):
        made = (tmp_path / f"made/report.{name}.html").read_bytes()
        assert made == (tmp_path / name / "report.html").read_bytes()
    page = (bundle / "report.html").read_text()
    (bundle / "report.html").write_text(page.replace(load_key(stranger).keyid, "0" * 64))
    run("verify", bundle, *trust, code=1)


def test_from_edition_to_disclosure(bundle: Path, sealed: Sealed, tmp_path: Path) -> None:
    for name in ("regulator", "platform", "public"):
        assert f"the {name} edition" in run(
            "edition", bundle, "--edition", name, "--out", tmp_path / name
        )
        assert (tmp_path / name / "report.html").exists()
        run("verify", tmp_path / name, "--trust", sealed.trust)
        run("verify", tmp_path / name, "--quiet", code=2)
    run("disclose", bundle, "small.differs", "--out", tmp_path / "d.json")
    words = (
        "verify",
        tmp_path / "public",
        "--trust",
        sealed.trust,
        "--disclosure",
        tmp_path / "d.json",
    )
    assert "d.json opens data/evidence/" in run(*words)
    with pytest.raises(SbdError, match="there already"):
        run("edition", bundle, "--edition", "public", "--out", tmp_path / "public")


def test_pack_gives_a_zip_that_is_verified(bundle: Path, sealed: Sealed, tmp_path: Path) -> None:
    one = run("pack", bundle, "--out", tmp_path / "one.zip").split()[0]
    assert run("pack", bundle, "--out", tmp_path / "two.zip").split()[0] == one
    run("verify", tmp_path / "one.zip", "--trust", sealed.trust)


def test_keys_and_further_signatures(bundle: Path, sealed: Sealed, tmp_path: Path) -> None:
    said = run("keys", "new", "--name", "The Witness", "--out", tmp_path / "witness.pem")
    facts = json.loads(run("keys", "show", tmp_path / "witness.pem"))
    assert facts["keyid"] in said
    assert (facts["name"], facts["self_made"]) == ("The Witness", True)
    with pytest.raises(SbdError, match="never replaced"):
        run("keys", "new", "--name", "Another", "--out", tmp_path / "witness.pem")
    run("sign", bundle, "--key", tmp_path / "witness.pem")
    trust = run("keys", "trust", tmp_path / "witness.pem", "--role", "witness")
    (tmp_path / "trust.yaml").write_text(trust)
    assert "signed by The Witness, witness" in run(
        "verify", bundle, "--trust", tmp_path / "trust.yaml"
    )
    assert json.loads(run("keys", "show"))["made"] == "made by this program on first use"
    assert (tmp_path / "home/signing-key.pem").exists()


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_stamps(bundle: Path, sealed: Sealed, tmp_path: Path) -> None:
    from tests.evidence.authority import Authority

    authority = Authority(tmp_path / "tsa", "Authority")
    for what in ("plan", "run"):
        run("stamp", "request", bundle, what, "--out", tmp_path / "q.tsq")
        (tmp_path / "r.tsr").write_bytes(authority.answer((tmp_path / "q.tsq").read_bytes()))
        run("stamp", "attach", bundle, what, tmp_path / "r.tsr", "--label", "ours")
    text = sealed.trust.read_text().replace("{required: 0}", "{required: 1, roots: [tsa/root.pem]}")
    (tmp_path / "trust.yaml").write_text(text)
    found = run("verify", bundle, "--trust", tmp_path / "trust.yaml")
    assert "7  Time stamps hold the run between plan and seal: ok" in found


def test_plan_then_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is signed before anything is asked of the platform: nobody answers at this address."""
    from sbd_audit.resources import folder

    monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "home"))
    for path in folder("targets").glob("baraza*"):
        shutil.copy(path, tmp_path)
    words = (
        "plan",
        "--target",
        tmp_path / "baraza.yaml",
        "--profile",
        "ke-cop-2025",
        "--out",
        tmp_path / "b",
    )
    assert "checks planned" in run(*words)
    assert (tmp_path / "b/signatures/plan.dsse.json").exists()
    with pytest.raises(SbdError, match="already holds an audit"):
        run(*words)
