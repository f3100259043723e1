"""Commands on a recorded audit: judge it again, write its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.report.seal import Seal


AFTERWARDS = (
    "Answers and decisions given since; what comes of them is not what was sealed, and says so."
)


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--profile", "profiles", multiple=True, help="Judge under this profile instead.")
@click.option("--attestations", type=click.Path(path_type=Path), help=AFTERWARDS)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the results here (default: standard output).",
)
def judge(
    bundle: Path, profiles: tuple[str, ...], attestations: Path | None, out: Path | None
) -> int:
    """Judges a recorded audit again, offline.

    Without --profile and --attestations the results must equal those in the bundle, byte for byte; exit code 1
    says they do not.
    """
    from sbd_audit.canonical import dumps, pretty
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.library import Library
    from sbd_audit.rejudge import rejudge

    results = rejudge(bundle, Library(), profiles, attestations)
    text = pretty(results)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    recorded = Bundle(bundle)
    if not (profiles or attestations) and recorded.has("results.json"):
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
    "--format",
    "formats",
    default="html",
    help="One or more, with commas between: html, pdf, json, csv, md, oscal, earl, sarif, junit.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder to write to (default: the bundle, beside what is sealed).",
)
@click.option(
    "--edition", help="regulator, platform or public (default: the one the bundle holds)."
)
@click.option("--lang", default="en", help="The language of the report: en or sw.")
@click.option(
    "--responses",
    type=click.Path(path_type=Path),
    help="A file of the service's answers; they are printed and change no outcome.",
)
@click.option("--attestations", type=click.Path(path_type=Path), help=AFTERWARDS)
def report(
    bundle: Path,
    formats: str,
    out: Path | None,
    edition: str | None,
    lang: str,
    responses: Path | None,
    attestations: Path | None,
) -> int:
    """Writes the report of a recorded audit, in the formats people and other tools read."""
    from sbd_audit.errors import UsageError, did_you_mean
    from sbd_audit.evidence.bundle import Bundle
    from sbd_audit.library import Library
    from sbd_audit.rejudge import rejudge
    from sbd_audit.report.formats import FORMATS
    from sbd_audit.report.responses import with_responses
    from sbd_audit.report.seal import read_seal
    from sbd_audit.report.words import Words, known_language

    names = [name.strip() for name in formats.split(",") if name.strip()]
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"no format {name} — {did_you_mean(name, FORMATS)}")
    if not names:
        raise UsageError(f"no format — {did_you_mean('', FORMATS)}")
    words = Words(known_language(lang))
    recorded = Bundle(bundle)
    results = recorded_results(recorded)
    seal: Seal | None = read_seal(recorded)
    variant = ""
    if attestations:
        if edition and edition != results["run"]["edition"]:
            raise UsageError(
                "--attestations and --edition exclude one another: an edition shows what was sealed"
            )
        results, seal, variant = rejudge(recorded, Library(), (), attestations), None, ".reviewed"
    if edition and edition != results["run"]["edition"]:
        # Machine and chain of custody are the regulator's to see, as in sbd-audit edition.
        results, seal, variant = edition_results(recorded, edition), None, f".{edition}"
    if responses:
        results, variant = with_responses(results, responses), f"{variant}.answered"
    place = beside(bundle, out)
    for name in dict.fromkeys(names):
        # Only what shows the sealed results, no more and no less, may bear their name.
        path = place / FORMATS[name].file.replace(".", f"{variant}.", 1)
        path.write_bytes(FORMATS[name].make(results, words, seal))
        click.echo(str(path))
    return 0


def edition_results(bundle: Bundle, edition: str) -> dict[str, Any]:
    """What an edition shows of a bundle's results; raises `BundleError` when that holds what must not be passed on."""
    from sbd_audit.canonical import dumps
    from sbd_audit.evidence.editions import make, refuse_leaks
    from sbd_audit.library import Library

    results = dict(make(bundle, edition).results)
    refuse_leaks(edition, {"results.json": dumps(results)}, Library().vocabulary.helplines)
    return results


def recorded_results(bundle: Bundle) -> dict[str, Any]:
    """The results of a bundle; raises `BundleError` when they have not the shape every report relies on."""
    from pydantic import ValidationError

    from sbd_audit.errors import BundleError
    from sbd_audit.models.results import Results

    data: dict[str, Any] = bundle.json("results.json")
    try:
        Results.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BundleError(
            f"{bundle.folder}/data/results.json: {where}: {first['msg'].lower()} — "
            "results of another version can be made anew with sbd-audit judge"
        ) from None
    return data


def beside(bundle: Path, out: Path | None) -> Path:
    """The folder to write to, made if need be: `out`, or the bundle, or where its zip lies."""
    place = out or (bundle if bundle.is_dir() else bundle.parent)
    place.mkdir(parents=True, exist_ok=True)
    return place
