"""What is on the page in front of us: elements, values, text, and whether it has come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sbd_audit.models.binding import Extractor
from sbd_audit.models.signs import Locator
from sbd_audit.observe.browser.accessible import Scan, scanned
from sbd_audit.observe.browser.locate import describe, locate
from sbd_audit.observe.browser.look import looked_at, screenshot, weight_ratio
from sbd_audit.observe.browser.rest import Rest
from sbd_audit.observe.extract import MISSING, script_value
from sbd_audit.observe.halt import Halt, passing, unavailable
from sbd_audit.observe.network import Call
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found
    from playwright.sync_api import Page

HOVER_MILLISECONDS = 150
MOST_HIDDEN = 5
REFUSED_BY_FENCE = "ERR_TUNNEL_CONNECTION_FAILED"


@dataclass(frozen=True)
class Exhibit:
    """Something to keep as evidence of a page."""

    body: bytes | str
    media_type: str
    says: str


@dataclass
class Tab:
    """A page that stays open between performances, with what is known about it."""

    page: Page
    rest: Rest
    asked: set[str] = field(default_factory=set)
    """What pages of this browser have asked the device for."""
    locale: str = "en"
    answer: str = "dismiss"
    status: int | None = None
    failure: str = ""
    """Why the last document did not load, in the browser's words; empty when it did."""
    broken: dict[str, Halt] = field(default_factory=dict)
    """Parts of the present document that met an error, by address: scripts, styles, frames, data."""
    unanswered: dict[str, Halt] = field(default_factory=dict)
    """The same of whatever else than reading was asked since the last step began."""
    calls: list[Call] = field(default_factory=list)
    """Every request the page has made."""


