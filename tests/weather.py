"""Bad weather between the audit and a platform: a proxy on loopback that delays, refuses, throttles, and dies; and
the browsers there are to kill."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass
class Weather:
    """What happens to the n-th request: a pause in seconds, then a status of ours instead of the answer.

    `gone` closes every connection without a word, as a platform that is down does. What is `late` is refused only
    after it was done, as when a gateway gives up on the server behind it.
    """

    pause: float = 0
    status: Callable[[int], int | None] = lambda number: None
    gone: Callable[[int], bool] = lambda number: False
    late: Callable[[int], bool] = lambda number: False
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int:
        with self.lock:
            self.asked += 1
            return self.asked


@contextmanager
def between(upstream: str, weather: Weather) -> Iterator[str]:
    """The address of a proxy to `upstream` in that weather; the weather may change while it runs."""
    where = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = weather.next()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if weather.gone(number):
                self.close_connection = True
                return
            time.sleep(weather.pause)
            status = weather.status(number)
            if status is not None and not weather.late(number):
                self._answer(status, [("Content-Type", "text/html")], b"<h1>later</h1>")
                return
            link = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=30)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
            headers["Host"] = self.headers.get("Host", "")
            link.request(self.command, self.path, body or None, headers)
            reply = link.getresponse()
            if status is not None:
                reply.read()
                link.close()
                self._answer(status, [("Content-Type", "text/html")], b"<h1>later</h1>")
                return
            kept = [(k, v) for k, v in reply.getheaders() if k.lower() not in HOP]
            self._answer(reply.status, kept, reply.read())
            link.close()

        do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Connections that break are the weather."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def browsers() -> list[int]:
    """The browsers this process has started, by their flag for our fence."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            parents = ancestors(int(entry.name)) if b"--proxy-server=http://127" in line else set()
        except (OSError, ValueError):
            continue
        if os.getpid() in parents and b"--type=" not in line:
            found.append(int(entry.name))
    return found


def ancestors(process: int) -> set[int]:
    found: set[int] = set()
    while process > 1:
        status = Path(f"/proc/{process}/status").read_text()
        process = int(status.partition("PPid:")[2].split()[0])
        found.add(process)
    return found
