"""Asking for help without leaving a trace on a shared telephone: a quick way out, and drafts to come back to."""

from __future__ import annotations

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Draft
from sbd_audit.demo.baraza.web import page, signed_in

pages = Blueprint("discreet", __name__)


@pages.get("/away")
def away() -> Answer:
    """Where the quick exit leads: a page that says nothing of who was here, or why."""
    return page("away")


@pages.post("/report/<name>/<reason>/draft")
def keep(name: str, reason: str) -> Answer:
    """What was written so far, kept while it is typed; nothing is sent."""
    begin(name, reason).words = request.form.get("more", "")[:2000]
    return make_response("", 204)


def begin(name: str, reason: str) -> Draft:
    """The draft of a report; a new one when another reason was chosen."""
    user = signed_in()
    draft = user.drafts.get(name)
    if draft is None or draft.reason != reason:
        draft = user.drafts[name] = Draft(reason)
    return draft


def begun(name: str) -> Draft | None:
    return signed_in().drafts.get(name)


def done(name: str) -> None:
    """The report was sent; its draft goes."""
    signed_in().drafts.pop(name, None)
