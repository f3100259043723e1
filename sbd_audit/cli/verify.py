"""`sbd-audit verify` and `sbd-audit plan`: is it genuine, and what was promised before the first request."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--trust", type=click.Path(path_type=Path), help="Your own file of keys and roots.")
@click.option(
    "--disclosure",
    "disclosures",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A disclosure to check against it; may be given again.",
)
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
@click.option("--quiet", "-q", is_flag=True, help="Only the verdict.")
def verify(
    bundle: Path, trust: Path | None, disclosures: tuple[Path, ...], kind: str, quiet: bool
) -> int:
    """Checks a bundle or an edition, offline, in thirteen steps; judges and scores it again.

    Exit codes: 0 verified, 1 tampered, 2 cannot be verified (no trust file, no signature of a trusted key, a step
    that was skipped), 3 malformed or unsafe.
    """
    from sbd_audit.canonical import pretty
    from sbd_audit.verify import verify_bundle

    found = verify_bundle(bundle, trust, disclosures=disclosures)
    if kind == "json":
        steps = [
            {"step": s.number, "title": s.title, "state": s.state.value, "says": list(s.says)}
            for s in found.steps
        ]
        whole = {"verdict": found.verdict, "steps": steps, "facts": list(found.facts)}
        click.echo(pretty(whole), nl=False)
    else:
        click.echo(found.verdict if quiet else "\n".join(found.lines()))
    return found.exit_code


@click.command()
@click.option("--target", type=click.Path(path_type=Path), required=True, help="The target file.")
@click.option(
    "--profile", "profiles", multiple=True, required=True, help="A profile; may be given again."
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The bundle's folder, to be made."
)
@click.option("--waivers", type=click.Path(path_type=Path), help="A file of waivers.")
def plan(target: Path, profiles: tuple[str, ...], out: Path, waivers: Path | None) -> int:
    """Makes and signs the plan of an audit, and asks nothing of the platform.

    Have it time-stamped (sbd-audit stamp), then carry it out: sbd-audit run --resume with the same options.
    """
    from sbd_audit.run import Audit, Request

    made = Audit(Request(target, profiles, out, waivers=waivers)).plan_only()
    click.echo(f"{out}: run {made.run}, {len(made.checks)} checks planned")
    return 0
