"""Rules about small groups of people: they are not shown, and nobody can work them out from what is shown.

Every sum in a file is an equation, and each suppressed figure an unknown in it. Solving them all at once, exactly,
finds whatever a careful reader could find: not only the single gap beside a total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sbd_audit.figures.schema import Break
from sbd_audit.figures.table import Group, Row, Table

MOST_WORK = 2_000_000
"""Additions before the search for what can be worked out is given up; a file of ten thousand rows needs far fewer."""


class TooMuch(Exception):
    """The sums of a file are too entangled to be solved in reasonable time."""


def small_groups_hidden(table: Table, today: date) -> Iterator[Break]:
    if table.report["privacy"]["method"] == "differential_privacy":
        return
    for row in table.rows:
        people = table.model.metrics[row.metric].people
        if people and row.reported and row.value and row.value < table.threshold:
            says = f"{row} shows {row.value}; the threshold is {table.threshold}"
            yield Break("small_groups_hidden", row.pointer, says)


def hidden_stay_hidden(table: Table, today: date) -> Iterator[Break]:
    if table.report["privacy"]["method"] != "suppress":
        return
    for row, value in worked_out(table):
        people = table.model.metrics[row.metric].people
        if people and 0 < value < table.threshold:
            says = f"{row} is suppressed, and the sums around it leave only {value}"
            yield Break("hidden_stay_hidden", row.pointer, says)


def worked_out(table: Table) -> list[tuple[Row, Fraction]]:
    """The suppressed rows whose value follows from the others, in the order of the file; raises `TooMuch`."""
    system = _System()
    for group in _exact(table):
        system.add(group)
        if system.work > MOST_WORK:
            raise TooMuch
    return sorted(system.solved(), key=lambda found: found[0].index)


def _exact(table: Table) -> Iterator[Group]:
    """Complete groups without estimates and with something suppressed, the small ones first."""
    across = (
        group for each in table.model.balances for group in table.across(each.whole, each.parts, each.over)
    )  # fmt: skip
    groups: Iterable[Group] = [*table.groups(), *across]
    found = [
        group
        for group in groups
        if group.complete
        and any(row.status == "suppressed" for row in group.rows)
        and not any(row.status == "estimated" for row in group.rows)
    ]
    return iter(sorted(found, key=lambda group: (len(group.parts), group.whole.index)))


@dataclass
class _System:
    """Linear equations in reduced form: each keeps an unknown that stands in no other."""

    kept: dict[int, tuple[dict[int, Fraction], Fraction]] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    work: int = 0

    def add(self, group: Group) -> None:
        """Whole minus parts is nothing."""
        left: dict[int, Fraction] = {}
        right = Fraction(0)
        for row, sign in ((group.whole, 1), *((part, -1) for part in group.parts)):
            if row.reported:
                right -= sign * int(row.value or 0)
            else:
                self.rows[row.index] = row
                left[row.index] = left.get(row.index, Fraction(0)) + sign
        for name in [name for name in left if name in self.kept]:
            left, right = self._without(left, right, name)
        left = {name: factor for name, factor in left.items() if factor}
        if not left:
            return
        name = min(left)
        factor = left[name]
        left, right = {other: each / factor for other, each in left.items()}, right / factor
        for own, (terms, value) in list(self.kept.items()):
            if name in terms:
                self.kept[own] = self._minus(terms, value, terms[name], left, right)
        self.kept[name] = (left, right)

    def _without(
        self, left: dict[int, Fraction], right: Fraction, name: int
    ) -> tuple[dict[int, Fraction], Fraction]:
        return self._minus(left, right, left[name], *self.kept[name])

    def _minus(
        self,
        left: dict[int, Fraction],
        right: Fraction,
        times: Fraction,
        terms: dict[int, Fraction],
        value: Fraction,
    ) -> tuple[dict[int, Fraction], Fraction]:
        self.work += len(terms)
        less = dict(left)
        for name, factor in terms.items():
            less[name] = less.get(name, Fraction(0)) - times * factor
        return {name: factor for name, factor in less.items() if factor}, right - times * value

    def solved(self) -> Iterator[tuple[Row, Fraction]]:
        for name, (terms, value) in self.kept.items():
            if len(terms) == 1:
                yield self.rows[name], value
