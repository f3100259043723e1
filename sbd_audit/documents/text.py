"""A document as text: its blocks, and what was noticed while it was taken out of its file.

What is quoted from a document is in `text`, to the letter; offsets count code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sbd_audit.documents.language import language_of

MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or list item; `start` and `end` are code-point offsets into the text."""

    kind: str
    text: str
    start: int
    end: int
    section: str = ""

    @property
    def heading(self) -> int:
        """The rank of a heading, 1 to 6; 0 for other blocks."""
        return int(self.kind[1]) if len(self.kind) == 2 and self.kind[1].isdigit() else 0


@dataclass(frozen=True)
class DocumentText:
    """A document as text: what is quoted from it is in `text`, to the letter.

    `language` is what the text is in, or what it declares where that cannot be told. `doubts` are reasons why
    nothing may be concluded to be missing from it. `noticed` counts what the reader of the file came across
    (folded sections, links without words, scripts, password fields); `trouble` says what it could not do.
    """

    kind: str
    url: str
    language: str | None
    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    doubts: tuple[str, ...] = ()
    links: tuple[str, ...] = field(default=(), repr=False)
    noticed: Mapping[str, int] = field(default_factory=dict, repr=False, hash=False)
    trouble: tuple[tuple[str, str], ...] = ()
    extractor: str = "text"


class Unreadable(ValueError):
    """The bytes are no document this reader can take; the message says why."""


def document(
    parts: Iterable[tuple[str, str]],
    *,
    kind: str,
    url: str,
    declared: str | None = None,
    title: str = "",
    links: tuple[str, ...] = (),
    noticed: Mapping[str, int] | None = None,
    trouble: tuple[tuple[str, str], ...] = (),
    extractor: str = "text",
) -> DocumentText:
    """A document of blocks, one a line: pairs of a kind (``h1`` to ``h6``, ``p``, ``li`` ...) and a text."""
    blocks, pieces, at, section = [], [], 0, ""
    for name, text in parts:
        block = Block(name, text, at, at + len(text), section)
        if block.heading:
            section = text
            block = Block(name, text, at, at + len(text), section)
        blocks.append(block)
        pieces.append(text)
        at += len(text) + 1
    whole = "\n".join(pieces)
    # What a page declares is believed only where its words do not tell: templates carry lang="en" for years.
    spoken = language_of(whole)
    language = spoken or (declared if len(whole.split()) < 100 else None)
    doubts = tuple(says for _, says in trouble)
    return DocumentText(
        kind,
        url,
        language,
        whole,
        tuple(blocks),
        title,
        doubts,
        links,
        noticed or {},
        trouble,
        extractor,
    )


def plain_text(text: str, *, kind: str, url: str, language: str | None = None) -> DocumentText:
    """A plain text or Markdown file as a document; lines starting with # are headings."""
    parts = []
    for chunk in re.split(r"\n\s*\n|\n(?=[-*#] ?)", text):
        line = " ".join(chunk.split())
        if line.startswith("#"):
            parts.append(("h2", line.lstrip("# ")))
        elif line[:2] in ("- ", "* "):
            parts.append(("li", line[2:]))
        elif line:
            parts.append(("p", line))
    return document(parts, kind=kind, url=url, declared=language)
