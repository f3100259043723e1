"""One performance as it happens: steps of a binding played in order, each noted as a person would.

A scene knows where it is (the page or reply in front of it), who acts, and which names a template may use.
It ends with a result word of the capability, or with a `Halt`.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.models.platform import BindingStep, Extractor, Performance, fits
from sbd_audit.models.record import Did, Planned
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import Flow
from sbd_audit.observe.extract import MISSING, Page, ReplyPage, means, reached, transform
from sbd_audit.observe.fixtures import Picture
from sbd_audit.observe.halt import Halt, unavailable, unmapped, wrong_place
from sbd_audit.observe.http import Reply
from sbd_audit.observe.sessions import Sessions
from sbd_audit.observe.template import descend, fill
from sbd_audit.observe.transcript import exchange_text, in_short
from sbd_audit.observe.wording import words_of
from sbd_audit.observe.world import Stage, World

UNSAFE = ("post", "put", "patch", "delete")


class Scene:
    """The state of one performance."""

    def __init__(self, world: World, sessions: Sessions, stage: Stage, planned: Planned) -> None:
        self.world = world
        self.sessions = sessions
        self.stage = stage
        self.planned = planned
        self.driver: Any = "none"
        self.trace: list[Did] = []
        self.arguments: dict[str, Any] = {}
        self.locals: dict[str, Any] = {}
        self.page: Page | None = None
        self.flow: Flow | None = None
        self._named: dict[str, Page] = {}
        self._repeats: list[ReplyPage] = []
        self._transcript: list[str] = []
        self._blank = RequestsCookieJar()
        self._clock = time.monotonic()
        role = planned.args.get("as")
        self.actor: Account | None = stage.accounts.get(role) if isinstance(role, str) else None
        self.device = str(planned.args.get("device") or "first")

    # ------------------------------------------------------------------ playing

    def play(self, way: Performance) -> str:
        """Plays every step whose `when` fits; gives the word a rule named, or the performance's own."""
        for index, step in enumerate(way.steps):
            if not self.applies(step):
                continue
            last = index == len(way.steps) - 1 and way.result is None
            word = self.step(step, must_mean=last and bool(step.means))
            if word is not None:
                return word
        if way.result is None:
            raise unmapped(f"{self.planned.capability}: no rule under means fits {self._where()}")
        return str(self.fill(way.result))

    def applies(self, step: BindingStep) -> bool:
        """True when the step's `when` fits: by argument, or by a fact of the acting account."""
        facts = {name: getattr(self.actor, name, None) for name in ("age", "gender", "persona")}
        minor = self.actor is not None and self.actor.age is not None and self.actor.age < 18
        return fits(step.when, {**facts, "minor": str(minor).lower(), **self.planned.args})

    def step(self, step: BindingStep, *, must_mean: bool = False) -> str | None:
        """Plays one step; a result word when a rule fits, else None."""
        word = self._in_browser(step, must_mean) if step.in_browser else self._by_http(step, must_mean)
        if step.name and self.page:
            self._named[step.name] = self.page
        for name, extractor in step.extract.items():
            self.locals[name] = self._needed(name, extractor)
        actor = self._step_actor(step)
        for name, extractor in step.save.items():
            if actor is not None:
                actor.saved[name] = self._needed(name, extractor)
        return word

    def _needed(self, name: str, extractor: Extractor) -> Any:
        value = self.value(extractor)
        if value is MISSING:
            raise unmapped(f"{name} is not where the platform file says, {self._where()}")
        return value

    def _where(self) -> str:
        if self.page is None:
            return "nothing was asked yet"
        return f"at {urlsplit(self.page.url).path} (status {self.page.status})"

    # ------------------------------------------------------------------ http

    def _by_http(self, step: BindingStep, must_mean: bool) -> str | None:
        self.driver = "browser" if self.driver == "browser" else "http"
        deadline = time.monotonic() + (float(self.fill(step.eventually.within)) if step.eventually else 0)
        self._repeats = [self._exchange(step) for _ in range(int(self.fill(step.repeat)) - 1)] if step.repeat else []
        while True:
            page = self._exchange(step)
            if not step.eventually or reached(page, step.eventually.until, self.fill):
                break
            if time.monotonic() >= deadline:
                break
            time.sleep(min(step.eventually.every, max(0.05, deadline - time.monotonic())))
        self.page = page
        self._look_around(page, self._step_actor(step))
        for rule in step.means:
            if means(page, rule, self.fill):
                return str(self.fill(rule.result))
        self._classify(page.reply, step, must_mean)
        return None

    def _exchange(self, step: BindingStep) -> ReplyPage:
        actor, device = self._step_actor(step), step.device or self.device
        jar = actor.device(device).jar if actor else self._blank
        verb = step.verb
        url = self._address(str(self.fill(getattr(step, verb))), step)
        headers = {"Referer": self.page.url if self.page else self.world.target.base_url}
        if actor is not None and not actor.anonymous:
            headers |= {key: str(self._for(actor, device, value)) for key, value in self.world.platform.session_headers.items()}
        headers |= {key: str(self.fill(value)) for key, value in (step.headers or {}).items()}
        body: dict[str, Any] = {}
        if step.query:
            body["params"] = self.fill(step.query)
        if step.json_body is not None:
            body["json"] = self.fill(step.json_body)
        form = dict(self.fill(step.form or {}))
        if step.submit is not None:
            form = {**self._hidden_fields(step), **form}
        if verb in UNSAFE:
            self._token(actor, jar, headers, form)
        if form:
            body["data"] = form
        if step.files:
            body["files"] = {name: self._file(value) for name, value in step.files.items()}
        reply = self.world.http.send(verb.upper(), url, jar=jar, headers=headers, **body)
        who = f" as {actor.role}" if actor else ""
        self.trace.append(Did(did=f"{verb.upper()} {urlsplit(url).path}{who}", saw=in_short(reply)))
        self._transcript.append(exchange_text(verb.upper(), url, reply))
        return ReplyPage(reply)

    def _address(self, path: str, step: BindingStep) -> str:
        if not path and step.submit is not None and isinstance(self.page, ReplyPage):
            form = self._form(step)
            return urljoin(self.page.url, str(form.attributes.get("action") or ""))
        return urljoin(self.world.target.base_url.rstrip("/") + "/", path.lstrip("/") if path.startswith("/") else path)

    def _form(self, step: BindingStep) -> Any:
        css = step.submit if isinstance(step.submit, str) else (step.submit.css if step.submit else None)
        if not isinstance(self.page, ReplyPage) or css is None:
            raise unmapped("submit needs the page with the form first, and a css selector")
        form = self.page.html.css_first(css)
        if form is None:
            raise unmapped(f"the form {css} is not there, {self._where()}")
        return form

    def _hidden_fields(self, step: BindingStep) -> dict[str, str]:
        """Every hidden input the form would send, tokens of any shape included."""
        return {
            node.attributes["name"]: node.attributes.get("value") or ""
            for node in self._form(step).css("input[type=hidden]")
            if node.attributes.get("name")
        }

    def _token(
        self, actor: Account | None, jar: RequestsCookieJar, headers: dict[str, str], form: dict[str, Any]
    ) -> None:
        """A request-forgery token, carried the way the platform wants it."""
        csrf = self.world.platform.csrf
        if csrf is None or (csrf.field and csrf.field in form):
            return
        if csrf.page and (csrf.css or jar.get(csrf.cookie or "") is None):
            url = self._address(csrf.page, BindingStep(get="/"))
            source: Page | None = ReplyPage(self.world.http.send("GET", url, jar=jar, headers=dict(headers)))
        else:
            source = self.page
        value = jar.get(csrf.cookie) if csrf.cookie else None
        if csrf.css and source is not None:
            found = source.raw(Extractor(css=csrf.css, attr=csrf.attr))
            value = None if found is MISSING else found
        if value and csrf.header:
            headers[csrf.header] = str(value)
        if value and csrf.field:
            form[csrf.field] = str(value)

    def _file(self, template: str) -> tuple[str, bytes, str]:
        picture = self.fill(template)
        if not isinstance(picture, Picture):
            raise unmapped(f"{template} is not a picture")
        return picture.name, picture.data, picture.media_type

    def _look_around(self, page: Page, actor: Account | None) -> None:
        """A captcha or a sign-in page in front of us is never mistaken for an answer."""
        challenge, wall = self.world.platform.challenge, self.world.platform.login_wall
        if challenge and (
            (challenge.css and page.has(challenge.css))
            or (challenge.text and any(word.casefold() in page.visible_text().casefold() for word in challenge.text))
        ):
            raise Halt("challenged", None, "a proof of humanity was asked for")
        joining = self.planned.capability in ("sign_in", "sign_up", "prepare")
        if wall and actor is not None and not actor.anonymous and not joining:
            path = urlsplit(page.url).path
            if any(path.startswith(part) for part in wall.url) or (wall.css and page.has(wall.css)):
                raise wrong_place(f"{actor.role} was shown the sign-in page instead of what was asked for")

    def _classify(self, reply: Reply, step: BindingStep, must_mean: bool) -> None:
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

    # ------------------------------------------------------------------ browser

    def _in_browser(self, step: BindingStep, must_mean: bool) -> str | None:
        actor = self._step_actor(step)
        if self.flow is None or step.actor or step.device:
            locale = str(self.planned.args.get("language") or self.world.target.languages[0])
            self.flow = self.sessions.flow(actor, step.device or self.device, locale, self)
        self.driver, self.page = "browser", self.flow
        self.flow.run(self._ready(step))
        if step.verb != "open" and not step.means:
            return None
        self._look_around(self.flow, actor)
        if not step.means:
            return None
        deadline = time.monotonic() + self.world.target.limits.step_seconds / 3
        while True:
            for rule in step.means:
                located = rule.locator is None or self.flow.has_locator(rule.locator)
                if located and means(self.flow, rule, self.fill):
                    return str(self.fill(rule.result))
            if time.monotonic() >= deadline or not must_mean:
                break
            self.flow.pause(50)
        if must_mean:
            raise unmapped(f"no rule under means fits the page {self._where()}")
        return None

    def _ready(self, step: BindingStep) -> BindingStep:
        """The step with its references filled in, as the flow takes it."""
        parts = {name: getattr(step, name) for name in (step.verb, "at")}
        filled = {name: self.fill(_dumped(value)) for name, value in parts.items() if value is not None}
        return BindingStep.model_validate({**filled, "missing": step.missing, "optional": step.optional})

    @property
    def interactions(self) -> int | None:
        count = self.flow.interactions if self.flow else None
        return count if isinstance(count, int) else None

    # ------------------------------------------------------------------ names and values

    def fill(self, value: Any) -> Any:
        return fill(value, self.lookup)

    def lookup(self, path: str) -> Any:
        """What ``{path}`` stands for here."""
        first, *rest = path.split(".")
        if first in self.locals:
            root = self.locals[first]
        elif first in self.arguments:
            root = self.arguments[first]
        elif first in self._specials():
            root = self._specials()[first]
        elif self.actor is not None and not rest:
            return descend(self.actor, path, [first])
        else:
            raise unmapped(f"{{{path}}} stands for nothing here")
        return descend(root, path, rest)

    def _specials(self) -> dict[str, Any]:
        args = self.planned.args
        minutes = args.get("within_minutes")
        watch = self.world.target.limits.watch_seconds
        return {
            "run": self.world.run,
            "base_url": self.world.target.base_url.rstrip("/"),
            "host": urlsplit(self.world.target.base_url).netloc,
            "watch_seconds": min(watch, int(minutes) * 60) if minutes is not None else watch,
            "awaited": self.stage.sent.get((str(args.get("from")), str(args.get("as"))), ""),
            "today": self.world.stamp()[:10],
            "market": self.world.target.market,
            "language": self.world.target.languages[0],
        }

    def _for(self, actor: Account, device: str, template: str) -> Any:
        self.locals["as"], before = actor, self.locals.get("as")
        try:
            return self.fill(template)
        finally:
            if before is None:
                del self.locals["as"]
            else:
                self.locals["as"] = before

    def _step_actor(self, step: BindingStep) -> Account | None:
        if step.actor is None:
            return self.actor
        if step.actor == "nobody":
            return None
        found = self.fill(step.actor)
        return found if isinstance(found, Account) else None

    def value(self, extractor: Extractor) -> Any:
        """The value of one extractor, in our words; MISSING when it is not there."""
        page = self._named.get(extractor.of) if extractor.of else self.page
        if extractor.item is not None:
            return None  # built by `outputs`, which knows its name
        if "value" in extractor.model_fields_set:
            raw: Any = self.fill(extractor.value)
        elif extractor.template is not None:
            raw = self.fill(extractor.template)
        elif extractor.elapsed_minutes:
            raw = int((time.monotonic() - self._clock) // 60)
        elif page is None:
            raw = MISSING
        elif extractor.any_text is not None:
            text = " ".join(page.visible_text().split()).casefold()
            raw = any(str(self.fill(word)).casefold() in text for word in extractor.any_text)
        elif extractor.language or extractor.grade or extractor.contacts or extractor.broken_links:
            raw = words_of(extractor, page, self.world)
        else:
            ready = extractor.model_copy(update=_filled_sources(extractor, self.fill))
            raw = page.raw(ready)
            for earlier in self._repeats if extractor.every else ():
                more = earlier.raw(ready)
                raw = [*raw, *more] if isinstance(raw, list) and isinstance(more, list) else raw
        return transform(raw, extractor, self.world.platform.vocabulary, self.fill)

    def outputs(self, way: Performance) -> dict[str, Any]:
        """Every output that is there; one that is missing is left out, and so stays unknown."""
        found: dict[str, Any] = {}
        for name, extractor in way.outputs.items():
            if extractor.item is not None:
                self.locals[name] = item = {}
                for part, source in extractor.item.items():
                    value = self.value(Extractor.model_validate(source)) if isinstance(source, dict) else self.fill(source)
                    if value is MISSING:
                        raise unmapped(f"{name}.{part} is not where the platform file says, {self._where()}")
                    item[part] = value
                found[name] = item
            elif (value := self.value(extractor)) is not MISSING:
                found[name] = value
        return found

    def note_document(self, kind: str, url: str, text: str) -> None:
        """Keeps a fetched document as evidence."""
        self._transcript.append(f"{kind} {url}\n\n{text}")

    def exhibits(self) -> list[str]:
        """Hashes of what is kept as evidence of this performance."""
        kept = []
        if self._transcript:
            text = "\n\n".join(self._transcript)
            says = f"http transcript of {self.planned.capability}"
            kept.append(self.world.store.add(text, "text/plain", says))
        if self.flow is not None:
            kept.extend(self.sessions.exhibits(self.flow, self))
            self.trace.extend(self.flow.trace)
        return kept


def _dumped(value: Any) -> Any:
    return value.model_dump(by_alias=True, exclude_none=True) if hasattr(value, "model_dump") else value


def _filled_sources(extractor: Extractor, fill_in: Any) -> dict[str, Any]:
    names = ("json_path", "css", "header", "cookie")
    return {name: str(fill_in(value)) for name in names if (value := getattr(extractor, name)) is not None}
