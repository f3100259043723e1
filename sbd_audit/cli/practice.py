"""`sbd-audit demo`: the practice platform, and an audit of it."""

from __future__ import annotations

import time
from pathlib import Path

import click

NEWCOMERS = (
    "setting_reads_safe_but_not_enforced",
    "report_harder_for_children",
    "image_form_ignores_threats",
    "deletion_hidden",
    "people_search_finds_nobody",
)


@click.command()
@click.option("--safe", is_flag=True, help="The safe configuration, without a fault.")
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="ID",
    help="Switch on this fault; may be given again.",
)
@click.option("--serve", is_flag=True, help="Only serve the practice platform, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8099, help="The port for --serve.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out/demo"),
    help="Where the bundle goes.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    help="Profiles (default: the Kenyan one and TFGBV core).",
)
@click.option("--workers", type=click.IntRange(1, 32), help="Cases at the same time.")
@click.option("--quiet", "-q", is_flag=True, help="Only the result.")
def demo(
    safe: bool,
    defects: tuple[str, ...],
    serve: bool,
    port: int,
    out: Path,
    profiles: tuple[str, ...],
    workers: int | None,
    quiet: bool,
) -> int:
    """Audits Baraza, the practice platform, with a handful of faults switched on."""
    from sbd_audit.errors import UsageError

    try:
        from sbd_audit.demo.baraza import start
    except ImportError as error:
        raise UsageError(
            f"{error.name} is missing; install with: pip install 'sbd-audit[demo]'"
        ) from None
    if safe and defects:
        raise UsageError("--safe and --defect exclude one another")
    switches = defects or (() if safe else NEWCOMERS)
    if serve:
        return _serve(switches, port)

    from sbd_audit.cli.progress import show
    from sbd_audit.demo.practice import clear, names, target_for
    from sbd_audit.observe.browser import install_hint
    from sbd_audit.report.render import render_html
    from sbd_audit.report.seal import seal_of
    from sbd_audit.report.summary import summary
    from sbd_audit.run import Audit, Request

    began = time.monotonic()
    with start(switches) as site, target_for(site) as target:
        if not quiet:
            thrown = ", ".join(switches) if switches else "no fault"
            click.echo(
                f"Baraza, the practice platform, runs at {site.url} with {thrown}.", err=True
            )
        clear(out)
        audit = Audit(Request(target, names(profiles), out, workers=workers))
        audit.prepare()
        if audit.build is None and audit.browser_needed:
            click.echo(f"NO BROWSER: browser checks stay untested; {install_hint()}.", err=True)
        with show(quiet=quiet) as progress:
            audit.observe(progress)
        results = audit.finish()
    page = render_html(results, seal=seal_of(out))
    (out / "report.html").write_text(page, encoding="utf-8")
    for line in summary(results):
        click.echo(line)
    click.echo(
        f"\nReport   {out / 'report.html'}\nBundle   {out}\nTook     {time.monotonic() - began:.0f} s"
    )
    return 0


def _serve(switches: tuple[str, ...], port: int) -> int:
    from sbd_audit.demo.baraza import start
    from sbd_audit.demo.practice import target_for

    with start(switches, port) as site, target_for(site) as target:
        click.echo(f"Baraza runs at {site.url} (this machine only); Ctrl-C stops it.")
        click.echo(f"Its target file, with answers given today: {target}")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0
