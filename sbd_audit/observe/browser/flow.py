"""What a person does on a page, counted and noted: open, click, fill, look.

Interactions are clicks, taps, choices and key activations; typing and scrolling are none. An element that is
looked for and not there, on a page that did load, is told apart from a page that did not load.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from sbd_audit.capabilities import UNREACHABLE
from sbd_audit.models.binding import BindingStep, Extractor, Locator
from sbd_audit.models.record import Did
from sbd_audit.observe.browser.locate import describe, field, hoverable, locate
from sbd_audit.observe.browser.look import looked_at, screenshot, weight_ratio
from sbd_audit.observe.extract import MISSING
from sbd_audit.observe.halt import Halt, unavailable, unmapped, wrong_place
from sbd_audit.observe.http import PASSING
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found
    from playwright.sync_api import Page, Response

TABS = 60
QUIET_MILLISECONDS = 250
AGAIN_MILLISECONDS = 300


@dataclass(frozen=True)
class Exhibit:
    """Something to keep as evidence of a page."""

    body: bytes | str
    media_type: str
    says: str


class Flow:
    """One performance on one page."""

    def __init__(
        self,
        page: Page,
        scope: Scope,
        *,
        base_url: str,
        timeout: float,
        resolve: Callable[[Any], Any],
    ) -> None:
        self._page = page
        self._scope = scope
        self._base = base_url.rstrip("/") + "/"
        self._timeout = timeout
        self._resolve = resolve
        self._reachable: bool | None = None
        self._pending = 0
        self._last_activity = time.monotonic()
        self.status: int | None = None
        self.interactions: int | str = 0
        self.trace: list[Did] = []
        page.on("request", self._started)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("response", self._answered)

    # ------------------------------------------------------------------ doing

    def run(self, step: BindingStep) -> None:
        """Does what a step says; raises `Halt` when it cannot be done."""
        from playwright.sync_api import Error, TimeoutError

        try:
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
        response = self._goto(url)
        if response is not None and response.status in PASSING:
            self._page.wait_for_timeout(AGAIN_MILLISECONDS)
            response = self._goto(url)
        self.status = response.status if response else self.status
        self._note(f"opened {urlsplit(url).path}")

    def _goto(self, url: str) -> Response | None:
        from playwright.sync_api import Error

        try:
            return self._page.goto(url, wait_until="domcontentloaded")
        except Error as error:
            text = _first_line(error)
            if "ERR_TUNNEL" in text or self._page.url.startswith("chrome-error:"):
                raise Halt(
                    "unavailable",
                    Reason.out_of_scope,
                    f"{urlsplit(url).path} led outside the scope",
                ) from None
            raise unavailable(f"{urlsplit(url).path}: {text}") from None

    def _click(self, step: BindingStep) -> None:
        element = self._wanted(step, step.click)
        if element is None:
            return
        label = self._label(element, step.click)
        if not element.is_visible():
            element.locator("xpath=..").hover(force=True)
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

    def _wait_for(self, step: BindingStep) -> None:
        self._wanted(step, step.wait_for)

    def _see(self, step: BindingStep) -> None:
        if step.see is not None and self._find(step.see) is None:
            raise wrong_place(
                f"{describe(step.see)} is not on the page {self._path()} (status {self.status})"
            )

    def _start_count(self, _: BindingStep) -> None:
        self.interactions = 0

    def _keyboard(self, step: BindingStep) -> None:
        """Walks through the page with Tab, as somebody without a mouse would."""
        if step.keyboard is None:
            return
        element = self._find(step.keyboard)
        self._reachable = False
        if element is None:
            return
        handle = element.element_handle()
        self._page.evaluate("() => { document.activeElement && document.activeElement.blur() }")
        for _ in range(TABS):
            self._page.keyboard.press("Tab")
            if handle.evaluate(
                "e => e === document.activeElement || e.contains(document.activeElement)"
            ):
                self._reachable = True
                break
        self.trace.append(
            Did(
                did=f"looked for {describe(step.keyboard)} with the Tab key",
                saw="reached" if self._reachable else "not reached",
            )
        )

    # ------------------------------------------------------------------ finding

    def _wanted(self, step: BindingStep, where: Locator | None) -> Found | None:
        """The element, None when it is optional and not there; `Halt` when it is needed."""
        assert where is not None
        element = self._find(where, patient=not (step.missing or step.optional))
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

    def _find(self, where: Locator, *, patient: bool = False) -> Found | None:
        """The first visible match; waits until the page has come to rest before it says there is none."""
        self._check_status()
        found = locate(self._page, where)
        deadline = time.monotonic() + self._timeout
        while True:
            if found.first.is_visible():
                return found.first
            matches = found.all()
            visible = next((match for match in matches if match.is_visible()), None)
            if visible is not None:
                return visible
            if self._at_rest() and not (
                patient and time.monotonic() < deadline - self._timeout * 0.8
            ):
                return matches[0] if matches and not patient and hoverable(matches[0]) else None
            if time.monotonic() >= deadline:
                return None
            self._page.wait_for_timeout(40)

    def _at_rest(self) -> bool:
        """True when nothing more will appear by itself: at once on a page without scripts."""
        if self._pending > 0:
            return False
        if self._page.evaluate(
            "document.readyState === 'complete' && document.scripts.length === 0"
        ):
            return True
        return (time.monotonic() - self._last_activity) * 1000 > QUIET_MILLISECONDS

    def _started(self, _: Any) -> None:
        self._pending += 1
        self._last_activity = time.monotonic()

    def _ended(self, _: Any) -> None:
        self._pending -= 1
        self._last_activity = time.monotonic()

    def _answered(self, response: Response) -> None:
        redirect = response.status in (301, 302, 303, 307, 308)
        if redirect or not response.request.is_navigation_request():
            return
        if response.frame == self._page.main_frame:
            self.status = response.status

    def _check_status(self) -> None:
        if not self._scope.allows(self._page.url) and not self._page.url.startswith(
            "chrome-error:"
        ):
            where = urlsplit(self._page.url).netloc
            raise Halt(
                "unavailable", Reason.out_of_scope, f"the page led to {where}, outside the scope"
            )
        if self.status == 429:
            raise Halt("rate_limited", None, f"{self._path()} answered 429")
        if self.status is not None and self.status >= 500:
            raise unavailable(f"{self._path()} answered {self.status}")
        if self._page.url.startswith("chrome-error:"):
            raise Halt(
                "unavailable", Reason.out_of_scope, "the page led outside the scope or did not load"
            )

    def _interact(self) -> None:
        if isinstance(self.interactions, int):
            self.interactions += 1

    def _path(self) -> str:
        return urlsplit(self._page.url).path

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

    # ------------------------------------------------------------------ looking

    @property
    def url(self) -> str:
        return self._page.url

    def has(self, css: str) -> bool:
        return self._page.locator(css).count() > 0

    def has_locator(self, where: Locator) -> bool:
        found = locate(self._page, where)
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
        return "\n".join(locate(self._page, where).all_inner_texts())

    def raw(self, extractor: Extractor) -> Any:
        """The value of a source that lives on the page."""
        self._check_status()
        if extractor.interactions:
            return self.interactions
        if extractor.keyboard:
            return MISSING if self._reachable is None else self._reachable
        if extractor.url:
            return self._page.url
        if extractor.status:
            return MISSING if self.status is None else self.status
        if extractor.weight is not None:
            return weight_ratio(
                locate(self._page, extractor.weight.of), locate(self._page, extractor.weight.over)
            )
        if extractor.cookie is not None:
            cookies = {cookie["name"]: cookie["value"] for cookie in self._page.context.cookies()}
            return cookies.get(extractor.cookie, MISSING)
        where = extractor.locator or (Locator(css=extractor.css) if extractor.css else None)
        if where is None:
            return MISSING
        get = f"attr:{extractor.attr}" if extractor.attr else extractor.get
        if extractor.exists is not None and get == "text":
            get = "exists"
        found = self._find(where)
        if get == "exists":
            return True if found is not None else MISSING
        return looked_at(locate(self._page, where), get)

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


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160]
