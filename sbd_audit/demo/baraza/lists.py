"""Words and links on lists: addresses that are not published, words before which somebody is asked to think again.

On the practice platform an operator puts invented words and reserved addresses on these lists, for a test.
"""

from __future__ import annotations

import re

from flask import Blueprint, jsonify, make_response
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, refused, state

pages = Blueprint("lists", __name__)
LINK = re.compile(r"https?://[^\s<>]+")


@pages.post("/practice/lists/<name>")
def put(name: str) -> Answer:
    """Puts one entry on a test list: terms (not found), rude (think again) or links (not published)."""
    if fault("test_list_not_loaded"):
        return refused("not taken", 409)
    held = state().records
    lists = {"terms": held.terms, "rude": held.rude, "links": held.links}
    entry = str(body().get("entry", "")).strip().casefold()
    if name not in lists or not entry:
        return refused("no such list, or nothing to put on it", 400)
    lists[name].add(entry)
    return make_response(jsonify(state="loaded"), 201)


def before_publishing(user: User, text: str) -> Answer | None:
    """What is said instead of publishing, if anything: a refusal, or the question whether to go on."""
    held, plain = state().records, text.casefold()
    links = set(LINK.findall(plain))
    if links & held.links and not fault("listed_link_works"):
        return refused("this address is not published here")
    if plain and " " not in plain and not links and fault("listed_words_not_published"):
        return refused("not published")
    if body().get("anyway"):
        return None
    rude = any(word in plain for word in held.rude)
    again = user.handle in held.asked_to_think and fault("prompt_at_every_post")
    if again or (rude and not fault("no_rethink_prompt")):
        held.asked_to_think.add(user.handle)
        return make_response(jsonify(state="think again", prompt=True), 409)
    return None


def linked(text: str) -> bool:
    """Whether links in a text can be followed."""
    return LINK.search(text) is not None and not fault("links_dead_everywhere")


def listed(asked: str) -> bool:
    """True for a search for something that is on the list."""
    return asked.strip().casefold() in state().records.terms
