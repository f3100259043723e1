"""What was found for the people of each age: one row per band, over the checks that were played by people of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.index import GLYPHS, ORDER, Index, Link, Tally
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class AgeRow:
    """The people of one age band: how their checks came out, and which failed."""

    name: str
    tallies: tuple[Tally, ...]
    failed: tuple[Link, ...]


def ages(results: Mapping[str, Any], index: Index, words: Words) -> tuple[AgeRow, ...]:
    """One row per age band, the youngest first; none where no check was played by people of an age."""
    rows = sorted(results.get("age_bands", ()), key=lambda row: _youngest(row["band"]))
    return tuple(
        AgeRow(
            words.known("age_bands", row["band"]),
            tuple(
                Tally(name, GLYPHS[name], words.outcome(name), row["counts"][name])
                for name in ORDER
                if row["counts"].get(name)
            ),
            tuple(link for link, finding in index.findings if finding["check"] in row["failed"]),
        )
        for row in rows
    )


def _youngest(band: str) -> int:
    """The age a band begins with; ``under_13`` begins with none."""
    first = band.partition("_")[0]
    return int(first) if first.isdigit() else 0
