"""One performance as it happens: steps of a binding played in order, each noted as a person would.

A scene knows where it is (the page or reply in front of it), who acts, and which names a template may use.
It ends with a result word of the capability, or with a `Halt`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from sbd_audit.evidence.named import telling
from sbd_audit.models.attestation import Given
from sbd_audit.models.binding import BindingStep, Eventually, Extractor, Fixed, Performance, fits
from sbd_audit.models.document import DocumentSeen, StatementRead
from sbd_audit.models.record import Did, Planned
from sbd_audit.models.signs import Conditions, Means
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import Flow
from sbd_audit.observe.exchange import Exchanges
from sbd_audit.observe.extract import MISSING, Page, ReplyPage, filled_sources, fits_page, transform
from sbd_audit.observe.halt import unmapped
from sbd_audit.observe.mail import newest_link
from sbd_audit.observe.names import known_names
from sbd_audit.observe.network import network_of
from sbd_audit.observe.recognise import NOT_THERE, look_around
from sbd_audit.observe.sessions import Sessions
from sbd_audit.observe.template import descend, fill
from sbd_audit.observe.wording import speaks_of_words, words_of
from sbd_audit.observe.world import Stage, World


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
        self._flows: dict[tuple[int, str], Flow] = {}
        self._named: dict[str, Page] = {}
        self.repeats: list[ReplyPage] = []
        self.transcript: list[str] = []
        self.documents: list[DocumentSeen] = []
        self.readings: list[StatementRead] = []
        self.given: list[Given] = []
        self.attested: list[str] = []
        self.kept: list[str] = []
        self._http = Exchanges(self)
        self._clock = time.monotonic()
        role = planned.args.get("as")
        self.actor: Account | None = stage.accounts.get(role) if isinstance(role, str) else None
        self.device = self._on = str(planned.args.get("device") or "first")
        self.signing_in = planned.capability == "sign_in"

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
            raise unmapped(f"{self.planned.capability}: no rule under means fits {self.where()}")
        return str(self.fill(way.result))

    def probe(self, fact: Fixed) -> None:
        """Looks again for what the platform file says is not there; raises `Halt` (unmapped) when it is.

        A request is answered as it says when the address does not exist (404, 405, 410, 501 or the page of an
        unknown address), or when a rule of the step gives the same word.
        """
        for step in fact.probe:
            if not self.applies(step):
                continue
            gone = step.model_copy(update={"allow": (*step.allow, *NOT_THERE)})
            word = self.step(gone)
            if word is not None and word != fact.result:
                raise unmapped(
                    f"the platform file says {fact.result}, and this ended {word}, {self.where()}"
                )
            if word or step.in_browser or step.mail:
                continue
            page = self.page
            if isinstance(page, ReplyPage) and (page.status in NOT_THERE or self.is_unknown(page)):
                continue
            if step.extract or step.save or step.submit is not None:
                continue  # a step on the way, such as fetching a form
            raise unmapped(
                f"the platform file says there is none, and something answered {self.where()}"
            )

    def applies(self, step: BindingStep) -> bool:
        """True when the step's `when` fits: by argument, extracted value, or a fact of the acting account."""
        facts = {name: getattr(self.actor, name, None) for name in ("age", "gender", "persona")}
        minor = self.actor is not None and self.actor.age is not None and self.actor.age < 18
        known = {"minor": minor, "connected": bool(self.stage.contacts(self.actor))}
        return fits(step.when, {**facts, **known, **self.locals, **self.planned.args})

    def step(self, step: BindingStep, *, must_mean: bool = False) -> str | None:
        """Plays one step; a result word when a rule fits, else None."""
        self._on = self.step_device(step)
        if step.mail is not None:
            self.locals["mail"] = {
                "link": newest_link(self.world, self.fill(step.mail.to), self.fill(step.mail.link))
            }
            self.trace.append(Did(did="followed the link in the mail", saw=f"{step.mail.link} …"))
            return None
        word = (
            self._in_browser(step, must_mean)
            if step.in_browser
            else self._http.play(step, must_mean)
        )
        if step.name and self.page:
            self._named[step.name] = self.page
        actor = self.step_actor(step)
        for name, extractor in (step.extract | step.save).items():
            value = self.value(extractor)
            if value is not MISSING and name in step.extract:
                self.locals[name] = value
            elif value is not MISSING and actor is not None:
                actor.keep(name, value, self._on if self.signing_in else None)
                if telling(name):
                    self.world.redactor.register(str(value))
            elif value is MISSING and word is None:  # a refusal, for one, need not hold it
                raise unmapped(f"{name} is not where the platform file says, {self.where()}")
        return word

    def is_unknown(self, page: ReplyPage) -> bool:
        """True for what an address that cannot exist is answered with, whatever its status."""
        return self._http.is_unknown(page)

    def where(self) -> str:
        if self.page is None:
            return "nothing was asked yet"
        return f"at {urlsplit(self.page.url).path} (status {self.page.status})"

    # ------------------------------------------------------------------ browser

    def _in_browser(self, step: BindingStep, must_mean: bool) -> str | None:
        actor = self.step_actor(step)
        flow = self.flow = self._flow(actor, self._on)
        self.driver, self.page = "browser", flow
        flow.run(self._ready(step))
        if step.verb != "open" and not step.means and not step.eventually:
            return None
        look_around(self.world.platform, self.planned, flow, actor)
        if step.eventually:
            self._wait_until(step.eventually, flow)
        if not step.means:
            return None
        return self._ruled(step.means, flow, must_mean)

    def _ruled(self, rules: Sequence[Means], flow: Flow, must_mean: bool) -> str | None:
        """The word of the first rule that fits the page at rest: before, a later rule might fit too soon."""
        patience = self.world.target.limits.step_seconds / 3
        deadline = time.monotonic() + patience
        passing: list[Means] = []

        def look(among: Iterable[Means]) -> Means | None:
            return next((rule for rule in among if self._holds(flow, rule)), None)

        def glimpsed() -> bool:
            found = look(rule for rule in rules if rule.brief)
            passing.extend([found] if found else [])
            return bool(passing)

        rested = flow.settled(patience, or_when=glimpsed)
        while True:
            flow.answered()
            if passing:
                return str(self.fill(passing[0].result))
            if rested and any(rule.speaks_of_absence for rule in rules):
                flow.whole("what it does not hold")
            sure = (rule for rule in rules if rested or not rule.speaks_of_absence)
            if rule := look(sure):
                return str(self.fill(rule.result))
            if time.monotonic() >= deadline or not must_mean:
                break
            flow.pause(50)
        flow.whole("what it means")
        if must_mean:
            raise unmapped(f"no rule under means fits the page {self.where()}")
        return None

    def _holds(self, flow: Flow, rule: Means) -> bool:
        located = rule.locator is None or flow.has_locator(rule.locator)
        return located and self._fits(flow, rule)

    def _flow(self, actor: Account | None, device: str) -> Flow:
        """The page of one person on one device; two people in one scene keep theirs apart."""
        key = (id(actor), device)
        if key not in self._flows:
            locale = str(self.planned.args.get("language") or self.world.target.languages[0])
            self._flows[key] = self.sessions.flow(actor, device, locale)
            self._flows[key].trace = self.trace
        return self._flows[key]

    def _fits(self, flow: Flow, signs: Conditions) -> bool:
        path = str(self.fill(self.world.platform.missing_page))
        pages = self.world.unknown_pages
        return fits_page(
            flow,
            signs,
            self.fill,
            lambda: pages.alike("browser", flow, lambda: flow.unknown_page(path)),
        )

    def _wait_until(self, eventually: Eventually, flow: Flow) -> None:
        """Opens the page again and again until the condition fits, or its time is over."""
        deadline = time.monotonic() + float(self.fill(eventually.within))
        while not self._fits(flow, eventually.until) and time.monotonic() < deadline:
            flow.pause(int(1000 * min(eventually.every, max(0.05, deadline - time.monotonic()))))
            flow.reload()

    def _ready(self, step: BindingStep) -> BindingStep:
        """The step with its references filled in, as the flow takes it."""
        parts = {name: getattr(step, name) for name in (step.verb, "at")}
        filled = {
            name: self.fill(_dumped(value)) for name, value in parts.items() if value is not None
        }
        return BindingStep.model_validate(
            {
                **filled,
                "missing": step.missing,
                "optional": step.optional,
                "dialog": step.dialog,
            }
        )

    @property
    def interactions(self) -> int | None:
        count = self.flow.interactions if self.flow else None
        return count if isinstance(count, int) else None

    # ------------------------------------------------------------------ names and values

    def fill(self, value: Any) -> Any:
        return fill(value, self.lookup)

    def lookup(self, path: str) -> Any:
        """What ``{path}`` stands for here; a name of the platform file may hold references of its own."""
        if (text := self.world.platform.names.get(path)) is not None:
            return fill(text, self._known)
        return self._known(path)

    def _known(self, path: str) -> Any:
        first, *rest = path.split(".")
        if first in self.locals:
            root = self.locals[first]
        elif first in self.arguments:
            root = self.arguments[first]
        elif first in (specials := known_names(self.stage, self.planned, self.world, self.actor)):
            root = specials[first]
        elif self.actor is not None and not rest:
            return descend(self.actor, path, [first])
        else:
            raise unmapped(f"{{{path}}} stands for nothing here")
        return descend(root, path, rest, self._on)

    def filled_for(self, actor: Account, device: str, template: str) -> Any:
        self.locals["as"], before = actor, self.locals.get("as")
        self._on, on = device, self._on
        try:
            return self.fill(template)
        finally:
            self._on = on
            if before is None:
                del self.locals["as"]
            else:
                self.locals["as"] = before

    def step_actor(self, step: BindingStep) -> Account | None:
        if step.actor is None:
            return self.actor
        if step.actor == "nobody":
            return None
        found = self.fill(step.actor)
        return found if isinstance(found, Account) else None

    def step_device(self, step: BindingStep) -> str:
        """The device a step is made on; another person than the one who acts is on the first one."""
        own = step.actor is None or self.step_actor(step) is self.actor
        return step.device or (self.device if own else "first")

    def value(self, extractor: Extractor) -> Any:
        """The value of one extractor, in our words; MISSING when it is not there."""
        page = self._named.get(extractor.of) if extractor.of else self.page
        if extractor.item is not None:
            return None  # built by `outputs`, which knows its name
        if "value" in extractor.model_fields_set:
            raw: Any = self.fill(extractor.value)
        elif extractor.template is not None:
            raw = self.fill(extractor.template)
        elif extractor.together is not None:
            raw = [part for name in extractor.together for part in self.lookup(name)]
        elif extractor.elapsed_minutes is True:
            raw = int((time.monotonic() - self._clock) // 60)
        elif extractor.requests:
            raw = self._http.changes
        elif page is None:
            raw = MISSING
        elif extractor.own_picture:
            raw = isinstance(page, ReplyPage) and self._http.own(page) is True
        elif extractor.people:
            raw = self.stage.named_in(page.visible_text())
        elif extractor.network:
            raw = network_of(extractor.network, self.flow, self.world)
        elif extractor.any_text is not None:
            raw = self._any_text([str(self.fill(word)) for word in extractor.any_text], page)
        elif speaks_of_words(extractor):
            raw = words_of(extractor, page, self.world, self._named, self.planned.args)
        else:
            ready = extractor.model_copy(update=filled_sources(extractor, self.fill))
            raw = page.raw(ready)
            for earlier in self.repeats if extractor.every else ():
                more = earlier.raw(ready)
                raw = [*raw, *more] if isinstance(raw, list) and isinstance(more, list) else raw
        return transform(raw, extractor, self.world.platform.vocabulary, self.fill)

    def _any_text(self, words: Sequence[str], page: Page) -> Any:
        """True when one of the words is seen; only a page at rest can be said not to hold them."""

        def seen() -> bool:
            text = " ".join(page.visible_text().split()).casefold()
            return any(word.casefold() in text for word in words)

        if seen() or not isinstance(page, Flow):
            return seen()
        if not page.settled(self.world.target.limits.step_seconds):
            return MISSING
        if not (found := seen()):
            page.whole("what it does not say")
        return found

    def outputs(self, way: Performance) -> dict[str, Any]:
        """Every output that is there; one that is missing is left out, and so stays unknown."""
        found: dict[str, Any] = {}
        for name, extractor in way.outputs.items():
            if extractor.item is not None:
                self.locals[name] = item = {}
                for part, source in extractor.item.items():
                    value = (
                        self.value(Extractor.model_validate(source))
                        if isinstance(source, dict)
                        else self.fill(source)
                    )
                    if value is MISSING:
                        raise unmapped(
                            f"{name}.{part} is not where the platform file says, {self.where()}"
                        )
                    item[part] = value
                found[name] = item
            elif (value := self.value(extractor)) is not MISSING:
                found[name] = value
        return found

    def exhibits(self) -> list[str]:
        """Hashes of what is kept as evidence of this performance."""
        kept = [seen.exhibit for seen in self.documents if seen.exhibit]
        kept += [*self.attested, *self.kept]
        if self.transcript:
            text = "\n\n".join(self.transcript)
            says = f"http transcript of {self.planned.capability}"
            kept.append(self.world.store.add(text, "text/plain", says))
        if self.flow is not None:
            kept.extend(self.sessions.exhibits(self.flow, self))
        return kept


def _dumped(value: Any) -> Any:
    return (
        value.model_dump(by_alias=True, exclude_none=True)
        if hasattr(value, "model_dump")
        else value
    )
