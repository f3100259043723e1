"""The data that document reading goes by, in one form: languages apart, everything of ``checks/vocabulary``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.documents.discovery import LinkCues


@dataclass(frozen=True)
class Region:
    """A part of the world a text may be for, and how one tells."""

    id: str
    says: str
    names: re.Pattern[str]
    addresses: frozenset[str]
    prefixes: frozenset[str]
    markets: frozenset[str]


@dataclass(frozen=True)
class Signs:
    """Everything `artefacts`, `region` and `dates` look for."""

    artefacts: Mapping[str, Mapping[str, str]]
    limits: Mapping[str, int]
    unfinished: Mapping[str, re.Pattern[str]]
    stubs: frozenset[str]
    pages: Mapping[str, tuple[str, ...]]
    regions: Mapping[str, Region]
    meant_for: Mapping[str, tuple[re.Pattern[str], ...]]
    everyone: tuple[re.Pattern[str], ...]
    months: Mapping[str, int]
    worded_dates: re.Pattern[str]
    roles: Mapping[str, re.Pattern[str]]
    date_rule: Mapping[str, int]
    families: tuple[frozenset[str], ...]
    links: LinkCues
    names: Mapping[str, str]

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Signs:
        """From the tables of the vocabulary."""
        regions = {
            name: Region(
                name,
                entry["says"],
                re.compile(_any(entry["names"])),
                frozenset(entry["addresses"]),
                frozenset(entry.get("prefixes") or ()),
                frozenset(entry["markets"]),
            )
            for name, entry in tables["regions"].items()
        }
        months = {
            month: number
            for names in tables["month_names"].values()
            for number, month in enumerate(names, 1)
        }
        listed = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
        return cls(
            artefacts=tables["artefacts"],
            limits={name: int(value) for name, value in tables["artefact_limits"].items()},
            unfinished={
                # A function word, a space, and the end of the sentence: what stood between them is gone.
                language: re.compile(rf"(?i)(?<![\w’'-]){_any(words)}\s+[.,;](?=\s|$)[^\S\n]?")
                for language, words in tables["unfinished_words"].items()
            },
            stubs=frozenset(word for words in tables["stub_words"].values() for word in words),
            pages={name: tuple(phrases) for name, phrases in tables["page_signs"].items()},
            regions=regions,
            meant_for={
                name: tuple(
                    re.compile(
                        "(?i:"
                        + sentence.replace(
                            "‹region›", f")(?-i:{_any(tables['regions'][name]['names'])})(?i:"
                        )
                        + ")"
                    )
                    for sentence in tables["region_sentences"]
                )
                for name in regions
            },
            everyone=tuple(re.compile(f"(?i){each}") for each in tables["region_everyone"]),
            months=months,
            worded_dates=re.compile(
                rf"(?i)(?<!\w)(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({listed})\.?,?\s+(20\d\d)"
                rf"|({listed})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(20\d\d))(?!\d)"
            ),
            roles={
                role: re.compile(rf"(?i){_any(words)}")
                for role, words in tables["date_roles"].items()
            },
            date_rule={name: int(value) for name, value in tables["date_rule"].items()},
            families=tuple(frozenset(kinds) for kinds in tables["kind_families"].values()),
            links=LinkCues.of(tables),
            names=tables["language_names"],
        )


def _any(words: Any) -> str:
    """A pattern for any of these words, whole."""
    body = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return rf"(?<!\w)(?:{body})(?!\w)"
