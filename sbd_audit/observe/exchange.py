"""The http steps of a binding: a request as it is written, and what its answer amounts to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.models.binding import BindingStep, Extractor
from sbd_audit.models.record import Did, Planned
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.extract import MISSING, Page, ReplyPage, means, reached
from sbd_audit.observe.fixtures import Picture
from sbd_audit.observe.halt import Halt, unavailable, unmapped, wrong_place
from sbd_audit.observe.http import Reply
from sbd_audit.observe.transcript import exchange_text, in_short
from sbd_audit.observe.world import World

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene

UNSAFE = ("post", "put", "patch", "delete")


class Exchanges:
    """Plays the http steps of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._blank = RequestsCookieJar()

    def play(self, step: BindingStep, must_mean: bool) -> str | None:
        """Sends a step's request, waits for what it waits for, and applies its rules."""
        scene = self._scene
        scene.driver = "browser" if scene.driver == "browser" else "http"
        deadline = time.monotonic() + (
            float(self._scene.fill(step.eventually.within)) if step.eventually else 0
        )
        self._scene.repeats = (
            [self._exchange(step) for _ in range(int(self._scene.fill(step.repeat)) - 1)]
            if step.repeat
            else []
        )
        while True:
            page = self._exchange(step)
            if not step.eventually or reached(page, step.eventually.until, self._scene.fill):
                break
            if time.monotonic() >= deadline:
                break
            time.sleep(min(step.eventually.every, max(0.05, deadline - time.monotonic())))
        self._scene.page = page
        look_around(scene.world, scene.planned, page, scene.step_actor(step))
        for rule in step.means:
            if means(page, rule, self._scene.fill):
                return str(self._scene.fill(rule.result))
        classify(page.reply, must_mean)
        return None

    def _exchange(self, step: BindingStep) -> ReplyPage:
        actor, device = self._scene.step_actor(step), step.device or self._scene.device
        jar = actor.device(device).jar if actor else self._blank
        verb = step.verb
        url = self._address(str(self._scene.fill(getattr(step, verb))), step)
        headers = {
            "Referer": self._scene.page.url
            if self._scene.page
            else self._scene.world.target.base_url
        }
        if actor is not None and not actor.anonymous:
            headers |= {
                key: str(self._scene.filled_for(actor, device, value))
                for key, value in self._scene.world.platform.session_headers.items()
            }
        headers |= {
            key: str(self._scene.fill(value)) for key, value in (step.headers or {}).items()
        }
        body: dict[str, Any] = {}
        if step.query:
            body["params"] = self._scene.fill(step.query)
        if step.json_body is not None:
            body["json"] = self._scene.fill(step.json_body)
        form = dict(self._scene.fill(step.form or {}))
        if step.submit is not None:
            form = {**self._hidden_fields(step), **form}
        if verb in UNSAFE:
            self._token(actor, jar, headers, form)
        if form:
            body["data"] = form
        if step.files:
            body["files"] = {name: self._file(value) for name, value in step.files.items()}
        reply = self._scene.world.http.send(verb.upper(), url, jar=jar, headers=headers, **body)
        who = f" as {actor.role}" if actor else ""
        self._scene.trace.append(
            Did(did=f"{verb.upper()} {urlsplit(url).path}{who}", saw=in_short(reply))
        )
        self._scene.transcript.append(exchange_text(verb.upper(), url, reply))
        return ReplyPage(reply)

    def _address(self, path: str, step: BindingStep) -> str:
        if not path and step.submit is not None and isinstance(self._scene.page, ReplyPage):
            form = self._form(step)
            return urljoin(self._scene.page.url, str(form.attributes.get("action") or ""))
        return urljoin(
            self._scene.world.target.base_url.rstrip("/") + "/",
            path.lstrip("/") if path.startswith("/") else path,
        )

    def _form(self, step: BindingStep) -> Any:
        css = (
            step.submit
            if isinstance(step.submit, str)
            else (step.submit.css if step.submit else None)
        )
        if not isinstance(self._scene.page, ReplyPage) or css is None:
            raise unmapped("submit needs the page with the form first, and a css selector")
        form = self._scene.page.html.css_first(css)
        if form is None:
            raise unmapped(f"the form {css} is not there, {self._scene.where()}")
        return form

    def _hidden_fields(self, step: BindingStep) -> dict[str, str]:
        """Every hidden input the form would send, tokens of any shape included."""
        return {
            node.attributes["name"]: node.attributes.get("value") or ""
            for node in self._form(step).css("input[type=hidden]")
            if node.attributes.get("name")
        }

    def _token(
        self,
        actor: Account | None,
        jar: RequestsCookieJar,
        headers: dict[str, str],
        form: dict[str, Any],
    ) -> None:
        """A request-forgery token, carried the way the platform wants it."""
        csrf = self._scene.world.platform.csrf
        if csrf is None or (csrf.field and csrf.field in form):
            return
        if csrf.page and (csrf.css or jar.get(csrf.cookie or "") is None):
            url = self._address(csrf.page, BindingStep(get="/"))
            source: Page | None = ReplyPage(
                self._scene.world.http.send("GET", url, jar=jar, headers=dict(headers))
            )
        else:
            source = self._scene.page
        value = jar.get(csrf.cookie) if csrf.cookie else None
        if csrf.css and source is not None:
            found = source.raw(Extractor(css=csrf.css, attr=csrf.attr))
            value = None if found is MISSING else found
        if value and csrf.header:
            headers[csrf.header] = str(value)
        if value and csrf.field:
            form[csrf.field] = str(value)

    def _file(self, template: str) -> tuple[str, bytes, str]:
        picture = self._scene.fill(template)
        if not isinstance(picture, Picture):
            raise unmapped(f"{template} is not a picture")
        return picture.name, picture.data, picture.media_type


def look_around(world: World, planned: Planned, page: Page, actor: Account | None) -> None:
    """A captcha or a sign-in page in front of us is never mistaken for an answer."""
    challenge, wall = world.platform.challenge, world.platform.login_wall
    if challenge and (
        (challenge.css and page.has(challenge.css))
        or (
            challenge.text
            and any(word.casefold() in page.visible_text().casefold() for word in challenge.text)
        )
    ):
        raise Halt("challenged", None, "a proof of humanity was asked for")
    joining = planned.capability in ("sign_in", "sign_up", "prepare")
    if wall and actor is not None and not actor.anonymous and not joining:
        path = urlsplit(page.url).path
        if any(path.startswith(part) for part in wall.url) or (wall.css and page.has(wall.css)):
            raise wrong_place(
                f"{actor.role} was shown the sign-in page instead of what was asked for"
            )


def classify(reply: Reply, must_mean: bool) -> None:
    """What an answer no rule names amounts to; returns only when it is an ordinary success."""
    path = urlsplit(reply.url).path
    if reply.status == 429:
        raise Halt("rate_limited", None, f"{path} answered 429")
    if reply.status >= 500:
        raise unavailable(f"{path} answered {reply.status}")
    if reply.status == 401:
        raise wrong_place(f"{path} answered 401: the session was not accepted")
    if reply.status >= 400 or must_mean:
        raise unmapped(f"{path} answered {reply.status}; add a rule for it under means")
