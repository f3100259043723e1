"""A document as passages: sentences and list items, each with what introduces it, and an index of their words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sbd_audit.documents.cues import words_of
from sbd_audit.documents.ranking import Ranking
from sbd_audit.documents.text import Block, DocumentText

_BREAK = re.compile(
    r"(?<=[.!?。])((?:[\"”’')\]*_]|\]\([^)\s]*\))*)\s+(?=[\"“‘'(\[*_]*[^\W_])|(?:[ ]{2,9}|\\|<br>)\n\s*(?=\S)|\s{0,9}\n\s*(?=[・•●◦▪|])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|vs|no|nos|inc|ltd|co|corp|mr|mrs|ms|dr|st|art|sec|fig|approx|incl|cf|n\.?b|"
    r"u\.?s|u\.?k|e\.?u|a\.?k\.?a|[a-z])\.|\d\\?\.)[*_\s]*$",
    re.IGNORECASE,
)
_OPENS = re.compile(r":[\"”’')\]*_\s]*$")
_ONLY_LINK = re.compile(r"[\s*_\d.\\|]*\[[^\[\]]*\]\([^()]*\)[\s*_.|]*")
# Words are missing where a small word stands right before a full stop: "you can .", "by setting up a ."
_DANGLING = re.compile(
    r"\b(?:a|an|the|our|your|their|to|of|in|on|at|for|with|by|please|can|and|or|from|through|via|this|be)"
    r"\s+[.,;:](?:\s|$)",
    re.IGNORECASE,
)
LONGEST_LEAD = 60  # words
LONGEST = 1500  # characters


@dataclass(frozen=True)
class Passage:
    """`text[start:end]` of the document, its words, and the words that introduce it.

    `heads` are the headings above it, outermost first; `lead` the sentence its list hangs on; `before` the
    sentence before it in the same paragraph. `section` numbers the run of blocks under one heading. `link_only`:
    it is the text of one link; `damaged`: words have been lost from it.
    """

    number: int
    kind: str
    start: int
    end: int
    words: str
    heads: tuple[str, ...]
    lead: str
    before: str
    section: int
    title: str
    question: bool
    link_only: bool
    damaged: bool

    @cached_property
    def bare_heading(self) -> bool:
        """A heading that names a matter and says nothing of it: few words, and no number such as a date."""
        words = self.words.split()
        return self.kind.startswith("h") and len(words) < 8 and not any(map(str.isdigit, words))

    @cached_property
    def introduction(self) -> str:
        return f"{''.join(self.heads)}{self.lead}{self.before}"


class Index:
    """The passages of a document and, for each of its words, where the word stands."""

    def __init__(self, document: DocumentText) -> None:
        self.document = document
        self.passages = tuple(_passages(document))
        self.postings: dict[str, list[int]] = {}
        for passage in self.passages:
            for word in set(passage.words.split()):
                self.postings.setdefault(word, []).append(passage.number)
        self._sorted = sorted(self.postings)

    @cached_property
    def ranking(self) -> Ranking:
        return Ranking([passage.words for passage in self.passages])

    def holding(self, anchors: Set[str]) -> list[int]:
        """Numbers of the passages that hold one of the anchors, in order."""
        found: set[int] = set()
        for anchor in anchors:
            for word in self._forms(anchor):
                found.update(self.postings[word])
        return sorted(found)

    def _forms(self, anchor: str) -> Iterator[str]:
        if anchor.startswith("*"):
            core = anchor.strip("*")
            yield from (word for word in self._sorted if core in word)
            return
        if not anchor.endswith("*"):
            for form in (anchor, f"{anchor}'s", f"{anchor}'"):
                if form in self.postings:
                    yield form
            return
        stem = anchor[:-1]
        for at in range(bisect_left(self._sorted, stem), len(self._sorted)):
            if not self._sorted[at].startswith(stem):
                return
            yield self._sorted[at]


@lru_cache(maxsize=8)
def index_of(document: DocumentText) -> Index:
    """The index of a document; the last few are kept, since many clauses are read from one document."""
    return Index(document)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a block of text; hard line breaks end one too.

    What runs on without a stop, as text taken from a table or a broken file does, is cut at a space.
    """
    start = 0
    for gap in _BREAK.finditer(text):
        if _ABBREVIATION.search(text, max(start, gap.start() - 12), gap.start()):
            continue
        yield from _cut(text, start, gap.start() if gap[1] is None else gap.end(1))
        start = gap.end()
    yield from _cut(text, start, len(text.rstrip()))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        space = text.rfind(" ", start, start + LONGEST)
        middle = space if space > start else start + LONGEST
        yield start, middle
        start = middle + (text[middle] == " ")
    if end > start:
        yield start, end


def _passages(document: DocumentText) -> Iterator[Passage]:
    heads: list[tuple[int, str, str]] = []
    section = number = 0
    lead = item_lead = ""
    for block in document.blocks:
        level = _level(block)
        if level:
            while heads and heads[-1][0] >= level:
                heads.pop()
            section += 1
            lead = item_lead = ""
        if block.kind != "li" and not level:
            item_lead = ""
        before = ""
        names = tuple(words for _, words, _ in heads)
        title = heads[-1][2] if heads else ""
        for start, end in sentences(block.text):
            quote = block.text[start:end].strip("*_ \u200d\u00a0")
            words = words_of(quote)
            if len(words) < 4:
                continue
            start += block.text[start:end].find(quote)
            if quote.startswith(("・", "•", "●", "◦", "▪")):
                kind, mark = "li", 1 + len(quote[1:]) - len(quote[1:].lstrip())
                start, quote = start + mark, quote[mark:]
            else:
                kind = block.kind
            at = block.start + start
            yield Passage(
                number, kind, at, at + len(quote), words, names,
                f"{lead}{item_lead}" if kind == "li" else "", before, section, title,
                quote.rstrip(")]\"”’*_ ").endswith("?"), bool(_ONLY_LINK.fullmatch(quote)),
                bool(_DANGLING.search(quote)),
            )  # fmt: skip
            number += 1
            before = words if kind != "li" else before
            if _OPENS.search(quote) or (kind != "li" and not level):
                short = " " + " ".join(words.split()[-LONGEST_LEAD:]) + " "
                if kind == "li":
                    item_lead = short
                else:
                    lead = short
        if level:
            heads.append((level, words_of(block.text), block.text))


def _level(block: Block) -> int:
    """1 to 6 for a heading, 0 for any other block."""
    return int(block.kind[1]) if block.kind[:1] == "h" and block.kind[1:].isdigit() else 0
