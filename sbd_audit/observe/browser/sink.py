"""Where everything out of scope ends: a proxy on loopback that refuses and records, and never connects.

The browser reaches the target's origins directly and everything else through this. It is a fence of the
network stack, so it also holds for what request interception does not see: redirects, preconnects, workers,
beacons, downloads and websockets.
"""

from __future__ import annotations

import socketserver
import threading
from urllib.parse import urlsplit

from sbd_audit.observe.scope import Scope

_REFUSAL = (
    b"HTTP/1.1 403 Outside the scope of the audit\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Sink:
    """Serves until closed; `address` is what the browser takes for its proxy."""

    def __init__(self, scope: Scope) -> None:
        handler = type("Handler", (_Handler,), {"scope": scope})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Handler(socketserver.StreamRequestHandler):
    scope: Scope
    timeout = 5

    def handle(self) -> None:
        try:
            head = self._head()
            if head:
                verb, _, rest = head[0].partition(" ")
                where = rest.split(" ")[0]
                url = f"https://{where}" if verb == "CONNECT" else where
                if urlsplit(url).hostname:
                    self.scope.refuse(url, _kind(verb, head))
            self.wfile.write(_REFUSAL)
        except OSError:
            return  # the browser gave up first; there is nothing left to refuse

    def _head(self) -> list[str]:
        lines: list[str] = []
        while (line := self.rfile.readline(8192)) not in (b"", b"\r\n", b"\n") and len(lines) < 100:
            lines.append(line.decode("latin-1").strip())
        return lines


def _kind(verb: str, head: list[str]) -> str:
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
    }
    if headers.get("sec-fetch-dest", "empty") not in ("empty", ""):
        return headers["sec-fetch-dest"]
    return "connection" if verb == "CONNECT" else "request"
