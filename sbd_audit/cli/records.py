"""Commands on a recorded audit: judge it again, write its report."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--profile", "profiles", multiple=True, help="Judge under this profile instead.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the results here (default: standard output).",
)
def judge(bundle: Path, profiles: tuple[str, ...], out: Path | None) -> int:
    """Judges a recorded audit again, offline.

    Without --profile the results must equal those in the bundle, byte for byte; exit code 1 says they do not.
    """
    from sbd_audit.canonical import dumps, pretty
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.library import Library
    from sbd_audit.rejudge import rejudge

    results = rejudge(bundle, Library(), profiles)
    text = pretty(results)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    recorded = Bundle(bundle)
    if not profiles and recorded.has("results.json"):
        same = dumps(recorded.json("results.json")) == dumps(results)
        click.echo(
            "equal to the recorded results" if same else "DIFFERENT from the recorded results",
            err=True,
        )
        return 0 if same else 1
    return 0


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--format", "formats", default="html", help="html, json, or both separated by a comma."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The folder to write to (default: the bundle)."
)
@click.option("--lang", default="en", help="The language of the report (en).")
def report(bundle: Path, formats: str, out: Path | None, lang: str) -> int:
    """Writes the report of a recorded audit."""
    from sbd_audit.canonical import pretty
    from sbd_audit.errors import UsageError, did_you_mean
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.report.render import render_html
    from sbd_audit.resources import folder

    known = ("html", "json")
    languages = sorted(path.stem for path in (folder("reports") / "locales").glob("*.yaml"))
    if lang not in languages:
        raise UsageError(f"no report in {lang} — {did_you_mean(lang, languages, what='there is')}")
    results = Bundle(bundle).json("results.json")
    place = out or bundle
    place.mkdir(parents=True, exist_ok=True)
    for name in formats.split(","):
        if name not in known:
            raise UsageError(f"no format {name} — {did_you_mean(name, known)}")
        path = place / ("report.html" if name == "html" else "results.json")
        path.write_text(
            render_html(results, language=lang) if name == "html" else pretty(results),
            encoding="utf-8",
        )
        click.echo(str(path))
    return 0
