"""Two small servers on loopback: one in scope that misbehaves, one out of scope that counts who comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

Answer = tuple[int, dict[str, str], str | bytes]


@dataclass(frozen=True)
class Exchange:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body, keep_blank_values=True)


Pages = Callable[[Exchange], Answer]


class Server(ThreadingHTTPServer):
    """Counts connections, and notes the paths asked for."""

    daemon_threads = True

    def __init__(self, pages: Pages) -> None:
        self.connections = 0
        self.asked: list[str] = []
        self.agents: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode(errors="replace")
                outer.asked.append(f"{self.command} {self.path} {body}".strip())
                outer.agents.append(self.headers.get("User-Agent", ""))
                status, headers, text = pages(Exchange(self.command, self.path, self.headers, body))
                data = text if isinstance(text, bytes) else text.encode()
                self.send_response(status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_PUT = do_GET

            def log_message(self, format: str, *args: object) -> None:
                return None

        super().__init__(("127.0.0.1", 0), Handler)

    def get_request(self):  # type: ignore[no-untyped-def]
        self.connections += 1
        return super().get_request()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(pages: Pages) -> Iterator[Server]:
    server = Server(pages)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def blank(seen: Exchange) -> Answer:
    return 200, {}, "<title>elsewhere</title>"
