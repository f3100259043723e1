"""Finding people: by name, by e-mail or number, by what is typed so far, and by an address book."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, refused, signed_in, state

pages = Blueprint("finding", __name__)
NAMES = {"handle": "handle", "name": "name", "display_name": "name"}
KNOWN_BY = ("email", "phone")
SHORTEST = 3


@pages.get("/api/people")
def search() -> Answer:
    """People by name, or by an e-mail address or number, as far as they let themselves be found."""
    user, words = signed_in(), request.args.get("q", "").casefold()
    by = request.args.get("by", "handle")
    if fault("people_search_finds_nobody") or not words:
        return jsonify(people=[])
    if by in KNOWN_BY:
        return jsonify(people=[other.handle for other in _known_by(by, words, user)])
    key = NAMES.get(by, "handle")
    return jsonify(
        people=[
            other.handle
            for other in state().users.values()
            if words in getattr(other, key).casefold() and _findable(other, user)
        ]
    )


@pages.get("/api/people/complete")
def complete() -> Answer:
    """Names that go on as somebody has begun to type; only of people whom that person could find."""
    user, begun = signed_in(), request.args.get("q", "").casefold()
    if len(begun) < SHORTEST or fault("people_search_finds_nobody"):
        return jsonify(names=[])
    names = [
        other.handle
        for other in state().users.values()
        if (other.handle.casefold().startswith(begun) or other.name.casefold().startswith(begun))
        and _findable(other, user)
    ]
    return jsonify(names=names)


@pages.post("/api/contacts")
def address_book() -> Answer:
    """People in somebody's address book, if that person has switched this on; nothing of it is kept."""
    user = signed_in()
    if state().setting(user, "address_book") == "off":
        return refused("switch on your address book first")
    given = {str(number).casefold() for number in body().get("numbers", [])}
    return jsonify(
        people=[o.handle for number in sorted(given) for o in _known_by("phone", number, user)]
    )


def _known_by(key: str, words: str, user: User) -> list[User]:
    """Who has that e-mail address or number, and lets themselves be found by it."""
    return [
        other
        for other in state().users.values()
        if getattr(other, key).casefold() == words and _reachable(other, user, key)
    ]


def _reachable(other: User, user: User, key: str) -> bool:
    if not other.active or state().shut_out(user, other):
        return False
    if state().lets(other, "found_by_contact", user):
        return True
    if key == "phone":
        return state().minor(other) and fault("minor_found_by_number")
    return not state().minor(other) and fault("woman_found_by_email")


def _findable(other: User, user: User) -> bool:
    if not other.active or state().shut_out(user, other):
        return False
    return state().friends(user, other) or state().lets(other, "found_by", user)
