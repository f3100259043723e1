"""One byte anywhere, and the zip: cut, added to, twice the same name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sbd_audit.canonical import loads
from sbd_audit.evidence import dsse
from sbd_audit.evidence.bundle import zip_bundle
from tests.evidence.conftest import Sealed
from tests.evidence.test_attacks import REFUSED, TAMPERED, VERIFIED


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
