"""Live video, as far as its door: who may go live, and who is kept away from it."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import LIVE_AGE
from sbd_audit.demo.baraza.web import fault, page, signed_in, state, t

pages = Blueprint("live", __name__)
YOUNGEST = 14


@pages.get("/live")
def set_up() -> Answer:
    """The screen before a broadcast; not there for the youngest, closed until it is switched on."""
    user = signed_in()
    age = user.age(state().today)
    if fault("live_video_down"):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    if age < LIVE_AGE:
        if age < YOUNGEST and fault("live_open_to_youngest"):
            return page("live", allowed=True)
        return page("message", 403, heading=t("live_later"), text=t("live_later_text"), id="later")
    return page("live", allowed=state().setting(user, "live") != "off")


@pages.post("/live")
def go_live() -> Answer:
    """The practice platform has no camera; the broadcast ends before it begins."""
    user = signed_in()
    if state().setting(user, "live") == "off":
        return page("live", 403, allowed=False)
    return page("message", heading=t("live_over"), text=t("live_over_text"), id="over")
