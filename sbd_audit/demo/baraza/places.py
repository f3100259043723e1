"""Other places where people are met: groups, and live video that is watched; each with its way to report."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.reported import detours
from sbd_audit.demo.baraza.shop import advert
from sbd_audit.demo.baraza.web import fault, page, signed_in, state

pages = Blueprint("places", __name__)


@pages.get("/groups")
def groups() -> Answer:
    """Groups everybody may look at: those of the house, and one's own."""
    user = signed_in()
    shown = {
        name: group.get("name") or name
        for name, group in state().groups.items()
        if user.handle in group["members"] or "baraza" in group["members"]
    }
    return page("groups", groups=shown)


@pages.get("/g/<name>")
def group(name: str) -> Answer:
    user = signed_in()
    found = state().groups.get(name) or abort(404)
    return page(
        "group",
        name=name,
        title=found.get("name") or name,
        members=found["members"],
        detour=detours("group", user),
        reportable=not fault("group_not_reportable"),
    )


@pages.get("/live/lake")
def lake() -> Answer:
    """The house's own live video, to watch; the practice platform shows a still picture in words."""
    return page(
        "watch",
        advert=advert(),
        detour=detours("live", signed_in()),
        reportable=not fault("livestream_not_reportable"),
    )