class Sight:
    """Reads one page; never changes it, but for the pointer that hovers."""

    def __init__(self, tab: Tab, scope: Scope, *, timeout: float) -> None:
        self._tab = tab
        self._page = tab.page
        self._scope = scope
        self._timeout = timeout
        self._reachable: bool | None = None
        self.interactions: int | str = 0
        self.scans: list[Scan] = []
        self.by_keyboard = True
        self._earlier_calls = len(tab.calls)

    # ------------------------------------------------------------------ where we are

    @property
    def status(self) -> int | None:
        """The status of the last document that was loaded."""
        return self._tab.status

    @property
    def url(self) -> str:
        return self._page.url

    @property
    def page(self) -> Page:
        """The page itself, for what only a part of the driver does with it."""
        return self._page

    @property
    def locale(self) -> str:
        return self._tab.locale

    @property
    def title(self) -> str:
        return self._page.title()

    def _path(self) -> str:
        return urlsplit(self._page.url).path

    def _check_status(self) -> None:
        outside = not self._scope.allows(self._page.url)
        if outside and not self._page.url.startswith("chrome-error:"):
            where = urlsplit(self._page.url).netloc
            raise Halt(
                "unavailable", Reason.out_of_scope, f"the page led to {where}, outside the scope"
            )
        if self.status == 429:
            raise Halt("rate_limited", None, f"{self._path()} answered 429")
        if self.status is not None and self.status >= 500:
            raise passing(self.status, self._path())
        if self._page.url.startswith("chrome-error:"):
            raise self._not_loaded("the page")

    def _not_loaded(self, what: str) -> Halt:
        """Why a page is not there: it led outside the fence, or the platform did not give it."""
        if REFUSED_BY_FENCE in self._tab.failure:
            return Halt("unavailable", Reason.out_of_scope, f"{what} led outside the scope")
        return unavailable(f"{what} did not load ({self._tab.failure or 'no reason given'})")

    @property
    def calls(self) -> list[Call]:
        """The requests the page made since this performance began."""
        return self._tab.calls[self._earlier_calls :]

    def settle(self) -> bool:
        """Waits until nothing more appears by itself; False when the page never comes to rest."""
        deadline = time.monotonic() + self._timeout
        while not self._tab.rest.reached():
            if time.monotonic() >= deadline:
                return False
            self._page.wait_for_timeout(40)
        return True

    # ------------------------------------------------------------------ finding

    def find(self, where: Locator, *, patient: bool = False) -> Found | None:
        """The first visible match, or one the pointer brings to light; None on a page at rest without it.

        `patient` waits somewhat longer, for what must be there. Raises `Halt` (unavailable) when the page never
        comes to rest: nothing can then be said to be missing.
        """
        self._check_status()
        found = locate(self._page, where, self._tab.locale)
        began = time.monotonic()
        while True:
            if found.first.is_visible():
                return found.first
            matches = found.all()
            visible = next((match for match in matches if match.is_visible()), None)
            if visible is not None:
                return visible
            waited = time.monotonic() - began
            if self._tab.rest.reached() and not (patient and waited < self._timeout * 0.2):
                unlit = locate(self._page, where, self._tab.locale, hidden=True).all()
                lit = next((m for m in unlit[:MOST_HIDDEN] if self._comes_to_light(m)), None)
                if lit is None:
                    self.whole(f"{describe(where)} is missing")
                return lit
            if waited >= self._timeout:
                raise self._restless(f"{describe(where)} is missing")
            self._page.wait_for_timeout(40)

    def whole(self, what: str) -> None:
        """Raises `Halt` when a part of the page met an error: what is not there then may be in that part."""
        for halt in self._tab.broken.values():
            raise Halt(
                halt.result,
                halt.reason,
                f"{halt.detail}, so that {what} cannot be said of {self._path()}",
            )

    def answered(self) -> None:
        """Raises `Halt` when what the page asked for a step met an error: what it then shows is no answer to it."""
        self._check_status()
        for halt in self._tab.unanswered.values():
            raise halt

    def _restless(self, what: str) -> Halt:
        return unavailable(
            f"{self._path()} did not come to rest within {self._timeout:g} s, so that {what} cannot be said"
        )

    def _comes_to_light(self, match: Found) -> bool:
        """True for what is shown while the pointer is over the part of the page it belongs to."""
        ancestors = match.locator("xpath=ancestor::*")
        for place in reversed(ancestors.all()[-4:]):
            if place.evaluate("e => e === document.body || e === document.documentElement"):
                return False
            if place.is_visible():
                place.hover(force=True, timeout=1000)
                self._page.wait_for_timeout(HOVER_MILLISECONDS)
                if match.is_visible():
                    return True
        return False

    def settled(self, seconds: float, or_when: Callable[[], bool] | None = None) -> bool:
        """Waits until nothing more will appear by itself; False when that takes longer than `seconds`.

        Also False, and sooner, once `or_when` is true.
        """
        deadline = time.monotonic() + seconds
        while not self._tab.rest.reached():
            if time.monotonic() >= deadline or (or_when is not None and or_when()):
                return False
            self._page.wait_for_timeout(40)
        return True

    # ------------------------------------------------------------------ looking

    def has(self, css: str) -> bool:
        return self._page.locator(css).count() > 0

    def has_locator(self, where: Locator) -> bool:
        found = locate(self._page, where, self._tab.locale)
        return any(match.is_visible() for match in found.all())

    def json_at(self, path: str) -> Any:
        """Pages have no JSON; a rule about JSON never fits one."""
        return None

    def pause(self, milliseconds: int) -> None:
        self._page.wait_for_timeout(milliseconds)

    def visible_text(self, where: Locator | None = None) -> str:
        """The text a person sees, of the page or of one part of it."""
        if where is None:
            return self._page.inner_text("body")
        return "\n".join(locate(self._page, where, self._tab.locale).all_inner_texts())

    def content(self) -> str:
        """The page as it stands, scripts having run, as HTML."""
        return self._page.content()

    def come_to_rest(self) -> None:
        """Waits until nothing more will appear by itself; raises `Halt` when that does not happen."""
        began = time.monotonic()
        while not self._tab.rest.reached():
            if time.monotonic() - began >= self._timeout:
                raise unavailable(f"{self._path()} did not come to rest within {self._timeout:g} s")
            self._page.wait_for_timeout(40)

    def raw(self, extractor: Extractor) -> Any:
        """The value of a source that lives on the page."""
        self._check_status()
        if extractor.interactions:
            return self.interactions
        if extractor.keyboard:
            return MISSING if self._reachable is None else self._reachable
        if extractor.permissions:
            rested = self.settle()  # a page that is not at rest may still ask
            return sorted(self._tab.asked) if rested or self._tab.asked else MISSING
        if extractor.scan:
            keyboard = self.by_keyboard and self._reachable is not False
            return scanned(extractor.scan, self.scans, keyboard=keyboard)
        if extractor.url:
            return self._page.url
        if extractor.status:
            return MISSING if self.status is None else self.status
        if extractor.script is not None:
            return script_value(self._page.content(), extractor.script)
        if extractor.weight is not None:
            louder, other = extractor.weight.of, extractor.weight.over
            return weight_ratio(*(locate(self._page, w, self._tab.locale) for w in (louder, other)))
        if extractor.cookie is not None:
            cookies = {cookie["name"]: cookie["value"] for cookie in self._page.context.cookies()}
            return cookies.get(extractor.cookie, MISSING)
        where = extractor.locator or (Locator(css=extractor.css) if extractor.css else None)
        if where is None:
            return MISSING
        get = f"attr:{extractor.attr}" if extractor.attr else extractor.get
        if extractor.exists is not None and get == "text":
            get = "exists"
        if get in ("texts", "values") or get.startswith("attrs:"):
            # A list is whole on a page at rest; its parts need not be seen, such as the choices of a closed menu.
            if not self.settled(self._timeout):
                raise self._restless(f"{describe(where)} are all there")
            self.whole(f"{describe(where)} are all there")
        elif self.find(where) is None and get == "exists":
            return MISSING
        elif get == "exists":
            return True
        return looked_at(locate(self._page, where, self._tab.locale), get)

    def exhibits(self) -> list[Exhibit]:
        """What the page looked like: its ARIA snapshot, and a masked screenshot."""
        from playwright.sync_api import Error

        try:
            tree = self._page.locator("body").aria_snapshot()
            picture = screenshot(self._page)
        except Error:
            return []
        where = self._path()
        kept = [
            Exhibit(f"# {where}\n{tree}\n", "application/yaml", f"accessibility tree of {where}")
        ]
        return (
            [*kept, Exhibit(picture, "image/jpeg", f"screenshot of {where}")] if picture else kept
        )
