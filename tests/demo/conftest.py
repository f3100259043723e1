"""Baraza without a socket: people who join, and a browser for each of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from sbd_audit.demo.baraza.server import create_app
from sbd_audit.demo.baraza.state import State
from sbd_audit.demo.baraza.switchboard import Switchboard
from sbd_audit.observe.located import located_card

PASSWORD = secrets.token_urlsafe(12)


@dataclass
class Visitor:
    """One browser; `handle` is empty for somebody who has not signed in."""

    client: FlaskClient
    handle: str = ""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(
        self,
        path: str,
        json: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, Any] | None = None,
        token: bool = True,
    ) -> TestResponse:
        """Sends JSON or a form; with the session's token unless a test is about leaving it out."""
        held = self.client.get_cookie("csrf")
        headers = {"X-CSRF": held.value} if token and held else {}
        if form is not None:
            return self.client.post(path, data=form, headers=headers)
        return self.client.post(path, json=json or {}, headers=headers)

    def page(self, path: str) -> LexborHTMLParser:
        return LexborHTMLParser(self.get(path).text)

    def shows(self, path: str, css: str) -> bool:
        return self.page(path).css_first(css) is not None

    def values(self, path: str, css: str, attribute: str) -> list[str]:
        return [str(node.attributes[attribute]) for node in self.page(path).css(css)]

    def name_shown(self) -> str | None:
        """Whom Baraza takes this browser for; None when nobody has signed in."""
        name = self.get("/api/me").get_json()["handle"]
        return None if name is None else str(name)

    def settings(self) -> dict[str, str]:
        return dict(self.get("/api/settings").get_json()["settings"])

    def publish(self, text: str = "A sentence about the weather.") -> str:
        """The id of a new post."""
        return str(self.post("/api/posts", {"text": text}).get_json()["id"])

    def publish_picture(self, place: str = "") -> str:
        """The id of a new post with a picture that carries the place it was taken."""
        held = self.client.get_cookie("csrf")
        form = {"place": place, "picture": (BytesIO(located_card(1).data), "photo.jpg")}
        headers = {"X-CSRF": held.value if held else ""}
        return str(self.client.post("/api/posts", data=form, headers=headers).get_json()["id"])

    def tell(self, other: Visitor, text: str = "Hello.") -> TestResponse:
        return self.post("/api/messages", {"to": other.handle, "text": text})

    def letters(self) -> list[str]:
        return [letter["text"] for letter in self.get("/api/inbox").get_json()["messages"]]

    def notices(self, kind: str) -> list[dict[str, str]]:
        notices = self.get("/api/notices").get_json()["notices"]
        return [notice for notice in notices if notice["kind"] == kind]


@dataclass
class House:
    """A Baraza of its own, with the switches a test throws."""

    state: State
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.state)

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client())

    def born(self, age: int) -> str:
        """The birth date of somebody whose birthday was about a month ago, whatever the day."""
        return (self.state.today - timedelta(days=round(age * 365.25) + 30)).isoformat()

    def apply(
        self, browser: Visitor, handle: str, age: int, guardian: str = ""
    ) -> LexborHTMLParser:
        """The page somebody sees after filling in the form in this browser."""
        browser.get("/join")
        form = {"handle": handle, "password": PASSWORD, "birth_date": self.born(age)}
        return LexborHTMLParser(browser.post("/join", form=form | {"guardian": guardian}).text)

    def fill_in_form(self, browser: Visitor, handle: str, age: int, guardian: str = "") -> str:
        """What that page says: `refused`, `guardian-step` or `joined`; else empty."""
        answer = self.apply(browser, handle, age, guardian)
        found = answer.css_first("#refused, #guardian-step, #joined")
        return str(found.attributes["id"]) if found else ""

    def guardian_link(self, guardian: str) -> str:
        mails = self.visitor().get(f"/practice/outbox?to={guardian}").get_json()["mails"]
        return str(mails[-1]["link"])

    def sign_in(self, handle: str) -> Visitor:
        """A new device of somebody who has an account."""
        device = self.visitor()
        device.post("/api/login", {"handle": handle, "password": PASSWORD})
        device.handle = handle
        return device

    def contact(self, handle: str) -> dict[str, str]:
        """How somebody can be reached."""
        return {"email": f"{handle}@mail.test", "phone": f"+2540{sum(handle.encode()):06}"}

    def person(self, handle: str, age: int = 30) -> Visitor:
        """Somebody with a working account, signed in; a child's guardian has agreed."""
        guardian = f"{handle}@guardian.test"
        born = {"birth_date": self.born(age), "guardian": guardian, **self.contact(handle)}
        made = self.visitor().post("/api/join", {"handle": handle, "password": PASSWORD} | born)
        if made.status_code == 202:
            self.visitor().post(self.guardian_link(guardian))
        return self.sign_in(handle)

    def befriend(self, one: Visitor, other: Visitor) -> None:
        one.post("/api/friends", {"who": other.handle})
        other.post("/api/friends/accept", {"who": one.handle})

    def group(self, *members: Visitor) -> str:
        """The id of a group of these people."""
        name = str(members[0].post("/api/groups").get_json()["id"])
        for member in members[1:]:
            member.post(f"/api/groups/{name}/join")
        return name


@pytest.fixture
def build() -> Callable[..., House]:
    """Builds a Baraza; arguments are the switches thrown."""
    return lambda *switches: House(State(Switchboard(switches)))


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """Baraza with no switch thrown."""
    return build()
