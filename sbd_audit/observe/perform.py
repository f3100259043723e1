"""Performs one planned capability by its binding and writes down what happened. It never judges."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sbd_audit.canonical import decimal
from sbd_audit.models.binding import Performance
from sbd_audit.models.record import Actor, Did, Observation, Planned
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import errors_as_halts
from sbd_audit.observe.custom import call
from sbd_audit.observe.documents import read_document
from sbd_audit.observe.figures import read_transparency_data
from sbd_audit.observe.halt import Halt, unmapped
from sbd_audit.observe.persons import ask_person
from sbd_audit.observe.pictures import Picture
from sbd_audit.observe.scene import Scene
from sbd_audit.observe.sessions import Sessions
from sbd_audit.observe.template import REFERENCE, descend
from sbd_audit.observe.world import Stage, World
from sbd_audit.outcome import Reason

ENGINE_OWN = {
    "read_document": read_document,
    "read_transparency_data": read_transparency_data,
    "ask_person": ask_person,
}
JOINING = ("sign_up", "sign_in")


class Performer:
    """Performs capabilities on one worker thread."""

    def __init__(self, world: World, sessions: Sessions) -> None:
        self.world = world
        self.sessions = sessions

    def perform(self, planned: Planned, stage: Stage) -> Observation:
        """One observation; whatever goes wrong becomes its result or reason, never an exception."""
        started, clock = self.world.stamp(), time.monotonic()
        scene = Scene(self.world, self.sessions, stage, planned)
        record: dict[str, Any] = {}
        try:
            with errors_as_halts():
                record = self._attempt(planned, stage, scene)
        except Halt as halt:
            record = {"result": halt.result, "reason": halt.reason, "detail": halt.detail}
            if halt.result is not None and halt.reason is None:
                record = self._ended(planned, stage, scene, halt.result, halt.detail)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # A mistake of ours must not end the run nor count against the platform; it is named.
            record = {
                "result": None,
                "reason": Reason.harness_error,
                "detail": f"{type(error).__name__}: {error}",
            }
        record = self._awaited(planned, stage, record)
        evidence = scene.exhibits()
        trace = [
            Did(did=self.world.redactor.text(d.did), saw=self.world.redactor.text(d.saw))
            for d in scene.trace
        ]
        observation = Observation(
            id=planned.id,
            case=stage.case.id,
            capability=planned.capability,
            args={key: _plain(value) for key, value in planned.args.items()},
            actor=_actor(planned, stage),
            driver=scene.driver,
            interactions=scene.interactions,
            trace=tuple(trace),
            evidence=tuple(dict.fromkeys(evidence)),
            documents=tuple(scene.documents),
            readings=tuple(scene.readings),
            given=tuple(scene.given),
            started_at=started,
            seconds=decimal(Fraction(int((time.monotonic() - clock) * 1000), 1000), 3),
            **self.world.redactor.data(record),
        )
        self._remember(planned, stage, scene, observation.result, record.get("outputs", {}))
        # Later steps use what was really answered: a number taken out of the record may be the name of a post.
        stage.note(observation, record.get("outputs", {}), planned.step, planned.each)
        return observation

    # ------------------------------------------------------------------ one attempt

    def _attempt(self, planned: Planned, stage: Stage, scene: Scene) -> dict[str, Any]:
        scene.arguments = self._arguments(planned, stage)
        if own := ENGINE_OWN.get(planned.capability):
            scene.driver = "documents"
            return own(self.world, scene)
        way = self.world.platform.performance(planned.capability, planned.args)
        if way is None:
            raise Halt(
                None,
                Reason.no_binding,
                f"{self.world.platform.id} does not bind {planned.capability}",
            )
        if way.elsewhere:
            raise Halt(None, Reason.elsewhere, way.elsewhere)
        if way.not_located:
            raise Halt(None, Reason.not_located, way.not_located)
        if way.fixed:
            scene.driver = "fixed"
            scene.trace.append(Did(did="looked up a fact of the software", saw=way.fixed.basis))
        actor = scene.actor
        if way.fixed and not way.fixed.probe:
            return self._checked(planned, way.fixed.result, dict(way.fixed.outputs))
        if actor is not None and not actor.anonymous and planned.capability not in JOINING:
            self.sessions.ensure(actor, scene.device, scene)
        if planned.capability == "sign_up" and actor is not None:
            self._joining(planned, actor)
        if way.fixed:
            scene.probe(way.fixed)
            return self._checked(planned, way.fixed.result, dict(way.fixed.outputs))
        if way.python:
            word = call(way.python, scene)
            scene.driver = "python"
            return self._finished(planned, stage, scene, way, word)
        return self._finished(planned, stage, scene, way, scene.play(way))

    def _joining(self, planned: Planned, actor: Account) -> None:
        if planned.args.get("browser") != "same":
            self.sessions.forget(actor)
        if planned.args.get("age") is not None:
            self.world.people.restate_age(actor, int(planned.args["age"]))

    def _ended(
        self, planned: Planned, stage: Stage, scene: Scene, word: str, detail: str
    ) -> dict[str, Any]:
        """A capability that a rule or a missing control ended: outputs exist if the word allows."""
        way = self.world.platform.performance(planned.capability, planned.args)
        if way is None or word in self.world.vocabulary.inconclusive:
            return {"result": word, "detail": detail}
        try:
            with errors_as_halts():
                return self._finished(planned, stage, scene, way, word) | {"detail": detail}
        except Halt as halt:
            return {"result": halt.result, "reason": halt.reason, "detail": halt.detail}

    def _finished(
        self, planned: Planned, stage: Stage, scene: Scene, way: Performance, word: str
    ) -> dict[str, Any]:
        capability = self.world.vocabulary.capabilities[planned.capability]
        outputs: dict[str, Any] = {}
        if word in capability.works:
            outputs = scene.outputs(way)
            for name, value in list(outputs.items()):
                kind = capability.outputs.get(name, "")
                outputs[name] = self._typed(name, kind, value, planned, stage)
        done = self._checked(planned, word, outputs)
        if way.leaves_open and word in capability.works:
            done["detail"] = way.leaves_open
        if planned.capability == "sign_in" and word == "signed_in" and scene.actor:
            scene.actor.device(scene.device).signed_in = True
        if planned.capability == "sign_up" and word == "created" and scene.actor:
            scene.actor.exists = True
            scene.actor.device().signed_in = True
        return done

    def _checked(self, planned: Planned, word: str, outputs: dict[str, Any]) -> dict[str, Any]:
        if wrong := self.world.vocabulary.misfits(planned.capability, word, outputs):
            raise unmapped(wrong[0])
        return {"result": word, "outputs": outputs}

    def _typed(self, name: str, kind: str, value: Any, planned: Planned, stage: Stage) -> Any:
        """People as roles of the case (others are dropped unread); numbers exact; the rest as it is."""
        if kind == "list[account]":
            roles = [role for item in value or [] if (role := stage.role_of(item)) is not None]
            if self.world.vocabulary.capabilities[planned.capability].since_last_look:
                key = (str(planned.args.get("as")), planned.capability, name)
                before, stage.looks[key] = stage.looks.get(key, []), roles
                roles = list((Counter(roles) - Counter(before)).elements())
            return list(dict.fromkeys(roles))
        if isinstance(value, float):
            return decimal(Fraction(str(value)), 3)
        return value

    # ------------------------------------------------------------------ arguments

    def _arguments(self, planned: Planned, stage: Stage) -> dict[str, Any]:
        """Arguments with people, material and earlier values in place of their names."""
        kinds = self.world.vocabulary.capabilities[planned.capability].args
        filled: dict[str, Any] = {}
        for name, value in planned.args.items():
            kind = kinds.get(name, "text").rstrip("?")
            filled[name] = self._argument(kind, value, planned, stage)
        return filled

    def _argument(self, kind: str, value: Any, planned: Planned, stage: Stage) -> Any:
        if isinstance(value, list):
            inner = kind.removeprefix("list[").removesuffix("]")
            return [self._argument(inner, item, planned, stage) for item in value]
        if isinstance(value, str) and (match := REFERENCE.fullmatch(value)):
            return self._earlier(match[1], planned.each, stage)
        if kind == "account":
            if value not in stage.accounts:
                raise Halt(None, Reason.no_account, f"nobody plays {value}")
            return stage.accounts[value]
        if kind == "fixture":
            language = str(planned.args.get("language") or "en")
            return self.world.fixtures.make(str(value), f"{stage.case.id}/{planned.id}", language)
        if kind == "item" and isinstance(value, str):
            return self._shelved(value)
        return value

    def _shelved(self, name: str) -> dict[str, str]:
        """An item the platform itself put there for the audit; the target file says at which address."""
        path = self.world.target.fixtures.get(name)
        if path is None:
            raise Halt(None, Reason.no_binding, f"the target file names no {name} under fixtures")
        return {"id": path.rstrip("/").rpartition("/")[2], "url": path}

    def _earlier(self, path: str, each: Any, stage: Stage) -> Any:
        step, *rest = path.split(".")
        rows = stage.answers.get(step, [])
        answer = next((a for row, a in rows if row == each), rows[0][1] if len(rows) == 1 else None)
        if answer is None or answer.result is None or rest[0] not in answer.outputs:
            raise Halt(None, Reason.not_run, f"the step {step} gave no {rest[0].replace('_', ' ')}")
        return descend(answer.outputs[rest[0]], path, rest[1:])

    def _remember(
        self,
        planned: Planned,
        stage: Stage,
        scene: Scene,
        result: str | None,
        outputs: Mapping[str, Any],
    ) -> None:
        """What was sent to whom, and put on which item, so that a later look knows what to look for."""
        if isinstance(picture := scene.arguments.get("media"), Picture):
            for made in outputs.values():
                if isinstance(made, dict) and "id" in made:
                    stage.pictures[str(made["id"])] = picture
        if planned.capability == "send_message":
            text = scene.arguments.get("text")
            way = (str(planned.args.get("as")), str(planned.args.get("to")))
            if isinstance(text, str):
                stage.sent[way] = text
            stage.unsure.discard(way)
            if result is None or result in self.world.vocabulary.inconclusive:
                stage.unsure.add(way)

    def _awaited(self, planned: Planned, stage: Stage, record: dict[str, Any]) -> dict[str, Any]:
        """A message that nobody knows to have been sent is not missing from an inbox."""
        way = (str(planned.args.get("from")), str(planned.args.get("as")))
        looked = planned.capability == "read_inbox" and way in stage.unsure
        if not looked or record.get("outputs", {}).get("found") is not False:
            return record
        detail = f"whether {way[0]}'s message was sent is not known"
        return {"result": None, "reason": Reason.not_run, "detail": detail}


def _actor(planned: Planned, stage: Stage) -> Actor | None:
    role = planned.args.get("as")
    if not isinstance(role, str) or role not in stage.case.cast:
        return None
    account = stage.accounts.get(role)
    handle = account.handle if account and not account.anonymous else ""
    return Actor(role=role, persona=stage.case.cast[role].persona, account=handle)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
