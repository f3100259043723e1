"""When a page has come to rest: nothing is loading, nothing is being added, no first timer is still to fire.

Only a page at rest can be said not to hold something. Polling, streams and moving pictures never end and are
left out of account; a page that keeps adding to itself never comes to rest, and nothing is concluded from it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request

QUIET_MILLISECONDS = 300
LONGEST_REQUEST_SECONDS = 4
"""A request that takes longer is a stream or a poll that waits for news."""

# Runs in every page before its own scripts. Timers set by timers are clocks and polls, not loading.
WATCH = """(() => {
  const own = { changed: performance.now(), due: new Map(), inside: false };
  Object.defineProperty(window, '__sbdRest', { value: own, enumerable: false });
  const later = window.setTimeout, never = window.clearTimeout;
  window.setTimeout = (what, wait, ...args) => {
    if (typeof what !== 'function') return later(what, wait, ...args);
    const id = later((...given) => {
      own.due.delete(id);
      const before = own.inside;
      own.inside = true;
      try { what(...given) } finally { own.inside = before }
    }, wait, ...args);
    if (!own.inside && (wait || 0) <= 5000) own.due.set(id, performance.now() + (wait || 0));
    return id;
  };
  window.clearTimeout = id => { own.due.delete(id); never(id) };
  new MutationObserver(() => { own.changed = performance.now() })
    .observe(document, { subtree: true, childList: true });
})()"""

_STATE = """() => {
  const own = window.__sbdRest, now = performance.now();
  if (document.readyState !== 'complete') return [false, 0];
  if (!own || !document.querySelector('script, [onclick], [onload], [onchange], [onsubmit]'))
    return [true, 1e9];
  for (const [id, due] of own.due) if (due < now - 1000) own.due.delete(id);
  return [own.due.size === 0, now - own.changed];
}"""


class Rest:
    """Watches one page for as long as it lives."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._loading: dict[Request, float] = {}
        self._last = time.monotonic()
        page.on("request", self._started)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    @staticmethod
    def watch(context: BrowserContext) -> None:
        """Has every page of the context watched from its first moment."""
        context.add_init_script(WATCH)

    def reached(self) -> bool:
        """True when nothing more will appear by itself: at once on a page without scripts."""
        from playwright.sync_api import Error

        now = time.monotonic()
        if any(now - since < LONGEST_REQUEST_SECONDS for since in self._loading.values()):
            return False
        try:
            settled, unchanged = self._page.evaluate(_STATE)
        except Error:  # the page is just being replaced by another
            return False
        if not settled or unchanged < QUIET_MILLISECONDS:
            return False
        return unchanged >= 1e9 or (now - self._last) * 1000 >= QUIET_MILLISECONDS

    def _started(self, request: Any) -> None:
        self._loading[request] = self._last = time.monotonic()

    def _ended(self, request: Any) -> None:
        self._loading.pop(request, None)
        self._last = time.monotonic()
