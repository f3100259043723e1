"""Under what mandate the audit was made, and which provisions it did not look at, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.words import Words

WHYS = ("no_check", "not_testable", "others", "not_in_force")


@dataclass(frozen=True)
class Outside:
    """Provisions left out for one reason, each as (clause, id, what it asks)."""

    says: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class MandateView:
    """One profile: what it is, its digest, and what of its instruments it does not test."""

    title: str
    stamp: str
    summary: str
    notes: tuple[str, ...]
    outside: tuple[Outside, ...]


def mandate(results: Mapping[str, Any], words: Words) -> tuple[MandateView, ...]:
    """One view per profile."""
    return tuple(_profile(profile, results, words) for profile in results["profiles"])


def _profile(profile: Mapping[str, Any], results: Mapping[str, Any], words: Words) -> MandateView:
    own = [entry for entry in results["not_audited"] if entry["profile"] == profile["id"]]
    outside = []
    for why in WHYS:
        listed = [entry for entry in own if entry["why"] == why]
        if listed:
            outside.append(
                Outside(
                    words.count(f"outside_{why}", len(listed)),
                    tuple(
                        (
                            f"{entry['short_title']}, {entry['clause']}",
                            entry["provision"],
                            entry["obligation"],
                        )
                        for entry in listed
                    ),
                )
            )
    return MandateView(
        title=profile["title"],
        stamp=words(
            "stamp", id=profile["id"], version=profile["version"], digest=profile["sha256"]
        ),
        summary=profile["summary"],
        notes=tuple(profile["notes"]),
        outside=tuple(outside),
    )
