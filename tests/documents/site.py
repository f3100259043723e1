"""A small site for documents: every page is given, and some of them mean harm."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pypdf
from pypdf.generic import DictionaryObject, NameObject, StreamObject

FILLER = "We want this to be a place where people talk with one another in good faith and help each other. "
FILLER_SW = (
    "Tunataka hapa pawe mahali ambapo watu wanazungumza kwa heshima na kusaidiana kila siku hapa. "
)


@dataclass(frozen=True)
class Page:
    """What an address answers."""

    body: bytes | str
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""


@dataclass
class Site:
    url: str
    asked: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)


@contextmanager
def serve(pages: Mapping[str, Page | str]) -> Iterator[Site]:
    """Serves the pages on a free loopback port; everything else answers 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            page = site.pages.get(self.path) or Page("<h1>Not found</h1>", status=404)
            body = page.body.encode() if isinstance(page.body, str) else page.body
            self.send_response(page.status)
            self.send_header("Content-Type", page.media_type)
            self.send_header("Content-Length", str(len(body)))
            if page.location:
                self.send_header("Location", page.location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    site.pages = {
        path: Page(page) if isinstance(page, str) else page for path, page in pages.items()
    }
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def article(*paragraphs: str, title: str = "Community guidelines", filler: int = 8) -> str:
    """A healthy page with a title, some filler and these paragraphs."""
    inner = "".join(f"<p>{text}</p>" for text in (FILLER * filler, *paragraphs) if text)
    return f"<html lang=en><title>{title}</title><main><h1>{title}</h1>{inner}</main></html>"


def pdf(contents: bytes, *, password: str = "") -> bytes:
    """A PDF of one page with this content stream."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(612, 792)
    stream = StreamObject()
    stream.set_data(contents)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def lines(*texts: str) -> bytes:
    """A content stream that writes these lines below one another."""
    shown = b" ".join(b"(%s) Tj 0 -14 Td" % text.encode() for text in texts)
    return b"BT /F1 12 Tf 72 720 Td " + shown + b" ET"
