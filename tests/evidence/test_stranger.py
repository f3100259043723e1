"""A stranger checks a bundle from the reference page, with sha256sum, openssl, a BagIt tool and twenty lines of their own."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives import serialization

from sbd_audit.evidence.bundle import BundleWriter, zip_bundle
from sbd_audit.evidence.keys import signing_key
from sbd_audit.evidence.promise import earlier_runs
from sbd_audit.evidence.sealing import sign_run
from sbd_audit.report.render import render_html
from sbd_audit.run import ENGINE, run_audit
from sbd_audit.verify import verify_bundle
from tests.evidence.audited import request, serving
from tests.evidence.conftest import Sealed


def sha256(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def statement(folder: Path) -> tuple[bytes, dict[str, object]]:
    envelope = json.loads((folder / "signatures/run.dsse.json").read_bytes())
    payload = base64.b64decode(envelope["payload"])
    return payload, {**json.loads(payload), "sig": envelope["signatures"][0]["sig"]}


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_sha256sum_and_a_bagit_tool_agree(sealed: Sealed, tmp_path: Path) -> None:
    folder = sealed.copy(tmp_path)
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", name], cwd=folder, check=True)
    (folder / "results.json").unlink()
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.algorithms == ["sha256"]
    exhibit = next((folder / "data/evidence").iterdir())
    exhibit.write_bytes(exhibit.read_bytes() + b" ")
    assert not bagit.Bag(str(folder)).is_valid()
    assert sealed.verify(folder).exit_code == 1


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_openssl_agrees_on_who_signed_what(sealed: Sealed, tmp_path: Path) -> None:
    payload, said = statement(sealed.folder)
    kind = b"application/vnd.in-toto+json"
    (tmp_path / "signed").write_bytes(
        b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    )
    (tmp_path / "sig").write_bytes(base64.b64decode(str(said["sig"])))
    public = sealed.auditor.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "public.pem").write_bytes(public)
    command = "openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in signed -sigfile sig"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "signed").write_bytes((tmp_path / "signed").read_bytes() + b" ")
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode == 1


def test_the_tree_can_be_made_again_from_the_page_alone(sealed: Sealed) -> None:
    folder = sealed.folder
    _, said = statement(folder)
    tags = (folder / "tagmanifest-sha256.txt").read_bytes()
    assert said["subject"][0]["digest"] == {"sha256": sha256(tags).hex()}  # type: ignore[index]
    results = json.loads((folder / "data/results.json").read_bytes())
    found = []
    for line in (folder / "confidential/salts.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["item"].startswith("data/"):
            body = (folder / row["item"]).read_bytes()
        else:
            pointer, _, members = row["item"].removeprefix("results.json").partition("#")
            holder = results
            for key in pointer.split("/")[1:]:
                holder = holder[int(key) if isinstance(holder, list) else key]
            chosen = {name: holder[name] for name in members.split(",")}
            body = json.dumps(
                chosen, sort_keys=True, separators=(",", ":"), ensure_ascii=False
            ).encode()
        salt = bytes.fromhex(row["salt"])
        found.append(
            sha256(b"sbd-commit-v1\0" + salt + sha256(row["item"].encode()) + sha256(body))
        )

    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return sha256(b"\0" + leaves[0])
        k = 1
        while 2 * k < len(leaves):
            k *= 2
        return sha256(b"\1" + root(leaves[:k]) + root(leaves[k:]))

    tree = said["predicate"]["tree"]  # type: ignore[index]
    assert (root(sorted(found)).hex(), len(found)) == (tree["root"], tree["leaves"])


def test_building_the_same_run_again_gives_the_identical_zip(
    sealed: Sealed, signed_by: Callable[..., None], tmp_path: Path
) -> None:
    """From the record: sealed, signed and packed anew, in another folder, on another day."""
    signed_by()
    folder = sealed.copy(tmp_path)
    first = zip_bundle(folder, tmp_path / "first.zip")
    label = next(r for r in (folder / "bag-info.txt").read_text().splitlines() if "Source" in r)
    for path in folder.glob("*"):
        if path.is_file():
            path.unlink()
    (folder / "signatures/run.dsse.json").unlink()
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 10**7,) * 2)
    elsewhere = folder.rename(tmp_path / "elsewhere")
    writer = BundleWriter(elsewhere, ENGINE)
    writer.seal({"Source-Organization": label.partition(": ")[2], "Bagging-Software-Agent": ENGINE})
    key = signing_key("2030-01-01T00:00:00Z")
    assert key
    sign_run(elsewhere, key)
    assert zip_bundle(elsewhere, tmp_path / "second.zip") == first
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_results_say_whose_key_it_is_and_that_it_is_self_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SBD_AUDIT_KEY", raising=False)
    with serving() as url:
        results = run_audit(request(tmp_path, url, tmp_path / "bundle"))
    (tmp_path / "bundle/report.html").write_text(render_html(results), encoding="utf-8")
    assert "report.html shows these results" in str(
        verify_bundle(tmp_path / "bundle").steps[9].says
    )
    signing = results["run"]["signing"]
    assert signing["name"] == "the auditor's computer"
    assert signing["self_made"] is True
    assert signing["keyid"] == sha256(base64.b64decode(signing["public_key"])).hex()
    assert (
        earlier_runs(tmp_path / "bundle")
        == results["run"]["earlier_runs"]
        == {"count": 0, "last": []}
    )
