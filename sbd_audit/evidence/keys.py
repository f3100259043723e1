"""Ed25519 signing keys: where they lie, how one is made on first use, and what is said of one.

A key says who signed only to somebody who got its fingerprint from the signer by another way. Nothing in a
bundle can vouch for the key that signed it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sbd_audit.canonical import loads, pretty
from sbd_audit.errors import UsageError

HOME = "SBD_AUDIT_HOME"
"""The folder of keys and of the list of runs; for tests and CI."""
KEY = "SBD_AUDIT_KEY"
"""A key file to sign with instead of the local one, or ``none``."""
FIRST_USE = "made by this program on first use"
COMMAND = "made with sbd-audit keys new"
ELSEWHERE = "made elsewhere"
LOCAL_NAME = "the auditor's computer"


@dataclass(frozen=True)
class SigningKey:
    """A private key with what is known of it: whose it is, how and when it was made."""

    private: Ed25519PrivateKey
    name: str
    made: str
    made_at: str

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def keyid(self) -> str:
        return keyid(self.public)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)

    def facts(self) -> dict[str, Any]:
        """What a report says of the signature; `self_made` when nobody but its maker vouches for the key."""
        return {
            "algorithm": "Ed25519",
            "keyid": self.keyid,
            "public_key": base64.b64encode(self.public).decode(),
            "name": self.name,
            "made": self.made,
            "made_at": self.made_at,
            "self_made": self.made != ELSEWHERE,
        }


def keyid(public: bytes) -> str:
    """The fingerprint of a public key: SHA-256 of its 32 bytes, in hex."""
    return hashlib.sha256(public).hexdigest()


def home() -> Path:
    """The folder for this user's keys and list of runs."""
    return Path(os.environ.get(HOME) or click.get_app_dir("sbd-audit"))


def signing_key(at: str) -> SigningKey | None:
    """The key to sign with: of ``SBD_AUDIT_KEY``, else the local one, made now when there is none.

    None when ``SBD_AUDIT_KEY`` is ``none``. `at` is the time noted for a new key.
    """
    chosen = os.environ.get(KEY, "")
    if chosen == "none":
        return None
    if chosen:
        return load_key(Path(chosen))
    path = home() / "signing-key.pem"
    try:
        if not path.exists():
            new_key(path, LOCAL_NAME, at, made=FIRST_USE)
    except OSError as error:
        raise UsageError(
            f"no signing key can be kept in {path.parent}: {error.strerror} — set {HOME} to a folder of yours, "
            f"{KEY} to a key file, or {KEY}=none for a bundle without signature"
        ) from None
    return load_key(path)


def new_key(path: Path, name: str, at: str, *, made: str = COMMAND) -> SigningKey:
    """Makes a key and writes it, readable by its owner alone; what is public of it goes beside it.

    An existing file is never replaced: whoever comes second finds the first one's key.
    """
    key = SigningKey(Ed25519PrivateKey.generate(), name, made, at)
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = secrets.token_hex(4)
    for place, body in ((path, pem), (_beside(path), pretty(key.facts()).encode())):
        part = place.with_name(f"{place.name}.{mark}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
        try:
            os.link(part, place)
        except FileExistsError:
            return load_key(path)
        finally:
            part.unlink()
    return key


def load_key(path: Path) -> SigningKey:
    """A key file, ours or one of openssl; raises `UsageError` when it is none or others may read it."""
    try:
        body = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise UsageError(f"{path}: no key can be read there: {error.strerror}") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path}: others may read this key — chmod 600 {path}")
    try:
        private = serialization.load_pem_private_key(body, password=None)
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError(f"{path}: not an Ed25519 private key (PEM, PKCS #8, without a password)")
    facts = _facts(path, keyid(private.public_key().public_bytes_raw()))
    return SigningKey(
        private,
        str(facts.get("name") or path.stem),
        str(facts.get("made") or ELSEWHERE),
        str(facts.get("made_at") or ""),
    )


def public_key(text: str) -> Ed25519PublicKey:
    """The public key written as base64 of 32 bytes or as PEM; raises `ValueError`."""
    if text.lstrip().startswith("-----BEGIN"):
        key = serialization.load_pem_public_key(text.encode())
        if isinstance(key, Ed25519PublicKey):
            return key
        raise ValueError("not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _facts(path: Path, fingerprint: str) -> dict[str, Any]:
    """What stands beside a key file, when it is about this key."""
    try:
        facts = loads(_beside(path).read_bytes())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) and facts.get("keyid") == fingerprint else {}
