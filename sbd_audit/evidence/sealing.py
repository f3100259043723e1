"""Signatures of a bundle: over the plan, over the whole run, and later ones of witnesses and regulators.

Signing the same thing with the same key gives the same bytes, so a bundle can be made again to the byte.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest
from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence import dsse
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.committed import Committed
from sbd_audit.evidence.dsse import Envelope
from sbd_audit.evidence.files import write_whole
from sbd_audit.evidence.keys import SigningKey
from sbd_audit.evidence.timestamps import stamped

FOLDER = "signatures"
PLAN, RUN, COUNTERSIGNED = "plan", "run", "run.countersigned"
ENVELOPES = (PLAN, RUN, COUNTERSIGNED)
_LABEL = re.compile(r"[a-z0-9-]{1,40}")


def envelope_name(what: str) -> str:
    return f"{FOLDER}/{what}.dsse.json"


def tokens(bundle_files: list[str], what: str) -> list[str]:
    """The time-stamp tokens that belong to one envelope."""
    pattern = re.compile(rf"{FOLDER}/{re.escape(what)}\.[a-z0-9-]{{1,40}}\.tsr")
    return [name for name in bundle_files if pattern.fullmatch(name)]


def sign_plan(folder: Path, key: SigningKey, statement: bytes) -> None:
    """Signs the plan's statement, before the first request."""
    _write(folder, PLAN, Envelope(statement).signed(key))


def sign_run(folder: Path, key: SigningKey) -> str:
    """Signs a sealed bundle; gives the SHA-256 of what was signed.

    A signature over an earlier state, of a run that was resumed, is replaced, and its tokens go with it.
    """
    statement = Committed.of(Bundle(folder)).statement()
    held = _read(folder, RUN)
    if held and held.payload != statement:
        for path in (folder / FOLDER).glob(f"{RUN}.*"):
            path.unlink()
        held = None
    signed = (held or Envelope(statement)).signed(key)
    if signed != held:
        _write(folder, RUN, signed)
    return digest(statement)


def countersign(folder: Path, key: SigningKey) -> str:
    """Adds a signature to a bundle that was signed, and gives the name of the envelope it went into.

    Where a time stamp already covers the envelope, further signatures go into one of their own: the stamp
    must stay good. Raises `BundleError` when the bundle is not what was signed.
    """
    bundle = Bundle(folder)
    if problems := bundle.problems():
        raise BundleError(f"{folder} is not signed by this key: {problems[0]}")
    statement = Committed.of(bundle).statement()
    first = _read(folder, RUN)
    if first and first.payload != statement:
        raise BundleError(f"{folder} is not what was signed in {envelope_name(RUN)}")
    stamped_already = tokens(bundle.files.names(), RUN)
    what = COUNTERSIGNED if stamped_already else RUN
    if what == COUNTERSIGNED and tokens(bundle.files.names(), COUNTERSIGNED):
        raise UsageError(
            f"{folder}: {envelope_name(COUNTERSIGNED)} has a time stamp; nothing can be added to it"
        )
    _write(folder, what, (_read(folder, what) or Envelope(statement)).signed(key))
    return envelope_name(what)


def attach(folder: Path, what: str, label: str, token: bytes) -> tuple[Path, Any]:
    """Puts an authority's reply beside the envelope it stamps; gives its place and the time it states."""
    if not _LABEL.fullmatch(label):
        raise UsageError(f"{label!r} is no label — small letters, digits and hyphens, such as tsa1")
    at = stamped(token, envelope(folder, what))
    path = folder / FOLDER / f"{what}.{label}.tsr"
    if path.exists() and path.read_bytes() != token:
        raise UsageError(f"{path} holds another token — choose another label")
    write_whole(path, token)
    return path, at


def envelope(folder: Path, what: str) -> bytes:
    """The bytes of an envelope, to have stamped."""
    path = folder / envelope_name(what)
    if not path.is_file():
        raise UsageError(f"{path} is missing: there is nothing signed to stamp")
    return path.read_bytes()


def _read(folder: Path, what: str) -> Envelope | None:
    path = folder / envelope_name(what)
    return dsse.read(path.read_bytes(), str(path)) if path.is_file() else None


def _write(folder: Path, what: str, envelope: Envelope) -> None:
    path = folder / envelope_name(what)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, envelope.dumps())
