"""Notices on telephones: a timetable the application fetches, and quiet nights for children."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import fault, language, signed_in, state
from sbd_audit.source import load

pages = Blueprint("pushes", __name__)
DATA: Any = load(Path(__file__).with_name("pushes.yaml")).data
KENYA = timezone(timedelta(hours=3))


@pages.get("/api/pushes")
def pushes() -> Answer:
    """What comes in the next `hours`, with the hour of the day."""
    user = signed_in()
    now = datetime.now(UTC).astimezone(KENYA).hour
    within = request.args.get("hours", 24, type=int)
    coming = [] if fault("notices_down") else _for(user)
    return jsonify(
        pushes=[
            {"hour": push["hour"], "text": push[language()]}
            for push in coming
            if (push["hour"] - now) % 24 < within
        ]
    )


def _for(user: User) -> list[Any]:
    pushes: list[Any] = DATA["pushes"]
    everything = state().setting(user, "pushes") == "all"
    wanted = [push for push in pushes if everything or push.get("needed")]
    if not state().minor(user):
        return wanted
    if fault("night_pushes"):
        return pushes
    return [push for push in wanted if not _at_night(push)]


def _at_night(push: Any) -> bool:
    night = DATA["night"]
    return bool(push["hour"] >= night["from"] or push["hour"] < night["until"])
