"""What documents state, each statement with its quote and the way to it; and what was seen to be otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.text import shorten
from sbd_audit.report.words import Words

LEVELS = ("stated", "partial", "absent", "unknown")


@dataclass(frozen=True)
class QuoteView:
    """One statement: its level, the deciding passage, and where that stands.

    `link` leads to the passage in the published page, and is empty where there is none; `place` names the
    exhibit and the characters in it.
    """

    statement: str
    level: str
    level_label: str
    quote: str
    where: str
    link: str
    place: str
    because: str


@dataclass(frozen=True)
class DocumentView:
    """One document that was read, in one line, and what speaks against it."""

    line: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class SayDoView:
    """A promise and what was seen instead."""

    message: str
    said: QuoteView


def quotes(step: Mapping[str, Any], words: Words, longest: int) -> tuple[QuoteView, ...]:
    """The statements a step read; passages longer than `longest` are cut, and the cut says so."""
    return tuple(_quote(reading, words, longest) for reading in step.get("readings", ()))


def documents(step: Mapping[str, Any], words: Words) -> tuple[DocumentView, ...]:
    """The documents a step read."""
    return tuple(_document(seen, words) for seen in step.get("documents", ()))


def contradictions(finding: Mapping[str, Any], words: Words, longest: int) -> tuple[SayDoView, ...]:
    """What documents promise and this finding shows to be otherwise."""
    return tuple(
        SayDoView(one["message"], _quote(one["said"], words, longest))
        for one in finding.get("contradictions", ())
    )


def _quote(reading: Mapping[str, Any], words: Words, longest: int) -> QuoteView:
    level = reading["level"]
    where = words.known("documents", reading["kind"]) if reading["kind"] else ""
    if where and reading["section"]:
        where = words("in_section", document=where, section=reading["section"])
    link = reading["link"]
    return QuoteView(
        statement=words.plain(reading["statement"]),
        level=level if level in LEVELS else "unknown",
        level_label=words.known("statement_levels", level),
        quote=shorten(reading["quote"], longest, words("cut")),
        where=where if reading["quote"] else "",
        link=link if link.startswith(("http://", "https://")) else "",
        place=words(
            "characters_of",
            start=reading["start"],
            end=reading["end"],
            exhibit=reading["exhibit"][:12],
        )
        if reading["exhibit"]
        else "",
        because="" if level == "stated" else reading["explains"],
    )


def _document(seen: Mapping[str, Any], words: Words) -> DocumentView:
    dated = seen["updated"] or seen["effective"]
    parts = [
        words("language_is", language=words.known("languages", seen["language"] or "unknown")),
        words("dated", day=words.date(dated)) if dated else words("undated"),
        words("version_is", version=seen["version"]) if seen["version"] else "",
        words("fetched", day=words.date(seen["fetched_at"]), market=seen["market"])
        if seen["fetched_at"]
        else "",
        seen["found_by"] if seen["found_by"] != "named" else "",
        seen["readability"],
        words("digest_is", digest=seen["sha256"][:12]),
    ]
    line = words(
        "document_line",
        document=words.known("documents", seen["kind"]),
        address=seen["address"],
        facts="; ".join(part for part in parts if part),
    )
    return DocumentView(line, tuple(flag["says"] for flag in seen["flags"]))
