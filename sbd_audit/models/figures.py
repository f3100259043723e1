"""What a transparency file may hold and has to keep to: the data model of `checks/figures`, as one value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from sbd_audit.errors import DefinitionError, did_you_mean
from sbd_audit.models.base import Strict, validated
from sbd_audit.source import Source, load

ALL = frozenset({"all", "ALL"})
FILES = ("metrics.yaml", "shape.yaml", "rules.yaml")


class Metric(Strict):
    """One figure a file may give. `overlaps`: dimensions under which one thing may be counted twice; `only`: the
    words of a dimension that make sense here."""

    says: str
    unit: Literal["count", "ratio", "hours"]
    dims: tuple[str, ...]
    basis: str
    core: bool = False
    people: bool = False
    overlaps: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = {}

    @property
    def adds_up(self) -> bool:
        """True for counts whose parts can be summed; percentiles of a count cannot."""
        return self.unit == "count" and "stat" not in self.dims


class Limits(Strict):
    """Lengths of a period in days, and the size beyond which a count is a slip."""

    shortest_period_days: int
    longest_period_days: int
    whole_numbers_by: int


class Balance(Strict):
    """Parts of one figure that, summed over a dimension, make another or stay within it."""

    rule: str
    whole: str
    parts: str
    over: str


class Base(Strict):
    """A share and the count it is a share of."""

    share: str
    of: str


class RequiredRows(Strict):
    """Rows every file has: `dims` name lists of words, `split` dimensions to break down by, one at a time."""

    metric: str
    dims: dict[str, str]
    split: tuple[str, ...] = ()


class HandlingTime(Strict):
    metric: str
    stat: str


class FiguresModel(Strict):
    """The whole model: words, figures, shape, rules and required rows."""

    model: str
    title: str
    words: dict[str, tuple[str, ...]]
    patterns: dict[str, str]
    metrics: dict[str, Metric]
    shape: dict[str, Any]
    parts: dict[str, Any]
    limits: Limits
    rules: dict[str, str]
    families: dict[str, tuple[str, ...]]
    overlapping: tuple[str, ...]
    open_lists: tuple[str, ...]
    balances: tuple[Balance, ...]
    bounds: tuple[Balance, ...]
    bases: tuple[Base, ...]
    lists: dict[str, tuple[str, ...]]
    splits: dict[str, tuple[str, ...]]
    required_rows: tuple[RequiredRows, ...]
    detection_harms: tuple[str, ...]
    detection_surfaces: tuple[str, ...]
    own_lists: tuple[str, ...]
    handling_time: HandlingTime
    unlicensed: tuple[str, ...]
    speaks_of_files: tuple[str, ...]
    well_known: Annotated[tuple[str, ...], Field(min_length=1)]

    @classmethod
    def of_folder(cls, folder: Path) -> Self:
        """The model of a folder; raises `DefinitionError` for a key that stands twice or is wrong."""
        merged: dict[str, Any] = {}
        sources = [load(folder / name) for name in FILES]
        for source in sources:
            for key, value in source.data.items():
                if key in merged:
                    raise DefinitionError(
                        [source.problem((key,), f"{key} stands in two files of {folder.name}")]
                    )
                merged[key] = value
        return validated(cls, merged, Source(folder, merged, {}), ())

    @model_validator(mode="after")
    def _words_are_known(self) -> Self:
        known = {*self.words, *self.patterns}
        for name, metric in self.metrics.items():
            _among(metric.dims, known, f"a dimension of {name}")
            for dim, words in metric.only.items():
                _among(words, self.words[dim], f"a word of {dim}")
        for row in self.required_rows:
            _among([row.metric], self.metrics, "a figure")
            _among(row.dims.values(), self.lists, "a list")
            _among([*row.dims, *row.split], self.metrics[row.metric].dims, "a dimension")
        for balance in (*self.balances, *self.bounds):
            _among([balance.whole, balance.parts], self.metrics, "a figure")
            _among([balance.rule], self.rules, "a rule")
        for base in self.bases:
            _among([base.share, base.of], self.metrics, "a figure")
        for family, words in self.families.items():
            _among([family, *words], self.words["harm"], "a harm")
        _among(self.detection_harms, self.words["harm"], "a harm")
        _among(self.detection_surfaces, self.words["surface"], "a surface")
        return self

    def whole(self, metric: str, dim: str) -> frozenset[str]:
        """The words that together make the whole of a dimension; empty where they never do."""
        if dim in (*self.open_lists, *self.patterns) or self.overlap(metric, dim):
            return frozenset()
        return frozenset(self.metrics[metric].only.get(dim, self.words[dim])) - ALL

    def overlap(self, metric: str, dim: str) -> bool:
        """True when one thing counted may stand under two words of the dimension."""
        return dim in self.overlapping or dim in self.metrics[metric].overlaps

    def family(self, harm: str) -> str | None:
        """The total a harm counts under; None for totals."""
        return next((total for total, harms in self.families.items() if harm in harms), None)


def _among(words: Iterable[str], known: Iterable[str], what: str) -> None:
    accepted = set(known)
    for word in words:
        if word not in accepted:
            raise ValueError(f"{word} is not {what} — {did_you_mean(word, accepted)}")
