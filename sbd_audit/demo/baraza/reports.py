"""Reporting by members at what they see: what happened, then what fits it, before anything is sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import discreet, reasons
from sbd_audit.demo.baraza.reported import Thing, thing
from sbd_audit.demo.baraza.web import fault, language, page, signed_in, state

pages = Blueprint("reports", __name__)
FIRST, GENERAL = next(iter(reasons.DATA["reasons"])), "something_else"


@pages.get("/report/<name>")
def form(name: str) -> Answer:
    """The first screen: what happened, in plain words, and to whom."""
    user = signed_in()
    if fault("report_form_down"):
        return make_response("<h1>503</h1>", 503)
    reported, choices = thing(name), reasons.offered(user)
    chosen, subject = request.args.get("reason", ""), request.args.get("subject", "me")
    if chosen in choices:
        return redirect(
            f"/report/{name}/{chosen.removeprefix(reasons.NEW_CODE)}?subject={subject}&lang={language()}"
        )
    return page(
        "reasons",
        thing=reported,
        draft=discreet.begun(name),
        covered=not (reported.picture and fault("reported_picture_in_full")),
        reasons=choices.items(),
        subjects=reasons.subjects(),
        silent=fault("silent_on_who_will_know"),
    )


@pages.get("/report/<name>/<reason>")
def before_sending(name: str, reason: str) -> Answer:
    """The second screen: help that fits, what happens next, room for evidence, and the button that sends."""
    signed_in()
    reported, entry = known(name, reason)
    return page(
        "sending",
        thing=reported,
        draft=discreet.begin(name, reason),
        exit=not (reason == FIRST and fault("no_quick_exit")),
        several=not (reason == FIRST and fault("one_item_per_report")),
        label=entry[language()],
        subject=request.args.get("subject", "me"),
        contacts=reasons.contacts(entry["help"]),
        advice_only=reason == "cyber_stalking" and fault("dead_end_for_stalking"),
        evidence=not (reason == FIRST and fault("no_evidence_help")),
        identity=reported.kind == "message" and fault("report_demands_identity_document"),
        **_broken(reason),
    )


def _broken(reason: str) -> dict[str, bool]:
    """What switches break for the general reason, which everyone can choose."""
    general = reason == GENERAL
    return {
        "time_told": not (general and fault("no_time_told")),
        "trapped": general and fault("report_flow_keyboard_trap"),
        "restless": general and fault("pages_unscannable"),
        "heavy": general and fault("report_flow_heavy"),
    }


@pages.get("/report/<name>/picture")
def picture(name: str) -> Answer:
    """The picture in a message, for the person it was sent to."""
    item = state().items.get(name)
    if item is None or not item.picture or item.to != signed_in().handle:
        abort(404)
    answer = make_response(item.picture)
    answer.headers["Content-Type"] = "image/png"
    return answer


def known(name: str, reason: str) -> tuple[Thing, Any]:
    """What is reported, and what is said about the reason; 404 when there is no such thing or reason."""
    if reason not in reasons.DATA["reasons"]:
        abort(404)
    return thing(name), reasons.DATA["reasons"][reason]
