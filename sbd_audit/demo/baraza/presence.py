"""What others can tell about somebody's being there: last seen, messages read, typing. All of it can be switched off."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import body, person, signed_in, state

pages = Blueprint("presence", __name__)


def mark_read(letters: list[Item], reader: User) -> None:
    """Notes that messages were read, if the reader lets others know."""
    for letter in letters:
        if not letter.read and state().setting(reader, "read_marks") == "on":
            letter.read = True


@pages.get("/api/sent")
def sent() -> Answer:
    """The messages somebody has written, and which of them were seen to be read."""
    user = signed_in()
    return jsonify(
        messages=[
            {"id": item.id, "to": item.to, "read": item.read}
            for item in state().items.values()
            if item.kind == "message" and item.author == user.handle
        ]
    )


@pages.post("/api/typing")
def typing() -> Answer:
    """Tells a friend that somebody is writing to them, if that person lets others know."""
    user, other = signed_in(), person(body().get("to", ""))
    shown = state().friends(user, other) and state().setting(user, "typing") == "on"
    if shown:
        state().notify(other, "typing", user.handle, "is writing to you")
    return jsonify(shown=shown)
