"""The further addresses of a picture: the cache, a small copy, the preview; avatars and the icons of groups."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, jsonify, make_response, request
from PIL import Image
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.matching import stopped
from sbd_audit.demo.baraza.media import given_out, host_answers, may_see, taken_in
from sbd_audit.demo.baraza.state import Item
from sbd_audit.demo.baraza.web import fault, me, refused, signed_in, state

pages = Blueprint("files", __name__)
SMALL = 32


@pages.get("/cache/<name>")
def cached(name: str) -> Answer:
    """The copy that is kept near the readers; it goes when the picture goes."""
    item = _picture(name, "cache")
    held = state().records.cached.setdefault(item.id, item.picture)
    return given_out(held)


@pages.get("/media/<name>/thumbnail")
def thumbnail(name: str) -> Answer:
    item = _picture(name, "thumbnail")
    out = BytesIO()
    with Image.open(BytesIO(item.picture)) as image:
        image.convert("RGB").resize((SMALL, SMALL)).save(out, "PNG")
    return given_out(out.getvalue())


@pages.get("/media/<name>/preview")
def preview(name: str) -> Answer:
    """What other sites show beside a link."""
    return given_out(_picture(name, "preview").picture)


@pages.post("/api/avatar")
def avatar() -> Answer:
    return _taken("avatar")


@pages.post("/api/groups/<name>/icon")
def icon(name: str) -> Answer:
    group = state().groups.get(name) or abort(404)
    if signed_in().handle not in group["members"]:
        abort(404)
    return _taken("group_icon")


def _taken(surface: str) -> Answer:
    """A picture of a person or a group: everybody sees it, so it is compared first as well."""
    user, upload = signed_in(), request.files.get("picture")
    if fault("uploads_broken_for_everyone"):
        return refused("pictures cannot be taken in at the moment", 503)
    picture = taken_in(upload) if upload else None
    if picture is None:
        return refused("not a picture", 400)
    if (refusal := stopped(user, picture, surface)) is not None:
        return refusal
    item = Item(state().new_id(), surface, user.handle, "", picture=picture)
    state().items[item.id] = item
    return make_response(jsonify(id=item.id, state="published"), 201)


def _picture(name: str, way: str) -> Item:
    host_answers()
    item = state().items.get(name)
    if item is None or not item.picture or fault("files_found_for_nobody"):
        abort(404)
    if item.removed:
        quarantined = name in state().records.cases
        stays = (way == "thumbnail" and quarantined and fault("thumbnail_survives_quarantine")) or (
            way == "cache" and not quarantined and fault("cache_keeps_removed_image")
        )
        if not stays:
            abort(404)
    elif not may_see(me(), item):
        abort(404)
    return item
