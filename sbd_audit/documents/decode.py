"""Bytes to characters, the way browsers do it, and a word of doubt where they do not fit."""

from __future__ import annotations

import codecs
import re
import unicodedata

from sbd_audit.documents.text import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture, film or sound",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an old office file",
}
MOST_ODD = 0.02
"""The share of control characters, or of bytes that fit no charset, above which a text is no text."""


def decoded(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of a page or file, and a doubt (empty where there is none).

    `declared` is the charset the answer named. Raises `Unreadable` for what is no text at all.
    """
    if not body.strip():
        raise Unreadable("it is empty (0 bytes of text)")
    for magic, what in _MAGIC.items():
        if body.startswith(magic):
            raise Unreadable(f"it is {what}, not a page of text")
    text, doubt = _characters(body, declared)
    odd = sum(unicodedata.category(char) in ("Cc", "Cn", "Co") for char in text[:20_000])
    odd -= sum(text[:20_000].count(char) for char in "\t\n\r\f")
    if odd > MOST_ODD * len(text[:20_000]):
        raise Unreadable("it is binary data, not a page of text")
    return text, doubt


def _characters(body: bytes, declared: str | None) -> tuple[str, str]:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, errors="replace"), ""
    found = _DECLARED.search(body[:4096])
    names = [name for name in (declared, found[1].decode() if found else None) if name]
    # Bytes beyond ASCII that are valid UTF-8 are UTF-8, whatever was declared.
    for name in ("utf-8", *names):
        try:
            if b"\0" in body[:2000] and "16" not in name:
                continue
            return body.decode(_modern(name)), ""
        except (UnicodeDecodeError, LookupError):
            continue
    if b"\0" in body[:2000]:
        raise Unreadable("it is binary data, not a page of text")
    said = f"declared as {names[0]}" if names else "with no charset declared"
    text = body.decode("cp1252", errors="replace")
    return text, f"its letters may be wrong: {said}, and the bytes do not fit"


def _modern(name: str) -> str:
    """Browsers read Latin-1 as Windows-1252."""
    return "cp1252" if name.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii") else name
