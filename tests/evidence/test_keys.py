"""Keys are made once, kept to their owner, and say of themselves no more than is known."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from sbd_audit.errors import DefinitionError, UsageError
from sbd_audit.evidence import dsse
from sbd_audit.evidence.dsse import Envelope, pae
from sbd_audit.evidence.keys import keyid, load_key, new_key, public_key, signing_key
from sbd_audit.evidence.ledger import LISTED, Ledger
from sbd_audit.evidence.trust import load_trust
from tests.evidence.conftest import AT, trust_text


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SBD_AUDIT_KEY", raising=False)


def test_a_local_key_is_made_on_first_use_and_kept(tmp_path: Path) -> None:
    first = signing_key(AT)
    again = signing_key("2027-01-01T00:00:00Z")
    assert first
    assert again
    assert first.facts() == again.facts()
    assert first.facts()["self_made"] is True
    assert first.facts()["made"] == "made by this program on first use"
    for path in (tmp_path / "home").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert b"PRIVATE" not in (tmp_path / "home/signing-key.json").read_bytes()


def test_two_that_begin_at_once_share_one_key() -> None:
    found = []
    threads = [threading.Thread(target=lambda: found.append(signing_key(AT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.keyid for key in found if key}) == 1
    assert len(found) == 8


def test_a_named_key_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = new_key(tmp_path / "ours.pem", "The Authority", AT)
    monkeypatch.setenv("SBD_AUDIT_KEY", str(tmp_path / "ours.pem"))
    chosen = signing_key(AT)
    assert chosen
    assert chosen.facts() == made.facts()
    assert load_key(tmp_path / "ours.pem").facts() == made.facts()
    monkeypatch.setenv("SBD_AUDIT_KEY", "none")
    assert signing_key(AT) is None
    assert not (tmp_path / "home").exists()


def test_a_key_of_openssl_is_taken_and_not_called_ours(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
    path.chmod(0o600)
    key = load_key(path)
    assert (key.facts()["self_made"], key.name) == (False, "key")
    pem = subprocess.run(
        ["openssl", "pkey", "-in", path, "-pubout"], check=True, capture_output=True, text=True
    ).stdout
    assert keyid(public_key(pem).public_bytes_raw()) == key.keyid
    new_key(tmp_path / "other.pem", "Other", AT)
    (tmp_path / "other.json").rename(tmp_path / "key.json")  # beside the wrong key
    assert load_key(path).name == "key"


def test_openssl_takes_our_signatures(tmp_path: Path) -> None:
    key = new_key(tmp_path / "ours.pem", "Ours", AT)
    envelope = Envelope(b'{"a":1}').signed(key)
    (tmp_path / "message").write_bytes(pae(envelope.payload))
    (tmp_path / "sig").write_bytes(envelope.signatures[0][1])
    assert pae(b'{"a":1}') == b'DSSEv1 28 application/vnd.in-toto+json 7 {"a":1}'
    command = ["openssl", "pkeyutl", "-verify", "-inkey", "ours.pem", "-rawin", "-in", "message"]
    subprocess.run([*command, "-sigfile", "sig"], cwd=tmp_path, check=True)
    assert dsse.read(envelope.dumps(), "x") == envelope
    assert envelope.signed(key) == envelope


@pytest.mark.parametrize(
    ("body", "mode", "says"),
    [
        (b"no key", 0o600, "not an Ed25519 private key"),
        (None, 0o600, "no key can be read"),
        ("ours", 0o644, "chmod 600"),
        ("rsa", 0o600, "not an Ed25519 private key"),
    ],
)
def test_what_is_no_key_says_so(tmp_path: Path, body: object, mode: int, says: str) -> None:
    path = tmp_path / "key.pem"
    if body == "ours":
        new_key(path, "Ours", AT)
    elif body == "rsa":
        subprocess.run(
            ["openssl", "genpkey", "-algorithm", "RSA", "-out", path],
            check=True,
            capture_output=True,
        )
    elif isinstance(body, bytes):
        path.write_bytes(body)
    if path.exists():
        path.chmod(mode)
    with pytest.raises(UsageError, match=says):
        load_key(path)


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    first = new_key(tmp_path / "ours.pem", "Ours", AT)
    assert new_key(tmp_path / "ours.pem", "Others", AT).keyid == first.keyid


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "locked/home"))
    with pytest.raises(UsageError, match="SBD_AUDIT_KEY=none"):
        signing_key(AT)


def test_a_home_that_is_a_file_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "file/home"))
    with pytest.raises(UsageError, match="SBD_AUDIT_KEY=none"):
        signing_key(AT)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("required: {auditor: 1}", "required: {auditor: 2}", "there are keys for 1"),
        ("required: {auditor: 1}", "required: {witness: 1}", "there are keys for 0"),
        ("required: {auditor: 1}", "required: {}", "required"),
        ("role: auditor", "role: king", "role"),
        ("public_key: '", "public_key: 'x", "not an Ed25519 public key"),
        ("time_stamps: {required: 0}\n", "", "time_stamps"),
        ("{required: 0}", "{required: 1}", "no roots"),
        ("{required: 0}", "{required: 1, roots: [none.pem]}", "holds no certificates"),
        ("{required: 0}", "{required: 0}\nrevoked: [{keyid: x, because: lost}]", "keyid"),
        ("{required: 0}", "{required: 0}\ntrusted: yes", "trust.yaml"),
    ],
)
def test_a_wrong_trust_file_says_where(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = trust_text(("auditor", new_key(tmp_path / "ours.pem", "Ours", AT)))
    (tmp_path / "trust.yaml").write_text(text)
    assert load_trust(tmp_path / "trust.yaml").file.required == {"auditor": 1}
    assert old in text
    (tmp_path / "trust.yaml").write_text(text.replace(old, new))
    with pytest.raises(DefinitionError, match=says):
        load_trust(tmp_path / "trust.yaml")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"[" * 50_000, b'{"payload":1}'])
def test_what_is_no_envelope(body: bytes) -> None:
    from sbd_audit.errors import BundleError

    with pytest.raises(BundleError, match="DSSE"):
        dsse.read(body, "run")


@pytest.mark.parametrize("change", ["space", "bits", "extra"])
def test_an_envelope_has_one_form_only(tmp_path: Path, change: str) -> None:
    from sbd_audit.errors import BundleError

    one, two = (new_key(tmp_path / f"{n}.pem", n, AT) for n in ("one", "two"))
    body = Envelope(b"{}").signed(one).signed(two).dumps()
    data = json.loads(body)
    assert dsse.read(body, "run")
    if change == "bits":  # the last letter of base64 before "==" has bits that decode to nothing
        sig = data["signatures"][0]["sig"]
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        data["signatures"][0]["sig"] = sig[:-3] + letters[letters.index(sig[-3]) ^ 1] + "=="
        assert base64.b64decode(data["signatures"][0]["sig"]) == base64.b64decode(sig)
    elif change == "extra":
        data["note"] = "x"
    text = json.dumps(data, separators=None if change == "space" else (",", ":"), sort_keys=True)
    with pytest.raises(BundleError, match="canonical"):
        dsse.read(text.encode(), "run")


def test_the_list_of_runs_survives_torn_and_foreign_lines(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "runs.jsonl")
    for n in range(LISTED + 3):
        ledger.planned(f"r{n}", ["http://one", "p"], AT, "0" * 64)
    ledger.planned("other", ["http://two", "p"], AT, "0" * 64)
    ledger.sealed("r22", "1" * 64)
    with (tmp_path / "runs.jsonl").open("ab") as file:
        file.write(b"not json\n[]\n{}\n" + b'{"run":"torn')
    found = ledger.earlier(["http://one", "p"])
    assert found["count"] == LISTED + 3
    assert [run["run"] for run in found["last"]] == [f"r{n}" for n in range(3, LISTED + 3)]
    assert [run["sealed"] for run in found["last"]][-2:] == [None, "1" * 64]
    ledger.planned("after", ["http://one", "p"], AT, "0" * 64)
    assert ledger.earlier(["http://one", "p"])["last"][-1]["run"] == "after"
    assert ledger.earlier(["http://three"]) == {"count": 0, "last": []}
