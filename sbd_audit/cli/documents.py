"""`sbd-audit documents`: what policies state, with quotes, and what changed between two versions."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("places", nargs=-1, metavar="FILE|URL...", required=True)
@click.option("--discover", is_flag=True, help="The address is a site: find its documents first.")
@click.option("--diff", "compared", is_flag=True, help="Compare two versions: OLD, then NEW.")
@click.option("--kind", default="", help="What was asked for, such as terms_of_service.")
@click.option(
    "--lang", "languages", default="", help="Languages asked for, such as en,sw; each is a column."
)
@click.option("--market", default="KE", help="The country the documents must speak to.")
@click.option(
    "--statement", "statements", multiple=True, help="Only this statement; may be given again."
)
@click.option(
    "--browser", is_flag=True, help="Open addresses in a browser, for pages made by scripts."
)
@click.option(
    "--rate",
    type=click.FloatRange(0.05, 50),
    default=1.0,
    help="Requests a second (default: 1).",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--quotes/--no-quotes", default=True, help="Print the passages.")
def documents(
    places: tuple[str, ...],
    discover: bool,
    compared: bool,
    kind: str,
    languages: str,
    market: str,
    statements: tuple[str, ...],
    browser: bool,
    rate: float,
    form: str,
    quotes: bool,
) -> int:
    """Reads policies and says, with quotes, what they state; or compares two versions of one.

    Addresses are asked politely, each inside its own origin. Every statement is stated, partial, absent or
    unknown: a text that came back broken, is for another region or in another language proves no absence.

    Exit codes: 0 done; 1 with --diff when a statement was removed or weakened; 2 an argument is wrong; 3
    nothing could be read or compared.
    """
    from sbd_audit.cli.papers import Papers
    from sbd_audit.documents.signs import Signs
    from sbd_audit.errors import UsageError, did_you_mean
    from sbd_audit.library import Library

    library = Library()
    tables = library.vocabulary.tables
    known = {*tables["document_kinds"], *tables["page_kinds"]}
    if kind and kind not in known:
        raise UsageError(f"there is no kind of document {kind} — {did_you_mean(kind, known)}")
    for name in statements:
        if name not in library.clauses:
            raise UsageError(
                f"no definition of the statement {name} — {did_you_mean(name, library.clauses)}"
            )
    if not (len(market) == 2 and market.isalpha()):
        raise UsageError(f"{market} is not a country — a two-letter code such as KE")
    if compared and len(places) != 2:
        raise UsageError(f"--diff compares two versions, OLD and NEW; {len(places)} given")
    if compared and discover:
        raise UsageError("--diff and --discover do not go together")
    for place in places:
        if not place.startswith(("http://", "https://")) and not Path(place).is_file():
            raise UsageError(f"{place}: no such file — a file, or an http or https address")
    asked = tuple(code.strip() for code in languages.split(",") if code.strip())
    for code in asked:
        if code not in tables["language_names"]:
            raise UsageError(
                f"no statements are defined in {code} — {did_you_mean(code, tables['language_names'])}"
            )
    clauses = {
        name: clause
        for name, clause in library.clauses.items()
        if not statements or name in statements
    }
    papers = Papers(
        Signs.of(tables),
        clauses,
        tables["statements"],
        tables["document_kinds"],
        market.upper(),
        kind,
        asked,
        quotes,
    )
    with papers.desk(places, rate, browser):
        if compared:
            return papers.compare(places[0], places[1], form)
        return papers.table(places, form, discover=discover)
