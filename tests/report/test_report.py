"""The report: what it says, that nothing in it can act, and that it can be read anywhere."""

from __future__ import annotations

import base64
import copy
import hashlib
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.evidence.bundle import Bundle
from sbd_audit.report.render import render_html
from sbd_audit.report.summary import summary

HOSTILE = (
    "<script>alert(1)</script><meta http-equiv=refresh content='0;url=http://x.test'></style><img src=x onerror=a>"
    "javascript:x \u202egnp.exe " + "w" * 10_000
)


@pytest.fixture(scope="module")
def results(recorded: Path) -> dict[str, Any]:
    return Bundle(recorded).json("results.json")


@pytest.fixture(scope="module")
def page(results: dict[str, Any]) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(results))


@pytest.mark.usefixtures("needs_browser")
class TestReport:
    def test_the_first_page_answers_three_questions(self, page: LexborHTMLParser) -> None:
        headings = [node.text() for node in page.css("h2")][:3]
        assert headings == ["What is the verdict?", "What must be fixed first?", "How sure are we?"]
        assert "2 checks failed (1 critical and 1 medium)" in page.css_first(".verdict").text()
        assert "not a statement of compliance" in page.css_first(".verdict").text()
        assert [node.text() for node in page.css(".counts b")] == ["2", "1", "0", "23", "0"]

    def test_every_finding_is_there_once(
        self, page: LexborHTMLParser, results: dict[str, Any]
    ) -> None:
        found = [node.attributes["id"] for node in page.css("article.finding")]
        assert found == [f"F-{number:03}" for number in range(1, len(results["findings"]) + 1)]
        shown = {node.text().partition("@")[0] for node in page.css("article.finding .tags code")}
        assert shown == {f["check"] for f in results["findings"]}

    def test_every_link_leads_somewhere(self, page: LexborHTMLParser) -> None:
        targets = {node.attributes["id"] for node in page.css("[id]")}
        links = [node.attributes["href"] for node in page.css("a[href]")]
        assert links
        assert all(link.startswith("#") and link[1:] in targets for link in links if link)

    def test_headings_go_down_one_at_a_time(self, page: LexborHTMLParser) -> None:
        levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))

    def test_nothing_can_act_or_be_fetched(self, results: dict[str, Any]) -> None:
        html = render_html(results)
        page = LexborHTMLParser(html)
        assert page.css("script, link, iframe, object, form, base") == []
        assert page.css("[onclick], [onload], [onerror], [style]") == []
        policy = page.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
        style = re.search(r"<style>(.*?)</style>", html, re.S)
        assert style
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in str(policy)
        assert "default-src 'none'" in str(policy)
        assert len(html.encode()) < 300_000

    def test_hostile_evidence_stays_text(self, results: dict[str, Any]) -> None:
        poisoned = _poison(copy.deepcopy(results))
        page = LexborHTMLParser(render_html(poisoned))
        assert page.css("script, img, iframe") == []
        assert len(page.css("meta[http-equiv]")) == 1
        assert len(page.css("style")) == 1

    def test_it_fits_a_phone_and_asks_for_nothing(
        self, results: dict[str, Any], tmp_path: Path
    ) -> None:
        from playwright.sync_api import sync_playwright

        from sbd_audit.observe.browser import find_browser

        path = tmp_path / "report.html"
        path.write_text(render_html(_poison(copy.deepcopy(results))), encoding="utf-8")
        build = find_browser()
        assert build is not None
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=build.path, args=["--no-sandbox", "--disable-gpu"]
            )
            tab = browser.new_page(viewport={"width": 320, "height": 700})
            asked: list[str] = []
            tab.on("request", lambda request: asked.append(request.url))
            tab.goto(path.as_uri())
            for details in tab.locator("details").all()[:6]:
                details.evaluate("d => d.open = true")
            width = tab.evaluate("document.documentElement.scrollWidth")
            browser.close()
        assert width <= 320
        assert asked == [path.as_uri()]

    def test_the_summary_names_failures_and_remedies(self, results: dict[str, Any]) -> None:
        text = "\n".join(summary(results))
        assert "✗ critical  contact.stranger-messages" in text
        assert "→ Let only accepted contacts write" in text
        assert (
            "ke-cop-2025: 2 failed · 1 cannot tell · 23 no failure found · score 40.0 to 40.0"
            in text
        )


def _poison(value: Any) -> Any:
    """Every recorded message, value and trace replaced by something hostile."""
    if isinstance(value, dict):
        return {
            key: HOSTILE
            if key in ("message", "saw", "did", "detail", "title") and isinstance(item, str)
            else _poison(item)
            for key, item in value.items()
        }
    return [_poison(item) for item in value] if isinstance(value, list) else value
