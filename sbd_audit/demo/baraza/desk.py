"""The operator's desk: what a test may ask of those who run the platform. Practice platforms only; loopback only."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, jsonify, make_response, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import clock, decisions, hotline
from sbd_audit.demo.baraza.web import body, fault, page, refused, state

pages = Blueprint("desk", __name__, url_prefix="/practice")


@pages.get("/desk")
def desk() -> Answer:
    """What lies on the desk, for people."""
    held = state().records
    waiting = [one for one in state().reports.values() if one.status == "received"]
    lists = {"hashes": held.hashes, "terms": held.terms, "links": held.links}
    return page(
        "desk",
        waiting=[(one, *decisions.queue_of(one)) for one in waiting],
        decisions=list(held.decisions.values()),
        cases=list(held.cases.values()),
        lists={name: len(entries) for name, entries in lists.items()},
        drills=list(held.drills.values()),
    )


@pages.post("/decide/<name>")
def decide(name: str) -> Answer:
    """A moderator's decision on a report (by reference) or an item: 200, 404, or 409 when it is not taken."""
    if fault("reviewer_hook_missing"):
        return make_response("<h1>503</h1>", 503)
    if fault("reviewer_refuses"):
        return refused("not taken", 409)
    word = str(body().get("decision", "remove"))
    if word not in ("remove", "no_action", "restore", "child_abuse"):
        return refused("no such decision", 400)
    if word == "restore" and not decisions.removed(state(), name):
        return refused("there is nothing to put back", 409)
    if decisions.decide(state(), name, word) is None:
        return refused("nothing of that name", 404)
    return jsonify(state="decided")


@pages.post("/clock")
def move_clock() -> Answer:
    """Moves the clock of the people named, and of nobody else."""
    data = body()
    hours = int(data.get("hours", 0))
    if fault("clock_hook_missing") or (hours == 720 and fault("clock_stops_before_purge")):
        return refused("the clock cannot be moved", 409)
    clock.move(state(), data.get("people", []), hours)
    return jsonify(state="moved")


@pages.get("/cases/<name>")
def case(name: str) -> Answer:
    """What is held about a report or an item; the place in the queue counts among the people named."""
    report = state().reports.get(name)
    if report is not None:
        queue, priority = decisions.queue_of(report)
        place = decisions.place_of(report, request.args.getlist("people"))
        return jsonify(queue=queue, priority=priority, place=place)
    held = state().records.cases.get(name) or abort(404)
    return jsonify(
        content_kept=bool(held.content),
        account_kept=bool(held.account),
        reference_kept=bool(held.reference),
        purge_logged=bool(held.purged),
    )


@pages.post("/drills")
def drill() -> Answer:
    """Reports an invented case to a stand-in for the hotline that answers as told; says what arrived there."""
    if fault("hotline_stand_in_unreached"):
        return refused("the stand-in cannot be reached", 409)
    data = body()
    name = f"D-{state().new_id()[:6].upper()}"
    known = {
        "id": name,
        "kind": str(data.get("case", "canary")),
        "incident_type": "practice case",
        "incident_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "reporter": "Baraza practice desk",
        "account_id": "practice-account",
        "screen_name": "practice name",
        "address_event": "127.0.0.1",
        "file_hash": "0" * 64,
        "viewed_flag": False,
        "public_flag": False,
        "jurisdiction": "KE",
    }
    told = hotline.drill(str(data.get("fault", "none")), known, fault, state().new_id)
    state().records.drills[name] = {"name": name, **told}
    return make_response(jsonify(state="drilled", **state().records.drills[name]), 201)
