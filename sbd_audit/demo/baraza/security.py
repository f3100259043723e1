"""Who is signed in to an account, and how to shut somebody out of it."""

from __future__ import annotations

import hmac
import secrets

from flask import Blueprint, abort, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import (
    begin_session,
    body,
    fault,
    page,
    refused,
    session,
    signed_in,
    state,
)

pages = Blueprint("security", __name__)
SHORTEST_PASSWORD = 8


@pages.get("/settings/security")
def tools() -> Answer:
    """Every session, the second step, notices of sign-ins, and who else can act for the account."""
    user, held = signed_in(), session()
    own = [one for one in state().sessions.values() if one.user == user.handle]
    return page("security", user=user, sessions=own, here=held.id if held else "")


@pages.get("/api/sessions")
def listed() -> Answer:
    user, held = signed_in(), session()
    return jsonify(
        sessions=[
            {"id": one.id, "device": one.device, "since": one.since, "here": one is held}
            for one in state().sessions.values()
            if one.user == user.handle
        ]
    )


@pages.post("/api/sessions/<name>/end")
def end(name: str) -> Answer:
    """Ends one session of one's own, wherever it is, from the next request on."""
    user = signed_in()
    found = next(
        (one for one in state().sessions.values() if one.id == name and one.user == user.handle),
        None,
    )
    if found is None:
        return refused("no such session", 404)
    if not fault("remote_sign_out_fake"):
        del state().sessions[found.token]
    return jsonify(state="ended")


@pages.post("/settings/security")
def change() -> Answer:
    """The buttons of the page: end a session, choose a new password, or switch the second step."""
    user, held = signed_in(), session()
    if name := request.form.get("end", ""):
        end(name)
    if len(password := request.form.get("password", "")) >= SHORTEST_PASSWORD:
        user.password = password
        others = [one for one in state().sessions.values() if one.user == user.handle]
        for other in others:
            if other is not held:
                del state().sessions[other.token]
    if word := request.form.get("second_step", ""):
        user.second_step = word == "on"
    return redirect("/settings/security")


# -------------------------------------------------------------------- the second step


def send_code(user: User) -> None:
    """Writes a code to the person; it is good for one sign-in."""
    user.code = f"{secrets.randbelow(10**6):06}"
    state().outbox.append({"to": user.email, "about": user.handle, "link": "", "text": user.code})


@pages.post("/login/code")
def second_step() -> Answer:
    """Finishes a sign-in with the code that was sent; a wrong one uses it up."""
    data = body()
    user = state().users.get(data.get("handle", ""))
    if user is None:
        abort(404)
    sent, user.code = user.code, ""
    if not sent or not hmac.compare_digest(sent, str(data.get("code", ""))):
        return make_response(page("login", 403, wrong=True))
    answer = redirect("/")
    begin_session(answer, user)
    return answer
