"""Comparing every upload, on every surface, with lists of fingerprints, before anybody else can see it.

A list holds an exact digest and a perceptual fingerprint of each picture. On the practice platform an operator puts
plain test cards on it for a test; there is no other list. What matches is refused and a case is opened.
"""

from __future__ import annotations

import hashlib
import secrets

from flask import Blueprint, jsonify, make_response, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.media import taken_in
from sbd_audit.demo.baraza.records import KEPT_HOURS, Case
from sbd_audit.demo.baraza.state import Item, State, User
from sbd_audit.demo.baraza.web import fault, refused, state
from sbd_audit.observe.pictures import NEAR, fingerprint

pages = Blueprint("matching", __name__)


@pages.post("/practice/pictures/<name>")
def put(name: str) -> Answer:
    """Puts a picture on a test list: hashes (never published) or intimate (covered in messages)."""
    if name == "hashes" and fault("test_list_not_loaded"):
        return refused("not taken", 409)
    upload = request.files.get("picture")
    picture = taken_in(upload) if upload else None
    if picture is None or name not in ("hashes", "intimate"):
        return refused("no such list, or no picture", 400)
    remember(state(), picture, name)
    return make_response(jsonify(state="loaded"), 201)


def remember(house: State, picture: bytes, name: str = "hashes") -> None:
    held = house.records.hashes if name == "hashes" else house.records.intimate
    held[digest(picture)] = fingerprint(picture)


def digest(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()


def on_list(held: dict[str, int | None], picture: bytes) -> bool:
    """Whether a picture is on a list, or an altered copy of one that is."""
    if not held:
        return False
    if digest(picture) in held:
        return True
    seen = fingerprint(picture)
    near = any(_near(seen, known) for known in held.values())
    return near and not fault("exact_matching_only")


def _near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and (one ^ other).bit_count() <= NEAR


def stopped(user: User, picture: bytes, surface: str) -> Answer | None:
    """The refusal of a picture that is on the list, with the name of its case; None when it may be shown."""
    if not on_list(state().records.hashes, picture):
        return None
    if surface == "avatar" and fault("avatar_uploads_unmatched"):
        return None
    item = Item(state().new_id(), surface, user.handle, "", picture=picture, removed=True)
    state().items[item.id] = item
    if not fault("match_opens_no_case"):
        open_case(state(), item)
    return make_response(jsonify(state="refused", id=item.id), 403)


def open_case(house: State, item: Item) -> None:
    """Keeps what investigators need, away from everybody else."""
    author = house.users[item.author]
    account = {"handle": author.handle, "name": author.name, "email": author.email}
    reference = f"C-{secrets.token_hex(3).upper()}"
    until = author.ahead + KEPT_HOURS
    house.records.cases[item.id] = Case(
        item.id, author.handle, account, item.picture or item.text.encode(), reference, until
    )


def take_down(house: State, item: Item) -> None:
    """Takes an item down; with its picture go all identical copies, and it does not come back."""
    item.removed = True
    if not item.picture:
        return
    seen = fingerprint(item.picture)
    copies = [
        other
        for other in house.items.values()
        if other.picture and not other.removed and _near(seen, fingerprint(other.picture))
    ]
    if copies and not house.fault("copies_survive"):
        for other in copies:
            other.removed = True
    if not house.fault("removed_image_comes_back"):
        remember(house, item.picture)
