"""The page in a real browser: on the smallest phone, on paper, and with nothing fetched."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.evidence.bundle import Bundle
from sbd_audit.report.certificate import certificate
from sbd_audit.report.formats import FORMATS
from sbd_audit.report.legal import draft
from sbd_audit.report.notice import notice
from sbd_audit.report.render import render_html
from sbd_audit.report.words import Words
from tests.report.bundles import DEVICE, sealed
from tests.report.sample import sample
from tests.report.test_safety import HOSTILE, poison, poisoned

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


# ------------------------------------------------------------------ everything we write, opened beside a listener


class Listener(threading.Thread):
    """A loopback server that answers everything and counts what it was asked."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: list[str] = []
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.start()

    def run(self) -> None:
        self.server.serve_forever()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def test_nothing_we_write_asks_a_listener_for_anything(
    tab: Any, listener: Listener, tmp_path: Path
) -> None:
    """Hostile text that points at a live listener, in every page and every text format."""
    own = f"http://127.0.0.1:{listener.server.server_address[1]}"
    text = (
        f"<script src={own}/a></script><img src={own}/b onerror=fetch('{own}/c')><meta http-equiv=refresh "
        f"content='0;url={own}/d'></style><style>@import '{own}/e';*{{background:url({own}/f)}}</style>"
        f"<link rel=stylesheet href={own}/g><iframe src={own}/h></iframe>![x]({own}/i) {own}/j"
    )
    results = poison(sample(), text)
    bundle = sealed(tmp_path / "bundle", results, dict.fromkeys(DEVICE, text))
    drawn = draft("certificate", Bundle(bundle), results, Words("en"))
    told = draft("notice", Bundle(bundle), results, Words("en"))
    pages = {"certificate.html": certificate(drawn, None), "notice.html": notice(told, None)}
    for name, form in FORMATS.items():
        if name != "pdf":
            pages[form.file] = form.make(results, Words("en")).decode()
    fresh = tab.context.browser.new_page()
    try:
        for name, content in pages.items():
            path = tmp_path / name
            path.write_text(content, encoding="utf-8")
            if name.rpartition(".")[2] in ("html", "json", "xml", "csv", "md"):
                with contextlib.suppress(
                    Exception
                ):  # a browser may offer to save what it does not show
                    fresh.goto(path.as_uri())
                    fresh.wait_for_timeout(150)
        assert listener.asked == []
        fresh.goto(f"{own}/control")  # the listener does count
        assert listener.asked[0] == "/control"
    finally:
        fresh.close()


@pytest.mark.parametrize("kind", ["certificate", "notice"])
def test_drafts_need_no_sideways_scrolling_and_are_marked(
    tab: Any, tmp_path: Path, kind: str
) -> None:
    bundle = Bundle(sealed(tmp_path / "bundle", sample(), DEVICE))
    drawn = draft(kind, bundle, sample(), Words("en"))
    path = tmp_path / "draft.html"
    path.write_text(certificate(drawn, None) if kind == "certificate" else notice(drawn, None))
    fresh = tab.context.browser.new_page()
    try:
        fresh.set_viewport_size({"width": 320, "height": 700})
        fresh.goto(path.as_uri())
        assert fresh.evaluate("document.documentElement.scrollWidth") <= 320
        assert (
            fresh.evaluate("getComputedStyle(document.querySelector('.mark')).position") == "fixed"
        )
        assert fresh.evaluate("document.querySelector('.stamp').textContent") == "DRAFT"
    finally:
        fresh.close()
