"""A file departs from the model where, and only where, the published schema says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbd_audit.figures.reading import figures_of
from sbd_audit.figures.schema import MOST, Held, schema
from sbd_audit.library import Library
from tests.figures.conftest import Judge, Report, row, small, sound
from tools import docs

MODEL = Library().figures
HELD = Held(MODEL)
PUBLISHED = jsonschema.Draft202012Validator(
    schema(MODEL), format_checker=jsonschema.FormatChecker(["date"])
)


def first(data: Report) -> dict[str, Any]:
    return data["observations"][0]  # type: ignore[no-any-return]


DEPARTURES: dict[str, tuple[Callable[[Report], Any], str, str]] = {
    "a part left out": (lambda d: d.pop("channels"), "/", "channels is missing"),
    "a key nobody knows": (lambda d: d.update(extra=1), "/", "extra is no key of the model"),
    "a misspelt key": (
        lambda d: d["report"].update(license="x"),
        "/report",
        'license is no key of the model (did you mean "licence"',
    ),
    "no licence": (lambda d: d["report"].pop("licence"), "/report", "licence is missing"),
    "a day that is none": (
        lambda d: d["report"]["period"].update(end="2026-02-30"),
        "/report/period/end",
        "2026-02-30 is no date",
    ),
    "a day the other way round": (
        lambda d: d["report"].update(published_on="14/08/2026"),
        "/report/published_on",
        "does not look as it should",
    ),
    "an address without https": (
        lambda d: d["report"].update(methodology_url="http://x.test/how"),
        "/report/methodology_url",
        "does not look as it should",
    ),
    "an address of another site in disguise": (
        lambda d: d["report"].update(methodology_url="//x.test/how"),
        "/report/methodology_url",
        "does not look as it should",
    ),
    "gender guessed": (
        lambda d: d["report"]["privacy"].update(gender_inferred=True),
        "/report/privacy/gender_inferred",
        "it has to be false",
    ),
    "a threshold too low": (
        lambda d: d["report"]["privacy"].update(small_cell_threshold=4),
        "/report/privacy/small_cell_threshold",
        "4 is below 5",
    ),
    "no rows": (lambda d: d.update(observations=[]), "/observations", "0 is fewer than 1"),
    "rows that are none": (lambda d: d.update(observations="x"), "/observations", "not of type array"),
    "a row that is none": (lambda d: d["observations"].append(7), "/observations/504", "not of type object"),
    "an unknown figure": (
        lambda d: first(d).update(metric="report_received"),
        "/observations/0/metric",
        'did you mean "reports_received"',
    ),
    "a word with a slip": (
        lambda d: row(d, "items_actioned", harm="doxxing", country="KE")["dims"].update(harm="doxing"),
        "/observations/*/dims/harm",
        'did you mean "doxxing"',
    ),
    "a breakdown the figure does not have": (
        lambda d: first(d)["dims"].update(surface="post"),
        "/observations/0/dims",
        "surface is not accepted",
    ),
    "a count that is not whole": (lambda d: first(d).update(value=1.5), "/observations/0/value", "1.5 is not of type"),
    "a count below zero": (lambda d: first(d).update(value=-1), "/observations/0/value", "-1 is below 0"),
    "a number as text": (lambda d: first(d).update(value="12"), "/observations/0/value", "12 is not of type"),
    "a share in per cent": (
        lambda d: row(d, "ncii_removed_within_48h_share", harm="ncii", country="KE").update(value=97),
        "/observations/*/value",
        "97 is above 1",
    ),
    "a time without a kind": (
        lambda d: row(d, "time_to_ack", country="KE", stat="p50")["dims"].pop("stat"),
        "/observations/*/dims",
        "stat is missing",
    ),
    "an outcome of appeals for reports": (
        lambda d: row(d, "reports_decided", harm="ncii", country="KE", outcome="open")["dims"].update(outcome="upheld"),
        "/observations/*/dims/outcome",
        "upheld is not accepted",
    ),
    "nothing instead of zero": (lambda d: first(d).update(value=None), "/observations/0/value", "null is not of type number"),
    "no value": (lambda d: first(d).pop("value"), "/observations/0", "value is missing"),
    "a reason left out": (
        lambda d: first(d).update(status="not_collected", value=None),
        "/observations/0",
        "note is missing",
    ),
    "a hidden figure that is shown": (
        lambda d: first(d).update(status="suppressed", note="small"),
        "/observations/0/value",
        "is not of type null",
    ),
    "an estimate without a sample": (lambda d: first(d).update(status="estimated"), "/observations/0", "sample is missing"),
    "a gap without a reason": (lambda d: d["detection"][0].pop("note"), "/detection/0", "note is missing"),
    "a country by name": (
        lambda d: first(d)["dims"].update(country="Kenya"),
        "/observations/0/dims/country",
        "Kenya does not look as it should",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEPARTURES)
def test_where_a_file_departs_from_the_model(judge: Judge, name: str) -> None:
    change, pointer, says = DEPARTURES[name]
    data = sound()
    change(data)
    found = judge(data)
    places = {one.pointer for one in found.departures if says in one.says}
    assert len(places) == 1, found
    assert fnmatchcase(places.pop(), pointer)
    assert found.outputs["schema_valid"] is False
    assert "rule_breaks" not in found.outputs
    assert "missing_rows" not in found.outputs
    assert found.notes


def test_a_thousand_departures_are_not_all_told(judge: Judge) -> None:
    data = sound()
    for each in data["observations"]:
        each["dims"]["colour"] = "x"
    assert len(judge(data).departures) == MOST


def test_the_published_schema_is_a_schema_and_the_example_follows_it() -> None:
    published = json.loads((docs.DOCS / "schemas/transparency-file.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(published)
    example = (docs.DOCS / "reference/transparency-file.example.json").read_text()
    assert not list(jsonschema.Draft202012Validator(published).iter_errors(json.loads(example)))
    assert json.loads(example) == sound()


VALUES = st.sampled_from(
    [None, True, -1, 0, 1.5, 97, "x", "KE", "all", "p50", "suppressed", "reported", "estimated", [], {},
     "harm", "reports_received", "time_to_ack", {"n": 3}, "2026-01-01"]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_quick_way_agrees_with_the_published_schema(data: st.DataObject) -> None:
    """Any one place of a file changed, taken out or added to."""
    file = small()
    where: Any = file
    while True:
        keys = sorted(where, key=str) if isinstance(where, dict) else list(range(len(where)))
        key = data.draw(st.sampled_from(keys))
        inner = where[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 3)) == 0:
            break
        where = inner
    act = data.draw(st.sampled_from(["change", "remove", "add"]))
    if act == "change":
        where[key] = data.draw(VALUES)
    elif act == "remove":
        del where[key]
    elif isinstance(where, dict):
        where[data.draw(st.sampled_from(["stat", "harm", "note", "sample", "extra"]))] = data.draw(
            VALUES
        )
    read = (
        figures_of(json.dumps({**file, "model": MODEL.model}).encode(), MODEL)
        if act != "x"
        else file
    )
    assert bool(HELD.breaks(read)) is not PUBLISHED.is_valid(read)
