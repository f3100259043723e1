"""Joining, guardians, signing in, settings, and leaving."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

from flask import Blueprint, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import clock, security
from sbd_audit.demo.baraza.settings import CHOICES, CLOSED, OPEN
from sbd_audit.demo.baraza.state import ADULT, MINIMUM_AGE, User
from sbd_audit.demo.baraza.web import (
    BROWSER,
    begin_session,
    body,
    browser_id,
    fault,
    me,
    page,
    refused,
    session,
    signed_in,
    state,
    t,
)

pages = Blueprint("joining", __name__)
HANDLE = re.compile(r"[A-Za-z0-9_-]{2,40}")


@pages.get("/join")
def join_form() -> Answer:
    if fault("sign_up_page_down"):
        return make_response("<h1>503</h1>", 503)
    answer = page(
        "join",
        tick_box=fault("age_tick_box_only"),
        prefilled=fault("age_prefilled_adult"),
        hinted=fault("age_limit_hinted"),
        school=fault("data_taken_before_guardian"),
        captcha=False,
    )
    answer.set_cookie(BROWSER, browser_id(), samesite="Lax")
    return answer


@pages.post("/join")
def join() -> Answer:
    """The form: refused, a guardian is asked, or welcome."""
    if fault("captcha_at_sign_up"):
        return page(
            "join", captcha=True, tick_box=False, prefilled=False, hinted=False, school=False
        )
    word, user = _join(request.form.to_dict(), browser_id())
    topics = [] if fault("onboarding_silent") else ["privacy", "block", "report"]
    if word == "refused" or user is None:
        answer = page(
            "message", 403, heading=t("join_refused"), text=t("join_refused_text"), id="refused"
        )
        answer.set_cookie(BROWSER, browser_id(), samesite="Lax")
        return answer
    asks = state().minor(user) and fault("sign_up_asks_contacts")
    answer = page("welcome", waiting=word == "guardian", topics=topics, asks_contacts=asks)
    if word == "created":
        begin_session(answer, user)
    return answer


@pages.post("/api/join")
def api_join() -> Answer:
    """The same for programs: 201, 202 while a guardian is asked, or 403."""
    word, user = _join(body(), secrets.token_urlsafe(8))
    if user is None:
        return refused("we cannot open an account for you")
    answer = make_response(
        jsonify(state=word, handle=user.handle), 201 if word == "created" else 202
    )
    if word == "created":
        begin_session(answer, user)
    return answer


def _join(form: dict[str, str], browser: str) -> tuple[str, User | None]:
    house = state()
    if request.path == "/join" and fault("sign_up_closed"):
        return "refused", None
    handle = form.get("handle", "").strip()
    given = form.get("birth_date", "")
    if not given and form.get("old_enough") and fault("age_tick_box_only"):
        given = house.today.replace(year=house.today.year - ADULT, day=1).isoformat()
    try:
        born = date.fromisoformat(given)
    except ValueError:
        return "refused", None
    user = User(
        handle, form.get("name") or handle, form.get("password", ""), born, form.get("guardian", "")
    )
    user.email, user.phone = form.get("email", ""), form.get("phone", "")
    user.gender = form.get("gender", "")
    if not HANDLE.fullmatch(handle) or handle in house.users or len(user.password) < 8:
        return "refused", None
    age = user.age(house.today)
    if request.path == "/join" and _turned_away(age):
        return "refused", None
    if browser in house.refused_browsers and not fault("age_gate_retry_allowed"):
        return "refused", None
    if age < MINIMUM_AGE and not fault("under_age_accepted"):
        house.refused_browsers.add(browser)
        if fault("under_age_account_lingers"):
            _open(user)
        return "refused", None
    if MINIMUM_AGE <= age < ADULT and not (age == ADULT - 1 and fault("guardian_step_skipped")):
        user.active = False
        _open(user)
        token = secrets.token_urlsafe(16)
        house.pending[token] = handle
        house.outbox.append(
            {
                "to": user.guardian,
                "about": handle,
                "link": f"/guardian/{token}",
                "text": t("guardian_mail"),
            }
        )
        return "guardian", user
    _open(user)
    return "created", user


def _turned_away(age: int) -> bool:
    """Who cannot join through the page today, though old enough."""
    if age >= ADULT:
        return fault("adults_refused")
    return age == MINIMUM_AGE and fault("minimum_age_refused")


def _open(user: User) -> None:
    house = state()
    minor = user.age(house.today) < ADULT
    user.starts = CLOSED if minor else OPEN
    house.users[user.handle] = user


@pages.route("/guardian/<token>", methods=["GET", "POST"])
def guardian(token: str) -> Answer:
    """The page a guardian reaches by the link that was written to them."""
    house = state()
    handle = house.pending.get(token)
    if handle is None:
        return page("message", 404, heading=t("not_here"), text=t("link_used"), id="gone")
    if request.method == "POST":
        house.users[handle].active = True
        del house.pending[token]
        return page("message", heading=t("guardian_thanks"), text=t("guardian_done"), id="agreed")
    return page("guardian", handle=handle)


@pages.get("/practice/outbox")
def outbox() -> Answer:
    """The practice platform's stand-in for e-mail: what it would have sent to an address."""
    to = request.args.get("to", "")
    return jsonify(mails=[mail for mail in state().outbox if mail["to"] == to])


@pages.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    if request.method == "GET":
        return page("login", wrong=False)
    user = _credentials(request.form.to_dict())
    if user is None:
        return page("login", 200, wrong=True)
    if _challenged(user):
        security.send_code(user)
        return page("second_step", handle=user.handle)
    answer = redirect("/")
    begin_session(answer, user)
    return answer


