"""What a moderator decides, what the people concerned are told, and how they contest it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.matching import open_case, take_down
from sbd_audit.demo.baraza.records import Decision
from sbd_audit.demo.baraza.state import Item, Report, State
from sbd_audit.demo.baraza.web import fault, page, signed_in, state, t
from sbd_audit.source import load

pages = Blueprint("decisions", __name__)
QUEUES: Any = load(Path(__file__).with_name("queues.yaml")).data
APPEAL_DAYS, SHORT_DAYS, YEAR_DAYS = 183, 14, 365
CROWD = 10
"""Reports about one thing from which a careless service acts by itself."""


def decide(house: State, name: str, word: str) -> Decision | None:
    """Records a decision on a report or on an item and does it; None when there is nothing of that name."""
    report = house.reports.get(name)
    item = house.items.get(report.item if report else name)
    if item is None:
        return None
    reports = [one for one in house.reports.values() if one.item == item.id]
    held = house.records.decisions.get(item.id)
    decision = Decision(item.id, item.author, word, "", time.time(), held.appeals if held else [])
    house.records.decisions[item.id] = decision
    for one in reports:
        one.status = "decided"
        one.history.append(f"{house.stamp()}: {t('decided')}")
    if reports:
        decision.report = (report or reports[0]).reference
    if word in ("remove", "child_abuse"):
        take_down(house, item)
    if word == "child_abuse":
        open_case(house, item)
    if word == "restore" and not house.fault("appeal_restores_nothing"):
        item.removed = False
    return decision


def removed(house: State, name: str) -> bool:
    """True when an item was taken down by a decision."""
    held = house.records.decisions.get(name)
    return held is not None and held.word in ("remove", "child_abuse")


def outcome(report: Report) -> dict[str, Any] | None:
    """What the reporter is told once it is decided: the words by part, and the hours that took."""
    decision = state().records.decisions.get(report.item)
    if report.status != "decided" or decision is None:
        return None
    acted = "acted" if decision.word != "no_action" else "not_acted"
    parts = {
        "decision": t(f"outcome_{acted}"),
        "rule": t("outcome_rule"),
        "action": t(f"outcome_{acted}_action"),
        "next": t("outcome_next"),
        "regulator": t("outcome_regulator"),
    }
    if fault("outcome_without_rule"):
        del parts["rule"]
    if fault("notice_omits_regulator"):
        del parts["regulator"]
    return {
        "parts": parts,
        "hours": int((time.time() - decision.at) // 3600),
        "appeal": not fault("no_appeal_for_reporters"),
    }


# -------------------------------------------------------------------- queues


def queue_of(report: Report) -> tuple[str, str]:
    """The queue a report waits in, and its priority."""
    for name, entry in QUEUES.items():
        if report.reason in entry["reasons"]:
            if name == "child_safety" and fault("child_report_in_general_queue"):
                break
            return name, entry["priority"]
    return "general", "ordinary"


def place_of(report: Report, people: list[str]) -> int:
    """Where a report stands among those of some people that wait: the urgent first, then as they came."""
    ranks = {"highest": 0, "raised": 1, "ordinary": 2}
    waiting = [
        one
        for one in state().reports.values()
        if one.status == "received" and (not people or one.reporter in people)
    ]
    ordered = sorted(waiting, key=lambda one: ranks[queue_of(one)[1]])
    return ordered.index(report) + 1 if report in ordered else 0


def reported_before(name: str) -> bool:
    return any(report.item == name for report in state().reports.values())


def after_report(report: Report) -> None:
    """Numbers alone decide nothing here; a careless service would let a crowd take things down."""
    about = sum(one.item == report.item for one in state().reports.values())
    item = state().items.get(report.item)
    if about < CROWD or item is None:
        return
    if fault("crowd_removes_item"):
        item.removed = True
    if fault("crowd_suspends_account"):
        state().users[item.author].active = False


# -------------------------------------------------------------------- the author's side


@pages.get("/decisions/<name>")
def notice(name: str) -> Answer:
    """The notice to the author: the item, the rule, why, how it was found, what was done, and the way to appeal."""
    item, decision = _own(name)
    words = ("item", "rule", "reason", "how_found", "action_and_scope", "appeal")
    parts = {word: t(f"notice_{word}") for word in words}
    if fault("removal_without_reasons"):
        parts = {"item": parts["item"]}
    reporter = ""
    if fault("decision_names_reporter") and decision.report:
        reporter = state().reports[decision.report].reporter
    return page("notice", item=item, parts=parts, reporter=reporter, days=APPEAL_DAYS)


@pages.route("/decisions/<name>/appeal", methods=["GET", "POST"])
def appeal_item(name: str) -> Answer:
    _, decision = _own(name)
    return _appeal(decision, _window())


@pages.route("/reports/<reference>/appeal", methods=["GET", "POST"])
def appeal_report(reference: str) -> Answer:
    """The same for the person who reported and was told that nothing is done."""
    user = signed_in()
    decided = [
        state().records.decisions.get(one.item)
        for one in state().reports.values()
        if one.reporter == user.handle and reference in (one.reference, one.item)
    ]
    if not decided or decided[0] is None or fault("no_appeal_for_reporters"):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    return _appeal(decided[0], SHORT_DAYS if fault("appeal_window_short") else _window())


def _window() -> int:
    return YEAR_DAYS if fault("longer_appeal_window") else APPEAL_DAYS


def _appeal(decision: Decision, days: int) -> Answer:
    if request.method == "GET":
        return page("appeal", days=days)
    reference = f"A-{state().new_id()[:6].upper()}"
    decision.appeals.append(reference)
    return page("appealed", reference=reference)


def _own(name: str) -> tuple[Item, Decision]:
    """An item of the person asking, and what was decided about it; 404 when there is no such thing."""
    user = signed_in()
    item, decision = state().items.get(name), state().records.decisions.get(name)
    if item is None or decision is None or item.author != user.handle:
        abort(404)
    return item, decision
