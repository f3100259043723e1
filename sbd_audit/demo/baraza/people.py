"""People: profiles, friends, suggestions, blocks, groups and notices."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, g, jsonify, make_response
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import limits
from sbd_audit.demo.baraza.reported import detours
from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, me, page, person, refused, signed_in, state

pages = Blueprint("people", __name__)
SHOWN_TO_ALL = ("display_name", "handle", "avatar", "follow_control")


@pages.get("/u/<handle>")
def profile(handle: str) -> Answer:
    user, visitor = person(handle), me()
    seen = _seen(user, visitor)
    if seen is None:
        return page("message", 404, heading="404", text="", id="gone")
    g.indexable = visitor is None and state().minor(user) and fault("minor_profile_indexed")
    return page("profile", user=user, fields=seen, detour=detours("profile", visitor))


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
        "last_seen": user.last_seen,
        "birth_date": user.born.isoformat() if user.born else "",
    }
    shown = {field: values.get(field, True) for field in seen}
    friends = _friends_shown(user, me()) if "connections" in seen else []
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
        if state().lets(user, "last_seen", visitor):
            seen.append("last_seen")
    if state().lets(user, "friends_list", visitor) and not fault("connections_shown_nowhere"):
        seen.append("connections")
    if state().minor(user) and state().friends(visitor, user) and fault("birth_date_on_profile"):
        seen.append("birth_date")
    return seen


def _friends_shown(user: User, visitor: User | None) -> list[str]:
    """A list of friends names no child, except to the child's own friends."""
    return [
        handle for handle in sorted(user.friends) if _may_be_named(state().users[handle], visitor)
    ]


def _may_be_named(friend: User, visitor: User | None) -> bool:
    if friend is visitor or not state().minor(friend):
        return True
    return state().friends(visitor, friend) or fault("child_in_adults_list")


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
    if limits.at_once(user):
        user.friends.add(other.handle)
        other.friends.add(user.handle)
        return jsonify(state="friends")
    if limits.too_many(user):
        answer = refused("too many at once; go on in an hour", 429)
        answer.headers["Retry-After"] = "3600"
        return answer
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
        if body().get("and_new") and other.phone:
            user.blocked_numbers.add(other.phone)
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


# -------------------------------------------------------------------- suggestions


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
