"""Evidence to take away: what was written, by whom, where and when, with what stood around it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import fault, page, signed_in, state, t

pages = Blueprint("keeping", __name__)
NEIGHBOURS = 2


@pages.get("/evidence/<name>")
def paper(name: str) -> Answer:
    """One page to print, with the same facts as a file beside it."""
    if fault("no_evidence_export"):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    return page("evidence", name=name, facts=_facts(name), as_file=not fault("export_print_only"))


@pages.get("/evidence/<name>/file")
def file(name: str) -> Answer:
    """The same facts for programs; the digest is over all the others as they stand in the file."""
    if fault("no_evidence_export") or fault("export_print_only"):
        abort(404)
    answer = make_response(json.dumps(_facts(name), ensure_ascii=False, indent=1))
    answer.headers["Content-Type"] = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="baraza-{name}.json"'
    return answer


def _facts(name: str) -> dict[str, Any]:
    user, item = signed_in(), state().items.get(name)
    if item is None or not _may_keep(user, item):
        abort(404)
    author = state().users[item.author]
    facts = {
        "content": item.text,
        "address": f"{request.host_url}{_place(user, item)}",
        "time": item.at,
        "handle": f"{author.handle} ({author.name})",
        "context": [f"{near.at} {near.author}: {near.text}" for near in _around(item)],
    }
    whole = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**facts, "digest": f"sha256:{sha256(whole.encode()).hexdigest()}"}


def _may_keep(user: User, item: Item) -> bool:
    if item.kind == "message":
        return user.handle in (item.to, item.author) and not item.dropped
    post = state().items[item.to] if item.kind == "comment" else item
    return state().may_read(user, post)


def _place(user: User, item: Item) -> str:
    """Where the item stands, as its reader finds it."""
    if item.kind == "message":
        return f"messages/{item.author if item.to == user.handle else item.to}#m{item.id}"
    return f"p/{item.to}#c{item.id}" if item.kind == "comment" else f"p/{item.id}"


def _around(item: Item) -> list[Item]:
    """What was said right before and after, in the same conversation or under the same post."""
    if item.kind == "post":
        return []
    pair = {item.author, item.to}
    said = [
        other
        for other in state().items.values()
        if other.kind == item.kind
        and not other.dropped
        and (other.to == item.to if item.kind == "comment" else {other.author, other.to} == pair)
    ]
    here = said.index(item)
    near = said[max(0, here - NEIGHBOURS) : here + NEIGHBOURS + 1]
    return [other for other in near if other is not item]
