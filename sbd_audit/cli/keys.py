"""Commands on keys, signatures and time stamps. Private keys are never shown, and nothing is sent anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sbd_audit.evidence.keys import SigningKey

PATH = click.Path(path_type=Path)
WHAT = click.Choice(["plan", "run", "run.countersigned"])


@click.group()
def keys() -> None:
    """Signing keys (Ed25519): make one, show one, begin a trust file."""


@keys.command("new")
@click.option("--name", required=True, help="Whose key it is, as reports will say.")
@click.option("--out", type=PATH, help="The key file (default: the key used when none is named).")
def new_key_(name: str, out: Path | None) -> int:
    """Makes a key. Give its fingerprint to those who will verify, by another way than a bundle."""
    from sbd_audit.errors import UsageError
    from sbd_audit.evidence.keys import home, new_key

    path = out or home() / "signing-key.pem"
    if path.exists():
        raise UsageError(f"{path} is there already; a key is never replaced — give another --out")
    key = new_key(path, name, _now())
    click.echo(f"{path}\nfingerprint {key.keyid}")
    return 0


@keys.command()
@click.argument("key", type=PATH, required=False)
def show(key: Path | None) -> int:
    """Shows the public part of a key file (default: the key a run signs with), as JSON."""
    from sbd_audit.canonical import pretty

    click.echo(pretty(_key(key).facts()), nl=False)
    return 0


@keys.command()
@click.argument("key", type=PATH, required=False)
@click.option("--role", type=click.Choice(["auditor", "witness", "regulator"]), default="auditor")
def trust(key: Path | None, role: str) -> int:
    """Prints a trust file for one key, for the verifier to keep and extend."""
    import json

    facts = _key(key).facts()
    click.echo(
        f"# Whom this verifier trusts. Compare the fingerprint with the signer before relying on it:\n"
        f"# {facts['keyid']}\n"
        f"required: {{{role}: 1}}\n"
        f"keys:\n"
        f"  - name: {json.dumps(facts['name'], ensure_ascii=False)}\n"
        f"    role: {role}\n"
        f'    public_key: "{facts["public_key"]}"\n'
        f"time_stamps: {{required: 0}}  # with roots: [tsa-root.pem] and required: 2, the time is proven too"
    )
    return 0


@click.command()
@click.argument("bundle", type=PATH)
@click.option("--key", type=PATH, help="The key to sign with (default: the key a run signs with).")
def sign(bundle: Path, key: Path | None) -> int:
    """Adds a signature to a sealed bundle: of a witness, of the regulator, or to one left unsigned."""
    from sbd_audit.evidence.sealing import countersign

    signer = _key(key)
    place = countersign(bundle, signer)
    click.echo(f"{bundle / place}: signed by {signer.name}, key {signer.keyid}")
    return 0


@click.group()
def stamp() -> None:
    """RFC 3161 time stamps: make the request, have an authority answer it, attach the reply."""


@stamp.command()
@click.argument("bundle", type=PATH)
@click.argument("what", type=WHAT)
@click.option("--out", type=PATH, required=True, help="Where to write the request (.tsq).")
def request(bundle: Path, what: str, out: Path) -> int:
    """Writes a request over the signed plan or run, for you to hand to a time-stamping authority."""
    from sbd_audit.evidence.sealing import envelope
    from sbd_audit.evidence.timestamps import request as made

    out.write_bytes(made(envelope(bundle, what)))
    click.echo(
        f"{out}\nHave it answered, for instance: curl -H 'Content-Type: application/timestamp-query' "
        f"--data-binary @{out} ADDRESS-OF-AUTHORITY > reply.tsr\n"
        f"then: sbd-audit stamp attach {bundle} {what} reply.tsr --label tsa1"
    )
    return 0


@stamp.command()
@click.argument("bundle", type=PATH)
@click.argument("what", type=WHAT)
@click.argument("reply", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--label", default="tsa1", help="A short name for the authority.")
def attach(bundle: Path, what: str, reply: Path, label: str) -> int:
    """Puts an authority's reply into the bundle, when it is about what was signed."""
    from sbd_audit.evidence.sealing import attach as attached

    place, at = attached(bundle, what, label, reply.read_bytes())
    click.echo(
        f"{place}: stamped at {at.isoformat()}, by its own account; verify checks the signer"
    )
    return 0


def _key(path: Path | None) -> SigningKey:
    from sbd_audit.errors import UsageError
    from sbd_audit.evidence.keys import load_key, signing_key

    key = load_key(path) if path else signing_key(_now())
    if key is None:
        raise UsageError("SBD_AUDIT_KEY is none: there is no key — name a key file")
    return key


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
