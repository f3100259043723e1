"""One browser per worker thread, and in it one context per account and device.

Playwright's synchronous interface belongs to the thread that started it, so each worker has its own. A
context is made when an account first needs a page and dropped with the case; cookies travel between it and
the account's http session both ways.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sbd_audit.models.signs import Locator
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser.asks import listen
from sbd_audit.observe.browser.find import BrowserBuild
from sbd_audit.observe.browser.flow import Flow
from sbd_audit.observe.browser.guard import guarded, start_driver
from sbd_audit.observe.browser.reads import only_reads
from sbd_audit.observe.browser.rest import Rest
from sbd_audit.observe.browser.sight import Tab
from sbd_audit.observe.browser.sink import Sink
from sbd_audit.observe.halt import PASSING, Halt, passing, unavailable
from sbd_audit.observe.network import call
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright, Request, Response
    from psutil import Process

QUIET = (
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
)
PARTS = ("document", "script", "stylesheet", "xhr", "fetch")
"""What a page may lack something without; pictures, fonts, sounds and pings are none of it."""
OURS = ("ERR_ABORTED", "ERR_BLOCKED_BY_CLIENT")
"""What a request ends with that the page gave up, or that we refused to let a scan send: no error of the platform."""
LEEWAY_SECONDS = 5
"""Beyond a step's time-out, before a browser call is taken for one that never returns."""


@dataclass
class _Held:
    """One account's browser on one device: its context, its page, the cookies both sides know of."""

    context: BrowserContext
    tab: Tab
    cookies: dict[str, str] = field(default_factory=dict)


