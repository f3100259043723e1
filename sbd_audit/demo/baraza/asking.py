"""Being asked: by people who would like to be friends, and to groups. Nothing opens before the answer."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import body, fault, page, person, refused, signed_in, state

pages = Blueprint("asking", __name__)


@pages.get("/asks/<handle>")
def asked(handle: str) -> Answer:
    """What one person asks of me, with advice and every way out; `kind` is follow or group."""
    user, other = signed_in(), person(handle)
    kind = request.args.get("kind", "follow")
    groups = _invitations(user, other)
    waits = bool(groups) if kind == "group" else other.handle in user.asked_by
    together = [g for g in state().groups.values() if {handle, user.handle} <= set(g["members"])]
    advised = not (kind == "follow" and waits and fault("first_contact_without_notice"))
    members = sorted({name for group in groups for name in group["members"]})
    if members and fault("group_invitation_blind"):
        members = []
    return page(
        "ask",
        other=other,
        kind=kind,
        waits=waits,
        together=bool(together),
        advised=advised,
        members=members if kind == "group" else [],
    )


@pages.post("/asks/<handle>")
def answer(handle: str) -> Answer:
    """Accept, decline, block or report."""
    user, other = signed_in(), person(handle)
    choice, kind = request.form.get("choice", ""), request.form.get("kind", "follow")
    if choice not in ("accept", "decline", "block", "report"):
        abort(400)
    groups = _invitations(user, other)
    asked_me = other.handle in user.asked_by
    if choice == "report":
        item = Item(state().new_id(), "request", other.handle, "", to=user.handle)
        state().items[item.id] = item
        return redirect(f"/report/{item.id}")
    if kind == "group":
        for group in groups:
            del group["invited"][user.handle]
            if choice == "accept":
                group["members"].append(user.handle)
    else:
        user.asked_by.discard(other.handle)
        if choice == "accept" and asked_me:
            state().befriend(user, other)
            state().notify(other, "accepted", user.handle, "is now your friend")
    if choice == "block":
        user.blocked.add(other.handle)
    return redirect("/messages")


def _invitations(user: User, other: User) -> list[dict[str, Any]]:
    groups = state().groups.values()
    return [group for group in groups if group["invited"].get(user.handle) == other.handle]


# -------------------------------------------------------------------- people who meet


@pages.get("/api/friends/code")
def my_code() -> Answer:
    """A code to say to somebody who stands beside me; it makes us friends, once."""
    code = secrets.token_hex(4)
    state().friend_codes[code] = signed_in().handle
    return jsonify(code=code)


@pages.post("/api/friends/code")
def use_code() -> Answer:
    user = signed_in()
    owner = state().users.get(state().friend_codes.pop(str(body().get("code", "")), ""))
    if owner is None or owner is user or state().shut_out(user, owner):
        return refused("no such code", 404)
    state().befriend(user, owner)
    return jsonify(state="friends")
