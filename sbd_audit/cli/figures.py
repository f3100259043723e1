"""`sbd-audit figures`: is a transparency file sound, before or after it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sbd_audit.figures.assess import Assessment

NOT_READ = 3
SHOWN = 40


@click.command()
@click.argument("file")
@click.option("--market", default="KE", help="The country that needs rows of its own.")
@click.option("--lang", "languages", default="en,sw", help="Languages that need rows of their own.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option(
    "--all", "everything", is_flag=True, help=f"Print every place, not the first {SHOWN}."
)
def figures(file: str, market: str, languages: str, form: str, everything: bool) -> int:
    """Holds a transparency FILE against its model and rules, and says where it breaks them.

    Every place is a JSON pointer into the file. What an audit asks of a published file, and of nothing else:
    whether the figures are true is not to be seen in them.

    Exit codes: 0 sound; 1 something is broken, missing or undeclared; 2 an argument is wrong; 3 the file cannot
    be read as one of figures.
    """
    import json
    from datetime import UTC, datetime
    from pathlib import Path

    from sbd_audit.documents.text import Unreadable
    from sbd_audit.errors import UsageError, did_you_mean
    from sbd_audit.figures.assess import assess
    from sbd_audit.figures.gaps import Asked
    from sbd_audit.figures.reading import figures_of, read_file
    from sbd_audit.library import Library
    from sbd_audit.report.text import visible

    if not Path(file).is_file():
        raise UsageError(f"{file}: no such file — a transparency file in JSON")
    if not (len(market) == 2 and market.isalpha()):
        raise UsageError(f"{market} is not a country — a two-letter code such as KE")
    library = Library()
    tables = library.vocabulary.tables
    asked = Asked(market.upper(), [code.strip() for code in languages.split(",") if code.strip()])
    for code in asked.languages:
        if code not in tables["language_names"]:
            known = did_you_mean(code, tables["language_names"])
            raise UsageError(f"{code} is not a language known here — {known}")
    try:
        data = figures_of(read_file(Path(file)), library.figures)
    except Unreadable as error:
        click.echo(f"sbd-audit: {file}: {visible(str(error))}", err=True)
        return NOT_READ
    found = assess(data, library.figures, asked, datetime.now(UTC).date(), tables["report_reasons"])
    if form == "json":
        click.echo(json.dumps(_data(found), ensure_ascii=False, indent=1))
    else:
        _print(found, asked.market, None if everything else SHOWN)
    stated = all(found.outputs.get(name) is not False for name in ("licence_stated", "previous_linked"))  # fmt: skip
    return 0 if found.sound and stated else 1


def _data(found: Assessment) -> dict[str, Any]:
    places = {
        "departures": found.departures,
        "breaks": found.breaks,
        "missing": found.missing,
        "gaps": found.gaps,
    }
    return {
        "outputs": found.outputs,
        **{
            name: [{"rule": p.rule, "pointer": p.pointer, "says": p.says} for p in listed]
            for name, listed in places.items()
        },
        "notes": found.notes,
    }


def _print(found: Assessment, market: str, most: int | None) -> None:
    from sbd_audit.report.text import visible

    sorts = (
        ("departures from the model", found.departures),
        ("rules of arithmetic or privacy broken", found.breaks),
        (f"required rows missing for {market}", found.missing),
        ("combinations of harm and surface undeclared", found.gaps),
    )
    for what, places in sorts:
        click.secho(f"{len(places):5} {what}", bold=bool(places))
        for place in places[:most]:
            click.echo(f"      {visible(place.pointer)}  {visible(place.says)} [{place.rule}]")
        if most is not None and len(places) > most:
            click.echo(f"      … and {len(places) - most} more (--all)")
    for name, value in found.outputs.items():
        if name not in ("schema_valid", "rule_breaks", "missing_rows", "coverage_gaps"):
            told = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
            told = ", ".join(value) or "none" if isinstance(value, list) else told
            click.echo(f"      {name.replace('_', ' ')}: {told}")
    for note in found.notes:
        click.secho(f"      {visible(note)}", dim=True)
