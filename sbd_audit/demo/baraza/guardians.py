"""Guardian tools: limits and contacts for a parent, never letters; the child knows, and sees a sign while it lasts."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, page, person, refused, signed_in, state
from sbd_audit.demo.baraza.writing import letters

pages = Blueprint("guardians", __name__)
LIMITS = ("messages", "profile", "live", "assistant")


@pages.post("/api/family")
def name_guardian() -> Answer:
    """A child says who their parent or guardian is; without that nobody can be linked."""
    user, other = signed_in(), person(str(body().get("who", "")))
    if not state().minor(user) or state().minor(other):
        return refused("only a child names a grown-up")
    user.family.add(other.handle)
    return jsonify(state="named")


@pages.post("/api/supervision")
def link() -> Answer:
    """A guardian takes up what the child offered; the child is told at once."""
    user, child = signed_in(), person(str(body().get("child", "")))
    if fault("supervision_down"):
        return make_response("", 503)
    if user.handle not in child.family or fault("guardians_refused"):
        return refused("this child has not named you")
    child.guardians.add(user.handle)
    if not fault("supervision_secret"):
        state().notify(child, "supervision", user.handle, "is now linked to your account")
    return make_response(jsonify(state="linked"), 201)


@pages.get("/family")
def family() -> Answer:
    """The child's side: who is linked and what they see. The guardian's: limits, contacts and nothing else."""
    user = signed_in()
    children = [one for one in state().users.values() if user.handle in one.guardians]
    told = bool(user.guardians) and not fault("supervision_secret")
    return page(
        "family",
        guardians=sorted(user.guardians) if told else [],
        children=[_overview(child) for child in children],
    )


def _overview(child: User) -> dict[str, object]:
    open_letters = bool(child.guardians) and fault("guardian_reads_messages")
    return {
        "name": child.name,
        "friends": sorted(child.friends),
        "limits": {name: state().setting(child, name) for name in LIMITS},
        "letters": [letter.text for letter in letters(child)] if open_letters else [],
        "shows_letters": open_letters,
    }
