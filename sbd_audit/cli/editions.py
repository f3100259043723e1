"""Commands that pass a bundle on: editions, disclosures, and the zip."""

from __future__ import annotations

from pathlib import Path

import click

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("bundle", type=PATH)
@click.option("--edition", "name", required=True, help="regulator, platform or public.")
@click.option("--out", type=PATH, required=True, help="A new folder.")
@click.option(
    "--disclose",
    multiple=True,
    metavar="SHA256",
    help="An exhibit to enclose as well; may be given again.",
)
@click.option("--lang", default="en", help="The language of its report.")
def edition(bundle: Path, name: str, out: Path, disclose: tuple[str, ...], lang: str) -> int:
    """Writes an edition of a bundle with its report: whole, for the platform, or for the public.

    What is withheld is committed to, and can be opened later (sbd-audit disclose). Nothing is written when a secret or
    personal data is found in it.
    """
    from sbd_audit.evidence import editions
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.library import Library
    from sbd_audit.report.render import render_html
    from sbd_audit.report.seal import read_seal
    from sbd_audit.report.words import known_language

    recorded = Bundle(bundle)
    made = editions.make(recorded, name, disclose=disclose)
    # Machine and chain of custody are the regulator's to see, so other reports are made without them.
    seal = read_seal(recorded) if name == "regulator" else None
    page = render_html(made.results, language=known_language(lang), seal=seal).encode()
    editions.write(made, out, {"report.html": page}, Library().vocabulary.helplines)
    withheld = len(made.results.get("withheld", ()))
    click.echo(f"{out}: the {name} edition, {withheld} parts withheld")
    return 0


@click.command()
@click.argument("bundle", type=PATH)
@click.argument("items", nargs=-1, required=True)
@click.option("--out", type=PATH, required=True, help="The disclosure, a JSON file.")
def disclose(bundle: Path, items: tuple[str, ...], out: Path) -> int:
    """Opens chosen items of a bundle for somebody who holds an edition.

    An item is a check, a file such as data/plan.json, a path such as /findings/3/steps/0, or the first digits of an
    exhibit's SHA-256 or of a commitment an edition shows. It is checked with: sbd-audit verify EDITION --disclosure FILE.
    """
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.evidence.disclosure import disclose as made
    from sbd_audit.library import Library

    out.write_bytes(made(Bundle(bundle), items, Library().vocabulary.helplines))
    click.echo(str(out))
    return 0


@click.command()
@click.argument("bundle", type=PATH)
@click.option("--out", type=PATH, required=True, help="The zip.")
def pack(bundle: Path, out: Path) -> int:
    """Packs a sealed bundle into one zip, the same bytes every time; verify reads it too."""
    from sbd_audit.evidence.bundle import zip_bundle

    click.echo(f"{zip_bundle(bundle, out)}  {out}")
    return 0
