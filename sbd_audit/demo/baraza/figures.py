"""Baraza's transparency figures as a file for programs: one of each half-year, the newest always recent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from sbd_audit.demo.baraza.web import fault, state
from sbd_audit.source import load

pages = Blueprint("figures", __name__)
DATA: dict[str, Any] = load(Path(__file__).with_name("figures.yaml")).data
MODEL = "sbd-transparency/0.2"
LAG, LATE = timedelta(days=45), timedelta(days=190)
KEPT = 6
"""Half-years whose files stay up."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Half:
    """Half a year, which a file is about."""

    year: int
    second: bool

    @property
    def start(self) -> date:
        return date(self.year, 7 if self.second else 1, 1)

    @property
    def end(self) -> date:
        return date(self.year, 12, 31) if self.second else date(self.year, 6, 30)

    @property
    def before(self) -> Half:
        return Half(self.year, False) if self.second else Half(self.year - 1, True)

    @property
    def words(self) -> str:
        return "second_half" if self.second else "first_half"

    @property
    def name(self) -> str:
        return f"{self.year}h{2 if self.second else 1}"


def latest(today: date, lag: timedelta = LAG) -> Half:
    """The newest half-year that a file published `lag` after its end can be about."""
    half = Half(today.year, True)
    while half.end + lag > today:
        half = half.before
    return half


