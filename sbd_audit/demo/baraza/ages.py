"""How old somebody is: the age check and its decision, objections to it, the birth date, and what is rated 18."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import ADULT, Item, User
from sbd_audit.demo.baraza.web import (
    body,
    fault,
    page,
    person,
    refused,
    session,
    signed_in,
    state,
    t,
)
from sbd_audit.source import load

pages = Blueprint("ages", __name__)
DATA: dict[str, Any] = load(Path(__file__).with_name("ages.yaml")).data
ADULTS_ONLY = "18"
ANSWER_DAYS = 7


# -------------------------------------------------------------------- the age check


@pages.route("/age-check", methods=["GET", "POST"])
def age_check() -> Answer:
    """What Baraza takes somebody's age to be, the ways to show it, and what happens to the data."""
    user = signed_in()
    if fault("age_check_down"):
        return make_response("<h1>503</h1>", 503)
    if request.method == "POST":
        return page("message", heading=t("handed_over"), text=t("handed_over_text"), id="handed")
    if fault("age_check_document_only"):
        methods = [method for method in DATA["methods"] if method["document"]]
    else:
        methods = DATA["methods"] + [DATA["further_method"]] * fault("more_age_methods")
    return page(
        "age_check",
        methods=methods,
        notice=DATA["notice"][:1] if fault("age_check_silent_on_data") else DATA["notice"],
        found=user.age_found,
        hidden=fault("age_challenge_hidden"),
        step=request.args.get("more", 0, type=int),
    )


@pages.post("/practice/age-provider")
def provider() -> Answer:
    """The practice platform's stand-in for the company that checks ages: what it found about somebody."""
    found = body().get("found")
    if found not in ("adult", "child"):
        return refused("found is adult or child", 400)
    person(body().get("handle", "")).age_found = found
    return jsonify(found=found)


@pages.route("/age-check/challenge", methods=["GET", "POST"])
def challenge() -> Answer:
    """Objecting to how old Baraza takes somebody to be."""
    user = signed_in()
    if request.method == "GET":
        return page("challenge", done=False)
    state().objections.append({"by": user.handle, "text": request.form.get("words", "")})
    reference = "" if fault("age_challenge_unanswered") else f"A-{state().new_id().upper()}"
    return page("challenge", done=True, reference=reference, days=ANSWER_DAYS)


# -------------------------------------------------------------------- the birth date


@pages.route("/settings/birth-date", methods=["GET", "POST"])
def birth_date() -> Answer:
    """A new birth date is taken, unless it would make a child grown up: that needs the age check first."""
    user = signed_in()
    if request.method == "GET":
        return page("birth_date", born=user.born)
    try:
        given = date.fromisoformat(request.form.get("birth_date", ""))
    except ValueError:
        return page("message", 400, heading=t("not_done"), text="", id="not-done")
    grows_up = state().minor(user) and replace(user, born=given).age(state().today) >= ADULT
    if grows_up and fault("birth_date_request_opens_settings"):
        user.chosen["messages"] = "all"
        return page("message", 202, heading=t("date_held"), text=t("date_held_text"), id="held")
    if grows_up and not fault("birth_date_editable"):
        return page("message", heading=t("check_first"), text=t("check_first_text"), id="check")
    user.born = given
    return page("message", heading=t("saved"), text=given.isoformat(), id="changed")


# -------------------------------------------------------------------- what is rated 18


@pages.get("/library")
def library() -> Answer:
    """Everything the house offers, each with its class."""
    return page("library", cards=[item for item in state().items.values() if item.kind == "card"])


@pages.post("/adults")
def enter() -> Answer:
    """Where a gate that asks for nothing but a word sends its form; only a switch puts one up."""
    held = session()
    if held is not None and (request.form.get("old_enough") or request.form.get("birth_date")):
        held.said_grown_up = True
    return redirect(f"/p/{request.form.get('back', '')}")


def gate(reader: User | None, post: Item, *, by_address: bool) -> str:
    """What stands in front of an item: nothing, an age check, or less when a switch is thrown."""
    if post.rating != ADULTS_ONLY or (reader is not None and reader.age_found == "adult"):
        return ""
    if reader is None:
        return "" if fault("rated_18_open") else "age_check"
    if by_address:
        child = state().minor(reader)
        return "" if child and fault("adult_area_open_by_address") else "age_check"
    if not state().minor(reader) and fault("adult_area_tick_box"):
        kind = "tick_box"
    elif fault("adult_area_believes_dates"):
        kind = "date_of_birth"
    else:
        return "age_check"
    held = session()
    return "" if held is not None and held.said_grown_up else kind
