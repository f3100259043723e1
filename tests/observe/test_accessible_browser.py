"""A flow scanned for people who use it without a mouse, on a small screen or on a slow line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

import pytest

from sbd_audit.library import Library
from sbd_audit.models.record import Observation

from .pages import Answer, Exchange, serving
from .stage import playing

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

BINDING = """
capabilities:
  scan_accessibility:
    steps:
      - open: "/{item.id}/first"
      - scan: true
      - go_by_keyboard: {css: "[value=other]"}
      - go_by_keyboard: {css: "#next"}
      - scan: true
      - keyboard: {css: "#send"}
    result: done
    outputs:
      serious_issues: {scan: serious_issues}
      keyboard_complete: {scan: keyboard_complete}
      fits_360px: {scan: fits_360px}
      slowest_step: {scan: slowest_step}
"""
HEAD = "<meta name=viewport content='width=device-width'><title>Report</title>"
RADIOS = "<label><input type=radio name=why value=scam> Scam</label><label><input type=radio name=why value=other> Other</label>"
NEXT = "<button id=next>Next</button>"
SEND = "<label>More<input></label><button id=send>Send</button>"
FIRST = f"<form action=last>{RADIOS}{NEXT}</form>"
RESTLESS = "<script>setInterval(() => innerWidth < 400 && document.body.append('.'), 50)</script>"
DEAF = "onkeydown='event.preventDefault()'"
FLOWS = {
    "plain": (FIRST, SEND),
    "no label": (FIRST, f"<input name=why>{SEND}"),
    "pale": (FIRST, f"{SEND}<p style='color:#ccc;background:#fff'>Pale words</p>"),
    "nameless link": (FIRST, f"{SEND}<a href=/help><img src=/a.png></a>"),
    "no control": (f"{RADIOS}<span id=next onclick=\"location='last'\">Next</span>", SEND),
    "deaf": (f"<form action=last>{RADIOS}<button id=next {DEAF}>Next</button></form>", SEND),
    "trap": (FIRST, f"<textarea aria-label=More {DEAF}></textarea>{SEND}"),
    "pointer only": (FIRST, "<span id=send role=button onclick='1'>Send</span>"),
    "choices out of reach": (FIRST.replace("type=radio", "type=radio tabindex=-1"), SEND),
    "sideways": (FIRST, f"{SEND}<div style='width:600px'>A wide table</div>"),
    "cut off": (FIRST, f"<div style='overflow:hidden'><p style='width:900px;text-align:right'><button>Far</button></p></div>{SEND}"),
    "heavy": (FIRST, f"<link rel=stylesheet href=/style.css>{SEND}"),
    "restless": (FIRST, f"{SEND}{RESTLESS}"),
}  # fmt: skip
Look = Callable[[str], Observation]


def answer(seen: Exchange) -> Answer:
    if seen.path == "/style.css":
        return 200, {"Content-Type": "text/css"}, f"/* {'x' * 500_000} */"
    name, _, screen = seen.path.partition("?")[0].strip("/").replace("%20", " ").partition("/")
    first, last = FLOWS.get(name, FLOWS["plain"])
    body = last if screen == "last" else first
    return 200, {}, f"<!doctype html><html lang=en><head>{HEAD}</head><body><main><h1>Report</h1>{body}</main></body></html>"  # fmt: skip


@pytest.fixture(scope="module")
def scan(library: Library) -> Iterator[Look]:
    """Scans one of the flows; all of them in one browser, each once."""
    with (
        serving(answer) as site,
        playing(site.url, BINDING, library, limits={"step_seconds": 8}) as play,
    ):
        yield cache(
            lambda name: play.perform("scan_accessibility", flow="report", item={"id": name})
        )


def test_a_plain_form_passes(scan: Look) -> None:
    found = scan("plain").outputs
    assert found["serious_issues"] == 0
    assert found["keyboard_complete"] is True
    assert found["fits_360px"] is True
    assert Fraction(1) < Fraction(found["slowest_step"]) < Fraction(6)


@pytest.mark.parametrize(
    ("flow", "rule"),
    [("no label", "label"), ("pale", "color-contrast"), ("nameless link", "link-name")],
)
def test_a_serious_fault_is_counted_and_named(scan: Look, flow: str, rule: str) -> None:
    seen = scan(flow)
    assert seen.outputs["serious_issues"] >= 1
    assert any(f"{rule}: " in step.saw for step in seen.trace)


@pytest.mark.parametrize(
    "flow", ["no control", "deaf", "trap", "pointer only", "choices out of reach"]
)
def test_a_flow_that_needs_a_mouse_is_told(scan: Look, flow: str) -> None:
    assert scan(flow).outputs["keyboard_complete"] is False


@pytest.mark.parametrize("flow", ["sideways", "cut off"])
def test_what_a_small_screen_cuts_off_is_told(scan: Look, flow: str) -> None:
    assert scan(flow).outputs["fits_360px"] is False
    assert scan(flow).outputs["keyboard_complete"] is True


def test_parts_of_a_page_weigh_on_a_slow_line(scan: Look) -> None:
    """Half a megabyte takes ten seconds at 400 kilobits a second."""
    assert Fraction(11) < Fraction(scan("heavy").outputs["slowest_step"]) < Fraction(16)


def test_a_page_that_never_rests_on_a_small_screen_breaks_the_scan(scan: Look) -> None:
    assert scan("restless").result == "unavailable"