class BrowserWorker:
    """A browser of this thread, started when the first page is asked for."""

    def __init__(
        self,
        build: BrowserBuild,
        scope: Scope,
        base_url: str,
        timeout: float,
        user_agent: str | None,
        *,
        ready: Locator | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._build = build
        self._scope = scope
        self._base_url = base_url
        self._timeout = timeout
        self._agent = user_agent
        self._ready = ready
        self._pace = pace
        self._playwright: Playwright | None = None
        self._driver: Process | None = None
        self._browser: Browser | None = None
        self._sink: Sink | None = None
        self._contexts: dict[tuple[int, str], _Held] = {}

    def flow(self, account: Account, device: str, locale: str) -> Flow:
        """A flow on the account's own page, signed in as far as its http session is."""
        try:
            with self._guarded():
                tab = self._tab(account, device, locale)
        except Halt:
            raise
        except Exception as error:  # Playwright's errors share no useful base for a crash
            self._abandon()
            raise unavailable(
                f"the browser did not give a page ({type(error).__name__})"
            ) from error
        return Flow(
            tab,
            self._scope,
            base_url=self._base_url,
            timeout=self._timeout,
            ready=self._ready,
            pace=self._pace,
            guard=self._guarded,
        )

    def _guarded(self, times: float = 1) -> AbstractContextManager[None]:
        """Lets no block of browser calls take longer than so many times a step's time-out, and some."""
        return guarded(lambda: self._driver, times * self._timeout + LEEWAY_SECONDS)

    def fresh(self, account: Account, device: str) -> None:
        """Forgets the account's browser on this device."""
        held = self._contexts.pop((id(account), device), None)
        if held:
            self._closed(held.context)

    def release(self, accounts: list[Account]) -> None:
        """Closes the contexts of people who are no longer needed."""
        people = {id(account) for account in accounts}
        for key in [key for key in self._contexts if key[0] in people]:
            self._closed(self._contexts.pop(key).context)

    def _closed(self, context: BrowserContext) -> None:
        """Closes a context; one whose browser has died is closed already."""
        from playwright.sync_api import Error

        with suppress(Error), self._guarded():
            if self._scope.read_only:  # left while each page is still held to reading
                for page in context.pages:
                    page.goto("about:blank")
            context.close()

    def sync_back(self, account: Account, device: str) -> None:
        """Hands the cookies the browser got back to the account's http session."""
        held = self._contexts.get((id(account), device))
        if held is None:
            return
        from playwright.sync_api import Error

        try:
            cookies = held.context.cookies()
        except Error:  # the browser died; what it was given last stands
            return
        known = held.cookies
        host = urlsplit(self._base_url).hostname or ""
        domain = host if "." in host else f"{host}.local"
        jar = account.device(device).jar
        jar.clear()
        known.clear()
        for cookie in cookies:
            jar.set(cookie["name"], cookie["value"], domain=domain, path=cookie.get("path", "/"))
            known[cookie["name"]] = cookie["value"]

    def close(self) -> None:
        """Stops everything this worker started."""
        for held in self._contexts.values():
            self._closed(held.context)
        self._abandon()
        if self._sink is not None:
            self._sink.close()
        self._sink = None

    # ------------------------------------------------------------------ inside

    def _tab(self, account: Account, device: str, locale: str) -> Tab:
        key = (id(account), device)
        if key not in self._contexts:
            self._contexts[key] = self._opened(locale)
        held = self._contexts[key]
        jar = {str(cookie.name): str(cookie.value) for cookie in account.device(device).jar}
        changed = {name: value for name, value in jar.items() if held.cookies.get(name) != value}
        if changed:
            held.context.add_cookies(
                [
                    {"name": name, "value": value, "url": self._base_url}
                    for name, value in changed.items()
                ]
            )
            held.cookies.update(changed)
        held.tab.locale = locale
        return held.tab

    def _opened(self, locale: str) -> _Held:
        context = self._started().new_context(
            viewport={"width": 1280, "height": 900},
            locale={"en": "en-KE", "sw": "sw-KE"}.get(locale, locale),
            service_workers="block",
            accept_downloads=False,
            user_agent=self._agent,
        )
        context.set_default_timeout(self._timeout * 1000)
        Rest.watch(context)
        asked: set[str] = set()
        listen(context, asked.add)
        if self._scope.read_only:
            only_reads(context, self._scope)
        page = context.new_page()
        tab = Tab(page, Rest(page), asked)
        page.on("dialog", lambda d: d.accept() if tab.answer == "accept" else d.dismiss())
        page.on("response", lambda response: _note_status(tab, response))
        page.on("request", lambda request: _note_call(tab, request.url, request.post_data_buffer))
        page.on("websocket", lambda socket: _note_call(tab, socket.url, None))
        page.on("requestfailed", lambda request: _note_failure(tab, request, self._scope))
        return _Held(context, tab)

    def _started(self) -> Browser:
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        self._abandon()
        try:
            self._playwright, self._driver = start_driver()
        except ImportError:
            raise Halt(
                None,
                Reason.no_browser,
                "Playwright is not installed (pip install 'sbd-audit[browser]')",
            ) from None
        self._sink = self._sink or Sink(self._scope)
        self._browser = self._playwright.chromium.launch(
            executable_path=self._build.path,
            headless=True,
            args=launch_arguments(self._scope, self._sink.address),
        )
        return self._browser

    def _abandon(self) -> None:
        """Lets go of the browser and its driver, crashed or not; the next flow starts others."""
        self._contexts.clear()
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        with suppress(Exception), self._guarded():
            if browser is not None and browser.is_connected():
                browser.close()
            if playwright is not None:
                playwright.stop()
        self._driver = None


def _note_status(tab: Tab, response: Response) -> None:
    """Remembers the status of the document in the page's main frame."""
    no_page = response.status in (204, 301, 302, 303, 307, 308)
    if no_page:
        return
    if not _is_document(tab, response.request):
        if response.status in PASSING:
            _note_broken(tab, response.request, passing(response.status, _path(response.url)))
        return
    tab.status, tab.failure = response.status, ""
    tab.broken.clear()


def _note_call(tab: Tab, url: str, body: bytes | None) -> None:
    if made := call(url, body):
        tab.calls.append(made)


def _note_failure(tab: Tab, request: Request, scope: Scope) -> None:
    """Remembers why the document in the page's main frame, or a part of it, did not come."""
    if _is_document(tab, request):
        tab.failure = request.failure or "it failed"
    elif not any(sign in (request.failure or "") for sign in OURS) and scope.allows(request.url):
        _note_broken(
            tab, request, unavailable(f"{_path(request.url)} did not come ({request.failure})")
        )


def _is_document(tab: Tab, request: Request) -> bool:
    return request.is_navigation_request() and request.frame == tab.page.main_frame


def _note_broken(tab: Tab, request: Request, halt: Halt) -> None:
    if request.resource_type not in PARTS:
        return
    tab.broken[request.url] = halt
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        tab.unanswered[request.url] = halt


def _path(url: str) -> str:
    return urlsplit(url).path


def launch_arguments(scope: Scope, sink: str) -> list[str]:
    """Chromium's flags: quiet, and everything but the target's origins sent to the sink."""
    origins = sorted(scope.origins | scope.aliases)
    direct = [origin.partition("://")[2] for origin in origins]
    root = ["--no-sandbox", "--disable-gpu"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    home = urlsplit(scope.home(f"{min(scope.aliases)}/")).netloc if scope.aliases else ""
    rules = [f"MAP {alias.partition('://')[2]} {home}" for alias in sorted(scope.aliases)]
    return [
        *root,
        *QUIET,
        f"--proxy-server=http://{sink}",
        f"--proxy-bypass-list={';'.join(['<-loopback>', *direct])}",
        *([f"--host-resolver-rules={','.join(rules)}"] if rules else []),
    ]
