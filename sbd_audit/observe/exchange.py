"""The http steps of a binding: a request as it is written, and what its answer amounts to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.models.binding import BindingStep, Extractor
from sbd_audit.models.record import Did
from sbd_audit.models.signs import Conditions
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.extract import MISSING, Page, ReplyPage, fits_page
from sbd_audit.observe.forms import fields
from sbd_audit.observe.halt import PASSING, Halt, passing, unmapped
from sbd_audit.observe.http import retry_after
from sbd_audit.observe.pictures import Picture, alike
from sbd_audit.observe.recognise import asked_to_wait, classify, look_around
from sbd_audit.observe.transcript import exchange_text, in_short

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene

UNSAFE = ("post", "put", "patch", "delete")
TRIES = 3


class Exchanges:
    """Plays the http steps of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._blank = RequestsCookieJar()
        self.changes = 0
        """Requests so far that ask for a change: each is one act."""

    def play(self, step: BindingStep, must_mean: bool) -> str | None:
        """Sends a step's request, waits for what it waits for, and applies its rules."""
        scene = self._scene
        scene.driver = "browser" if scene.driver == "browser" else "http"
        wait = float(scene.fill(step.eventually.within)) if step.eventually else 0
        deadline = time.monotonic() + wait
        times = int(scene.fill(step.repeat)) if step.repeat else 1
        scene.repeats = [self._patiently(step) for _ in range(times - 1)]
        while True:
            page = self._patiently(step)
            if not step.eventually or self._fits(page, step.eventually.until):
                break
            if time.monotonic() >= deadline:
                break
            time.sleep(min(step.eventually.every, max(0.05, deadline - time.monotonic())))
        scene.page = page
        look_around(scene.world.platform, scene.planned, page, scene.step_actor(step))
        for rule in step.means:
            # An error page may hold any sign by chance; only a rule that names its status is about it.
            if (page.status < 500 or rule.status) and self._fits(page, rule):
                return str(scene.fill(rule.result))
        classify(page.reply, must_mean, step.allow)
        return None

    def _fits(self, page: ReplyPage, signs: Conditions) -> bool:
        fits = fits_page(page, signs, self._scene.fill, lambda: self.is_unknown(page))
        return fits and (signs.own_picture is None or self.own(page) is signs.own_picture)

    def own(self, page: ReplyPage) -> bool | None:
        """Whether the picture that came back is the one put on the item; None when no picture came back."""
        if isinstance(picture := self._scene.arguments.get("media"), Picture):
            return alike(page.reply.body, [picture])
        item = self._scene.arguments.get("item") or self._scene.arguments.get("post")
        name = str(item.get("id")) if isinstance(item, dict) else str(item)
        if name not in self._scene.stage.pictures:
            raise unmapped("nothing is known of a picture the audit put on this item")
        return alike(page.reply.body, [self._scene.stage.pictures[name]])

    def is_unknown(self, page: ReplyPage) -> bool:
        """True for what an address that cannot exist is answered with, whatever its status."""
        world = self._scene.world

        def ask() -> str:
            url = self._address(str(self._scene.fill(world.platform.missing_page)), None)
            reply = world.http.send("GET", url, jar=RequestsCookieJar())
            if reply.status in PASSING:
                raise passing(reply.status, "an address that cannot exist")
            return ReplyPage(reply).visible_text() if reply.status < 400 else ""

        return world.unknown_pages.alike("http", page, ask)

    def _patiently(self, step: BindingStep) -> ReplyPage:
        """The answer to a step's request; asked again after a wait, when the platform wants us slower.

        A throttle that outlasts the run's patience, or that a check is looking for, is a result of its own.
        """
        scene = self._scene
        for attempt in range(1, TRIES + 1):
            page = self._exchange(step)
            asked = asked_to_wait(scene.world.platform, page, scene.fill)
            if asked is None:
                return page
            said = retry_after(page.reply)
            wait = said if said is not None else asked.seconds or float(attempt)
            if not scene.planned.patient or attempt == TRIES:
                break
            if not scene.world.http.pace.back_off(wait, alone=asked.alone):
                break
            scene.trace.append(Did(did="slowed down", saw=f"asked to; waited {wait:g} s"))
        raise Halt("rate_limited", None, f"{urlsplit(page.url).path} asked us to slow down")

    def _exchange(self, step: BindingStep) -> ReplyPage:
        actor, device = self._scene.step_actor(step), self._scene.step_device(step)
        jar = actor.device(device).jar if actor else self._blank
        verb = step.verb
        url = self._address(str(self._scene.fill(getattr(step, verb))), step)
        headers = {
            "Referer": self._scene.page.url
            if self._scene.page
            else self._scene.world.target.base_url
        }
        if actor is not None and actor.device(device).signed_in:
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
            form = {**fields(self._form(step)), **form}
        if verb in UNSAFE:
            self.changes += 1
            self._token(actor, jar, headers, form)
        if form:
            body["data"] = form
        if step.body is not None:
            _, body["data"], headers["Content-Type"] = self._file(step.body)
        if step.files:
            body["files"] = {name: self._file(value) for name, value in step.files.items()}
        patient = None if self._scene.planned.patient else False
        reply = self._scene.world.http.send(
            verb.upper(), url, jar=jar, headers=headers, idempotent=patient, **body
        )
        who = f" as {actor.role}" if actor else ""
        self._scene.trace.append(
            Did(
                did=f"{verb.upper()} {urlsplit(url).path}{who}",
                saw=in_short(reply, self._scene.world.redactor.text),
            )
        )
        self._scene.transcript.append(exchange_text(verb.upper(), url, reply))
        return ReplyPage(reply)

    def _address(self, path: str, step: BindingStep | None) -> str:
        if not path and step and step.submit is not None and self._scene.page is not None:
            action = str(self._form(step).attributes.get("action") or "")
            return self._scene.world.scope.home(urljoin(self._scene.page.url, action))
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
        value = self._found_token(self._scene.page, jar)
        if value is None and csrf.page:
            url = self._address(csrf.page, None)
            reply = self._scene.world.http.send("GET", url, jar=jar, headers=dict(headers))
            value = self._found_token(ReplyPage(reply), jar)
        if value is not None and csrf.header:
            headers[csrf.header] = value
        if value is not None and csrf.field:
            form[csrf.field] = value

    def _found_token(self, page: Page | None, jar: RequestsCookieJar) -> str | None:
        csrf = self._scene.world.platform.csrf
        if csrf is None:
            return None
        if csrf.cookie:
            return jar.get(csrf.cookie)
        if page is None:
            return None
        source = {"css": csrf.css, "json": csrf.json_path, "script": csrf.script}
        given = {name: value for name, value in source.items() if value is not None}
        attr = {"attr": csrf.attr} if csrf.css else {}
        found = page.raw(Extractor.model_validate({**given, **attr}))
        return None if found is MISSING else str(found)

    def _file(self, template: str) -> tuple[str, bytes, str]:
        picture = self._scene.fill(template)
        if not isinstance(picture, Picture):
            raise unmapped(f"{template} is not a picture")
        return picture.name, picture.data, picture.media_type
