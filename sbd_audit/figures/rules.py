"""Rules about one part of a file at a time: its dates, its rows, its privacy. One function a rule.

What each rule asks, in words, and every number in it stand in ``checks/figures/rules.yaml``. A rule gives the places
that break it; a file that follows the model and breaks none gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sbd_audit.figures.schema import Break, pointer
from sbd_audit.figures.table import Row, Table, day_after, told

Rule = Callable[[Table, date], Iterator[Break]]


def dates_in_order(table: Table, today: date) -> Iterator[Break]:
    start, end = table.day("period", "start"), table.day("period", "end")
    published = table.day("published_on")
    if start >= end:
        yield _in_report("dates_in_order", "period", says=f"it starts {start} and ends {end}")
    if published <= end:
        says = f"published {published}, before the period ended ({end})"
        yield _in_report("dates_in_order", "published_on", says=says)
    if published > today:
        yield _in_report("dates_in_order", "published_on", says=f"{published} is in the future")


def period_length(table: Table, today: date) -> Iterator[Break]:
    start, end = table.day("period", "start"), table.day("period", "end")
    days = (end - start).days + 1
    limits = table.model.limits
    if start < end and not limits.shortest_period_days <= days <= limits.longest_period_days:
        yield _in_report("period_length", "period", says=f"{days} days, {start} to {end}")


def follows_the_one_before(table: Table, today: date) -> Iterator[Break]:
    if table.report["previous"] is None:
        return
    ended, start = table.day("previous", "period_end"), table.day("period", "start")
    if day_after(ended) != start:
        says = f"the previous period ended {ended}, and this one starts {start}"
        yield _in_report("follows_the_one_before", "period", "start", says=says)
    before, now = table.day("previous", "published_on"), table.day("published_on")
    if before >= now:
        says = f"the previous file is said to be of {before}, this one of {now}"
        yield _in_report("follows_the_one_before", "previous", "published_on", says=says)


def corrections_named(table: Table, today: date) -> Iterator[Break]:
    report = table.report
    first = report["version"] in ("1.0.0", "0.1.0")
    replaces, note = report.get("supersedes"), report.get("correction_note")
    if not first and not (replaces and note):
        says = (
            f"version {report['version']}, and no {'correction_note' if replaces else 'supersedes'}"
        )
        yield _in_report("corrections_named", "version", says=says)
    elif first and replaces and not note:
        says = "it replaces another file and does not say what was corrected"
        yield _in_report("corrections_named", "supersedes", says=says)


def rows_once(table: Table, today: date) -> Iterator[Break]:
    for row in table.rows:
        first = table.by[row.metric, row.key]
        if first is not row:
            yield _at(row, "rows_once", f"{row} stands at {first.pointer} too")


def coverage_once(table: Table, today: date) -> Iterator[Break]:
    seen: dict[tuple[str, ...], int] = {}
    for index, cell in enumerate(table.data["detection"]):
        where = pointer("detection", index)
        key = (cell["harm"], cell["surface"], cell["method"], cell.get("novelty", "all"))
        if key in seen:
            says = f"{', '.join(key[:3])} stands at {pointer('detection', seen[key])} too"
            yield Break("coverage_once", where, says)
        seen.setdefault(key, index)
        if cell["method"] == "none" and cell["coverage"] in ("full", "partial"):
            says = (
                f"{cell['coverage']} coverage of {cell['harm']} in {cell['surface']} by no method"
            )
            yield Break("coverage_once", where, says)


def countries_in_scope(table: Table, today: date) -> Iterator[Break]:
    scope = {*table.report["scope"]["countries"], "ALL", "ZZ"}
    if "ALL" in table.report["scope"]["countries"]:
        return
    seen: set[str] = set()
    for row in table.rows:
        country = row.dims.get("country", "ALL")
        if country not in scope and country not in seen:
            seen.add(country)
            yield _at(row, "countries_in_scope", f"{country} is not among /report/scope/countries")


def gender_as_declared(table: Table, today: date) -> Iterator[Break]:
    if table.report["privacy"]["gender_basis"] != "not_collected":
        return
    for row in table.rows:
        if row.figure and row.word("gender") not in (None, "not_stated"):
            says = f"{row}, and the report says gender is not collected"
            yield _at(row, "gender_as_declared", says)


def policies_before_file(table: Table, today: date) -> Iterator[Break]:
    published = table.report["published_on"]
    for index, policy in enumerate(table.data["policies"]):
        if policy.get("updated_on", "") > published:
            says = f"the rule on {policy['harm']} is of {policy['updated_on']}, the file of {published}"
            yield Break("policies_before_file", pointer("policies", index, "updated_on"), says)


def median_below_p90(table: Table, today: date) -> Iterator[Break]:
    for row in table.by.values():
        if row.word("stat") != "p50" or row.value is None:
            continue
        other = table.by.get((row.metric, row.key - {("stat", "p50")} | {("stat", "p90")}))
        if other is not None and other.value is not None and other.value < row.value:
            says = f"{row} is {row.value}, and the p90 at {other.pointer} is {other.value}"
            yield _at(row, "median_below_p90", says)


def share_has_its_base(table: Table, today: date) -> Iterator[Break]:
    for base in table.model.bases:
        for row in table.figures(base.share):
            found = table.by.get((base.of, row.key))
            if found is None or not found.figure:
                says = f"{row} is given, and {told(base.of, row.key)} is not"
                yield _at(row, "share_has_its_base", says)


def interval_holds_value(table: Table, today: date) -> Iterator[Break]:
    for row in table.rows:
        ends = row.sample.get("ci95")
        if ends and row.value is not None and not ends[0] <= row.value <= ends[1]:
            says = f"{row} is {row.value}, and its interval {ends[0]} to {ends[1]}"
            yield _at(row, "interval_holds_value", says)


def _in_report(rule: str, *steps: str, says: str) -> Break:
    return Break(rule, pointer("report", *steps), says)


def _at(row: Row, rule: str, says: str) -> Break:
    return Break(rule, row.pointer, says)


ONE_BY_ONE: tuple[Rule, ...] = (
    dates_in_order,
    period_length,
    follows_the_one_before,
    corrections_named,
    rows_once,
    coverage_once,
    countries_in_scope,
    gender_as_declared,
    policies_before_file,
    median_below_p90,
    share_has_its_base,
    interval_holds_value,
)
