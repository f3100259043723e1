"""A sound transparency file, and ways of changing a copy of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sbd_audit.demo.baraza import figures
from sbd_audit.figures.assess import Assessment, assess
from sbd_audit.figures.gaps import Asked
from sbd_audit.figures.reading import figures_of
from sbd_audit.library import Library
from sbd_audit.models.figures import FiguresModel

TODAY = date(2026, 11, 26)
KE = Asked("KE", ("en", "sw"))
Report = dict[str, Any]
Judge = Callable[[Report], Assessment]


def sound() -> Report:
    """A file that follows the model, breaks no rule and leaves nothing out."""
    data: Report = json.loads(json.dumps(figures.report(figures.Half(2026, False), figures.LAG)))
    return data


def small() -> Report:
    """The first few rows of each part of a sound file."""
    return {name: part[:6] if isinstance(part, list) else part for name, part in sound().items()}


@pytest.fixture(scope="session")
def model() -> FiguresModel:
    return Library().figures


@pytest.fixture(scope="session")
def judge(model: FiguresModel) -> Judge:
    """Reads and judges a file as an audit of today would."""
    reasons = Library().vocabulary.tables["report_reasons"]

    def read(data: Report) -> Assessment:
        return assess(figures_of(json.dumps(data).encode(), model), model, KE, TODAY, reasons)

    return read


def row(data: Report, metric: str, **dims: str) -> dict[str, Any]:
    """The one row of a figure with exactly these dimensions."""
    (found,) = [
        row for row in data["observations"] if row["metric"] == metric and row["dims"] == dims
    ]
    return found


def add(
    data: Report, metric: str, value: float | None, status: str = "reported", **dims: str
) -> None:
    note = {} if status in ("reported", "estimated") else {"note": "a reason"}
    data["observations"].append(
        {"metric": metric, "status": status, "value": value, "dims": dims} | note
    )


def suppress(data: Report, metric: str, **dims: str) -> None:
    row(data, metric, **dims).update(status="suppressed", value=None, note="small")


def drop(data: Report, metric: str, **dims: str) -> None:
    """Takes out every row of a figure that has at least these dimensions."""
    data["observations"] = [
        row
        for row in data["observations"]
        if row["metric"] != metric or not dims.items() <= row["dims"].items()
    ]


def index(data: Report, metric: str, **dims: str) -> str:
    """The pointer to a row."""
    return f"/observations/{data['observations'].index(row(data, metric, **dims))}"
