"""The command that writes what an audit left to people as a file to fill in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write it here (default: standard output)."
)
def questions(bundle: Path, out: Path | None) -> int:
    """Writes the questions an audit left to people, as a file of answers to fill in."""
    from datetime import date

    from sbd_audit.cli.records import recorded_results
    from sbd_audit.errors import UsageError
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.library import Library
    from sbd_audit.report.questions import form, still_open

    results = recorded_results(Bundle(bundle))
    if results["run"]["edition"] != "regulator":
        raise UsageError(
            f"{bundle} is the {results['run']['edition']} edition — questions are written from the whole bundle"
        )
    if out is not None and out.exists():
        raise UsageError(f"{out} is there already — choose another name; it may hold answers")
    tables = Library().vocabulary.tables
    text = form(results, tables["questions"], tables["statements"], date.today().isoformat())
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
    left = still_open(results)
    click.echo(
        f"{len(left.questions)} questions and {len(left.statements)} statements are open", err=True
    )
    return 0
