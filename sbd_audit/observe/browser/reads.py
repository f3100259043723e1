"""Pages that may only read: whatever a page sends by itself with another method than GET or HEAD is refused.

Forms a script submits, calls home, reports and sockets end here and are noted in the scope's tally. A page
keeps standing as it is, so that it can still be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbd_audit.observe.scope import Scope

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route, WebSocketRoute

# What a page sends in its last moment may outlive the interception: beacons and keep-alive requests become
# ordinary ones, which are refused and noted like any other, and nothing starts once the page is leaving.
NOTHING_OUTLIVES = """(() => {
  const ask = window.fetch, send = XMLHttpRequest.prototype.send;
  let leaving = false;
  for (const moment of ['pagehide', 'unload', 'freeze'])
    window.addEventListener(moment, () => { leaving = true }, true);
  window.addEventListener('pageshow', () => { leaving = false }, true);
  const plain = (what, how) => {
    if (leaving) return Promise.reject(new TypeError('the page is leaving'));
    if (what instanceof Request && what.keepalive) what = new Request(what, { keepalive: false });
    return ask(what, how && how.keepalive ? { ...how, keepalive: false } : how);
  };
  const fixed = value => ({ value, writable: false, configurable: false });
  Object.defineProperty(window, 'fetch', fixed(plain));
  Object.defineProperty(Navigator.prototype, 'sendBeacon', fixed((where, what) => {
    plain(where, { method: 'POST', body: what, mode: 'no-cors' }).catch(() => {});
    return true;
  }));
  XMLHttpRequest.prototype.send = fixed(function (...what) {
    if (!leaving) return send.apply(this, what);
  }).value;
})()"""


def only_reads(context: BrowserContext, scope: Scope) -> None:
    """Holds every page of the context to GET and HEAD."""

    def decide(route: Route) -> None:
        request = route.request
        if scope.permits(request.method):
            route.continue_()
            return
        scope.refuse(request.url, request.method)
        if request.is_navigation_request():
            route.fulfill(status=204, body="")  # the page stays where it is
        else:
            route.abort("blockedbyclient")

    def never_open(socket: WebSocketRoute) -> None:
        scope.refuse(socket.url, "websocket")

    context.add_init_script(NOTHING_OUTLIVES)
    context.route("**/*", decide)
    context.route_web_socket("**", never_open)
