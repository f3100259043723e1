"""The report of a real, recorded audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.evidence.bundle import Bundle
from sbd_audit.report.detail import LIGHT
from sbd_audit.report.render import render_html
from sbd_audit.report.summary import summary

pytestmark = pytest.mark.usefixtures("needs_browser")


@pytest.fixture(scope="module")
def results(recorded: Path) -> dict[str, Any]:
    data: dict[str, Any] = Bundle(recorded).json("results.json")
    return data


def test_every_finding_and_conclusion_is_shown(results: dict[str, Any]) -> None:
    html = render_html(results)
    page = LexborHTMLParser(html)
    shown = {node.text().partition("@")[0] for node in page.css("article.finding .tags code")}
    assert shown == {finding["check"] for finding in results["findings"]}
    assert len(page.css("td.conclusion")) == len(results["conclusions"])
    assert [node.text() for node in page.css(".counts b")] == ["2", "1", "0", "23", "0"]
    assert len(html.encode()) <= LIGHT


def test_it_reads_nothing_but_the_results(results: dict[str, Any]) -> None:
    assert render_html(results) == render_html(results)


def test_the_summary_names_failures_and_remedies(results: dict[str, Any]) -> None:
    text = "\n".join(summary(results))
    assert "✗ critical  contact.stranger-messages" in text
    assert "→ Let only accepted contacts write" in text
    assert (
        "ke-cop-2025: 2 failed · 1 cannot tell · 23 no failure found · score 40.0 to 40.0" in text
    )
