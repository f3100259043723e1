"""Which helplines a page names. Numbers are compared as text with the registry; nothing is ever dialled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"(?<![\d.,:/-])(?:\+?\d[\d\s-]{1,14}\d)(?![\d/%])")
_NEAR = 60
_HINTS = [
    "call",
    "dial",
    "phone",
    "line",
    "helpline",
    "hotline",
    "police",
    "emergency",
    "toll",
    "free",
    "sms",
    "number",
    "piga",
    "simu",
    "polisi",
    "dharura",
    "nambari",
    "namba",
    "bure",
    "msaada",
    "laini",
]


@dataclass(frozen=True)
class Contacts:
    """Names of contacts found, how many numbers match no known service, and those numbers."""

    found: list[str]
    wrong: int
    unknown: tuple[str, ...] = ()


def contacts_in(
    text: str,
    links: Iterable[str],
    referrals: Mapping[str, Mapping[str, Any]],
    contacts: Mapping[str, Mapping[str, list[str]]],
    market: str,
) -> Contacts:
    """Contacts of the market named on a page, by ``tel:`` link, by number beside a word for calling, or by URL.

    A bare number far from any such word ("116 people") does not count. A ``tel:`` link to a number that is in
    no entry of the registry counts as wrong.
    """
    listed = {
        name: [referrals[service] for service in entry.get(market, []) if service in referrals]
        for name, entry in contacts.items()
    }
    known = {
        same_form(number) for service in referrals.values() for number in service.get("phone") or []
    }
    links = list(links)
    dialled = _dialled(links)
    spoken = numbers_in(text, links)
    addresses = {link.rstrip("/") for link in links}
    found = [
        name
        for name, services in listed.items()
        if any(
            any(same_form(number) in spoken for number in service.get("phone") or [])
            or (service.get("url") or "-").rstrip("/") in addresses
            for service in services
        )
    ]
    unknown = tuple(sorted(dialled - known))
    return Contacts(found, len(unknown), unknown)


def numbers_in(text: str, links: Iterable[str]) -> set[str]:
    """Numbers a page gives for calling, by ``tel:`` link or beside a word for calling, in one form."""
    return _dialled(links) | {
        same_form(match[0]) for match in _NUMBER.finditer(text) if _beside_a_call_word(text, match)
    }


def _dialled(links: Iterable[str]) -> set[str]:
    return {same_form(link.partition(":")[2]) for link in links if link.lower().startswith("tel:")}


def same_form(number: str) -> str:
    """A number without spaces and dashes, its country prefix written as a leading 0."""
    digits = re.sub(r"[\s()-]", "", number)
    return re.sub(r"^(\+254|254(?=\d{9}$))", "0", digits)


def _beside_a_call_word(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - _NEAR) : match.end() + 20].lower()
    return any(re.search(rf"\b{hint}\b", around) for hint in _HINTS)
