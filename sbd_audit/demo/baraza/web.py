"""What every page and answer of Baraza shares: who asks, in which language, and how it is shown."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import Any

from flask import Response, abort, g, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Session, State, User
from sbd_audit.source import load

WORDS: dict[str, dict[str, str]] = load(Path(__file__).with_name("words.yaml")).data
COOKIE, TOKEN, BROWSER, LANGUAGE = "baraza", "csrf", "browser", "lang"


def state() -> State:
    return g.state  # type: ignore[no-any-return]


def fault(name: str) -> bool:
    return state().fault(name)


def language() -> str:
    """Asked for in the address, else remembered in a cookie, else English."""
    asked = request.args.get("lang") or request.cookies.get(LANGUAGE) or "en"
    return asked if asked in ("en", "sw") else "en"


def t(key: str, code: str = "") -> str:
    """A word of Baraza in the reader's language, or in another."""
    return WORDS[key][code or language()]


def session() -> Session | None:
    return state().sessions.get(request.cookies.get(COOKIE, ""))


def me() -> User | None:
    held = session()
    return state().users.get(held.user) if held else None


def signed_in() -> User:
    """The person asking; a visitor is sent to the sign-in page, a program is told 401."""
    user = me()
    if user is None:
        if request.path.startswith("/api/"):
            abort(make_response(jsonify(error="sign in first"), 401))
        abort(redirect("/login"))
    return user


def guard() -> None:
    """Refuses changes without the session's token, so that no other site can make them."""
    held = session()
    if held is None or request.method == "GET":
        return
    given = request.headers.get("X-CSRF") or request.form.get(TOKEN, "")
    if not hmac.compare_digest(given, held.csrf):
        abort(403, "this page is too old; load it again")


def page(template: str, status: int = 200, **values: Any) -> Answer:
    """An HTML page in the reader's language."""
    user = me()
    held = session()
    body = render_template(
        f"{template}.html",
        t=t,
        lang=language(),
        me=user,
        minor=state().minor(user),
        csrf=held.csrf if held else "",
        location=held.location if held else "off",
        supervised=user is not None and bool(user.guardians) and not fault("supervision_secret"),
        redesigned=fault("page_redesigned"),
        **values,
    )
    answer = make_response(body, status)
    answer.headers["Content-Language"] = language()
    if request.args.get("lang"):
        answer.set_cookie(LANGUAGE, language(), samesite="Lax")
    return answer


def begin_session(answer: Answer, user: User) -> None:
    """Signs the browser in: a cookie scripts cannot read, and a token for forms."""
    before = session()
    known = before is not None and before.user == user.handle
    others = sum(held.user == user.handle for held in state().sessions.values())
    device = before.device if before and known else others
    held = Session(secrets.token_urlsafe(24), user.handle, secrets.token_urlsafe(18), device)
    state().sessions[held.token] = held
    if others and not known and not fault("sign_in_unannounced"):
        state().notify(user, "sign_in", "", "somebody signed in on another device")
    answer.set_cookie(COOKIE, held.token, httponly=True, samesite="Lax")
    answer.set_cookie(TOKEN, held.csrf, samesite="Lax")


def browser_id() -> str:
    return request.cookies.get(BROWSER, "") or secrets.token_urlsafe(12)


def refused(reason: str, status: int = 403) -> Response:
    return make_response(jsonify(error=reason), status)


def body() -> dict[str, Any]:
    """The JSON or form a program sent."""
    data = request.get_json(silent=True)
    return data if isinstance(data, dict) else request.form.to_dict()


def person(handle: str) -> User:
    user = state().users.get(handle)
    if user is None or not user.active:
        abort(404)
    return user
