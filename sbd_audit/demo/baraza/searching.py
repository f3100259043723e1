"""The search page: whoever asks for help is shown help first, in the language of the question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.reasons import DATA as REPORTS
from sbd_audit.demo.baraza.reported import detours
from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import fault, page, signed_in, state
from sbd_audit.source import load

pages = Blueprint("searching", __name__)
DATA: Any = load(Path(__file__).with_name("signposts.yaml")).data


@pages.get("/search")
def search() -> Answer:
    user, asked = signed_in(), request.args.get("q", "")
    language = _asks_for_help(asked)
    contacts = [REPORTS["contacts"][name] for name in DATA["contacts"]] if language else []
    return page(
        "search",
        asked=asked,
        contacts=[{"number": c["number"], "name": c[language]} for c in contacts],
        below=bool(contacts) and fault("help_below_results"),
        hits=found(user, asked),
        detour=detours("search", user),
    )


def found(user: User, asked: str) -> list[Item]:
    """Posts that hold the words and that the reader may see."""
    word = asked.casefold()
    if fault("search_down") or (state().minor(user) and fault("search_closed_to_children")):
        return []
    return [post for post in state().posts_for(user) if word and word in post.text.casefold()]


def _asks_for_help(asked: str) -> str:
    """The language in which help is asked for; empty when it is not."""
    said = {word.strip(".,?!") for word in asked.casefold().split()}
    for language, words in DATA["words"].items():
        if said & set(words):
            silent = language == "sw" and fault("help_in_english_only")
            return "" if silent or fault("search_down") else str(language)
    return ""
