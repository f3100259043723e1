"""A time-stamping authority of our own, with openssl: nothing leaves this machine."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = SERIAL
crypto_device = builtin
signer_digest = sha256
default_policy = POLICY
digests = sha256, sha512, sha1
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
POLICY = "1.2.3.4.1"


class Authority:
    """A root, a signer under it, and replies to requests."""

    def __init__(self, folder: Path, name: str, *, usage: bool = True, days: int = 30) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        top, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate(f"{name} root", top, None, top, days=3650, ca=True)
        signer = _certificate(name, key, root, top, days=days, usage=usage)
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        text = CONFIG.replace("SERIAL", str(folder / "serial")).replace("POLICY", POLICY)
        (folder / "tsa.cnf").write_text(text)

    def answer(self, request: bytes, *, chain: bool = False) -> bytes:
        """The reply (TimeStampResp) to a request; with `chain`, openssl puts the root into it as well."""
        (self.folder / "request.tsq").write_bytes(request)
        command = [
            *("openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "one"),
            *("-queryfile", "request.tsq", "-signer", "signer.pem", "-inkey", "key.pem"),
            *("-out", "reply.tsr", *(["-chain", "root.pem"] if chain else [])),
        ]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply.tsr").read_bytes()

    def agrees(self, data: Path, token: Path) -> bool:
        """Whether ``openssl ts -verify`` takes the token for this data under our root."""
        command = ["openssl", "ts", "-verify", "-data", data, "-in", token, "-CAfile", self.root]
        return subprocess.run(command, capture_output=True).returncode == 0


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signing: ec.EllipticCurvePrivateKey,
    *,
    days: int,
    ca: bool = False,
    usage: bool = True,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .add_extension(_usage(ca), critical=True)
    )
    if not ca:
        for_what = ExtendedKeyUsageOID.TIME_STAMPING if usage else ExtendedKeyUsageOID.CODE_SIGNING
        builder = builder.add_extension(x509.ExtendedKeyUsage([for_what]), critical=True)
    return builder.sign(signing, hashes.SHA256())


def _usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
