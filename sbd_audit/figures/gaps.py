"""What a file leaves out, and what it says of harms, places and times: the other half of reading one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sbd_audit.figures.schema import Break, pointer
from sbd_audit.figures.table import Key, Row, Table, told
from sbd_audit.models.figures import ALL, RequiredRows

UNFOUND = ("none", "not_applicable")


@dataclass(frozen=True)
class Asked:
    """For whom a file is read: the country, and the languages it is audited in."""

    market: str
    languages: Sequence[str]

    def words(self, listed: Sequence[str]) -> list[str]:
        """A list of the model with the market and the languages in their places."""
        found: list[str] = []
        for word in listed:
            if word == "{languages}":
                found += self.languages
            else:
                found.append(self.market if word == "{market}" else word)
        return found


def missing_rows(table: Table, asked: Asked) -> list[Break]:
    """Required rows that are neither given nor said not to be collected, in the order of the model."""
    finer = _finer(table)
    found: dict[str, None] = {}
    for required in table.model.required_rows:
        for key, split in _wanted(table, required, asked):
            if not _given(table, finer, required.metric, key, split):
                found[told(required.metric, key)] = None
    return [Break("required_rows", pointer("observations"), f"{row} has no row") for row in found]


def _wanted(table: Table, required: RequiredRows, asked: Asked) -> Iterator[tuple[Key, str | None]]:
    lists, splits = table.model.lists, table.model.splits
    names = list(required.dims)
    for words in product(*(asked.words(lists[required.dims[name]]) for name in names)):
        key = frozenset(
            (name, word) for name, word in zip(names, words, strict=True) if word not in ALL
        )
        if not required.split:
            yield key, None
        for dim in required.split:
            for word in asked.words(splits[dim]):
                yield key | {(dim, word)}, dim


def _given(
    table: Table, finer: set[tuple[str, Key]], metric: str, key: Key, split: str | None
) -> bool:
    """True for the row itself, one that breaks it down further, or one that speaks for a whole breakdown."""
    if (metric, key) in table.by or (metric, key) in finer:
        return True
    if split is None:
        return False
    word = dict(key)[split]
    rest = key - {(split, word)}
    if (metric, rest | {(split, "all")}) in table.by:
        return True
    return split == "language" and any(
        row.metric == metric
        and (row.word("language") or "").startswith(f"{word}-")
        and row.key - {("language", row.word("language") or "")} == rest
        for row in table.rows
    )


def _finer(table: Table) -> set[tuple[str, Key]]:
    """What rows that break a figure down by something no one has to break it down by stand for.

    Figures given by authority are figures; nobody has to sum them up as well.
    """
    wanted: dict[str, set[str]] = {}
    for required in table.model.required_rows:
        wanted.setdefault(required.metric, set()).update(required.dims, required.split)
    return {
        (row.metric, frozenset(pair for pair in row.key if pair[0] in wanted[row.metric]))
        for row in table.rows
        if row.metric in wanted
    }


def country_rows(table: Table, asked: Asked) -> list[Row]:
    """Rows with a figure, shown or suppressed, for the country."""
    return [row for row in table.rows if row.figure and row.word("country") == asked.market]


def coverage_gaps(table: Table) -> list[Break]:
    """Combinations of harm and surface of which the file does not say whether anything is looked for."""
    declared: set[tuple[str, str]] = set()
    for cell in table.data["detection"]:
        wide = cell["coverage"] in UNFOUND
        harms = _meant(cell["harm"], table) if wide else (cell["harm"],)
        surfaces = table.model.detection_surfaces if wide and cell["surface"] == "all" else (cell["surface"],)  # fmt: skip
        declared.update(product(harms, surfaces))
    return [
        Break("coverage", pointer("detection"), f"{harm} in {surface.replace('_', ' ')}")
        for harm in table.model.detection_harms
        for surface in table.model.detection_surfaces
        if (harm, surface) not in declared
    ]


def _meant(harm: str, table: Table) -> Sequence[str]:
    return table.model.detection_harms if harm == "all" else table.model.families.get(harm, (harm,))


def hash_schemes(table: Table) -> list[str]:
    """The lists of hashes the service says it shares in, by name; lists of its own are no schemes."""
    named = [
        scheme
        for cell in table.data["detection"]
        if cell["coverage"] not in UNFOUND
        for scheme in cell.get("schemes", ())
    ]
    named += [row.dims["hash_list"] for row in table.figures("hash_matches") if "hash_list" in row.dims]  # fmt: skip
    return sorted({name for name in named if name.lower() not in table.model.own_lists})


@dataclass(frozen=True)
class Waits:
    """How long reports wait, by harm, and all of them; `where` is the country the figures are for."""

    where: str
    harms: Mapping[str, Row]
    everything: Row | None

    def slower(self, harm: str) -> bool:
        mine, all_of_them = self.harms[harm].value, self.everything
        return (
            mine is not None
            and all_of_them is not None
            and all_of_them.value is not None
            and mine > all_of_them.value
        )


def waits(table: Table, asked: Asked) -> Waits:
    """Medians of the time to a decision in the market, or everywhere where the market has none."""
    time = table.model.handling_time
    for where in (asked.market, "ALL"):
        rest: Key = frozenset({("stat", time.stat), *([] if where == "ALL" else [("country", where)])})  # fmt: skip
        rows = {
            row.word("harm"): row
            for row in table.figures(time.metric)
            if row.value is not None and row.key - {("harm", row.word("harm") or "")} == rest
        }
        if rows:
            return Waits(where, {h: row for h, row in rows.items() if h}, rows.get(None))
    return Waits("", {}, None)


def reasons_of(harms: Mapping[str, Any], reasons: Mapping[str, Any]) -> list[str]:
    """The report reasons whose harms are all among `harms`; what a reason counts as stands in the vocabulary."""
    return [
        name
        for name, reason in reasons.items()
        if all(harm in harms for harm in (reason or {}).get("counts_as") or (name,))
    ]
