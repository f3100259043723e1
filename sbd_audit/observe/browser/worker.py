"""One browser per worker thread, and in it one context per account and device.

Playwright's synchronous interface belongs to the thread that started it, so each worker has its own. A
context is made when an account first needs a page and dropped with the case; cookies travel between it and
the account's http session both ways.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sbd_audit.models.signs import Locator
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser.find import BrowserBuild
from sbd_audit.observe.browser.flow import Flow
from sbd_audit.observe.browser.reads import only_reads
from sbd_audit.observe.browser.rest import Rest
from sbd_audit.observe.browser.sight import Tab
from sbd_audit.observe.browser.sink import Sink
from sbd_audit.observe.halt import Halt, unavailable
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.scope import Scope
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright, Response

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
        self._browser: Browser | None = None
        self._sink: Sink | None = None
        self._contexts: dict[tuple[int, str], _Held] = {}

    def flow(self, account: Account, device: str, locale: str) -> Flow:
        """A flow on the account's own page, signed in as far as its http session is."""
        try:
            tab = self._tab(account, device, locale)
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
        )

    def fresh(self, account: Account, device: str) -> None:
        """Forgets the account's browser on this device."""
        held = self._contexts.pop((id(account), device), None)
        if held:
            self._leave(held)

    def release(self, accounts: list[Account]) -> None:
        """Closes the contexts of people who are no longer needed."""
        people = {id(account) for account in accounts}
        for key in [key for key in self._contexts if key[0] in people]:
            self._leave(self._contexts.pop(key))

    def sync_back(self, account: Account, device: str) -> None:
        """Hands the cookies the browser got back to the account's http session."""
        held = self._contexts.get((id(account), device))
        if held is None:
            return
        known = held.cookies
        host = urlsplit(self._base_url).hostname or ""
        domain = host if "." in host else f"{host}.local"
        jar = account.device(device).jar
        jar.clear()
        known.clear()
        for cookie in held.context.cookies():
            jar.set(cookie["name"], cookie["value"], domain=domain, path=cookie.get("path", "/"))
            known[cookie["name"]] = cookie["value"]

    def close(self) -> None:
        """Stops everything this worker started."""
        for held in self._contexts.values():
            self._leave(held)
        self._contexts.clear()
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        if self._sink is not None:
            self._sink.close()
        self._browser = self._playwright = self._sink = None

    # ------------------------------------------------------------------ inside

    def _leave(self, held: _Held) -> None:
        """Closes a context; where pages may only read, each is left while it is still being held to that."""
        if self._scope.read_only and self._browser is not None and self._browser.is_connected():
            for page in held.context.pages:
                page.goto("about:blank")
        held.context.close()

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
        if self._scope.read_only:
            only_reads(context, self._scope)
        page = context.new_page()
        tab = Tab(page, Rest(page))
        page.on("dialog", lambda d: d.accept() if tab.answer == "accept" else d.dismiss())
        page.on("response", lambda response: _note_status(tab, response))
        return _Held(context, tab)

    def _started(self) -> Browser:
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            raise Halt(
                None,
                Reason.no_browser,
                "Playwright is not installed (pip install 'sbd-audit[browser]')",
            ) from None
        self._abandon()
        self._playwright = self._playwright or sync_playwright().start()
        self._sink = self._sink or Sink(self._scope)
        self._browser = self._playwright.chromium.launch(
            executable_path=self._build.path,
            headless=True,
            args=launch_arguments(self._scope, self._sink.address),
        )
        return self._browser

    def _abandon(self) -> None:
        """Lets go of a browser that crashed; the next flow starts another."""
        self._contexts.clear()
        browser, self._browser = self._browser, None
        if browser is not None and browser.is_connected():
            browser.close()


def _note_status(tab: Tab, response: Response) -> None:
    """Remembers the status of the document in the page's main frame."""
    no_page = response.status in (204, 301, 302, 303, 307, 308)
    if no_page or not response.request.is_navigation_request():
        return
    if response.frame == tab.page.main_frame:
        tab.status = response.status


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
