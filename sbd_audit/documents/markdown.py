"""Markdown as a document without changing a character: every block is a slice of the text it was read from."""

from __future__ import annotations

import re

from sbd_audit.documents.text import Block, DocumentText

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(?=\S)")
_ITEM = re.compile(
    r"\s*(?:[*+•・●◦▪-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})\\?[.)])\s+(?=\S)", re.IGNORECASE
)
_UNDER = re.compile(r"\s{0,3}(=+|-+)\s*$")
_RULE = re.compile(r"\s{0,3}(?:[-*_]\s*){3,}$")
_BOLD = re.compile(r"\s*(?:\*\*|__)[^*_]{3,90}(?:\*\*|__):?\s*$")
_MOST_WORDS = 12


def markdown_text(
    text: str, *, kind: str, url: str, language: str | None = None, doubts: tuple[str, ...] = ()
) -> DocumentText:
    """The document whose `text` is the text given, to the letter; headings, items and paragraphs are its blocks."""
    blocks: list[Block] = []
    section = ""
    open_kind, open_start, open_end = "", 0, 0

    def close() -> None:
        nonlocal open_kind
        if open_kind:
            blocks.append(
                Block(open_kind, text[open_start:open_end], open_start, open_end, section)
            )
        open_kind = ""

    at = 0
    for line in text.split("\n"):
        start, end = at, at + len(line.rstrip())
        at += len(line) + 1
        if start >= end or _RULE.match(line):
            if open_kind == "p" and (under := _UNDER.match(line)) and start < end:
                open_kind = "h1" if under[1].startswith("=") else "h2"
                section = text[open_start:open_end]
            close()
            continue
        if open_kind == "p" and (under := _UNDER.match(line)):
            open_kind = "h1" if under[1].startswith("=") else "h2"
            section = text[open_start:open_end]
            close()
        elif heading := _HEADING.match(line):
            close()
            section = line[heading.end() :].strip()
            blocks.append(
                Block(f"h{len(heading[1])}", text[start + heading.end() : end],
                      start + heading.end(), end, section)
            )  # fmt: skip
        elif _BOLD.match(line) and len(line.split()) <= _MOST_WORDS and not open_kind:
            lead = len(line) - len(line.lstrip())
            section = line.strip()
            blocks.append(Block("h6", text[start + lead : end], start + lead, end, section))
        elif item := _ITEM.match(line):
            close()
            open_kind, open_start, open_end = "li", start + item.end(), end
        elif open_kind:
            open_end = end
        else:
            lead = len(line) - len(line.lstrip("> \t"))
            open_kind, open_start, open_end = "p", start + lead, end
    close()
    return DocumentText(kind, url, language, text, tuple(blocks), "", doubts)
