"""What a document states, with the passage that says so.

The method is deterministic and explains itself: a passage states a requirement when it holds a phrase of
every group of cues and none of the guards. Where a text names the matter without plainly ruling on it, or
speaks of something close, the answer is unknown: a person decides, and nobody is accused. A passage is a sentence, or a list item read with the sentence or
heading that introduces it ("You may not:" and the lines below). Absence is concluded only from texts nothing
speaks against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sbd_audit.documents.language import language_of
from sbd_audit.documents.text import DocumentText
from sbd_audit.models.clause import Clause

Level = Literal["stated", "partial", "absent", "unknown"]
SHORTEST = 400
_SENTENCE = re.compile(r"\S.*?(?:[.!?]+(?=\s|$)|$)")
# A text that may state it outweighs one that surely does not: only stated is stronger than unknown.
_ORDER: Mapping[str, int] = {"stated": 3, "unknown": 2, "partial": 1, "absent": 0}


@dataclass(frozen=True)
class Reading:
    """A level, and for stated or partial the quote: `text[start:end]` of the document at `url`."""

    level: Level
    explains: str
    quote: str = ""
    start: int = 0
    end: int = 0
    section: str = ""
    kind: str = ""
    url: str = ""


@dataclass(frozen=True)
class _Passage:
    quote: str
    start: int
    end: int
    section: str
    context: str


def read(texts: Sequence[DocumentText], clause: Clause) -> Reading:
    """The strongest reading over all texts; `unknown` when nothing states it and a text cannot be trusted."""
    if not texts:
        return Reading("unknown", "no text was read")
    readings = [_read_one(text, clause) for text in texts]
    return max(readings, key=lambda reading: _ORDER[reading.level])


def doubts(text: DocumentText) -> list[str]:
    """Why an absence must not be concluded from this text."""
    found = list(text.doubts)
    if len(text.text) < SHORTEST:
        found.append(f"only {len(text.text)} characters of text")
    lower = text.text.lower()
    if len(text.text) < 3000:
        for sign in (
            "enable javascript",
            "sign in to continue",
            "log in to continue",
            "page not found",
            "access denied",
        ):
            if sign in lower:
                found.append(f"the text says “{sign}”")
    return found


def _read_one(text: DocumentText, clause: Clause) -> Reading:
    language = text.language if text.language in clause.cues else language_of(text.text)
    if language not in clause.cues:
        return Reading(
            "unknown",
            f"no cues for the language of this text ({language or 'not recognised'})",
            url=text.url,
            kind=text.kind,
        )
    groups, guards = clause.cues[language], clause.guards.get(language, ())
    subject = next(iter(groups.values()))
    named: _Passage | None = None
    for passage in _passages(text):
        words = f"{passage.context} {passage.quote}".lower()
        if _hit(guards, words) or not _hit(subject, passage.quote.lower()):
            continue
        hits = {name: _hit(phrases, words) for name, phrases in groups.items()}
        if all(hits.values()):
            said = ", ".join(f"{name}: “{phrase}”" for name, phrase in hits.items())
            return _found("stated", text, passage, said)
        named = named or passage
    whole = text.text.lower()
    if named:
        lacking = [name for name, phrases in groups.items() if not _hit(phrases, whole)]
        if lacking and not doubts(text):
            return _found(
                "partial",
                text,
                named,
                f"it is named, and the text nowhere gives its {' or '.join(lacking)}",
            )
        return _found(
            "unknown",
            text,
            named,
            "it is named, but not plainly together with the rule; a person decides",
        )
    reasons = doubts(text)
    if related := _hit(clause.related.get(language, ()), whole):
        reasons.append(f"the text speaks of something close (“{related}”); a person decides")
    if reasons:
        return Reading("unknown", "; ".join(reasons), kind=text.kind, url=text.url)
    return Reading(
        "absent",
        f"no passage of {len(text.text)} characters names it",
        kind=text.kind,
        url=text.url,
    )


def _found(level: Level, text: DocumentText, passage: _Passage, explains: str) -> Reading:
    return Reading(
        level,
        explains,
        passage.quote,
        passage.start,
        passage.end,
        passage.section,
        text.kind,
        text.url,
    )


def _passages(text: DocumentText) -> Iterator[_Passage]:
    """Sentences, each with the words that introduce it: its heading, or the sentence its list hangs on."""
    lead = ""
    for block in text.blocks:
        heading = block.kind.startswith("h") and block.kind[1:].isdigit()
        if heading:
            lead = block.text
            continue
        context = lead if block.kind == "li" else block.section
        for match in _SENTENCE.finditer(block.text):
            quote = match[0].strip()
            if len(quote) < 3:
                continue
            start = block.start + match.start() + (len(match[0]) - len(match[0].lstrip()))
            if not quote.endswith("?"):
                yield _Passage(quote, start, start + len(quote), block.section, context)
            if block.kind != "li":
                lead = quote if block.text.rstrip().endswith(":") else block.section


def _hit(phrases: Sequence[str], words: str) -> str:
    """The first phrase that stands in the words, or an empty text."""
    return next((phrase for phrase in phrases if _pattern(phrase).search(words)), "")


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    body = r"\s+".join(
        re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word)
        for word in phrase.split()
    )
    return re.compile(rf"(?<!\w){body}(?!\w)")
