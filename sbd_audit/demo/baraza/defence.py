"""Against an attack by many: safety mode, unwanted words, and all one's posts narrowed in one go."""

from __future__ import annotations

import re
import unicodedata

from flask import Blueprint, jsonify, make_response
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.settings import CHOICES
from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import body, fault, page, refused, signed_in, state

pages = Blueprint("defence", __name__)
GUARDED = {
    "messages": "friends",
    "comments": "friends",
    "mentions": "friends",
    "tags": "friends",
    "groups": "none",
}
"""What safety mode holds settings at, where they were more open."""
MOST_WORDS = 500
SHORTEST_WORD = 3
_WRITTEN_AS = str.maketrans("01345789l", "oieastbgi")
"""Figures that are written for letters; i and l pass for one another."""


@pages.get("/settings/defence")
def tools() -> Answer:
    return page("defence", user=signed_in())


# -------------------------------------------------------------------- safety mode


@pages.post("/api/safety-mode")
def safety_mode() -> Answer:
    """Narrows several settings at once; what they stood at holds again as soon as it is taken back."""
    user = signed_in()
    wanted = body().get("to", "on")
    if fault("no_safety_mode"):
        return make_response(jsonify(error="not offered"), 404)
    if fault("settings_cannot_be_saved"):
        return refused("settings cannot be saved at the moment")
    before = {name: state().setting(user, name) for name in GUARDED}
    user.guarded = {}
    if wanted == "on":
        names = ["messages"] if fault("safety_mode_thin") else list(GUARDED)
        user.guarded = {name: _narrower(name, before[name]) for name in names}
    after = {name: state().setting(user, name) for name in GUARDED}
    changed = [name for name in GUARDED if before[name] != after[name]]
    return jsonify(state=wanted, changed=changed if wanted == "on" else [])


def _narrower(name: str, value: str) -> str:
    """The value, or the one of safety mode where that lets fewer people in."""
    order = CHOICES[name]
    return min(value, GUARDED[name], key=order.index)


# -------------------------------------------------------------------- unwanted words


@pages.post("/api/filter")
def keep_out() -> Answer:
    """Stores the words a person does not want to read; comments that hold one are shown to their author alone."""
    user, given = signed_in(), body().get("words", [])
    words = re.split(r"[\s,]+", given) if isinstance(given, str) else [str(one) for one in given]
    if fault("word_filter_not_saved"):
        return refused("the words cannot be stored at the moment")
    most = 10 if fault("filter_too_small") else MOST_WORDS
    user.unwanted = [word for word in dict.fromkeys(words) if len(word) >= SHORTEST_WORD][:most]
    return jsonify(state="saved", stored=len(user.unwanted))


def comments(post: Item, reader: User | None) -> list[Item]:
    """The comments under a post that its author wants to be read, and the reader's own."""
    author = state().users[post.author]
    unseen = reader.unseen if reader else set()
    found = [
        item
        for item in state().items.values()
        if item.kind == "comment"
        and item.to == post.id
        and not item.deleted
        and item.id not in unseen
    ]
    if found and fault("comments_visible_to_nobody"):
        return []
    return [item for item in found if _shown(item, author, reader)]


def _shown(item: Item, author: User, reader: User | None) -> bool:
    own = reader is not None and item.author == reader.handle
    if item.apart:
        vanished = own and fault("restriction_visible_to_author")
        return (own and not vanished) or (not own and fault("restriction_without_effect"))
    return own or not (item.id in author.hidden or unwanted(author, item.text))


def unwanted(user: User, text: str) -> bool:
    """Whether a text holds one of a person's unwanted words, however it is spelled or inflected."""
    if not user.unwanted:
        return False
    if any(word.casefold() in text.casefold() for word in user.unwanted):
        return True
    bare = _bare(text)
    return any(_bare(word) in bare for word in user.unwanted) and not fault(
        "filter_misses_spellings"
    )


def _bare(text: str) -> str:
    """The letters alone: no case, no accents, and figures as the letters they stand for."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_WRITTEN_AS)


# -------------------------------------------------------------------- old posts


@pages.post("/api/posts/narrow")
def narrow() -> Answer:
    """Shows all one's posts to friends only or to nobody else, or again to whom the profile is shown."""
    user, to = signed_in(), body().get("to", "")
    if fault("bulk_edit_not_offered"):
        return make_response(jsonify(error="not offered"), 404)
    if to not in ("friends", "me", "all"):
        return refused("no such choice", 400)
    own = [
        item
        for item in state().items.values()
        if item.kind == "post" and item.author == user.handle
    ]
    if len(own) > 1 and fault("no_bulk_edit"):
        own = own[-1:]
    for post in own:
        post.audience = "" if to == "all" else to
    return jsonify(state="done", changed=len(own))
