"""Ringing somebody. No sound is carried; what counts is whose telephone rings."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, person, refused, signed_in, state

pages = Blueprint("calls", __name__)


@pages.post("/api/calls")
def ring() -> Answer:
    """201 it rings, 403 refused."""
    user, other = signed_in(), person(str(body().get("who", "")))
    if state().shut_out(user, other) or not _may_ring(user, other):
        return refused("this person takes no calls from you")
    state().notify(other, "call", user.handle, "rang you")
    return make_response(jsonify(state="ringing"), 201)


def _may_ring(user: User, other: User) -> bool:
    if fault("calls_broken_for_everyone"):
        return False
    if state().minor(other) and fault("child_rung_by_nobody"):
        return False
    if state().friends(user, other):
        return state().lets(other, "calls", user)
    if fault("stranger_rings_nobody"):
        return False
    if state().minor(other) and fault("calls_open_to_strangers"):
        return True
    return state().lets(other, "calls", user)
