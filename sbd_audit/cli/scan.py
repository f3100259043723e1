"""`sbd-audit scan`: the public pages of a site, without accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("url")
@click.option(
    "--market", default="KE", show_default=True, help="The country whose helplines count."
)
@click.option(
    "--lang", default="en,sw", show_default=True, help="Languages to look for, the first one first."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The bundle's folder (default: out/scan-<host>-<time>).",
)
@click.option(
    "--pages",
    type=click.IntRange(5, 200),
    default=40,
    show_default=True,
    help="Requests and pages at most.",
)
@click.option(
    "--minutes",
    type=click.IntRange(1, 60),
    default=15,
    show_default=True,
    help="Minutes of looking around at most.",
)
@click.option(
    "--pace",
    default="1",
    show_default=True,
    help="Requests a second; more only for a site of your own.",
)
@click.option("--operator", default="", help="Who runs the scan; written into the bundle.")
@click.option(
    "--no-browser", is_flag=True, help="Do without a browser; what needs one stays untested."
)
@click.option("--quiet", "-q", is_flag=True, help="Only the table and the result.")
def scan(
    url: str,
    market: str,
    lang: str,
    out: Path | None,
    pages: int,
    minutes: int,
    pace: str,
    operator: str,
    no_browser: bool,
    quiet: bool,
) -> int:
    """Looks at what a site shows to anybody: no account, no form sent, nothing but GET.

    Finds sign-up, rules and policies, safety and report pages, the age question, other hosts called, cookies,
    helplines and security.txt; judges what can be judged from outside. It respects robots.txt and asks once a
    second. Exit codes: 0 done, 2 the address or an argument is wrong, 3 the site could not be looked at.
    """
    from datetime import UTC, datetime

    from sbd_audit.cli.progress import show
    from sbd_audit.library import Library
    from sbd_audit.observe.browser import find_browser, install_hint
    from sbd_audit.report.render import render_html
    from sbd_audit.report.summary import summary
    from sbd_audit.report.surface import lines
    from sbd_audit.scan import ScanRequest
    from sbd_audit.scan import scan as look
    from sbd_audit.scan.address import start_of

    library = Library()
    _known(market, library)
    languages = _languages(lang)
    host = start_of(url).split("/")[2].replace(":", "-")
    place = out or Path("out") / f"scan-{host}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    build = None if no_browser else find_browser()
    if build is None:
        hint = "as asked" if no_browser else install_hint()
        click.echo(f"NO BROWSER: what needs one stays untested ({hint}).", err=True)
    request = ScanRequest(
        url,
        place,
        market,
        languages,
        _pace(pace),
        pages,
        minutes,
        operator,
        library,
        build or False,
    )
    if not quiet:
        click.echo(
            f"Looking at {url}: {pages} pages at most, {pace} a second, nothing sent.", err=True
        )
    with show(quiet=quiet) as progress:
        results: dict[str, Any] = look(request, progress)
    (place / "report.html").write_text(render_html(results), encoding="utf-8")
    for line in lines(results["surface"]):
        click.echo(line)
    click.echo("")
    for line in summary(results):
        click.echo(line)
    click.echo(f"\nReport   {place / 'report.html'}\nBundle   {place}")
    return 0


def _pace(text: str) -> Any:
    from fractions import Fraction

    from sbd_audit.errors import UsageError

    try:
        pace = Fraction(text)
    except (ValueError, ZeroDivisionError):
        pace = Fraction(0)
    if not 0 < pace <= 1000:
        raise UsageError(f"--pace {text}: write requests a second, such as 1 or 0.5")
    return pace


def _languages(text: str) -> tuple[str, ...]:
    from sbd_audit.errors import UsageError

    codes = tuple(dict.fromkeys(code.strip().lower() for code in text.split(",") if code.strip()))
    if not codes or any(len(code) != 2 or not code.isalpha() for code in codes):
        raise UsageError(f"--lang {text}: write two-letter codes with commas, such as en,sw")
    return codes


def _known(market: str, library: Any) -> None:
    from sbd_audit.errors import UsageError

    if len(market) != 2 or not market.isalpha() or not market.isupper():
        raise UsageError(
            f"--market {market}: write a two-letter country code in capitals, such as KE"
        )
    registry = library.vocabulary.tables["contacts"]
    if not any(market in entry for entry in registry.values()):
        click.echo(f"No helplines are held for {market}; those found are not compared.", err=True)
