"""People somebody trusts to clear up for them: they hide, block, mute and report, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, jsonify, make_response, redirect
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import people, writing
from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, page, person, refused, signed_in, state

pages = Blueprint("helpers", __name__)


@pages.post("/api/helpers")
def add() -> Answer:
    """Lets a friend help; the friend gets no password, and can be taken off again at any time."""
    user, other = signed_in(), person(body().get("who", ""))
    if other.handle not in user.friends:
        return refused("only a friend can help")
    user.helpers.add(other.handle)
    state().notify(other, "helper", user.handle, "asks you to help")
    return make_response(jsonify(state="helps", powers=list(POWERS)), 201)


@pages.get("/settings/helpers")
def listed() -> Answer:
    user = signed_in()
    helped = [other.handle for other in state().users.values() if user.handle in other.helpers]
    return page("helpers", user=user, powers=list(POWERS), helped=helped)


@pages.post("/settings/helpers")
def change() -> Answer:
    """Adds or takes off a helper, from the page."""
    user, data = signed_in(), body()
    if data.get("act") == "remove":
        user.helpers.discard(data.get("who", ""))
    elif add().status_code >= 400:
        return page("helpers", 403, user=user, powers=list(POWERS), helped=[], refused=True)
    return redirect("/settings/helpers")


@pages.route("/api/for/<owner>/<act>", methods=["GET", "POST"])
def act_for(owner: str, act: str) -> Answer:
    """What a helper does for somebody; whatever is no power is refused."""
    user, other = signed_in(), person(owner)
    if user.handle not in other.helpers:
        return refused("you do not help this person")
    if fault("helper_can_do_nothing"):
        return refused("helpers can do nothing at the moment")
    if act == "inbox" and fault("delegate_reads_messages"):
        return writing.letters_told(other)
    if act == "settings" and fault("settings_cannot_be_saved"):
        return make_response(jsonify(error="settings cannot be saved at the moment"), 503)
    doing = POWERS.get(act)
    return doing(other) if doing else refused("a helper may not do this")


def _hide(owner: User) -> Answer:
    """Takes a comment under one of the owner's posts out of sight."""
    item = state().items.get(body().get("item", ""))
    if item is None or item.kind != "comment" or state().items[item.to].author != owner.handle:
        return refused("not found", 404)
    owner.hidden.add(item.id)
    return jsonify(state="hidden")


def _mute(owner: User) -> Answer:
    owner.muted.add(person(body().get("who", "")).handle)
    return jsonify(state="muted")


def _report(owner: User) -> Answer:
    name = body().get("item", "")
    if name not in state().items:
        return refused("not found", 404)
    report = state().file_report(owner.handle, name, body().get("reason", "something_else"))
    return make_response(jsonify(state="received", reference=report.reference), 201)


POWERS: dict[str, Callable[[User], Answer]] = {
    "hide": _hide,
    "block": people.block_for,
    "mute": _mute,
    "report": _report,
}
