"""A small threaded server for the benchmarks: a JSON answer after a set latency, on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="en"><title>Page {n}</title><main><h1>Page {n}</h1><p>{text}</p>
<nav>{links}</nav><form action="/done"><label for="q">Words</label><input id="q" name="q"><button>Send</button></form></main>"""


@contextmanager
def serving(latency: float = 0.0) -> Iterator[str]:
    """The address of the server; `latency` in seconds is added to each answer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            time.sleep(latency)
            if self.path.startswith("/item/"):
                body = json.dumps(
                    {"id": self.path.rsplit("/", 1)[1], "state": "open", "who": "nobody"}
                ).encode()
                kind = "application/json"
            else:
                n = self.path.strip("/") or "1"
                links = " ".join(f'<a href="/{i}">Go to {i}</a>' for i in range(1, 4))
                body, kind = (
                    PAGE.format(n=n, text="words " * 200, links=links).encode(),
                    "text/html",
                )
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
