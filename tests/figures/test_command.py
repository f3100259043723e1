"""`sbd-audit figures`: what a platform sees of its own file before it is published, and the exit code a pipeline reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sbd_audit.cli import cli
from sbd_audit.errors import UsageError
from tests.figures.conftest import Report, drop, sound


@pytest.fixture
def call(tmp_path: Path) -> Any:
    """Calls the command on a file with this in it; gives exit code, output and what was said of mistakes."""

    def run(data: Report | str, *words: str) -> tuple[int, str, str]:
        path = tmp_path / "figures.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        done = CliRunner().invoke(
            cli, ["figures", str(path), *words], standalone_mode=False, catch_exceptions=False
        )
        return done.return_value, done.stdout, done.stderr

    return run


def test_a_sound_file(call: Any) -> None:
    code, out, _ = call(sound())
    assert code == 0
    assert "0 departures from the model" in out
    assert "0 rules of arithmetic or privacy broken" in out
    assert "0 required rows missing for KE" in out
    assert "licence stated: yes" in out


def test_places_are_named(call: Any) -> None:
    data = sound()
    drop(data, "items_actioned")
    data["observations"][0]["value"] = 70_000
    code, out, _ = call(data)
    assert code == 1
    assert "   30 required rows missing for KE" in out
    assert "/observations/1  active_users_monthly_avg is 61000" in out
    assert "[parts_make_the_whole]" in out
    assert "items_actioned (country KE, harm doxxing) has no row" in out


def test_long_lists_are_cut_unless_asked_for(call: Any) -> None:
    data = sound()
    data["detection"] = []
    code, out, _ = call(data)
    assert (code, "… and 110 more (--all)" in out) == (1, True)
    assert call(data, "--all")[1].count("[coverage]") == 150


def test_another_country_needs_rows_of_its_own(call: Any) -> None:
    code, out, _ = call(sound(), "--market", "ug", "--lang", "en")
    assert code == 1
    assert "required rows missing for UG" in out
    assert "country rows: 0" in out


@pytest.mark.parametrize(
    "change", [{"licence": "tbd"}, {"previous": None, "licence": "none"}], ids=["licence", "both"]
)
def test_a_file_nobody_may_use_is_not_sound(call: Any, change: dict[str, Any]) -> None:
    data = sound()
    data["report"].update(change)
    assert call(data)[0] == 1


def test_data_for_programs(call: Any) -> None:
    data = sound()
    data["report"]["extra"] = 1
    code, out, _ = call(data, "--format", "json")
    told = json.loads(out)
    assert code == 1
    assert told["outputs"]["schema_valid"] is False
    assert told["departures"][0]["pointer"] == "/report"


def test_what_is_no_file_of_figures(call: Any) -> None:
    code, out, err = call("<!doctype html><p>Our figures</p>")
    assert (code, out) == (3, "")
    assert "figures.json: it is a web page, not a file of figures" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.json"], "no such file"),
        (["pyproject.toml", "--market", "Kenya"], "Kenya is not a country"),
        (["pyproject.toml", "--lang", "swahili"], "swahili is not a language known here"),
    ],
)
def test_a_wrong_argument(words: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        CliRunner().invoke(cli, ["figures", *words], standalone_mode=False, catch_exceptions=False)
