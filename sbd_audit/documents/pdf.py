"""PDF to text, in a process of its own with little memory and little time.

A PDF can unpack to gigabytes. The parser therefore runs apart, under limits the operating system keeps, and
what goes over them is a reason and no crash.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter

from sbd_audit.documents.text import MAX_BYTES, DocumentText, Unreadable, document

MAX_PAGES = 300
MEMORY = 600_000_000
SECONDS = 20
MAX_CHARACTERS = 4_000_000
_TOO_MUCH = f"it needs more than {SECONDS} s or {MEMORY // 1_000_000} MB to unpack"
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r"(?:\s*\.){4,}\s*\d{1,4}$")
_ITEM = re.compile(r"(?:[•●▪◦‣–*]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+", re.IGNORECASE)


def pdf_text(body: bytes, *, kind: str, url: str) -> DocumentText:
    """The text of a PDF; raises `Unreadable` when it is encrypted, broken, a bomb, or has no text."""
    if not body.strip():
        raise Unreadable("it is empty (0 bytes)")
    if len(body) > 2 * MAX_BYTES:
        raise Unreadable(f"it is larger than {2 * MAX_BYTES // 1_000_000} MB")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sbd_audit.documents.pdf"],
            input=body,
            capture_output=True,
            timeout=SECONDS + 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(_TOO_MUCH) from None
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise Unreadable(_TOO_MUCH) from None
    if "problem" in told:
        raise Unreadable(told["problem"])
    pages: list[str] = told["pages"]
    if not "".join(pages).strip():
        raise Unreadable("it has no text; it may be a scan")
    trouble = []
    if told["left"]:
        trouble.append(("cut", f"only the first {len(pages)} pages were read"))
    return document(
        _paragraphs(pages),
        kind=kind,
        url=url,
        title=told["title"],
        trouble=tuple(trouble),
        extractor=told["extractor"],
    )


def _paragraphs(pages: list[str]) -> list[tuple[str, str]]:
    """Lines joined to paragraphs again; page numbers, repeated page heads and tables of contents left out."""
    lines = [[" ".join(line.split()) for line in page.splitlines()] for page in pages]
    edges = Counter(
        re.sub(r"\d+", "#", line)
        for page in lines
        for line in {*[one for one in page if one][:1], *[one for one in page if one][-1:]}
    )
    repeated = {line for line, count in edges.items() if count > 2 and count * 2 > len(pages)}
    parts: list[tuple[str, str]] = []
    text, kind = "", "p"

    def close() -> None:
        nonlocal text, kind
        if text:
            parts.append((kind, text))
        text, kind = "", "p"

    for line in (line for page in lines for line in page):
        if not line:
            close()
            continue
        if _PAGE_NUMBER.fullmatch(line) or _CONTENTS_LINE.search(line):
            continue
        if re.sub(r"\d+", "#", line) in repeated:
            continue
        if item := _ITEM.match(line):
            close()
            text, kind = line[item.end() :], "li"
        elif text.endswith("-") and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}".strip()
    close()
    return parts


def _told(body: bytes) -> dict[str, object]:
    """What the process apart answers: pages, or the problem."""
    try:
        import io

        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError:
        return {"problem": "reading PDF needs pip install 'sbd-audit[documents]'"}
    try:
        reader = pypdf.PdfReader(io.BytesIO(body))
        # Many files are only locked against changes, and open with an empty password for everybody.
        if reader.is_encrypted and not reader.decrypt(""):
            return {"problem": "it is encrypted"}
        pages: list[str] = []
        room, count = MAX_CHARACTERS, len(reader.pages)
        for page in reader.pages[:MAX_PAGES]:
            text = (page.extract_text() or "")[:room]
            room -= len(text)
            pages.append(text)
            if room <= 0:
                break
        title = str((reader.metadata and reader.metadata.title) or "")
    except (MemoryError, RecursionError):
        return {"problem": _TOO_MUCH}
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OSError,
        IndexError,
    ) as error:
        if "limit" in type(error).__name__.lower():
            return {"problem": _TOO_MUCH}
        return {"problem": f"the PDF could not be read ({type(error).__name__})"}
    left = count > len(pages) or room <= 0
    return {
        "pages": pages, "left": left, "title": title[:300], "extractor": f"pdf, pypdf {pypdf.__version__}",
    }  # fmt: skip


def _limited() -> None:
    """Memory and processor time are limited by the system, where it can do that (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    _limited()
    sys.stdout.write(json.dumps(_told(sys.stdin.buffer.read())))
