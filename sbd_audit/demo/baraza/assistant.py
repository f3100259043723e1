"""The assistant: a handful of rules that say what they are, decline romance and secrets, and point to people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import body, fault, language, page, refused, signed_in, state
from sbd_audit.source import load

pages = Blueprint("assistant", __name__)
DATA: Any = load(Path(__file__).with_name("assistant.yaml")).data


@pages.route("/assistant", methods=["GET", "POST"])
def talk() -> Answer:
    """A conversation of one question and one answer; nothing of it is kept."""
    user = signed_in()
    if not _there(user):
        return page("assistant", there=False, notice="", said="", says="")
    said = request.form.get("say", "")
    says = _answer(user, said) if said else ""
    return page("assistant", there=True, notice=DATA["notice"][language()], said=said, says=says)


@pages.post("/api/assistant")
def api_talk() -> Answer:
    """The same for programs: one or several things are said, each is answered."""
    user = signed_in()
    if not _there(user):
        return refused("the assistant is not there", 404)
    said = body().get("say", [])
    texts = said if isinstance(said, list) else [said]
    return jsonify(notice=DATA["notice"][language()], says=[_answer(user, str(t)) for t in texts])


def _there(user: User) -> bool:
    return state().setting(user, "assistant") == "on" and not fault("assistant_down")


def _answer(user: User, said: str) -> str:
    words = {word.strip(".,?!") for word in said.casefold().split()}
    for rule in DATA["rules"]:
        if words & set(rule["words"]):
            along = "plays_along" in rule and state().minor(user) and fault("assistant_plays_along")
            return str((rule["plays_along"] if along else rule)[language()])
    return str(DATA["otherwise"][language()])
