"""The page in a real browser: on the smallest phone, on paper, and with nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.report.render import render_html
from tests.report.sample import sample
from tests.report.test_safety import HOSTILE, poisoned

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

CONTRASTS = """() => {
  const channels = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = node => { for (; node; node = node.parentElement) {
    const c = channels(getComputedStyle(node).backgroundColor); if (c.length == 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')]
    .filter(node => [...node.childNodes].some(child => child.nodeType == 3 && child.data.trim()))
    .map(node => { const [a, b] = [light(channels(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
      return [(a + .05) / (b + .05), node.className + ': ' + node.textContent.slice(0, 30)]; })
    .filter(([ratio]) => ratio < 4.5); }"""
NEXT_FRAME = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SMALL = """() => [...document.querySelectorAll('summary, nav a, .ref, .todo .what a')]
    .filter(node => node.checkVisibility() && node.getBoundingClientRect().height < 24)
    .map(node => node.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A tab on a report full of hostile text; `asked` on it lists what was requested."""
    from playwright.sync_api import sync_playwright

    from sbd_audit.observe.browser import find_browser

    results = sample()
    hostile = poisoned(results["findings"], HOSTILE[:-9_000])
    hostile[0]["title"] = HOSTILE
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    html = render_html(results | {"findings": [*results["findings"], *hostile]})
    assert 'class="trace"' in html
    path.write_text(html)
    build = find_browser()
    assert build is not None
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=build.path, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": 320, "height": 700})
        tab.asked = []
        tab.complaints = []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda said: tab.complaints.append(said.text))
        tab.goto(path.as_uri())
        tab.own = path.as_uri()
        yield tab
        browser.close()


def test_it_asks_for_nothing_but_itself(tab: Any) -> None:
    tab.wait_for_timeout(300)
    assert tab.asked == [tab.own]
    assert tab.url == tab.own
    assert tab.complaints == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_needs_no_sideways_scrolling(tab: Any, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 700})
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_text_stands_out_and_targets_can_be_hit(tab: Any) -> None:
    tab.set_viewport_size({"width": 390, "height": 700})
    assert tab.evaluate(CONTRASTS) == []
    assert tab.evaluate(SMALL) == []


def test_the_keyboard_shows_where_it_is(tab: Any) -> None:
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("Tab")
    shown = tab.evaluate(
        "[document.activeElement.className, getComputedStyle(document.activeElement).outlineStyle]"
    )
    assert shown == ["skip", "solid"]


def test_paper_opens_what_the_screen_folds(tab: Any) -> None:
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")
    folded = (
        "document.querySelector('.passed .steps').checkVisibility({contentVisibilityAuto: true})"
    )
    assert tab.evaluate(folded) is False
    tab.emulate_media(media="print")
    tab.evaluate(NEXT_FRAME)
    assert tab.evaluate(folded) is True
    tab.emulate_media(media="screen")
