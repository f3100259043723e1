"""Taking back what one wrote: it is gone for everyone, and kept for the reviewers of a report."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.web import refused, signed_in, state

pages = Blueprint("removing", __name__)


@pages.post("/api/items/<name>/delete")
def delete(name: str) -> Answer:
    """The author's own post, comment or message is no longer shown to anybody."""
    user, item = signed_in(), state().items.get(name) or abort(404)
    if item.author != user.handle:
        return refused("this is not yours")
    item.deleted = True
    return jsonify(state="deleted")
