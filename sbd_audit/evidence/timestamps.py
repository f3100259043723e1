"""RFC 3161 time-stamp tokens: the request to have stamped elsewhere, and the check of the reply.

Nothing is sent anywhere: the operator hands the request file to an authority of their choice and brings the
reply back. Tokens are kept whole, so that ``openssl ts -verify`` reads them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING

from sbd_audit.errors import BundleError, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MAX_TOKEN = 100_000
HINT = "openssl ts -verify -data {data} -in {token} -CAfile ROOT.pem"


class Unproven(Exception):
    """A token that may be sound, but cannot be checked here; says why."""


class Contradicted(Exception):
    """A token that is about something else, or whose signature is wrong; says why."""


@dataclass(frozen=True)
class Stamp:
    """A token that was checked: when, by whom, under which policy."""

    at: datetime
    authority: str
    policy: str


def request(data: bytes) -> bytes:
    """A time-stamp request (DER) over `data`: SHA-256, with a nonce, asking for the certificate."""
    client = _client()
    builder = client.TimestampRequestBuilder(data, client.HashAlgorithm.SHA256)
    return bytes(builder.build().as_bytes())


def check(
    token: bytes, data: bytes, roots: Sequence[Certificate], policies: Sequence[str]
) -> Stamp:
    """The time a token proves for `data`, under one of `roots`.

    Raises `Contradicted` when it is about other bytes or was altered, `Unproven` when no root given vouches
    for its signer at that time, the policy is not an accepted one, or the reply cannot be read here.
    """
    import rfc3161_client

    reply = _decoded(token)
    if reply.as_bytes() != token:
        raise Contradicted("bytes stand in the reply that belong to nothing")
    info = reply.tst_info
    policy = info.policy.dotted_string
    if policies and policy not in policies:
        raise Unproven(f"its policy {policy} is not one the trust file accepts")
    builder = rfc3161_client.VerifierBuilder(roots=list(roots))
    try:
        builder.build().verify_message(reply, data)
    except rfc3161_client.VerificationError as error:
        why = str(error)
        if "Mismatch" in why:
            raise Contradicted("it stamps other bytes than these") from None
        raise Unproven(f"no root of the trust file vouches for it: {why}") from None
    except ValueError as error:
        raise Unproven(f"it cannot be checked here: {error}") from None
    return Stamp(info.gen_time, _authority(reply), policy)


def stamped(token: bytes, data: bytes) -> datetime:
    """The time a reply states for `data`, its signer unchecked; raises `BundleError` when it is about other bytes."""
    from cryptography.hazmat.primitives import hashes

    try:
        reply = _decoded(token)
    except Unproven as error:
        raise BundleError(str(error)) from None
    imprint = reply.tst_info.message_imprint
    names = {
        "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
        "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
        "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
    }
    kind = names.get(imprint.hash_algorithm.dotted_string)
    if kind is None:
        raise BundleError("the reply uses a weak or unknown hash; ask for SHA-256")
    state = hashes.Hash(kind)
    state.update(data)
    if state.finalize() != imprint.message:
        raise BundleError("the reply stamps other bytes than what is signed here")
    return reply.tst_info.gen_time


def _decoded(token: bytes) -> TimeStampResponse:
    client = _client()
    if len(token) > MAX_TOKEN:
        raise Unproven(f"a token of more than {MAX_TOKEN} bytes is not read")
    try:
        reply: TimeStampResponse = client.decode_timestamp_response(token)
        status = reply.status
        _ = reply.tst_info.gen_time if status == 0 else None
    except ValueError as error:
        raise Unproven(f"it cannot be read here ({error}); openssl may") from None
    if status != 0:
        raise Unproven(f"the authority did not grant it (status {status})")
    return reply


def _authority(reply: TimeStampResponse) -> str:
    """The name in the signer's certificate."""
    from cryptography.x509 import load_der_x509_certificate

    signers = list(reply.signed_data.signer_infos)
    for body in reply.signed_data.certificates:
        certificate = load_der_x509_certificate(body)
        if (certificate.issuer, certificate.serial_number) == (
            signers[0].issuer,
            signers[0].serial_number,
        ):
            return certificate.subject.rfc4514_string()
    return "an authority without a name"


def _client() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError:
        raise UsageError(
            "time stamps need rfc3161-client — pip install 'sbd-audit[timestamp]'"
        ) from None
    return rfc3161_client
