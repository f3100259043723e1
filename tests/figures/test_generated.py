"""Made-up files: sound ones break no rule, one wrong cell breaks one, and what is hidden is found out only if it can be."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbd_audit.figures import hidden
from sbd_audit.figures.assess import RULES
from sbd_audit.figures.hidden import TooMuch, worked_out
from sbd_audit.figures.reading import figures_of
from sbd_audit.figures.schema import Break
from sbd_audit.figures.table import Table
from sbd_audit.library import Library
from tests.figures.conftest import TODAY, Report, add, small

MODEL = Library().figures
GENDERS = ("woman_girl", "man_boy", "non_binary_other", "not_stated")
ROLES = ("target", "bystander", "representative", "guardian", "cso", "unknown")
OUTCOMES = ("actioned_law", "actioned_terms", "no_action", "duplicate", "withdrawn", "open")
SHOWN = st.just(0) | st.integers(10, 90)
"""What may be shown of people: none of them, or enough."""


def table(data: Report) -> Table:
    return Table(figures_of(json.dumps(data).encode(), MODEL), MODEL)


def breaks(data: Report) -> list[Break]:
    held = table(data)
    return [one for rule in RULES for one in rule(held, TODAY)]


@st.composite
def files(draw: st.DrawFn) -> Report:
    """A sound file: a few harms, each by gender and by outcome, in one country and everywhere."""
    data = {**small(), "observations": []}
    names = draw(st.lists(st.sampled_from(MODEL.words["harm"][:12]), min_size=1, max_size=4, unique=True))  # fmt: skip
    sums = [0, 0]
    for harm in names:
        by_gender = draw(st.tuples(*[SHOWN] * 4))
        total = sum(by_gender)
        elsewhere = draw(SHOWN)
        add(data, "reports_received", total, harm=harm, country="KE")
        add(data, "reports_received", total + elsewhere, harm=harm, country="ALL")
        for gender, value in zip(GENDERS, by_gender, strict=True):
            add(data, "reports_received", value, harm=harm, country="KE", gender=gender)
        rest = draw(st.sampled_from([0, *([10] if total >= 20 else [])]))
        where = draw(st.permutations(OUTCOMES))
        for outcome, value in zip(where, (total - rest, rest, 0, 0, 0, 0), strict=True):
            add(data, "reports_decided", value, harm=harm, country="KE", outcome=outcome)
        half = draw(st.integers(1, 400))
        for stat, hours in (("p50", half), ("p90", half + draw(st.integers(0, 400)))):
            add(data, "time_to_decision", hours / 8, harm=harm, country="KE", stat=stat)
        sums = [sums[0] + total, sums[1] + total + elsewhere]
    more = draw(SHOWN)
    add(data, "reports_received", sums[0] + more, harm="all", country="KE")
    add(data, "reports_received", sums[1] + more + draw(SHOWN), country="ALL")
    data["observations"] = draw(st.permutations(data["observations"]))
    return data


@settings(max_examples=60, deadline=None)
@given(files())
def test_a_sound_file_breaks_no_rule(data: Report) -> None:
    assert breaks(data) == []


@settings(max_examples=60, deadline=None)
@given(files(), st.data())
def test_one_wrong_cell_breaks_a_rule(data: Report, draw: st.DataObject) -> None:
    """Any figure of one country that others depend on, off by a person or by many."""
    cells = [
        row
        for row in data["observations"]
        if row["dims"].get("country") == "KE"
        and row["dims"].get("harm", "all") != "all"
        and row["metric"] != "time_to_decision"
    ]
    cell = draw.draw(st.sampled_from(cells))
    cell["value"] = draw.draw(st.integers(0, 500).filter(lambda value: value != cell["value"]))
    assert breaks(data)


@settings(max_examples=30, deadline=None)
@given(files(), st.data())
def test_one_row_twice_breaks_a_rule(data: Report, draw: st.DataObject) -> None:
    data["observations"].append(dict(draw.draw(st.sampled_from(data["observations"]))))
    assert [one.rule for one in breaks(data)] == ["rows_once"]


# ------------------------------------------------------------------ what is hidden


def crossed(values: list[int], gone: set[int]) -> Report:
    """Reports by gender and by role, with every margin; the rows numbered `gone` are suppressed."""
    data = {**small(), "observations": []}
    cells = dict(zip(product(GENDERS[:3], ROLES), values, strict=True))
    full = {**dict.fromkeys(product(GENDERS, ROLES), 0), **cells}
    for gender, role in product((None, *GENDERS), (None, *ROLES)):
        value = sum(v for (g, r), v in full.items() if gender in (None, g) and role in (None, r))
        dims = {"gender": gender, "reporter_role": role}
        given = {name: word for name, word in dims.items() if word}
        hide = len(data["observations"]) in gone
        add(data, "reports_received", None if hide else value, "suppressed" if hide else "reported", **given)  # fmt: skip
    return data


def follows(data: Report) -> set[int]:
    """Which suppressed rows follow from the others: a row does when knowing it as well adds no equation."""
    rows = data["observations"]
    place = {
        (row["dims"].get("gender"), row["dims"].get("reporter_role")): n
        for n, row in enumerate(rows)
    }
    unknown = [n for n, row in enumerate(rows) if row["status"] == "suppressed"]
    equations = []
    for role in (None, *ROLES):
        equations.append([place[None, role], *(place[gender, role] for gender in GENDERS)])
    for gender in (None, *GENDERS):
        equations.append([place[gender, None], *(place[gender, role] for role in ROLES)])
    matrix = [[(1 if n == eq[0] else -1) if n in eq else 0 for n in unknown] for eq in equations]
    before = rank(matrix)
    return {
        n
        for at, n in enumerate(unknown)
        if rank([*matrix, [int(at == other) for other in range(len(unknown))]]) == before
    }


def rank(matrix: list[list[int]]) -> int:
    rows = [[Fraction(value) for value in row] for row in matrix]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((n for n in range(found, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for n in range(found + 1, len(rows)):
            factor = rows[n][column] / rows[found][column]
            rows[n] = [a - factor * b for a, b in zip(rows[n], rows[found], strict=True)]
        found += 1
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=18, max_size=18), st.sets(st.integers(0, 34), max_size=20)
)
def test_what_is_hidden_is_worked_out_exactly_when_it_follows(
    values: list[int], gone: set[int]
) -> None:
    whole, data = crossed(values, set()), crossed(values, gone)
    found = dict((row.index, value) for row, value in worked_out(table(data)))
    assert set(found) == follows(data)
    assert all(whole["observations"][n]["value"] == value for n, value in found.items())


def test_more_work_than_is_reasonable_is_not_called_sound(
    monkeypatch: pytest.MonkeyPatch, judge: Any
) -> None:
    monkeypatch.setattr(hidden, "MOST_WORK", 0)
    data = crossed([20] * 18, {8, 9, 15, 16})
    with pytest.raises(TooMuch):
        worked_out(table(data))
    found = judge(data)
    assert "rule_breaks" not in found.outputs
    assert "whether suppressed figures can be worked out was not established" in found.notes
