"""One page examined for people who cannot see it well, have a small screen, or a slow line.

Faults come from axe-core, which travels with its Python package: nothing is fetched. How long a page takes on a slow
line is reckoned, not measured, so that it is the same on every machine: the round trips of a first visit, the bytes
of the page and its parts, and the time the service itself needed. What counts as serious, how wide a small screen is
and how fast a slow line is are data (``checks/vocabulary/accessibility.yaml``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sbd_audit.canonical import decimal
from sbd_audit.observe.browser.rest import QUIET_MILLISECONDS
from sbd_audit.observe.extract import MISSING
from sbd_audit.observe.halt import Halt
from sbd_audit.outcome import Reason
from sbd_audit.resources import folder
from sbd_audit.source import load

if TYPE_CHECKING:
    from playwright.sync_api import Page

_DATA: Any = load(folder("checks") / "vocabulary" / "accessibility.yaml").data
# What is wider than the window, or stands where nobody can scroll to.
_FITS = """() => { const wide = innerWidth, page = document.documentElement;
  const seen = e => { const box = e.getBoundingClientRect();
    return box.width < 1 || box.height < 1 || (box.left >= -1 && box.right <= wide + 1) };
  return page.scrollWidth <= wide + 1 &&
    [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')].every(seen) }"""
# Bytes of each part (null where another site hides them), and how long the service took over the page itself.
_PARTS = """() => [performance.getEntriesByType('navigation'), performance.getEntriesByType('resource')]
  .flat().map(p => [p.encodedBodySize || p.transferSize || (p.name.startsWith(location.origin) ? 0 : null),
    p.entryType === 'navigation' ? Math.round(p.responseStart - p.requestStart) : 0])"""


@dataclass(frozen=True)
class Scan:
    """What was found on one page; `seconds` is None where parts of other sites do not tell their size."""

    serious: tuple[str, ...]
    fits: bool
    seconds: Fraction | None

    def says(self) -> str:
        faults = "; ".join(self.serious) or "no serious fault"
        width = "fits" if self.fits else "does not fit"
        time = "unknown" if self.seconds is None else f"{decimal(self.seconds, 1)} s"
        return f"{faults}; {width} a small screen; {time} on a slow line"


def examine(page: Page, at_rest: Callable[[], None]) -> Scan:
    """Scans a page at rest and leaves it as it was; `at_rest` waits until the page has settled again."""
    seconds = _seconds(page.evaluate(_PARTS))
    serious = _serious(page)
    before = page.viewport_size
    page.set_viewport_size(_DATA["small_screen"])
    try:
        page.wait_for_timeout(
            QUIET_MILLISECONDS
        )  # a page may answer the new size, or start to move
        at_rest()
        fits = bool(page.evaluate(_FITS))
    finally:
        if before:
            page.set_viewport_size(before)
    return Scan(serious, fits, seconds)


def scanned(what: str, scans: Sequence[Scan], *, keyboard: bool) -> Any:
    """One fact about a flow of several pages; MISSING where nothing was scanned, or not all of it is known."""
    if not scans:
        return MISSING
    if what == "serious_issues":
        return sum(len(scan.serious) for scan in scans)
    if what == "keyboard_complete":
        return keyboard
    if what == "fits_360px":
        return all(scan.fits for scan in scans)
    seconds = [scan.seconds for scan in scans if scan.seconds is not None]
    return decimal(max(seconds), 1) if len(seconds) == len(scans) else MISSING


def _serious(page: Page) -> tuple[str, ...]:
    """Every rule a page breaks seriously, in axe-core's words."""
    try:
        from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
    except ImportError:
        says = "axe-playwright-python is not installed (pip install 'sbd-audit[browser]')"
        raise Halt(None, Reason.no_browser, says) from None
    options = {"runOnly": {"type": "tag", "values": _DATA["standards"]}}
    found = Axe().run(page, options=options).response["violations"]
    return tuple(
        f"{fault['id']}: {fault['help']} ({len(fault['nodes'])} places)"
        for fault in found
        if fault["impact"] in _DATA["serious"]
    )


def _seconds(parts: Sequence[tuple[int | None, int]]) -> Fraction | None:
    sizes = [size for size, _ in parts]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return None
    line = _DATA["slow_line"]
    trips = line["round_trips_to_connect"] + (1 if len(parts) == 1 else 2)
    milliseconds = trips * line["round_trip_milliseconds"] + sum(wait for _, wait in parts)
    return Fraction(milliseconds, 1000) + Fraction(
        8 * sum(known), 1000 * line["kilobits_per_second"]
    )
