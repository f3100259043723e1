"""What people do on the pages: the same acts as the programs' interface, then back to the page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import calls, defence, people, writing
from sbd_audit.demo.baraza.web import COOKIE, page, signed_in, state, t

pages = Blueprint("actions", __name__)
ACTS: dict[str, Callable[[], Answer]] = {
    "post": writing.publish,
    "message": writing.send,
    "friend": people.ask,
    "accept": people.accept,
    "block": people.block,
    "mute": people.mute,
    "call": calls.ring,
    "filter": defence.keep_out,
    "narrow": defence.narrow,
    "safety-mode": defence.safety_mode,
}


@pages.post("/do/<act>")
def do(act: str) -> Answer:
    """One act from a form; a refusal is shown in words."""
    done = ACTS.get(act) or abort(404)
    return _after(done())


@pages.post("/do/comment/<name>")
def remark(name: str) -> Answer:
    said = writing.comment(name)
    if said.status_code >= 400:
        return _after(said)
    return redirect(f"/p/{name}?said={said.get_json()['id']}")


@pages.post("/do/sign-out")
def sign_out() -> Answer:
    state().sessions.pop(request.cookies.get(COOKIE, ""), None)
    return redirect("/")


@pages.get("/messages")
def conversations() -> Answer:
    """Who has written to me, and who would like to."""
    user = signed_in()
    letters = writing.letters(user)
    names = list(dict.fromkeys(letter.author for letter in letters))
    waiting = {letter.author for letter in letters if letter.waiting}
    invited = {
        group["invited"][user.handle]
        for group in state().groups.values()
        if user.handle in group["invited"]
    }
    return page(
        "conversations",
        names=names,
        waiting=waiting,
        asked=sorted(user.asked_by),
        invited=sorted(invited),
    )


def _after(answer: Answer) -> Answer:
    if answer.status_code >= 400:
        return page(
            "message",
            answer.status_code,
            heading=t("not_done"),
            text=t("not_done_text"),
            id="not-done",
        )
    back = request.form.get("back") or urlsplit(request.headers.get("Referer", "/")).path
    return redirect(back if back.startswith("/") and not back.startswith("//") else "/")
