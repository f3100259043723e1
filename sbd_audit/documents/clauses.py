"""What a document states, with the passage that says so.

The method is deterministic and explains itself. A passage is a sentence or a list item, read with what
introduces it: its headings, the words its list hangs on, the sentence before it. It *states* a requirement when
a rule of cues holds in it (`cues`), no guard does, and, where the requirement is a prohibition, something in
it or around it forbids. A hedge, a region, or a weaker rule make it *partial*. *Absent* is concluded only from
a text that can be trusted, in a language there are cues for; otherwise, and where the matter is named with
nothing that gives it force, the answer is *unknown*: a person decides, and nobody is accused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

from sbd_audit.documents.language import language_of
from sbd_audit.documents.passages import Index, Passage, index_of
from sbd_audit.documents.recogniser import Hit, Recogniser, recogniser
from sbd_audit.documents.text import DocumentText
from sbd_audit.models.clause import Clause

Level = Literal["stated", "partial", "absent", "unknown"]
SHORTEST = 400
NEAREST = 5
_SIGNS = (
    "enable javascript",
    "sign in to continue",
    "log in to continue",
    "page not found",
    "access denied",
)
# A text that may state it outweighs one that surely does not: only stated is stronger than unknown.
_ORDER: Mapping[str, int] = {"stated": 3, "unknown": 2, "partial": 1, "absent": 0}


@dataclass(frozen=True)
class Nearest:
    """A passage for a reviewer: `text[start:end]`, the heading above it, and why it was chosen."""

    quote: str
    start: int
    end: int
    section: str
    why: str


@dataclass(frozen=True)
class Reading:
    """A level, why, and for stated or partial the quote: `text[start:end]` of the document at `url`.

    `nearest` are up to five passages, best first, the deciding one among them.
    """

    level: Level
    explains: str
    quote: str = ""
    start: int = 0
    end: int = 0
    section: str = ""
    kind: str = ""
    url: str = ""
    nearest: tuple[Nearest, ...] = ()

    @property
    def link(self) -> str:
        """The address with a text fragment that shows the quote in its context; empty without quote or address.

        Source: URL Fragment Text Directives, W3C Community Group.
        """
        if not (self.quote and self.url.startswith(("http://", "https://"))):
            return ""
        words = self.quote.split()
        parts = [words] if len(words) <= 12 else [words[:5], words[-5:]]
        # A dash would be read as a prefix or suffix mark, so it is encoded too.
        shown = [quote(" ".join(part), safe="").replace("-", "%2D") for part in parts]
        return f"{self.url.partition('#')[0]}#:~:text={','.join(shown)}"


def read(texts: Sequence[DocumentText], clause: Clause) -> Reading:
    """The strongest reading over all texts; `unknown` when nothing states it and a text cannot be trusted."""
    if not texts:
        return Reading("unknown", "no text was read")
    readings = [read_one(text, clause) for text in texts]
    return max(readings, key=lambda reading: _ORDER[reading.level])


def doubts(text: DocumentText) -> list[str]:
    """Why an absence must not be concluded from this text."""
    found = list(text.doubts)
    if len(text.text) < SHORTEST:
        found.append(f"only {len(text.text)} characters of text")
    if len(text.text) < 3000:
        lower = text.text.lower()
        found.extend(f"the text says “{sign}”" for sign in _SIGNS if sign in lower)
    return found


def read_one(text: DocumentText, clause: Clause) -> Reading:
    """What one document says of the clause."""
    language = text.language if text.language in clause.cues else language_of(text.text)
    unknown = Reading("unknown", "", kind=text.kind, url=text.url)
    if language not in clause.cues:
        known = language or "not recognised"
        return replace(unknown, explains=f"no cues for the language of this text ({known})")
    reader, index = recogniser(clause, language), index_of(text)
    hits = reader.hits(index)
    near = _nearest(reader, index, hits)
    shown = tuple(_shown(text, index.passages[number], why) for number, why in near)
    found = replace(unknown, nearest=shown)
    reasons = doubts(text)
    if hits:
        level, explains = _decided(hits[0], reasons)
        return replace(
            found, level=level, explains=explains,
            quote=shown[0].quote, start=shown[0].start, end=shown[0].end, section=shown[0].section,
        )  # fmt: skip
    if any(index.passages[number].damaged for number, _ in near[:2]):
        reasons.append("words are missing from the passage that is nearest")
    if reasons:
        return replace(found, explains="; ".join(reasons))
    return replace(
        found, level="absent", explains=f"no passage of {len(text.text)} characters says it"
    )


def _decided(best: Hit, reasons: Sequence[str]) -> tuple[Level, str]:
    """Stated stands in any text; the rest of what says it in part may be in the words a text has lost."""
    if best.strength == "named":
        return "unknown", best.explains
    if best.strength == "partial" and reasons:
        return "unknown", "; ".join((best.explains, *reasons))
    return best.strength, best.explains


def _nearest(reader: Recogniser, index: Index, hits: Sequence[Hit]) -> list[tuple[int, str]]:
    """Numbers of the passages that speak of it, then of those whose words are nearest, each with the reason."""
    chosen = {hit.passage.number: hit.explains for hit in hits[:NEAREST]}
    scores = index.ranking.scores(reader.query)
    for number in sorted(scores, key=lambda each: (-scores[each], each)):
        if len(chosen) == NEAREST:
            break
        chosen.setdefault(number, "its words are near")
    return list(chosen.items())


def _shown(text: DocumentText, passage: Passage, why: str) -> Nearest:
    quote = text.text[passage.start : passage.end]
    return Nearest(quote, passage.start, passage.end, passage.title, why)
