"""Draft legal texts of a recorded audit: a certificate of electronic evidence, a notice to remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--notice", "wants_notice", is_flag=True, help="Draft a notice to remedy instead.")
@click.option(
    "--device",
    type=click.Path(path_type=Path),
    help="A YAML file with the device's make, model, serial and in_custody_of, where the bundle has none.",
)
@click.option(
    "--dated", help="The day of the notice, such as 2026-12-31, to work out the last day."
)
@click.option(
    "--responses", type=click.Path(path_type=Path), help="The service's answers, for the notice."
)
@click.option("--format", "formats", default="html,pdf", help="html, pdf or both.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder to write to (default: the bundle, beside what is sealed).",
)
def certify(
    bundle: Path,
    wants_notice: bool,
    device: Path | None,
    dated: str | None,
    responses: Path | None,
    formats: str,
    out: Path | None,
) -> int:
    """Drafts the certificate a court asks for, or a notice to remedy; counsel reviews, a person signs.

    Facts come from the bundle; declarations and signature stay blank, and every page says DRAFT.
    """
    from sbd_audit.cli.records import beside, recorded_results
    from sbd_audit.errors import UsageError, did_you_mean
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.models.device import Device
    from sbd_audit.report.certificate import certificate
    from sbd_audit.report.legal import draft
    from sbd_audit.report.notice import notice
    from sbd_audit.report.responses import with_responses
    from sbd_audit.report.words import Words
    from sbd_audit.source import load

    names = [name.strip() for name in formats.split(",") if name.strip()]
    for name in names:
        if name not in ("html", "pdf"):
            raise UsageError(f"no format {name} — {did_you_mean(name, ('html', 'pdf'))}")
    entered = Device.read(load(device)) if device else None
    day = _day(dated) if dated else None
    recorded = Bundle(bundle)
    results = recorded_results(recorded)
    if responses:
        results = with_responses(results, responses)
    kind = "notice" if wants_notice else "certificate"
    text = draft(kind, recorded, results, Words("en"))
    page = notice(text, day) if wants_notice else certificate(text, entered)
    for name in dict.fromkeys(names):
        path = beside(bundle, out) / f"report.{kind}.{name}"
        if name == "pdf":
            from sbd_audit.report.pdf import typeset

            run = results["run"]
            path.write_bytes(typeset(page, attached={}, at=run["finished_at"] or run["started_at"]))
        else:
            path.write_text(page, encoding="utf-8")
        click.echo(str(path))
    click.echo(f"{text.text['mark']}: {text.text['review']}", err=True)
    return 0


def _day(text: str) -> date:
    from sbd_audit.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is not a day — write one such as 2026-12-31") from None
