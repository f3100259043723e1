"""What a person does on a page, counted and noted: open, click, fill, look.

Interactions are clicks, taps, choices and key activations; typing and scrolling are none. An element that is
looked for and not there, on a page that did load, is told apart from a page that did not load.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from sbd_audit.capabilities import UNREACHABLE
from sbd_audit.models.binding import BindingStep
from sbd_audit.models.record import Did
from sbd_audit.models.signs import Locator
from sbd_audit.observe.browser.accessible import examine
from sbd_audit.observe.browser.keys import press_on, tab_to
from sbd_audit.observe.browser.locate import describe, field
from sbd_audit.observe.browser.rest import Rest
from sbd_audit.observe.browser.sight import Sight, Tab
from sbd_audit.observe.halt import PASSING, Halt, passing, unavailable, unmapped, wrong_place
from sbd_audit.observe.http import TRIES
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found
    from playwright.sync_api import Response

LONGEST_STEP = 5
"""Time-outs a step may use up: three tries to load a page, waiting until it is ready, and an element."""
Guard = Callable[[float], AbstractContextManager[None]]
AGAIN_SECONDS = 0.3
MOST_FOLDS = 40
_UNFOLD = """most => {
  for (const one of document.querySelectorAll('details:not([open])')) one.open = true;
  const folds = 'button[aria-expanded=false], [role=button][aria-expanded=false]';
  [...document.querySelectorAll(folds)]
    .filter(one => !one.closest('form, a[href]') && !one.hasAttribute('aria-haspopup'))
    .slice(0, most).forEach(one => one.click());
}"""


class Flow(Sight):
    """One performance on one page."""

    def __init__(
        self,
        tab: Tab,
        scope: Scope,
        *,
        base_url: str,
        timeout: float,
        ready: Locator | None = None,
        pace: Pace | None = None,
        guard: Guard = lambda times: nullcontext(),
    ) -> None:
        super().__init__(tab, scope, timeout=timeout)
        self._guard = guard
        self._base = base_url.rstrip("/") + "/"
        self._ready = ready
        self._pace = pace
        self.trace: list[Did] = []

    # ------------------------------------------------------------------ doing

    def run(self, step: BindingStep) -> None:
        """Does what a step says; raises `Halt` when it cannot be done."""
        from playwright.sync_api import Error, TimeoutError

        self._tab.answer = step.dialog
        self._tab.unanswered.clear()
        try:
            with self._guard(LONGEST_STEP):
                getattr(self, f"_{step.verb}")(step)
        except TimeoutError:
            raise unavailable(f"{step.verb} did not finish within {self._timeout:g} s") from None
        except Error as error:
            raise unavailable(f"{step.verb}: {_first_line(error)}") from None
        self._check_status()

    def _open(self, step: BindingStep) -> None:
        url = urljoin(
            self._base,
            str(step.open).lstrip("/") if str(step.open).startswith("/") else str(step.open),
        )
        if not self._scope.allows(url):
            self._scope.refuse(url, "document")
            raise Halt(
                "unavailable", Reason.out_of_scope, f"{urlsplit(url).netloc} is outside the scope"
            )
        self._load(url)
        self._note(f"opened {urlsplit(url).path}")

    def _load(self, url: str) -> None:
        """Goes to a page; again after a passing error, or when we are asked to wait and may."""
        for attempt in range(1, TRIES + 1):
            if self._pace is not None:
                self._pace.wait()
            response = self._goto(url)
            self._tab.status = response.status if response else self.status
            if response is None or attempt == TRIES:
                break
            if response.status not in PASSING:
                if not self._tab.broken or attempt > 1:
                    break
                self._page.wait_for_timeout(
                    1000 * AGAIN_SECONDS
                )  # once more, for the part it lacks
                continue
            asked = response.headers.get("retry-after", "")
            seconds = float(asked) if asked.isdigit() else AGAIN_SECONDS * attempt
            if self._pace is None or not self._pace.back_off(seconds):
                break
        if self._ready is None or self.status is None or self.status >= 400:
            return
        if self.find(self._ready, patient=True) is None:
            raise unavailable(
                f"{self._path()} did not become ready: {describe(self._ready)} is not there"
            )

    def reload(self) -> None:
        """Opens the present page again."""
        self._load(self._page.url)

    def unfold(self) -> None:
        """Opens what is folded (details, accordions); nothing inside a form, and nothing that leads elsewhere."""
        self._page.evaluate(_UNFOLD, MOST_FOLDS)

    def html(self) -> str:
        """The page as it stands now, scripts and all."""
        return self._page.content()

    def unknown_page(self, path: str) -> str:
        """The text of an address that cannot exist, seen in a page of its own; empty when it answers an error."""
        page = self._page.context.new_page()
        try:
            response = page.goto(urljoin(self._base, path.lstrip("/")), wait_until="load")
            if response is not None and response.status in PASSING:
                raise passing(response.status, "an address that cannot exist")
            if response is None or response.status >= 400:
                return ""
            rest = Rest(page)
            deadline = time.monotonic() + self._timeout / 3
            while not rest.reached() and time.monotonic() < deadline:
                page.wait_for_timeout(40)
            return page.inner_text("body")
        finally:
            page.close()

    def _goto(self, url: str) -> Response | None:
        from playwright.sync_api import Error

        self._tab.failure = ""
        try:
            return self._page.goto(url, wait_until="domcontentloaded")
        except Error as error:
            if self._tab.failure or self._page.url.startswith("chrome-error:"):
                raise self._not_loaded(urlsplit(url).path) from None
            raise unavailable(f"{urlsplit(url).path}: {_first_line(error)}") from None

    def _click(self, step: BindingStep) -> None:
        element = self._wanted(step, step.click)
        if element is None:
            return
        label = self._label(element, step.click)
        element.click()
        self._interact()
        self._page.wait_for_load_state("domcontentloaded")
        self._note(f"clicked {label}")

    def _press(self, step: BindingStep) -> None:
        where = step.at
        if where is not None:
            element = self._wanted(step, where)
            if element is None:
                return
            element.press(str(step.press))
        else:
            self._page.keyboard.press(str(step.press))
        self._interact()
        self._note(f"pressed {step.press}")

    def _fill(self, step: BindingStep) -> None:
        for label, text in (step.fill or {}).items():
            element = self._wanted(step, field(label))
            if element is None:
                continue
            element.fill(str(text))
            secret = element.get_attribute("type") == "password"
            self._note(f"filled in “{label}”" + (" (not recorded)" if secret else ""))

    def _select(self, step: BindingStep) -> None:
        for label, choice in (step.select or {}).items():
            element = self._wanted(step, field(label))
            if element is None:
                continue
            choices = [str(item) for item in (choice if isinstance(choice, list) else [choice])]
            options = element.locator("option").evaluate_all(
                "all => all.map(o => [o.value, o.label])"
            )
            value = next(
                (o[0] for o in options if o[0] in choices or o[1].strip() in choices), None
            )
            if value is None:
                raise unmapped(f"“{label}” offers no {choices[0]}")
            element.select_option(value=value)
            self._interact()
            self._note(f"chose {choices[0]} in “{label}”")

    def _check(self, step: BindingStep) -> None:
        element = self._wanted(step, step.check)
        if element is not None:
            label = self._label(element, step.check)
            element.check()
            self._interact()
            self._note(f"ticked {label}")

    def _hover(self, step: BindingStep) -> None:
        element = self._wanted(step, step.hover)
        if element is not None:
            element.hover()
            self._note(f"pointed at {self._label(element, step.hover)}")

    def _wait_for(self, step: BindingStep) -> None:
        self._wanted(step, step.wait_for)

    def _absent(self, step: BindingStep) -> None:
        """What the platform file says does not exist is looked for; meeting it contradicts the file."""
        assert step.absent is not None
        what = describe(step.absent)
        if self.find(step.absent) is not None:
            raise unmapped(f"{what} is on {self._path()}, and the platform file says it is not")
        self.trace.append(
            Did(did=f"looked for {what}", saw=f"it is not on the page {self._path()}")
        )

    def _see(self, step: BindingStep) -> None:
        if step.see is not None and self.find(step.see) is None:
            raise wrong_place(
                f"{describe(step.see)} is not on the page {self._path()} (status {self.status})"
            )

    def _start_count(self, _: BindingStep) -> None:
        self.interactions = 0

    def _keyboard(self, step: BindingStep) -> None:
        """Walks through the page with Tab, as somebody without a mouse would."""
        if step.keyboard is None:
            return
        element = self.find(step.keyboard)
        self._reachable = False
        if element is None:
            return
        self._reachable = tab_to(self._page, element)
        self.trace.append(
            Did(
                did=f"looked for {describe(step.keyboard)} with the Tab key",
                saw="reached" if self._reachable else "not reached",
            )
        )

    def _go_by_keyboard(self, step: BindingStep) -> None:
        """Goes on by Tab and a key; where that does nothing it is remembered, and the pointer goes on."""
        element = self._wanted(step, step.go_by_keyboard)
        if element is None:
            return
        label = self._label(element, step.go_by_keyboard)
        worked = tab_to(self._page, element) and press_on(self._page, element)
        if not worked:
            self.by_keyboard = False
            element.click()
        self._interact()
        self._page.wait_for_load_state("domcontentloaded")
        self._note(f"went on with {label}" + (" by keyboard" if worked else ", not by keyboard"))

    def _scan(self, _: BindingStep) -> None:
        """Examines the page for those who use it without a mouse, on a small screen or a slow line."""
        self.come_to_rest()
        found = examine(self._page, self.come_to_rest)
        self.scans.append(found)
        self.trace.append(Did(did=f"scanned the page {self._path()}", saw=found.says()))

    # ------------------------------------------------------------------ inside

    def _wanted(self, step: BindingStep, where: Locator | None) -> Found | None:
        """The element, None when it is optional and not there; `Halt` when it is needed."""
        assert where is not None
        element = self.find(where, patient=not (step.missing or step.optional))
        if element is not None:
            return element
        if step.optional:
            return None
        if self.status is not None and self.status >= 400 and self.status not in (404, 410):
            raise unavailable(
                f"{self._path()} answered {self.status}, so what is missing there says nothing"
            )
        self.trace.append(
            Did(did=f"looked for {describe(where)}", saw=f"it is not on the page {self._path()}")
        )
        if step.missing:
            self.interactions = UNREACHABLE
            raise Halt(
                str(step.missing), None, f"{describe(where)} is not on the page {self._path()}"
            )
        raise unmapped(
            f"{describe(where)} was not found on {self._path()}; name it as the page does"
        )

    def _interact(self) -> None:
        if isinstance(self.interactions, int):
            self.interactions += 1

    def _label(self, element: Found, where: Locator | None) -> str:
        text = " ".join(
            (element.inner_text() or element.get_attribute("aria-label") or "").split()
        )[:60]
        role = where.role if where and where.role else ""
        return f"{role} “{text}”".strip() if text else (describe(where) if where else "it")

    def _note(self, did: str) -> None:
        self.trace.append(
            Did(did=did, saw=f"{self._page.title() or 'untitled page'} ({self._path()})")
        )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160]
