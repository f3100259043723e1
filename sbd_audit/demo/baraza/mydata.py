"""A person's own data, as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.web import fault, page, signed_in, state, t

pages = Blueprint("mydata", __name__)


@pages.post("/settings/data/export")
def export() -> Answer:
    user = signed_in()
    if fault("export_never_ready"):
        return page("message", heading=t("export_later"), text="", id="export-promised")
    own = sum(item.author == user.handle for item in state().items.values())
    return page("export", count=own)


@pages.get("/settings/data/copy")
def copy() -> Answer:
    """Everything about the person who asks, and nothing about who reported them."""
    user = signed_in()
    own = [item for item in state().items.values() if item.author == user.handle]
    return jsonify(
        handle=user.handle,
        name=user.name,
        born=user.born.isoformat() if user.born else None,
        settings=user.chosen,
        friends=sorted(user.friends),
        items=[{"id": item.id, "kind": item.kind, "text": item.text} for item in own],
        reports=[one.reference for one in state().reports.values() if one.reporter == user.handle],
        decisions=[_decision(item.id) for item in own if item.id in state().records.decisions],
    )


def _decision(name: str) -> dict[str, Any]:
    decision = state().records.decisions[name]
    told = {"item": decision.item, "decision": decision.word}
    if decision.report and fault("export_names_reporter"):
        told["reported_by"] = state().reports[decision.report].reporter
    return told
