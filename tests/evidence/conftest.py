"""One small audit, sealed and signed, and whom a verifier trusts; tests work on copies."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sbd_audit.evidence.keys import SigningKey, load_key, new_key
from sbd_audit.library import Library
from sbd_audit.run import run_audit
from sbd_audit.verify import Verification, verify_bundle
from tests.evidence.audited import request, serving

AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Sealed:
    """A sealed bundle to copy, the auditor's key, and a trust file that names it."""

    folder: Path
    key: Path
    trust: Path
    library: Library

    @property
    def auditor(self) -> SigningKey:
        return load_key(self.key)

    def copy(self, place: Path) -> Path:
        shutil.copytree(self.folder, place / "bundle")
        return place / "bundle"

    def verify(self, path: Path, trust: Path | None = None, **options: object) -> Verification:
        return verify_bundle(path, trust or self.trust, library=self.library, **options)  # type: ignore[arg-type]


def trust_text(
    *keys: tuple[str, SigningKey], required: str = "{auditor: 1}", stamps: str = ""
) -> str:
    """A trust file for keys in roles."""
    rows = "".join(
        f"  - {{name: {key.name}, role: {role}, public_key: {base64.b64encode(key.public).decode()!r}}}\n"
        for role, key in keys
    )
    return f"required: {required}\nkeys:\n{rows}time_stamps: {stamps or '{required: 0}'}\n"


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "auditor.pem"
    new_key(path, "Auditor", AT)
    return path


@pytest.fixture
def signed_by(
    key_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., None]:
    """Makes runs of this test sign with a key, and list themselves in a folder of their own."""

    def use(path: Path = key_file) -> None:
        monkeypatch.setenv("SBD_AUDIT_KEY", str(path))
        monkeypatch.setenv("SBD_AUDIT_HOME", str(tmp_path / "home"))

    return use


@pytest.fixture(
    scope="module"
)  # no older: time stamps are made in its tests, and hold it to minutes
def sealed(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Sealed:
    place = tmp_path_factory.mktemp("audited")
    with pytest.MonkeyPatch.context() as patch, serving() as url:
        patch.setenv("SBD_AUDIT_KEY", str(key_file))
        patch.setenv("SBD_AUDIT_HOME", str(place / "home"))
        asked = request(place, url, place / "bundle")
        results = run_audit(asked)
    outcomes = {finding["check"]: finding["outcome"] for finding in results["findings"]}
    assert outcomes == {"small.fits": "passed", "small.differs": "failed", "small.lost": "cantTell"}
    trust = place / "trust.yaml"
    trust.write_text(trust_text(("auditor", load_key(key_file))))
    return Sealed(place / "bundle", key_file, trust, asked.library)


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    new_key(tmp_path / "stranger.pem", "Stranger", AT)
    return tmp_path / "stranger.pem"
