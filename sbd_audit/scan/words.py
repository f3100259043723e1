"""The words a scan goes by, from ``checks/vocabulary/surface.yaml`` and ``discovery.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sbd_audit.capabilities import Vocabulary
from sbd_audit.documents.discovery import LinkCues

ROUTE = "route:"
"""What precedes the name of a public route where kinds of pages are told apart."""


@dataclass(frozen=True)
class Cues:
    """Words by what they mean, all languages together."""

    links: LinkCues
    forms: Mapping[str, tuple[str, ...]]
    pages: Mapping[str, tuple[str, ...]]
    routes: Mapping[str, tuple[str, ...]]
    own_names: Mapping[str, str]
    data_files: tuple[str, ...]
    data_services: tuple[str, ...]
    published: tuple[str, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Cues:
        tables = vocabulary.tables
        routes = {name: _flat(words) for name, words in tables["public_routes"].items()}
        links = {
            **tables["document_links"],
            **tables["surface_links"],
            **{ROUTE + name: {"names": words} for name, words in tables["public_routes"].items()},
        }
        kinds = tables["document_kinds"]
        return cls(
            LinkCues.of({"document_links": links, "link_weights": tables["link_weights"]}),
            {name: _flat(words) for name, words in tables["surface_forms"].items()},
            {name: _flat(words) for name, words in tables["surface_pages"].items()},
            routes,
            {name.casefold(): code for name, code in tables["own_names"].items()},
            tuple(tables["data_files"]),
            tuple(tables["data_services"]),
            tuple(kind for kind, how in kinds.items() if how == "published"),
        )

    def named(self, kind: str, text: str) -> bool:
        """True when a title or heading says the name of a kind of page."""
        return says(text, tuple(" ".join(name) for name in self.links.names[kind]))


def says(text: str, phrases: Iterable[str]) -> bool:
    """True when one of the phrases stands in the text as whole words."""
    return first_said(text, phrases) is not None


def first_said(text: str, phrases: Iterable[str]) -> str | None:
    folded = " ".join(text.casefold().split())
    return next((phrase for phrase in phrases if _whole(phrase).search(folded)), None)


@lru_cache(maxsize=2048)
def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase.casefold())}(?!\w)")


def _flat(words: Any) -> tuple[str, ...]:
    if isinstance(words, Mapping):
        return tuple(str(word) for listed in words.values() for word in listed)
    return tuple(map(str, words))
