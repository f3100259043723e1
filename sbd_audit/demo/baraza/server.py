"""Serving Baraza on a loopback port, from a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, Response, g
from werkzeug.serving import WSGIRequestHandler, make_server

from sbd_audit.demo.baraza import (
    actions,
    asking,
    assistant,
    calls,
    defence,
    discreet,
    feed,
    figures,
    following,
    guardians,
    helpers,
    joining,
    keeping,
    live,
    pages,
    people,
    places,
    public_forms,
    pushes,
    removing,
    reports,
    searching,
    security,
    sending,
    shop,
    writing,
)
from sbd_audit.demo.baraza.state import State
from sbd_audit.demo.baraza.switchboard import Switchboard
from sbd_audit.demo.baraza.web import guard


@dataclass
class Site:
    """A running Baraza: where it is, and its switches."""

    url: str
    state: State

    @property
    def consulted(self) -> set[str]:
        return self.state.fault.consulted

    def throw(self, names: Iterable[str]) -> None:
        """Sets exactly these switches, from the next request on."""
        with self.state.lock:
            self.state.fault.throw(names)

    def reset(self) -> None:
        """Forgets everybody and everything, switches included."""
        with self.state.lock:
            self.state.fault.throw(())
            self.state.reset()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Requests are the audit's business, not the console's."""


def create_app(state: State) -> Flask:
    """The application over a state; requests run one at a time."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=500_000, TEMPLATES_AUTO_RELOAD=False)
    contact = (asking, calls, live)
    design = (assistant, feed, guardians, pushes, searching, shop)
    reporting = (reports, sending, following, public_forms, places, removing)
    for part in (actions, joining, people, writing, pages, *contact, *design, *reporting):
        app.register_blueprint(part.pages)
    for part in (security, defence, helpers, keeping, discreet, figures):
        app.register_blueprint(part.pages)

    @app.before_request
    def enter() -> None:
        state.lock.acquire()
        g.state, g.entered = state, True
        guard()

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("entered", False):
            state.lock.release()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
        )
        return response

    return app


_ONE_BY_ONE = threading.Lock()
"""Routes are compiled by way of `ast`, which CPython 3.11 cannot do in two threads at once (SystemError)."""


@contextmanager
def start(switches: Iterable[str] = (), port: int = 0) -> Iterator[Site]:
    """Baraza on 127.0.0.1 until the block ends; port 0 takes a free one."""
    state = State(Switchboard(switches))
    with _ONE_BY_ONE:
        app = create_app(state)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", state)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