@pages.get("/transparency.json")
def newest() -> Response:
    """The newest file, wrong in whatever way a switch says."""
    if fault("no_figures_published"):
        abort(404)
    if fault("figures_unreadable"):
        abort(503)
    late = fault("figures_late")
    data = report(latest(state().today, LATE if late else LAG), LATE if late else LAG)
    if fault("coverage_blank"):
        blank = DATA["blank_under_switch"]
        data["detection"] = [
            cell
            for cell in data["detection"]
            if cell["harm"] != blank["harm"] or cell["surface"] not in blank["surfaces"]
        ]
    if fault("country_row_missing"):
        rows = data["observations"]
        data["observations"] = [row for row in rows if row["dims"].get("country") != "KE"]
    if fault("threats_handled_late"):
        _threats_late(data["observations"])
    if fault("figures_do_not_add_up"):
        _contradict(data["observations"])
    if fault("figures_without_data"):
        text = json.dumps(data)
        return Response(text[: len(text) // 2], mimetype="application/json")
    return jsonify(data)


@pages.get("/transparency/<name>.json")
def earlier(name: str) -> Response:
    half = latest(state().today).before
    for _ in range(KEPT):
        if half.name == name:
            return jsonify(report(half, LAG))
        half = half.before
    abort(404)


def report(half: Half, lag: timedelta) -> dict[str, Any]:
    """The whole file on a half-year, published `lag` after its end."""
    before = half.before
    return {
        "model": MODEL,
        "report": {
            "id": f"baraza-{half.name}",
            "version": "1.0.0",
            "provider": {"name": "Baraza", "contact_url": "/legal/child-safety"},
            "service": {
                "name": "Baraza", "types": ["social", "messaging"], "e2ee": "none"},
            "period": {"start": half.start.isoformat(), "end": half.end.isoformat()},
            "published_on": (half.end + lag).isoformat(),
            "previous": {
                "url": f"/transparency/{before.name}.json",
                "published_on": (before.end + LAG).isoformat(),
                "period_end": before.end.isoformat(),
            },
            "scope": {"countries": ["KE", "ALL"]},
            "languages": ["en", "sw"],
            "licence": DATA["licence"],
            "methodology_url": "/legal/transparency",
            "privacy": {
                "small_cell_threshold": DATA["threshold"],
                "method": "suppress",
                "gender_basis": "reporter_stated",
                "gender_inferred": False,
            },
            "assurance": {"level": "self"},
        },
        "policies": [
            {"harm": harm, "prohibited": True, "updated_on": half.start.isoformat(), **DATA["policies"]}
            for harm in DATA["harms"]
        ],
        "channels": [_channel(surface) for surface in DATA["channels"]["surfaces"]],
        "detection": list(_detection()),
        "observations": list(_rows()),
    }  # fmt: skip


def _channel(surface: str) -> Row:
    return {
        "surface": surface,
        "harms": list(DATA["harms"]),
        "logged_out": True,
        "on_behalf": True,
        "bulk": False,
        "status_page": True,
        "ack_target_hours": DATA["channels"]["ack_target_hours"],
        "languages": ["en", "sw"],
    }


def _detection() -> Iterator[Row]:
    table, notes = DATA["detection"], DATA["notes"]
    for surface in table["elsewhere"]:
        nothing = {"harm": "all", "surface": surface, "method": "none"}
        yield nothing | {"coverage": "not_applicable", "note": notes["elsewhere"]}
    for harm, how in table["by"].items():
        for surface in table["here"]:
            cell = {"harm": harm, "surface": surface, "method": how["method"]}
            if how["method"] == "hash":
                cell["schemes"] = list(table["schemes"])
            for coverage in ("full", "partial"):
                if surface in how.get(coverage, ()):
                    says = how.get("note", notes["partial"])
                    note = {} if coverage == "full" else {"note": says}
                    yield cell | {"coverage": coverage} | note
                    break
            else:
                yield {"harm": harm, "surface": surface, "method": "none", "coverage": "none",
                       "note": notes["none"]}  # fmt: skip


# ------------------------------------------------------------------ rows


def _rows() -> Iterator[Row]:
    users = DATA["users"]
    yield from _places("active_users_monthly_avg", (users["KE"], users["ALL"]))
    yield from _splits("active_users_monthly_avg", users, {"country": "KE"})
    yield from _places("reports_received", (DATA["reports"]["KE"], DATA["reports"]["ALL"]))
    for harm, of in DATA["harms"].items():
        here = {"harm": harm, "country": "KE"}
        yield from _places("reports_received", of["reports"], harm=harm)
        yield from _splits("reports_received", of, here)
        for outcome, value in zip(DATA["outcomes"], of["outcomes"], strict=True):
            yield _row("reports_decided", value, here | {"outcome": outcome})
        yield from _places("items_actioned", of["items"], harm=harm)
        yield from _places("accounts_actioned", of["accounts"], harm=harm)
        yield from _times("time_to_decision", of["hours"], harm=harm)
    for harm in DATA["no_reports"]:
        yield from _nothing(harm)
    yield from _times("time_to_decision", DATA["hours"])
    yield from _times("time_to_ack", DATA["acknowledged"])
    for harm, of in DATA["image_requests"].items():
        here = {"harm": harm, "country": "KE"}
        yield _row("ncii_requests_valid", of["valid"], here)
        yield from _splits("ncii_requests_valid", of, here)
        yield _row("ncii_removed_within_48h_share", Decimal(of["in_time"]), here)
    for harm in DATA["referrals"]:
        yield from _places("referrals_to_authority", (0, 0), harm=harm)
    for order, values in DATA["orders"].items():
        yield from _places("authority_orders", values, order_type=order)
    for harm, values in DATA["appeals"].items():
        yield from _places("appeals_received", values, harm=harm)
        yield from _places("appeals_decided", values, harm=harm)
    for language, value in zip(DATA["splits"]["language"], DATA["moderators"], strict=True):
        yield _row("moderators", value, {"language": language})
    yield from _places("escalations_received", DATA["escalations"])


def _nothing(harm: str) -> Iterator[Row]:
    """A harm nobody reported: the same rows, all nought, and no time anything took."""
    here = {"harm": harm, "country": "KE"}
    for metric in ("reports_received", "items_actioned", "accounts_actioned"):
        yield from _places(metric, (0, 0), harm=harm)
    for dim, words in DATA["splits"].items():
        for word in words:
            yield _row("reports_received", 0, here | {dim: word})
    for outcome in DATA["outcomes"]:
        yield _row("reports_decided", 0, here | {"outcome": outcome})
    yield from _times("time_to_decision", (None, None), DATA["notes"]["no_reports"], harm=harm)


def _places(metric: str, values: Sequence[Any], **dims: str) -> Iterator[Row]:
    for country, value in zip(("KE", "ALL"), values, strict=True):
        yield _row(metric, value, dims | {"country": country})


def _splits(metric: str, of: Row, dims: dict[str, str]) -> Iterator[Row]:
    for dim, words in DATA["splits"].items():
        for word, value in zip(words, of.get(dim, ()), strict=dim in of):
            yield _row(metric, value, dims | {dim: word})


def _times(metric: str, hours: Sequence[Any], why: str = "", **dims: str) -> Iterator[Row]:
    for country in ("KE", "ALL"):
        for stat, value in zip(("p50", "p90"), hours, strict=True):
            exact = None if value is None else Decimal(value)
            yield _row(metric, exact, dims | {"country": country, "stat": stat}, why)


def _row(metric: str, value: Any, dims: dict[str, str], why: str = "") -> Row:
    if value == "x":
        note = DATA["notes"]["small"]
        return {"metric": metric, "status": "suppressed", "value": None, "dims": dims, "note": note}
    if value is None:
        return {
            "metric": metric,
            "status": "not_applicable",
            "value": None,
            "dims": dims,
            "note": why,
        }
    number = float(value) if isinstance(value, Decimal) else value
    return {"metric": metric, "status": "reported", "value": number, "dims": dims}


# ------------------------------------------------------------------ what a switch makes wrong


def _threats_late(rows: list[Row]) -> None:
    late = DATA["late_under_switch"]
    for row in rows:
        if row["metric"] == "time_to_decision" and row["dims"].get("harm") == late["harm"]:
            row["value"] = float(late["hours"][0 if row["dims"]["stat"] == "p50" else 1])


def _contradict(rows: list[Row]) -> None:
    """A part larger than it can be, a median above its p90, and a figure given twice."""
    for row in rows:
        dims = row["dims"]
        if row["metric"] == "reports_received" and dims.get("gender") == "man_boy" and row["value"]:
            row["value"] += 10
        if row["metric"] == "time_to_ack" and dims["stat"] == "p50":
            row["value"] = 30.0
    rows.append(dict(rows[0]))