@pages.post("/api/login")
def api_login() -> Answer:
    user = _credentials(body())
    if user is None:
        return refused("wrong name or password")
    user.sign_ins += 1
    held = session()
    again = held is not None and held.user == user.handle and user.sign_ins > 1
    if again and fault("sessions_refused"):
        return refused("not now")
    if _challenged(user):
        security.send_code(user)
        return make_response(jsonify(state="code"), 200)
    answer = make_response(jsonify(state="signed in", handle=user.handle), 200)
    begin_session(answer, user)
    return answer


def _challenged(user: User) -> bool:
    held = session()
    known = held is not None and held.user == user.handle
    elsewhere = any(other.user == user.handle for other in state().sessions.values())
    return not known and (user.second_step or (elsewhere and fault("second_device_challenged")))


def _credentials(form: dict[str, str]) -> User | None:
    user = state().users.get(form.get("handle", ""))
    fits = (
        user is not None
        and user.active
        and secrets.compare_digest(user.password, form.get("password", ""))
    )
    return user if fits else None


@pages.get("/api/me")
def api_me() -> Answer:
    user = me()
    return jsonify(handle=user.handle if user else None)


# -------------------------------------------------------------------- settings


@pages.get("/settings")
def settings() -> Answer:
    user = signed_in()
    choices = state().choices(user)
    now = {name: state().setting(user, name) for name in choices}
    return page("settings", now=now, choices=choices)


@pages.get("/api/settings")
def api_settings() -> Answer:
    """All settings, or the one that is named."""
    user = signed_in()
    asked = request.args.get("name")
    if asked is not None and asked not in CHOICES:
        return refused("no such setting", 404)
    names = CHOICES if asked is None else [asked]
    return jsonify(settings={name: _read(user, name) for name in names})


def _read(user: User, name: str) -> str:
    """A setting as the programs' interface says it, on this device."""
    held = session()
    if name == "location":
        return _location(user)
    value = state().setting(user, name)
    if name == "messages" and held and held.device and fault("settings_reset_on_second_device"):
        value = "all"
    if name == "messages" and fault("setting_word_unmapped"):
        value = {"none": "nobody at all", "friends": "my circle"}.get(value, "anyone")
    return value


def _location(user: User) -> str:
    """Location is shared for the session in which it was switched on, and no longer."""
    if fault("location_sharing_never_ends"):
        return state().setting(user, "location")
    held = session()
    return held.location if held else "off"


@pages.post("/api/settings")
def api_set() -> Answer:
    user = signed_in()
    data = body()
    name, value = data.get("name", ""), data.get("value", "")
    if value not in CHOICES.get(name, ()):
        return refused("no such choice", 400)
    if name not in state().choices(user):
        return refused("this cannot be changed")
    if (name, value) == ("tags", "none") and fault("no_tag_limit"):
        return refused("there is no such thing", 404)
    if fault("settings_cannot_be_saved"):
        return refused("settings cannot be saved at the moment", 503)
    if fault("settings_refused"):
        return refused("settings stay as they are")
    if state().setting(user, name) == value:
        user.chosen[name] = value  # from now on by choice, whatever it started at
        return jsonify(settings={name: value})
    if name == "sign_in_mail" or not state().minor(user) or not _weaker(user, name, value):
        user.chosen[name] = value
        return jsonify(settings={name: value})
    return make_response(jsonify(state="ask", page=f"/settings/{name}?to={value}"), 409)


@pages.route("/settings/<name>", methods=["GET", "POST"])
def change(name: str) -> Answer:
    """Changing a setting; a child is warned fairly before a protection is weakened."""
    user = signed_in()
    to = request.values.get("to", "")
    if to not in state().choices(user).get(name, ()):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    weaker = state().minor(user) and _weaker(user, name, to)
    silent = weaker and name == "profile" and fault("weakening_without_warning")
    if request.method == "GET" and (not weaker or silent):
        return page("plain", name=name, to=to, now=state().setting(user, name))
    if request.method == "GET":
        louder = name == "profile" and fault("weaker_choice_louder")
        return page("warning", name=name, to=to, louder=louder)
    if fault("settings_cannot_be_saved"):
        return make_response("<h1>503</h1>", 503)
    if fault("settings_refused"):
        return page(
            "message", 403, heading=t("not_saved"), text=t("not_saved_text"), id="not-saved"
        )
    if request.form.get("choice") != "keep":
        before = state().setting(user, name)
        user.chosen[name] = to
        held = session()
        if name == "location" and held:
            held.location = to
        return page("changed", name=name, to=to, before=before)
    return redirect("/settings")


def _weaker(user: User, name: str, value: str) -> bool:
    order = CHOICES[name]
    return order.index(value) > order.index(state().setting(user, name))


# -------------------------------------------------------------------- one's own data


@pages.get("/settings/data")
def data() -> Answer:
    signed_in()
    return page("data", hidden=fault("deletion_hidden"), step=request.args.get("step", ""))


@pages.route("/settings/data/delete", methods=["GET", "POST"])
def delete() -> Answer:
    user = signed_in()
    if fault("deletion_down") and request.method == "POST":
        return make_response("<h1>500</h1>", 500)
    if request.method == "GET":
        return page("delete")
    clock.leave(state(), user)
    user.leaving = (state().today + timedelta(days=14)).strftime("%d %B %Y")
    return page(
        "message",
        heading=t("delete_scheduled"),
        text=f"{t('delete_text')} {user.leaving}.",
        id="scheduled",
    )
