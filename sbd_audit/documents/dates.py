"""When a document applies and which version it is, as it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sbd_audit.documents.signs import Signs

_VERSION = re.compile(r"\b(?:version|toleo|v)\s*:?\s*(\d+(?:\.\d+)*)\b", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](20\d\d)(?![\d.])")


@dataclass(frozen=True)
class Dated:
    """A date a text gives, what it is (effective, updated, published, or nothing said), and where it stands."""

    day: date
    role: str
    at: int


@dataclass(frozen=True)
class Dating:
    """The date a text applies from (or was updated), when it was last changed, and its version."""

    effective: date | None
    updated: date | None
    version: str | None

    @property
    def day(self) -> date | None:
        """The date that says how old the text is."""
        return self.updated or self.effective


def dating_of(text: str, signs: Signs, today: date) -> Dating:
    """The dates of a text as a whole.

    Of several, those with a word beside them count before bare ones, past before future ones, the latest
    first. A bare date counts only on a short line near the start or the end: elsewhere it dates something else.
    """
    found = [entry for entry in dates_in(text, signs) if entry.role or _alone(entry, text, signs)]

    def latest(*roles: str) -> date | None:
        days = [entry.day for entry in found if entry.role in roles]
        past = [day for day in days if day <= today]
        return max(past) if past else min(days, default=None)

    version = _VERSION.search(text[:3000]) or _VERSION.search(text[-1000:])
    return Dating(
        latest("effective"),
        latest("updated", "published") or latest(""),
        version[1] if version else None,
    )


def dates_in(text: str, signs: Signs) -> Iterator[Dated]:
    """Every date of a text in its order; one whose day and month cannot be told apart is left out."""
    entries = []
    for match in signs.worded_dates.finditer(text):
        number, month, year = match.groups()[:3] if match[1] else (match[5], match[4], match[6])
        entries.append((match.start(), int(year), signs.months[month.lower()], int(number)))
    for match in _ISO.finditer(text):
        entries.append((match.start(), int(match[1]), int(match[2]), int(match[3])))
    for match in _NUMBERS.finditer(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second:
            entries.append((match.start(), int(match[3]), second, first))
        elif second > 12:
            entries.append((match.start(), int(match[3]), first, second))
    for start, year, number, day in sorted(entries):
        try:
            yield Dated(date(year, number, day), _role(text, start, signs), start)
        except ValueError:
            continue


def without_dates(text: str, signs: Signs) -> str:
    """The text with every date of its own blanked."""
    for pattern in (signs.worded_dates, _ISO, _NUMBERS):
        text = pattern.sub(" ", text)
    return text


def _role(text: str, start: int, signs: Signs) -> str:
    before = text[max(0, start - signs.date_rule["near"]) : start]
    near = {
        role: max((m.end() for m in pattern.finditer(before)), default=0)
        for role, pattern in signs.roles.items()
    }
    role = max(near, key=lambda name: near[name])
    return role if near[role] else ""


def _alone(entry: Dated, text: str, signs: Signs) -> bool:
    """A bare date dates the text when it stands on a short line near the start or the end."""
    edge = signs.date_rule["edge"]
    line = text[text.rfind("\n", 0, entry.at) + 1 :].split("\n", 1)[0]
    return (entry.at < edge or entry.at > len(text) - edge) and len(line) <= signs.date_rule["line"]
