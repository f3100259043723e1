"""Rules about rows that must add up: parts and wholes, outcomes and reports, decisions and appeals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sbd_audit.figures.schema import Break
from sbd_audit.figures.table import Group, Row, Table


def parts_make_the_whole(table: Table, today: date) -> Iterator[Break]:
    for group in table.groups():
        yield from _adds_up(table, group, "parts_make_the_whole")


def decisions_match_reports(table: Table, today: date) -> Iterator[Break]:
    for balance in table.model.balances:
        for group in table.across(balance.whole, balance.parts, balance.over):
            yield from _adds_up(table, group, balance.rule)


def appeals_match(table: Table, today: date) -> Iterator[Break]:
    for bound in table.model.bounds:
        compared = {}
        for group in table.across(bound.whole, bound.parts, bound.over):
            compared[group.whole.key] = group
        for row in table.figures(bound.parts):
            owner = table.by.get((bound.whole, row.key))
            if owner is not None:
                compared[row.key] = Group(owner, bound.over, (row,), False)
        for group in compared.values():
            if not any(row.note for row in group.parts):
                yield from _adds_up(table, _partial(group), bound.rule)


def _partial(group: Group) -> Group:
    return Group(group.whole, group.over, group.parts, False)


def _adds_up(table: Table, group: Group, rule: str) -> Iterator[Break]:
    """Nothing where something in it is estimated, or where what is not shown can make up the difference."""
    if any(row.status == "estimated" for row in group.rows) or not group.whole.reported:
        return
    shown = [row for row in group.parts if row.reported]
    total, whole = _sum(shown), group.whole.value or 0
    slack = table.slack(group)
    hidden = len(group.parts) - len(shown)
    if total > whole + slack:
        off = "more than"
    elif group.complete and not hidden and total < whole - slack:
        off = "not"
    else:
        return
    parts = ", ".join(row.pointer.removeprefix("/observations/") for row in shown)
    of = f"the rows by {group.over} ({parts}) make {total}"
    yield Break(rule, group.whole.pointer, f"{group.whole} is {whole}; {of}, {off} that")


def _sum(rows: list[Row]) -> int:
    return sum(int(row.value or 0) for row in rows)
