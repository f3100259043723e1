"""`sbd-audit run`: an audit, which is a pytest session."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--target", type=click.Path(path_type=Path), required=True, help="The target file.")
@click.option(
    "--profile", "profiles", multiple=True, required=True, help="A profile; may be given again."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The bundle's folder (default: out/<target>-<time>).",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    help="Cases at the same time (default: the target's limit).",
)
@click.option("--resume", is_flag=True, help="Go on with the audit in --out.")
@click.option("-k", "expression", default="", help="Only checks whose name fits, as in pytest.")
@click.option("--pillar", help="Only checks of this pillar.")
@click.option(
    "--severity",
    type=click.Choice(["critical", "high", "medium", "low"]),
    help="Only checks of this severity.",
)
@click.option("--waivers", type=click.Path(path_type=Path), help="A file of waivers.")
@click.option("--operator", default="", help="Who runs the audit; written into the bundle.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), help="Fail when a demonstrated score is lower."
)
@click.option("--junitxml", type=click.Path(path_type=Path), help="Write JUnit XML.")
@click.option("--quiet", "-q", is_flag=True, help="Only the result.")
@click.option("--verbose", "-v", is_flag=True, help="One line per check.")
@click.option("--no-color", is_flag=True, help="No colours (NO_COLOR works too).")
def run(
    target: Path,
    profiles: tuple[str, ...],
    out: Path | None,
    workers: int | None,
    resume: bool,
    expression: str,
    pillar: str | None,
    severity: str | None,
    waivers: Path | None,
    operator: str,
    fail_under: float | None,
    junitxml: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Audits a target under one or more profiles.

    Exit codes: 0 done and gates met, 1 a check failed or the score is under --fail-under, 2 a definition or
    argument is wrong, 3 the audit could not be carried out.
    """
    import pytest

    from sbd_audit.resources import folder

    arguments = [
        str(folder("checks")),
        "-c",
        str(Path(__file__).with_name("session.ini")),
        "--rootdir",
        str(folder("checks").parent),
        "-p",
        "no:cacheprovider",
        "--no-header",
        "--tb=no",
        "-rN",
        f"--sbd-target={target}",
        *(f"--sbd-profile={name}" for name in profiles),
    ]
    options = {
        "--sbd-out": out,
        "--sbd-workers": workers,
        "--sbd-pillar": pillar,
        "--sbd-severity": severity,
        "--sbd-waivers": waivers,
        "--sbd-operator": operator or None,
        "--sbd-fail-under": fail_under,
        "--junitxml": junitxml,
    }
    arguments += [f"{name}={value}" for name, value in options.items() if value is not None]
    arguments += ["--sbd-resume"] * resume + ["-q"] * quiet + ["-v"] * verbose
    arguments += ["--color=no"] * no_color + (["-k", expression] if expression else [])
    return exit_code(int(pytest.main(arguments)))


def exit_code(pytest_code: int) -> int:
    """pytest's exit code as ours: usage errors and empty selections are 2; 3 is passed through."""
    return {0: 0, 1: 1, 2: 130, 3: 3, 4: 2, 5: 2}.get(pytest_code, 3)
