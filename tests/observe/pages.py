"""Two small servers on loopback: one in scope that misbehaves, one out of scope that counts who comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], str]
Pages = Callable[[str, str], Answer]


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
                body = self.rfile.read(length).decode()
                outer.asked.append(f"{self.command} {self.path} {body}".strip())
                outer.agents.append(self.headers.get("User-Agent", ""))
                status, headers, text = pages(self.command, self.path)
                data = text.encode()
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


def blank(method: str, path: str) -> Answer:
    return 200, {}, "<title>elsewhere</title>"
