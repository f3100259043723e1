"""What the bundle itself says of its making: the machine, the chain of custody, the seal and who signed.

Nothing here is verified; that is another command's work, and a report that vouched for its own seal would be
worth nothing. What a bundle lacks is absent here too, and the report says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sbd_audit.canonical import loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.bag import SIGNATURES, TAG_MANIFEST
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.report.text import inert


@dataclass(frozen=True)
class Signature:
    """A signature file and the ids of the keys it names."""

    file: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Seal:
    """The facts of a bundle; `digest` is the SHA-256 of its tag manifest, empty when it is not sealed."""

    environment: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()
    digest: str = ""
    signatures: tuple[Signature, ...] = ()

    @property
    def device(self) -> Mapping[str, Any]:
        return self.environment.get("device") or {}

    def readable(self, longest: int) -> Seal:
        """The same with every text inert and of a bounded length."""
        return Seal(
            environment=inert(dict(self.environment), longest),
            events=tuple(inert(list(self.events), longest)),
            digest=self.digest,
            signatures=tuple(
                Signature(inert(entry.file, longest), tuple(inert(list(entry.keys), longest)))
                for entry in self.signatures
            ),
        )


def seal_of(folder: Path) -> Seal:
    """The facts of the bundle in a folder, or of its zip."""
    return read_seal(Bundle(folder))


def read_seal(bundle: Bundle) -> Seal:
    """The facts of a bundle, as far as it holds them."""
    files = bundle.files
    return Seal(
        environment=bundle.json("environment.json") if bundle.has("environment.json") else {},
        events=tuple(bundle.lines("custody.jsonl")) if bundle.has("custody.jsonl") else (),
        digest=hashlib.sha256(files.read(TAG_MANIFEST)).hexdigest()
        if files.has(TAG_MANIFEST)
        else "",
        signatures=tuple(
            Signature(name, _keys(files.read(name)))
            for name in sorted(files.names())
            if SIGNATURES.fullmatch(name) and name.endswith(".dsse.json")
        ),
    )


def _keys(envelope: bytes) -> tuple[str, ...]:
    """The key ids a DSSE envelope names; none where it is not one."""
    try:
        return tuple(str(entry["keyid"]) for entry in loads(envelope)["signatures"])
    except (ValueError, KeyError, TypeError, RecursionError, BundleError):
        return ()
