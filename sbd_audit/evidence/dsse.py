"""DSSE envelopes: one payload, signed by one or several keys, checked before a byte of it is parsed.

Written and read in one form only, canonical JSON with strict base64, so that no second reading of the same
envelope exists. Source: the DSSE protocol and envelope, version 1.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sbd_audit.canonical import dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.keys import SigningKey

TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Envelope:
    """A payload of type `TYPE`, and who signed it: pairs of key id and signature."""

    payload: bytes
    signatures: tuple[tuple[str, bytes], ...] = ()

    def signed(self, key: SigningKey) -> Envelope:
        """The envelope with this key's signature too; signing again changes nothing."""
        mine = (key.keyid, key.sign(pae(self.payload)))
        return Envelope(self.payload, tuple(sorted({*self.signatures, mine})))

    def holds(self, key: Ed25519PublicKey, signature: bytes) -> bool:
        """True when `signature` is this key's, over this payload and its type."""
        try:
            key.verify(signature, pae(self.payload))
        except InvalidSignature:
            return False
        return True

    def dumps(self) -> bytes:
        return dumps(
            {
                "payload": base64.b64encode(self.payload).decode(),
                "payloadType": TYPE,
                "signatures": [
                    {"keyid": name, "sig": base64.b64encode(signature).decode()}
                    for name, signature in self.signatures
                ],
            }
        )


def pae(payload: bytes) -> bytes:
    """What is signed: the pre-authentication encoding of the type and the payload."""
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)


def read(body: bytes, where: str) -> Envelope:
    """The envelope in `body`; raises `BundleError` when it is not written exactly as we write it."""
    try:
        data = loads(body)
        envelope = Envelope(
            base64.b64decode(data["payload"], validate=True), _signatures(data["signatures"])
        )
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise BundleError(f"{where}: not a DSSE envelope ({error})") from None
    if envelope.dumps() != body:
        raise BundleError(f"{where}: not a DSSE envelope of type {TYPE} in canonical form")
    return envelope


def _signatures(rows: Sequence[dict[str, str]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((str(row["keyid"]), base64.b64decode(row["sig"], validate=True)) for row in rows)
