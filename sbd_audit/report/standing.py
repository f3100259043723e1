"""What was concluded per provision, by profile and instrument, and what was asked beyond any text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.index import Index, Link
from sbd_audit.report.words import Words

_GLYPHS = {
    "not met": "✗",
    "cannot conclude": "?",
    "met with comments": "◐",
    "met": "✓",
    "not applicable": "○",
    "not in force": "◌",
}


@dataclass(frozen=True)
class Row:
    """One provision: what it asks, what it was read from, the conclusion as a word, and the findings it rests on."""

    provision: str
    clause: str
    level: str
    source: str
    says: str
    name: str
    glyph: str
    conclusion: str
    basis: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class InstrumentView:
    """The provisions of one instrument, in the order of the profile."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Practice:
    """A check the profile uses beyond what any text demands."""

    link: Link
    because: str


@dataclass(frozen=True)
class ProfileView:
    """Where a service stands under one profile."""

    title: str
    totals: str
    instruments: tuple[InstrumentView, ...]
    practices: tuple[Practice, ...]


def standing(results: Mapping[str, Any], index: Index, words: Words) -> tuple[ProfileView, ...]:
    """One view per profile."""
    return tuple(_profile(profile, results, index, words) for profile in results["profiles"])


def _profile(
    profile: Mapping[str, Any], results: Mapping[str, Any], index: Index, words: Words
) -> ProfileView:
    own = [entry for entry in results["conclusions"] if entry["profile"] == profile["id"]]
    words_found = [entry["conclusion"] for entry in own]
    instruments = dict.fromkeys(entry["instrument"] for entry in own)
    return ProfileView(
        title=profile["title"],
        totals=" · ".join(
            words(
                "conclusion_total",
                count=words_found.count(name),
                conclusion=words.term("conclusions", name),
            )
            for name in _GLYPHS
            if name in words_found
        ),
        instruments=tuple(
            InstrumentView(
                title=next(e["short_title"] for e in own if e["instrument"] == name),
                rows=tuple(_row(e, index, words) for e in own if e["instrument"] == name),
            )
            for name in instruments
        ),
        practices=tuple(
            Practice(link, finding["good_practice"][profile["id"]])
            for link, finding in index.findings
            if profile["id"] in finding["good_practice"]
        ),
    )


def _row(entry: Mapping[str, Any], index: Index, words: Words) -> Row:
    return Row(
        provision=entry["provision"],
        clause=entry["clause"],
        level=words.term("levels", entry["level"]),
        source=words.term("sources", entry["source"]),
        says=entry["says"],
        name=entry["conclusion"].replace(" ", "-"),
        glyph=_GLYPHS[entry["conclusion"]],
        conclusion=words.term("conclusions", entry["conclusion"]),
        basis=entry["basis"],
        links=index.of(entry["profile"], entry["findings"]),
    )
