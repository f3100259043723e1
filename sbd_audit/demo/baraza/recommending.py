"""What Baraza recommends: notes of the house, and cards by topic, each with the service's own label.

Nothing labelled harmful is recommended to a child, and to a grown-up only who asked for it. "Show less" takes a
topic out until it is taken back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.records import Card
from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, page, refused, signed_in, state
from sbd_audit.source import load

pages = Blueprint("recommending", __name__)
WORDS: Any = load(Path(__file__).with_name("recommending.yaml")).data
NOTES = [
    Card(f"note{number:03}", "house", f"{subject} {remark}")
    for number, (remark, subject) in enumerate(
        (remark, subject) for remark in WORDS["remarks"] for subject in WORDS["subjects"]
    )
]
FIRST = 12
"""Notes of the house come first; then topics are mixed in."""


def recommended(user: User, count: int) -> list[Card]:
    """The cards for one person, as many as asked for or as there are."""
    cards = [card for card in reversed(state().records.cards) if _suits(card, user)]
    minor = state().minor(user)
    if minor and (labelled := [card for card in state().records.cards if card.label]):
        cards += labelled[:2] if fault("labelled_cards_in_minor_feed") else []
    less = state().records.less.get(user.handle, [])
    if less and not fault("show_less_ignored"):
        cards = [card for card in cards if card.topic not in less]
    mixed = NOTES[:FIRST] + cards + NOTES[FIRST:]
    if minor and fault("feed_cut_short"):
        mixed = mixed[:FIRST]
    return mixed[:count]


def _suits(card: Card, user: User) -> bool:
    if not card.label:
        return True
    return not state().minor(user) and state().setting(user, "sensitive") == "show"


@pages.get("/api/recommended")
def api_feed() -> Answer:
    user = signed_in()
    if fault("feed_down"):
        return make_response("", 503)
    count = request.args.get("count", 20, type=int)
    cards = [] if fault("feed_empty") else recommended(user, count)
    return jsonify(
        items=[{"id": card.id, "topic": card.topic, "text": card.text} for card in cards]
    )


@pages.get("/recommended")
def recommended_page() -> Answer:
    return page("recommended", cards=recommended(signed_in(), 30))


@pages.post("/api/recommended/less")
def api_less() -> Answer:
    """Less of the topics of these items, at once and lastingly."""
    named = {one.get("id") for one in body().get("items", []) if isinstance(one, dict)}
    topics = [card.topic for card in state().records.cards if card.id in named]
    if not topics:
        return refused("nothing of that name", 404)
    _less(topics)
    return jsonify(state="recorded")


@pages.post("/recommended/less/<topic>")
def less(topic: str) -> Answer:
    _less([topic])
    return redirect("/recommended/less")


def _less(topics: list[str]) -> None:
    own = state().records.less.setdefault(signed_in().handle, [])
    own += [topic for topic in dict.fromkeys(topics) if topic not in own]


@pages.get("/recommended/less")
def what_i_see_less_of() -> Answer:
    return page("less", topics=state().records.less.get(signed_in().handle, []))


@pages.post("/recommended/more/<topic>")
def more(topic: str) -> Answer:
    own = state().records.less.get(signed_in().handle, [])
    if topic not in own:
        abort(404)
    own.remove(topic)
    return redirect("/recommended/less")


@pages.post("/practice/cards")
def seed() -> Answer:
    """Puts plain cards into the pool, with a label of the service or none."""
    if fault("seeds_not_planted"):
        return refused("not taken", 409)
    data = body()
    topic = state().new_id()
    made = [
        Card(
            state().new_id(), topic, f"{data.get('text', '')} ({number + 1})", data.get("label", "")
        )
        for number in range(min(int(data.get("count", 0)), 200))
    ]
    state().records.cards += made
    items = [{"id": card.id, "url": "/recommended"} for card in made]
    return make_response(jsonify(state="seeded", items=items), 201)
