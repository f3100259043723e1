"""One finding as a flat record: what the simpler formats share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.deadline import within
from sbd_audit.report.index import Index
from sbd_audit.report.text import inert
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class FindingRow:
    """A finding with its number; `finding` is its entry of results.json, its texts inert."""

    number: str
    finding: Mapping[str, Any]
    deadline: str

    @property
    def name(self) -> str:
        return f"{self.finding['check']}@{self.finding['version']}"

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exhibits it rests on, by sha256, each once."""
        steps = self.finding["steps"]
        return tuple(dict.fromkeys(key for step in steps for key in step["evidence"]))


def rows(results: Mapping[str, Any], words: Words) -> Iterator[FindingRow]:
    """Every finding in the order of the report."""
    for link, finding in Index(results, words).findings:
        deadlines = "; ".join(within(entry, words) for entry in finding["deadlines"])
        yield FindingRow(link.number, finding, deadlines)


def readable(results: Mapping[str, Any]) -> dict[str, Any]:
    """The results with every recorded text inert and of a bounded length."""
    data: dict[str, Any] = inert(dict(results))
    return data
