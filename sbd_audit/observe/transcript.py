"""How an http exchange is noted: one line for the reader, the whole (redacted) text as evidence."""

from __future__ import annotations

from collections.abc import Callable
from http.client import responses
from urllib.parse import urlsplit

from sbd_audit.canonical import digest
from sbd_audit.observe.http import Reply

SHORT = 140
KEPT_HEADERS = (
    "content-type",
    "location",
    "retry-after",
    "content-language",
    "cache-control",
    "x-robots-tag",
)


def in_short(reply: Reply, clean: Callable[[str], str]) -> str:
    """Status and the beginning of what was said, on one line; cleaned whole, for half a secret looks like none."""
    words = f"{reply.status} {responses.get(reply.status, '')}".strip()
    if reply.hops:
        words += f" after {len(reply.hops)} redirect{'s' if len(reply.hops) > 1 else ''} to {urlsplit(reply.url).path}"
    if not _textual(reply):
        return f"{words}, {len(reply.body)} bytes of {reply.media_type}"
    text = clean(" ".join(reply.text.split()))
    if "html" in reply.media_type:
        start, end = text.find("<title>"), text.find("</title>")
        title = text[start + 7 : end].strip() if 0 <= start < end else ""
        return f"{words}, page “{title[:SHORT]}”" if title else words
    return f"{words}, {text[:SHORT]}{'…' if len(text) > SHORT else ''}" if text else words


def exchange_text(verb: str, url: str, reply: Reply) -> str:
    """The exchange as evidence; bodies that are not text are kept as type, length and hash only."""
    parts = urlsplit(url)
    lines = [f"{verb} {parts.path}{'?' + parts.query if parts.query else ''}"]
    lines += [f"  {hop}" for hop in reply.hops]
    lines.append(f"{reply.status} {urlsplit(reply.url).path}")
    lines += [f"{name}: {reply.headers[name]}" for name in KEPT_HEADERS if name in reply.headers]
    body = (
        reply.text if _textual(reply) else f"[{len(reply.body)} bytes, sha256 {digest(reply.body)}]"
    )
    return "\n".join([*lines, "", body])


def _textual(reply: Reply) -> bool:
    kind = reply.media_type
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
