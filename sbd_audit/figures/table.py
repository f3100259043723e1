"""The rows of a valid transparency file, found by figure and breakdown, and which rows are parts of which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sbd_audit.figures.schema import pointer
from sbd_audit.models.figures import ALL, FiguresModel

Key = frozenset[tuple[str, str]]
NO_FIGURE = ("not_applicable", "not_collected")


@dataclass(frozen=True, eq=False)
class Row:
    """One observation; `key` is its breakdown without the words that mean all."""

    index: int
    metric: str
    status: str
    value: int | Decimal | None
    dims: Mapping[str, str]
    key: Key
    note: str
    sample: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        return pointer("observations", self.index)

    @property
    def reported(self) -> bool:
        return self.status == "reported"

    @property
    def figure(self) -> bool:
        """True for a row with a value, or with one that is not shown."""
        return self.status not in NO_FIGURE

    def word(self, dim: str) -> str | None:
        return dict(self.key).get(dim)

    def __str__(self) -> str:
        return told(self.metric, self.key)


@dataclass(frozen=True, eq=False)
class Group:
    """A row and those that are its parts in one dimension; `complete` when no part can be left."""

    whole: Row
    over: str
    parts: tuple[Row, ...]
    complete: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        return (self.whole, *self.parts)


@dataclass
class Table:
    """A valid file, ready to be judged. Rows that are given twice count once, the first time."""

    data: Mapping[str, Any]
    model: FiguresModel
    rows: list[Row] = field(init=False)
    by: dict[tuple[str, Key], Row] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = [
            _row(index, item, self.model) for index, item in enumerate(self.data["observations"])
        ]
        self.by = {}
        for row in self.rows:
            self.by.setdefault((row.metric, row.key), row)

    @property
    def report(self) -> Mapping[str, Any]:
        return self.data["report"]  # type: ignore[no-any-return]

    @property
    def threshold(self) -> int:
        return int(self.report["privacy"]["small_cell_threshold"])

    def day(self, *steps: str) -> date:
        value: Any = self.report
        for step in steps:
            value = value[step]
        return date.fromisoformat(value)

    def slack(self, group: Group) -> int:
        """By how much a sum may be off where small figures are rounded or blurred for privacy."""
        exact = self.report["privacy"]["method"] == "suppress"
        people = self.model.metrics[group.whole.metric].people
        return 0 if exact or not people else self.threshold * len(group.rows)

    def figures(self, metric: str) -> Iterator[Row]:
        return (row for (name, _), row in self.by.items() if name == metric and row.figure)

    def groups(self) -> Iterator[Group]:
        """Every whole with its parts in each dimension in which parts can be summed."""
        parts: dict[tuple[str, Key, str], list[Row]] = defaultdict(list)
        for row in self.by.values():
            if not row.figure or not self.model.metrics[row.metric].adds_up:
                continue
            for dim, word in row.key:
                if self.model.overlap(row.metric, dim):
                    continue
                if (whole := self._whole(row, dim, word)) is not None:
                    parts[row.metric, whole, dim].append(row)
        for (metric, key, dim), rows in parts.items():
            whole_row = self.by[metric, key]
            words = self.model.whole(metric, dim)
            if dim == "harm":
                words = frozenset(self.model.families.get(whole_row.word("harm") or "", ()))
            complete = bool(words) and words == {row.word(dim) for row in rows}
            yield Group(whole_row, dim, tuple(rows), complete)

    def _whole(self, row: Row, dim: str, word: str) -> Key | None:
        """The breakdown that `row` is a part of, where the file gives it; a harm is a part of its family's total."""
        rest = row.key - {(dim, word)}
        family = self.model.family(word) if dim == "harm" else None
        for key in ([rest | {("harm", family)}] if family else []) + [rest]:
            found = self.by.get((row.metric, key))
            if found is not None and found.figure:
                return key
        return None

    def across(self, whole: str, parts: str, over: str) -> Iterator[Group]:
        """Every row of one figure with the rows of another that split it over a dimension."""
        found: dict[Key, list[Row]] = defaultdict(list)
        for row in self.figures(parts):
            word = row.word(over)
            if word is not None:
                found[row.key - {(over, word)}].append(row)
        words = self.model.whole(parts, over)
        for key, rows in found.items():
            owner = self.by.get((whole, key))
            if owner is not None and owner.figure:
                yield Group(owner, over, tuple(rows), words == {row.word(over) for row in rows})


def told(metric: str, key: Key) -> str:
    """A figure and its breakdown, as a person would say it."""
    of = ", ".join(f"{dim} {word}" for dim, word in sorted(key))
    return f"{metric} ({of})" if of else metric


def _row(index: int, item: Mapping[str, Any], model: FiguresModel) -> Row:
    kept = set(model.splits) if item["status"] in NO_FIGURE else set()
    key = frozenset(
        (dim, word) for dim, word in item["dims"].items() if word not in ALL or dim in kept
    )
    return Row(
        index,
        item["metric"],
        item["status"],
        item.get("value"),
        item["dims"],
        key,
        item.get("note", ""),
        item.get("sample", {}),
    )


def day_after(day: date) -> date:
    return day + timedelta(days=1)
