"""Whom a verifier trusts: a file of their own, never part of a bundle.

It names public keys with the time they hold, keys that were revoked, and the roots of time-stamping authorities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate, load_pem_x509_certificates
from pydantic import Field, field_validator, model_validator

from sbd_audit.errors import DefinitionError
from sbd_audit.evidence.keys import keyid, public_key
from sbd_audit.models.base import OneOrMore, Strict
from sbd_audit.models.target import Moment
from sbd_audit.source import load

Role = Literal["auditor", "witness", "regulator"]


class TrustedKey(Strict):
    """A signer's key, as its fingerprint was given by the signer in person or by another sure way."""

    name: str = Field(min_length=2)
    role: Role
    public_key: str
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None

    @field_validator("public_key")
    @classmethod
    def _is_a_key(cls, text: str) -> str:
        try:
            public_key(text)
        except ValueError:
            raise ValueError(
                "public_key is not an Ed25519 public key; write base64 of its 32 bytes, or PEM"
            ) from None
        return text

    @property
    def key(self) -> Ed25519PublicKey:
        return public_key(self.public_key)

    @property
    def keyid(self) -> str:
        return keyid(self.key.public_bytes_raw())


class Revoked(Strict):
    """A key that must not be trusted for what was signed at or after `since`; without it, for nothing."""

    keyid: str = Field(pattern="^[0-9a-f]{64}$")
    since: Moment | None = Field(default=None, alias="from")
    because: str = Field(min_length=3)


class TimeStamps(Strict):
    """Which time-stamping authorities are trusted, and how many tokens each envelope needs."""

    required: int = Field(ge=0, le=5)
    roots: OneOrMore[str] = ()
    """PEM files, relative to the trust file."""
    policies: OneOrMore[str] = ()
    """Accepted policy OIDs; any when there is none."""

    @model_validator(mode="after")
    def _roots_for_tokens(self) -> TimeStamps:
        if self.required and not self.roots:
            raise ValueError("time stamps are required but no roots are given to check them with")
        return self


class Trust(Strict):
    """A trust file. Every role under `required` has to have signed; nothing has a silent default."""

    required: dict[Role, int] = Field(min_length=1)
    keys: tuple[TrustedKey, ...] = Field(min_length=1)
    revoked: tuple[Revoked, ...] = ()
    time_stamps: TimeStamps

    @model_validator(mode="after")
    def _enough_keys(self) -> Trust:
        for role, count in self.required.items():
            there = sum(key.role == role for key in self.keys)
            if not 1 <= count <= there:
                raise ValueError(
                    f"required: {count} of role {role}; there are keys for {there}, and 1 is the least"
                )
        return self


@dataclass(frozen=True)
class Trusted:
    """A loaded trust file with the certificates it names."""

    file: Trust
    roots: tuple[Certificate, ...]

    def keys(self, name: str) -> Iterator[TrustedKey]:
        """The keys of that key id; one key may be trusted in two roles."""
        return (key for key in self.file.keys if key.keyid == name)

    def why_not(self, key: TrustedKey, at: datetime) -> str:
        """Why a signature of this key, made at that time, does not count; empty when it does."""
        for revoked in self.file.revoked:
            if revoked.keyid == key.keyid and (revoked.since is None or at >= revoked.since):
                return f"the key was revoked: {revoked.because}"
        if key.since and at < key.since:
            return f"the key is trusted only from {key.since.isoformat()}"
        if key.until and at > key.until:
            return f"the key is trusted only until {key.until.isoformat()}"
        return ""


def load_trust(path: Path) -> Trusted:
    """Reads a trust file; raises `DefinitionError` with the place of everything that is wrong."""
    source = load(path)
    trust = Trust.read(source)
    roots: list[Certificate] = []
    for name in trust.time_stamps.roots:
        try:
            roots += load_pem_x509_certificates((path.parent / name).read_bytes())
        except (OSError, ValueError):
            problem = source.problem(
                ("time_stamps", "roots"),
                f"{name} holds no certificates",
                "a PEM file beside this one",
            )
            raise DefinitionError([problem]) from None
    return Trusted(trust, tuple(roots))
