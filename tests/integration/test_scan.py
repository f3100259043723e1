"""Scans of software nobody here wrote: what its public pages show, and nothing they do not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.library import Library
from sbd_audit.scan import ScanRequest, scan

from . import misago_site, postgres, spirit_site, synapse_site

pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
]


def test_spirit_shows_a_sign_up_without_age_and_no_policy(tmp_path: Path, library: Library) -> None:
    with spirit_site.start(tmp_path) as forum:
        results = scan(
            ScanRequest(forum.url, tmp_path / "bundle", pace=Fraction(50), library=library)
        )
    rows = {row["what"]: row for row in results["surface"]["rows"]}
    states = {name: row["state"] for name, row in rows.items() if row["state"] != "not_found"}
    assert states == {"sign_up": "found", "languages": "found", "cookies": "found"}
    assert rows["sign_up"]["where"] == f"{forum.url}/user/register/"
    assert rows["cookies"]["notes"] == ["csrftoken"]
    assert rows["age_question"]["state"] == "not_found"
    # No age is asked on the form, which does not show that none is asked later; no page is proved missing.
    outcomes = {finding["check"]: finding["outcome"] for finding in results["findings"]}
    assert set(outcomes.values()) <= {"cantTell", "untested"}
    assert results["refused"] == []


def seen(results: dict[str, Any]) -> dict[str, str]:
    rows = results["surface"]["rows"]
    return {row["what"]: row["state"] for row in rows if row["state"] != "not_found"}


def test_synapse_shows_a_page_without_links(tmp_path: Path, library: Library) -> None:
    with synapse_site.start(tmp_path) as server:
        request = ScanRequest(server.url, tmp_path / "bundle", pace=Fraction(50), library=library)
        results = scan(request)
    assert seen(results) == {"languages": "found", "age_question": "unclear"}
    assert {finding["outcome"] for finding in results["findings"]} <= {"cantTell", "untested"}


@pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed")
def test_misago_shows_a_button_that_a_scan_does_not_press(tmp_path: Path, library: Library) -> None:
    with misago_site.start(tmp_path) as forum:
        request = ScanRequest(forum.url, tmp_path / "bundle", pace=Fraction(50), library=library)
        results = scan(request)
    states = {"sign_up": "unclear", "age_question": "unclear", "languages": "unclear"}
    assert seen(results) == {**states, "cookies": "found"}
    row = next(row for row in results["surface"]["rows"] if row["what"] == "sign_up")
    assert "Register" in row["says"]
    assert {finding["outcome"] for finding in results["findings"]} <= {"cantTell", "untested"}
