"""People: profiles, friends, search, suggestions, blocks, groups and notices."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, jsonify, make_response, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.reported import detours
from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, me, page, person, refused, signed_in, state

pages = Blueprint("people", __name__)
SHOWN_TO_ALL = ("display_name", "handle", "avatar", "follow_control")


@pages.get("/u/<handle>")
def profile(handle: str) -> Answer:
    seen = _seen(person(handle), me())
    if seen is None:
        return page("message", 404, heading="404", text="", id="gone")
    return page("profile", user=person(handle), fields=seen, detour=detours("profile", me()))


@pages.get("/api/users/<handle>")
def api_profile(handle: str) -> Answer:
    if fault("profiles_down"):
        return make_response("", 503)
    user = person(handle)
    seen = _seen(user, me())
    if seen is None:
        return refused("not found", 404)
    values: dict[str, Any] = {
        "display_name": user.name,
        "handle": user.handle,
        "biography": user.biography,
    }
    shown = {field: values.get(field, True) for field in seen}
    friends = sorted(user.friends) if "connections" in seen else []
    return jsonify(
        fields=seen, profile=shown, friends=friends, limited=len(seen) == len(SHOWN_TO_ALL)
    )


def _seen(user: User, visitor: User | None) -> list[str] | None:
    """The fields a visitor sees; None when the two are shut out from each other."""
    if state().shut_out(visitor, user) and not fault("block_leaves_profile_open"):
        return None
    seen = list(SHOWN_TO_ALL)
    if state().lets(user, "profile", visitor):
        seen += ["biography", "posts"]
    if state().lets(user, "friends_list", visitor):
        seen.append("connections")
    return seen


@pages.post("/api/profile")
def describe() -> Answer:
    """What somebody says about themselves: a sentence, and a public role if they hold or seek one."""
    user, data = signed_in(), body()
    user.biography = str(data.get("biography", user.biography))[:300]
    user.public_role = str(data.get("public_role", user.public_role))[:30]
    return jsonify(biography=user.biography, public_role=user.public_role)


# -------------------------------------------------------------------- friends


@pages.post("/api/friends")
def ask() -> Answer:
    """Asks for a friendship; the other side is told and decides."""
    user, other = signed_in(), person(body().get("who", ""))
    if state().shut_out(user, other):
        return refused("not found", 404)
    if fault("follow_broken_for_everyone"):
        return refused("not possible now")
    if state().minor(other) and fault("connected_without_consent"):
        state().befriend(user, other)
        return make_response(jsonify(state="friends"), 200)
    other.asked_by.add(user.handle)
    state().notify(other, "asked", user.handle, "would like to be your friend")
    return make_response(jsonify(state="asked"), 202)


@pages.post("/api/friends/accept")
def accept() -> Answer:
    user, other = signed_in(), person(body().get("who", ""))
    if other.handle not in user.asked_by:
        return refused("nobody asked", 404)
    user.asked_by.discard(other.handle)
    state().befriend(user, other)
    state().notify(other, "accepted", user.handle, "is now your friend")
    return jsonify(state="friends")


@pages.post("/api/blocks")
def block() -> Answer:
    return block_for(signed_in())


def block_for(user: User) -> Answer:
    """Blocks one or several, named in a list or, from a page, with spaces or commas between."""
    if fault("blocking_down"):
        return make_response("", 500)
    if fault("no_way_to_block"):
        return refused("there is no such thing", 404)
    if fault("blocking_refused"):
        return refused("not possible now")
    named = body().get("who", [])
    handles = re.split(r"[\s,]+", named.strip()) if isinstance(named, str) else list(named)
    if len(handles) > 1 and fault("no_bulk_block"):
        handles = handles[:1]
    for handle in handles:
        other = person(handle)
        user.blocked.add(handle)
        user.friends.discard(handle)
        other.friends.discard(user.handle)
        if fault("block_is_announced"):
            state().notify(other, "blocked", user.handle, "has blocked you")
    return jsonify(state="blocked", count=len(handles))


@pages.post("/api/mutes")
def mute() -> Answer:
    """Hears no more from somebody; restricted, others do not hear them either. They are not told."""
    user, other = signed_in(), person(body().get("who", ""))
    if body().get("mode") != "restrict":
        user.muted.add(other.handle)
        return jsonify(state="muted")
    if fault("restrict_not_working"):
        return refused("there is no such thing", 404)
    if fault("restricting_refused"):
        return refused("not possible now")
    user.restricted.add(other.handle)
    if fault("restriction_is_announced"):
        state().notify(other, "restricted", user.handle, "has restricted you")
    return jsonify(state="restricted")


# -------------------------------------------------------------------- finding people


@pages.get("/api/people")
def search() -> Answer:
    """People by name or handle, as far as they let themselves be found."""
    user, words = signed_in(), request.args.get("q", "").casefold()
    key = "name" if request.args.get("by") == "name" else "handle"
    if fault("people_search_finds_nobody"):
        return jsonify(people=[])
    found = [
        other.handle
        for other in state().users.values()
        if words and words in getattr(other, key).casefold() and _findable(other, user)
    ]
    return jsonify(people=found)


def _findable(other: User, user: User) -> bool:
    if not other.active or state().shut_out(user, other):
        return False
    return state().friends(user, other) or state().lets(other, "found_by", user)


@pages.get("/api/suggestions")
def suggestions() -> Answer:
    """People from the same groups; never a grown-up to a child nor a child to a grown-up."""
    user = signed_in()
    if fault("suggestions_empty"):
        return jsonify(people=[])
    if state().minor(user) and fault("suggestions_off_for_children"):
        return make_response(jsonify(error="not offered"), 404)
    near = {
        handle
        for group in state().groups.values()
        if user.handle in group["members"]
        for handle in group["members"]
    }
    others = [state().users[handle] for handle in sorted(near - {user.handle} - user.friends)]
    return jsonify(people=[other.handle for other in others if _suitable(user, other)])


def _suitable(user: User, other: User) -> bool:
    child, grown = state().minor(other), state().minor(user)
    if child and not grown:
        return fault("minors_suggested_to_adults")
    if grown and not child:
        return fault("adults_suggested_to_minors")
    return True


# -------------------------------------------------------------------- groups and notices


@pages.post("/api/groups")
def new_group() -> Answer:
    user = signed_in()
    name = state().new_id()
    state().groups[name] = {"members": [user.handle], "invited": {}}
    return make_response(jsonify(id=name), 201)


@pages.post("/api/groups/<name>/join")
def join_group(name: str) -> Answer:
    user, group = signed_in(), _group(name)
    if user.handle not in group["members"]:
        group["members"].append(user.handle)
    return jsonify(state="member")


@pages.post("/api/groups/<name>/invite")
def invite(name: str) -> Answer:
    """Nobody is put into a group: an invitation waits for a yes."""
    user, other, group = signed_in(), person(body().get("who", "")), _group(name)
    if fault("groups_broken_for_everyone"):
        return refused("not possible now")
    barred = state().shut_out(user, other)
    if state().minor(other) and not barred and fault("group_add_without_consent"):
        group["members"].append(other.handle)
        return make_response(jsonify(state="added"), 201)
    open_to_blocked = barred and fault("block_leaves_groups_open")
    if not open_to_blocked and (barred or not state().lets(other, "groups", user)):
        return refused("cannot be invited")
    group["invited"][other.handle] = user.handle
    state().notify(other, "invited", user.handle, "invites you to a group")
    return make_response(jsonify(state="invited"), 202)


def _group(name: str) -> dict[str, Any]:
    return state().groups.get(name) or abort(404)


@pages.get("/api/notices")
def notices() -> Answer:
    user = signed_in()
    if user.notices and fault("notices_down"):
        return jsonify(notices=[])
    return jsonify(notices=[_as_pushed(notice) for notice in user.notices])


def _as_pushed(notice: dict[str, str]) -> dict[str, str]:
    """A notice as the lock screen shows it: of a report it says only that there is news."""
    if notice["kind"] == "news" and fault("report_on_lock_screen"):
        return {**notice, "text": "We have your report"}
    return notice
