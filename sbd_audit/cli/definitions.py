"""Commands on definitions: lint, list, new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

PARTS = ("checks", "profiles", "platforms", "instruments", "capabilities", "reasons", "switches")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def lint(paths: tuple[Path, ...]) -> int:
    """Checks definitions: all of ours, or the files and folders given."""
    from sbd_audit.attestations import attestation_problems
    from sbd_audit.errors import DefinitionError, UsageError
    from sbd_audit.library import Defined, Library, load_target
    from sbd_audit.lint import (
        check_problems,
        platform_problems,
        profile_problems,
        target_problems,
    )
    from sbd_audit.lint import lint as lint_library
    from sbd_audit.lint_regimes import instrument_problems
    from sbd_audit.models.attestation import AttestationFile
    from sbd_audit.models.check import Check
    from sbd_audit.models.instrument import Instrument
    from sbd_audit.models.platform import Platform
    from sbd_audit.models.profile import Profile
    from sbd_audit.source import load

    library = Library()
    if not paths:
        problems = lint_library(library)
    else:
        problems = []
        for path in _files(paths):
            try:
                source = load(path)
                data = source.data if isinstance(source.data, dict) else {}
                if "observe" in data:
                    problems += check_problems(Defined(Check.read(source), source), library)
                elif "requirements" in data or ("extends" in data and "pillars" in data):
                    problems += profile_problems(Defined(Profile.read(source), source), library)
                elif "jurisdiction" in data:
                    problems += instrument_problems(
                        Defined(Instrument.read(source), source), library
                    )
                elif "base_url" in data:
                    problems += target_problems(load_target(path), library.vocabulary)
                elif "people" in data and "target" in data:
                    problems += attestation_problems(
                        AttestationFile.read(source), source, library.vocabulary
                    )
                elif "capabilities" in data and "software" in data:
                    problems += platform_problems(
                        Defined(Platform.read(source), source), library.vocabulary
                    )
            except DefinitionError as error:
                problems += error.problems
    if problems:
        raise DefinitionError(problems)
    if paths and not any(path.exists() for path in paths):
        raise UsageError(f"{paths[0]}: no such file")
    click.echo(
        f"{len(library.checks)} checks, {len(library.profiles)} profiles, {len(library.instruments)} instruments, "
        f"{len(library.platforms)} platforms: no problem found"
    )
    return 0


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """The YAML files meant by files and folders."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    return found


@click.command("list")
@click.argument("part", type=click.Choice(PARTS))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def list_(part: str, form: str) -> int:
    """Lists what there is."""
    rows = _rows(part)
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        click.echo(
            "  ".join(
                str(value).ljust(width)
                for value, width in zip(row.values(), _widths(rows), strict=True)
            ).rstrip()
        )
    return 0


def _widths(rows: list[dict[str, Any]]) -> list[int]:
    return [max(len(str(row[key])) for row in rows) for key in rows[0]]


def _rows(part: str) -> list[dict[str, Any]]:
    from sbd_audit.library import Library
    from sbd_audit.outcome import Reason

    library = Library()
    if part == "checks":
        found = [defined.model for defined in library.checks.values()]
        return [
            {"id": c.id, "severity": c.severity, "environment": c.environment, "title": c.title}
            for c in found
        ]
    if part == "profiles":
        return [
            {
                "id": n,
                "version": d.model.version,
                "checks": len(library.profile(n).checks),
                "title": d.model.title,
            }
            for n, d in library.profiles.items()
        ]
    if part == "platforms":
        return [
            {"id": n, "capabilities": len(d.model.capabilities), "title": d.model.title}
            for n, d in library.platforms.items()
        ]
    if part == "instruments":
        return [
            {
                "id": n,
                "provisions": len(d.model.provisions),
                "status": d.model.status,
                "title": d.model.title,
            }
            for n, d in library.instruments.items()
        ]
    if part == "reasons":
        return [
            {"reason": r.value, "outcome": r.outcome.value, "meaning": r.meaning} for r in Reason
        ]
    if part == "switches":
        from sbd_audit.demo.baraza.switchboard import SWITCHES

        return [{"id": s.id, "kind": s.kind, "says": s.says} for s in SWITCHES.values()]
    return [
        {"id": n, "effect": c.effect, "least": c.least, "says": c.says}
        for n, c in library.vocabulary.capabilities.items()
    ]


@click.command()
@click.argument("part", type=click.Choice(["check", "profile", "platform", "target"]))
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write.")
def new(part: str, name: str, out: Path | None) -> int:
    """Writes a first version of a definition file, to be filled in."""
    from sbd_audit.errors import UsageError
    from sbd_audit.resources import folder

    text = (
        (folder("reports") / "new" / f"{part}.yaml")
        .read_text(encoding="utf-8")
        .replace("NAME", name)
    )
    where = out or Path(*name.split(".", 1) if part == "check" else [name]).with_suffix(".yaml")
    if where.exists():
        raise UsageError(f"{where} exists already")
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(text, encoding="utf-8")
    click.echo(f"{where} written; fill it in, then: sbd-audit lint {where}")
    return 0
