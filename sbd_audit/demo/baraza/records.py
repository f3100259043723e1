"""What Baraza keeps behind the pages: cases, decisions, test lists, recommended cards, reporting drills."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEPT_HOURS = 365 * 24
"""How long evidence is kept for investigators."""


@dataclass
class Case:
    """What is held for investigators about one item; `kept_until` in hours of the author's clock."""

    item: str
    author: str
    account: dict[str, str]
    content: bytes
    reference: str
    kept_until: int
    purged: str = ""


@dataclass
class Decision:
    """What a moderator decided about an item: `word` is what was done, `report` the report it answers."""

    item: str
    author: str
    word: str
    report: str
    at: float
    appeals: list[str] = field(default_factory=list)


@dataclass
class Card:
    """One thing the recommender may show: `label` is the service's own word for what it is."""

    id: str
    topic: str
    text: str
    label: str = ""


@dataclass
class Records:
    """All of it, empty on the first day."""

    cases: dict[str, Case] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    hashes: dict[str, int | None] = field(default_factory=dict)
    intimate: dict[str, int | None] = field(default_factory=dict)
    cached: dict[str, bytes] = field(default_factory=dict)
    terms: set[str] = field(default_factory=set)
    rude: set[str] = field(default_factory=set)
    asked_to_think: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    cards: list[Card] = field(default_factory=list)
    less: dict[str, list[str]] = field(default_factory=dict)
    drills: dict[str, dict[str, Any]] = field(default_factory=dict)
    removals: list[tuple[str, int]] = field(default_factory=list)
