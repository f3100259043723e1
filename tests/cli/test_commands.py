"""Commands that need no platform: light to start, true to the definitions, and safe to pipe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import sbd_audit
from sbd_audit.cli import cli


def run(*words: str) -> str:
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_help_is_light() -> None:
    heavy = ["requests", "jsonschema", "jinja2", "pytest", "playwright", "flask"]
    code = (
        "import sys\nfrom sbd_audit.cli import cli\n"
        "try:\n cli(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for name in (
        "demo",
        "scan",
        "run",
        "documents",
        "figures",
        "judge",
        "report",
        "lint",
        "list",
        "explain",
        "new",
    ):
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize(
    "part",
    ["checks", "profiles", "platforms", "instruments", "capabilities", "reasons", "switches"],
)
def test_lists(part: str) -> None:
    rows = json.loads(run("list", part, "--format", "json"))
    assert rows
    assert len(run("list", part).splitlines()) == len(rows)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("contact.stranger-messages", "A stranger's message does not reach a child"),
        ("KE-COP-T9", "contact.stranger-messages"),
        ("send_message", "answers   delivered, held, refused, not_offered"),
    ],
)
def test_explain(name: str, says: str) -> None:
    assert says in run("explain", name)


@pytest.mark.parametrize(
    ("part", "name"),
    [("check", "contact.my-check"), ("profile", "mine"), ("platform", "mine"), ("target", "mine")],
)
def test_new_files_are_right_from_the_start(
    part: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = run("new", part, name).split(" written")[0]
    assert "no problem found" in run("lint", written)


def test_our_own_definitions_are_clean() -> None:
    assert "no problem found" in run("lint")


def test_the_public_names_are_these() -> None:
    assert sbd_audit.__all__ == [
        "__version__",
        "judge",
        "load_library",
        "render_report",
        "run_audit",
        "score",
        "verify_bundle",
    ]
    for name in sbd_audit.__all__:
        assert getattr(sbd_audit, name)
