"""One transparency file, wholly judged: what `read_transparency_data` answers, and the place of everything it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sbd_audit.figures.gaps import (
    Asked,
    country_rows,
    coverage_gaps,
    hash_schemes,
    missing_rows,
    reasons_of,
    waits,
)
from sbd_audit.figures.hidden import TooMuch, hidden_stay_hidden, small_groups_hidden
from sbd_audit.figures.rules import ONE_BY_ONE, Rule
from sbd_audit.figures.schema import Break, Held
from sbd_audit.figures.sums import appeals_match, decisions_match_reports, parts_make_the_whole
from sbd_audit.figures.table import Table
from sbd_audit.models.figures import FiguresModel

RULES: tuple[Rule, ...] = (
    *ONE_BY_ONE,
    parts_make_the_whole,
    decisions_match_reports,
    appeals_match,
    small_groups_hidden,
    hidden_stay_hidden,
)
"""Every rule of the model, by name."""


@dataclass
class Assessment:
    """What was found: `outputs` as the vocabulary has them, and places for every number in them.

    An output that cannot be had is left out, and `notes` say why. A file that does not follow the model is not
    searched for rules it breaks or rows it lacks: what is misplaced in it would count as missing.
    """

    outputs: dict[str, Any] = field(default_factory=dict)
    departures: list[Break] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    missing: list[Break] = field(default_factory=list)
    gaps: list[Break] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.departures or self.breaks or self.missing or self.gaps)


def assess(
    data: Mapping[str, Any],
    model: FiguresModel,
    asked: Asked,
    today: date,
    reasons: Mapping[str, Any],
) -> Assessment:
    """Judges a file as `reading.figures_of` gives it; `reasons` are the report reasons of the vocabulary."""
    found = Assessment(departures=Held(model).breaks(data))
    found.outputs["schema_valid"] = not found.departures
    _report(found, data, model)
    if found.departures:
        found.notes.append("it does not follow the model, so its sums and its gaps are not judged")
        return found
    table = Table(data, model)
    _rules(found, table, today)
    found.missing = missing_rows(table, asked)
    found.gaps = coverage_gaps(table)
    found.outputs |= {
        "missing_rows": len(found.missing),
        "country_rows": len(country_rows(table, asked)),
        "coverage_gaps": len(found.gaps),
        "hash_schemes_named": len(hash_schemes(table)),
    }
    _waits(found, table, asked, reasons)
    return found


def _rules(found: Assessment, table: Table, today: date) -> None:
    whole = True
    for rule in RULES:
        try:
            found.breaks += rule(table, today)
        except TooMuch:
            whole = False
            found.notes.append("whether suppressed figures can be worked out was not established")
    if whole or found.breaks:
        found.outputs["rule_breaks"] = len(found.breaks)


def _report(found: Assessment, data: Mapping[str, Any], model: FiguresModel) -> None:
    """What the head of the file says of itself, as far as it is there in a form that can be read."""
    report = data.get("report")
    if not isinstance(report, dict):
        return
    licence = report.get("licence", "")
    if isinstance(licence, str):
        words = licence.strip().casefold()
        found.outputs["licence_stated"] = bool(words) and words not in model.unlicensed
    if "previous" not in report:
        found.outputs["previous_linked"] = False
    elif report["previous"] is None:
        found.notes.append(
            "it says it is the first file; whether there was one before is not known"
        )
    elif isinstance(report["previous"], dict) and report["previous"].get("url"):
        found.outputs["previous_linked"] = True
    ended = report["period"].get("end") if isinstance(report.get("period"), dict) else None
    days = [_day(ended), _day(report.get("published_on"))]
    if days[0] and days[1]:
        found.outputs["days_after_period"] = (days[1] - days[0]).days


def _waits(found: Assessment, table: Table, asked: Asked, reasons: Mapping[str, Any]) -> None:
    times = waits(table, asked)
    given = reasons_of(times.harms, reasons)
    found.outputs["medians_given"] = given
    if not times.where:
        found.notes.append("no median time to a decision is given")
        return
    if times.where != asked.market:
        found.notes.append(
            f"no median time is given for {asked.market}; those for everywhere count"
        )
    if times.everything is None:
        found.notes.append("no median is given for all reports, so none can be called slower")
        return
    slow = [harm for harm in times.harms if times.slower(harm)]
    found.outputs["slower_than_all"] = [
        name
        for name in given
        if any(harm in slow for harm in (reasons[name] or {}).get("counts_as") or (name,))
    ]
    for harm in slow:
        row = times.harms[harm]
        found.notes.append(
            f"{row.pointer}: half of the reports of {harm} took longer than {row.value} h, of all reports"
            f" {times.everything.value} h ({times.everything.pointer})"
        )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
