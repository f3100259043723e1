"""The numbers of findings, F-001 and on: by outcome, then severity, so that what matters comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.outcome import WORST_FIRST
from sbd_audit.report.words import Words

ORDER = tuple(str(outcome) for outcome in WORST_FIRST)
SEVERITIES = ("critical", "high", "medium", "low")
GLYPHS = {"failed": "✗", "cantTell": "?", "untested": "–", "passed": "✓", "inapplicable": "○"}


@dataclass(frozen=True)
class Link:
    """A finding as other parts of the page point to it."""

    number: str
    title: str
    outcome: str
    glyph: str
    label: str


@dataclass(frozen=True)
class Tally:
    """How many findings have an outcome."""

    outcome: str
    glyph: str
    label: str
    count: int


class Index:
    """Every finding with its number; a check that was run under two sets of parameters has two."""

    def __init__(self, results: Mapping[str, Any], words: Words) -> None:
        ordered = sorted(
            results["findings"],
            key=lambda f: (
                ORDER.index(f["outcome"]),
                SEVERITIES.index(f["severity"]),
                f["pillar"],
                f["check"],
            ),
        )
        self.findings: tuple[tuple[Link, Mapping[str, Any]], ...] = tuple(
            (
                Link(
                    f"F-{number:03}",
                    finding["title"],
                    finding["outcome"],
                    GLYPHS[finding["outcome"]],
                    words.outcome(finding["outcome"]),
                ),
                finding,
            )
            for number, finding in enumerate(ordered, 1)
        )

    def of(self, profile: str, checks: Iterable[str]) -> tuple[Link, ...]:
        """The findings of these checks under a profile, in the order of the checks."""
        found = {f["check"]: link for link, f in self.findings if profile in f["profiles"]}
        return tuple(found[name] for name in dict.fromkeys(checks) if name in found)


def tallies(
    findings: Iterable[Mapping[str, Any]], words: Words, *, empty: bool = False
) -> tuple[Tally, ...]:
    """The findings counted by outcome, the worst first; outcomes nobody has are left out unless `empty`."""
    outcomes: Sequence[str] = [finding["outcome"] for finding in findings]
    return tuple(
        Tally(name, GLYPHS[name], words.outcome(name), outcomes.count(name))
        for name in ORDER
        if empty or name in outcomes
    )
