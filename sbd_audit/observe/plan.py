"""What will be done, decided before the first request.

One case per check and member of its persona group, with every parameter and row value filled in. Reads
that would be equal (same capability, same kind of untouched account, same arguments) are planned once and
shared. Nothing is dropped silently: a case that cannot be observed is planned with the reason why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sbd_audit.canonical import digest
from sbd_audit.capabilities import Vocabulary
from sbd_audit.judge import Surroundings, applicable
from sbd_audit.library import Library
from sbd_audit.models.check import Check, Role, Step
from sbd_audit.models.persona import AgeFrom
from sbd_audit.models.platform import Platform
from sbd_audit.models.profile import Profile
from sbd_audit.models.record import PROMISES, Cast, Plan, Planned, PlannedCase
from sbd_audit.models.target import Target
from sbd_audit.models.waiver import Waiver
from sbd_audit.observe.roles import refers, related, takes_part
from sbd_audit.observe.rows import filled, one_of_crowd, rows
from sbd_audit.outcome import Reason

SHARED = "shared"
_UNBOUND = ("read_document", "read_transparency_data", "ask_person")
"""Capabilities that no platform file binds: the engine performs them itself."""


@dataclass
class Planner:
    """Builds the plan of one run."""

    library: Library
    target: Target
    platform: Platform
    profiles: Sequence[Profile]
    run: str
    now: str
    authorised: frozenset[str]
    waivers: Sequence[Waiver] = ()
    only: frozenset[str] | None = None
    _count: int = 0
    _shared: dict[str, PlannedCase] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Vocabulary:
        return self.library.vocabulary

    def plan(self) -> Plan:
        """The whole plan; planned checks equal the profiles' checks, whatever becomes of them."""
        names = dict.fromkeys(name for profile in self.profiles for name in profile.checks)
        checks = [self.library.check(name) for name in names if not self.only or name in self.only]
        known = {**self.platform.features, **self.target.features}
        features = {
            name: known[name].exists if name in known else True
            for name in self.vocabulary.tables["features"]
        }
        surroundings = Surroundings(features, self.target.kinds)
        cases = [case for check in checks for case in self._cases(check, surroundings)]
        provisions = {
            name: {
                "instrument": instrument.id,
                "short_title": instrument.short_title,
                **provision.model_dump(mode="json", include=_PROVISION),
            }
            for name, (instrument, provision) in self.library.provisions.items()
            if any(name in check.provisions for check in checks)
            or any(
                instrument.id in profile.instruments
                or name in {own for req in profile.requirements for own in req.provisions}
                for profile in self.profiles
            )
        }
        return Plan(
            run=self.run,
            target=self.target.model_dump(mode="json", by_alias=True, exclude={"accounts"}),
            platform={
                "id": self.platform.id,
                "version": self.platform.version,
                "title": self.platform.title,
            },
            features=features,
            feature_basis={name: feature.basis for name, feature in known.items() if feature.basis},
            kinds=self.target.kinds,
            profiles=tuple(
                profile.model_dump(mode="json", by_alias=True) for profile in self.profiles
            ),
            checks={check.id: check.model_dump(mode="json") for check in checks},
            order={check.id: tuple(check.observe) for check in checks},
            provisions=provisions,
            vocabulary_sha256=digest(
                {n: c.model_dump(mode="json") for n, c in self.vocabulary.capabilities.items()}
            ),
            cases=(*self._shared.values(), *cases),
            waivers=tuple(waiver.model_dump(mode="json", by_alias=True) for waiver in self.waivers),
            left_out=tuple(name for name in names if self.only and name not in self.only),
            planned_at=self.now,
        )

    # ------------------------------------------------------------------ cases

    def _cases(self, check: Check, surroundings: Surroundings) -> Iterable[PlannedCase]:
        for number, (parameters, profiles) in enumerate(self._variants(check)):
            base = check.id + (f"~{number + 1}" if number else "")
            verdict = applicable(check, surroundings, self.vocabulary)
            if verdict and verdict.reason:
                yield self._skipped(
                    base, check, parameters, profiles, verdict.reason, verdict.message
                )
            elif check.environment not in self.authorised:
                says = f"The authorisation does not cover {check.environment} checks."
                yield self._skipped(base, check, parameters, profiles, Reason.not_authorised, says)
            else:
                yield from self._members(base, check, parameters, profiles, surroundings)

    def _variants(self, check: Check) -> Iterable[tuple[dict[str, Any], tuple[str, ...]]]:
        """Parameter values, with the profiles that agree on them."""
        found: dict[str, tuple[dict[str, Any], list[str]]] = {}
        for profile in self.profiles:
            if check.id not in profile.checks:
                continue
            values = dict(check.defaults)
            for name in values:
                if name in profile.parameters:
                    values[name] = profile.parameters[name].value
                if name in self.target.parameters:
                    values[name] = self.target.parameters[name].value
            found.setdefault(digest(values), (values, []))[1].append(profile.id)
        return [(values, tuple(ids)) for values, ids in found.values()]

    def _skipped(
        self,
        name: str,
        check: Check,
        parameters: dict[str, Any],
        profiles: tuple[str, ...],
        reason: Reason,
        says: str,
    ) -> PlannedCase:
        return PlannedCase(
            id=name,
            check=check.id,
            parameters=parameters,
            profiles=profiles,
            skip=reason,
            skip_says=says,
        )

    def _members(
        self,
        base: str,
        check: Check,
        parameters: dict[str, Any],
        profiles: tuple[str, ...],
        surroundings: Surroundings,
    ) -> Iterable[PlannedCase]:
        group = next(
            (
                role.persona
                for role in check.accounts.values()
                if role.persona in self.vocabulary.groups
            ),
            None,
        )
        members: Sequence[str] = self.vocabulary.members(group) if group else [""]
        admitted = [member for member in members if self._admits(member, surroundings)]
        if not admitted:
            says = "The service states that it admits none of the people this check is about."
            yield self._skipped(base, check, parameters, profiles, Reason.nobody_admitted, says)
        for member in admitted:
            yield self._case(base, check, parameters, profiles, group, member)

    def _admits(self, member: str, surroundings: Surroundings) -> bool:
        persona = self.vocabulary.personas.get(member)
        age = persona.age if persona else None
        if not isinstance(age, int):
            return True
        minimum = self.target.facts.get("minimum_age")
        if minimum is not None and age < int(minimum.value):
            return False
        return age >= 18 or surroundings.features.get("accounts_for_minors", True)

    def _case(
        self,
        base: str,
        check: Check,
        parameters: dict[str, Any],
        profiles: tuple[str, ...],
        group: str | None,
        member: str,
    ) -> PlannedCase:
        cast = self._cast(check, parameters, group, member)
        steps: list[Planned] = []
        uses: dict[str, tuple[str, ...]] = {}
        acted = False
        unbound: dict[str, tuple[Reason, str]] = {}
        for name, step in check.observe.items():
            effect = self.vocabulary.capabilities[step.capability].effect
            planned = list(self._performances(name, step, parameters, cast))
            if not acted and (shared := self._share(planned, effect, cast)):
                uses[name] = shared
            else:
                steps.extend(planned)
                uses[name] = tuple(one.id for one in planned)
            acted = acted or effect == "act"
            unbound |= {one.capability: why for one in planned if (why := self._unbound(one))}
        if promised := tuple(self._promised(check, cast)):
            uses[PROMISES] = promised
        return PlannedCase(
            id=f"{base}/{member}" if member else base,
            check=check.id,
            member=member,
            cast={role: person for role, person in cast.items() if takes_part(role, steps, cast)},
            steps=tuple(steps),
            uses=uses,
            parameters=parameters,
            profiles=profiles,
            needs_browser=any(self._in_browser(one) for one in steps)
            or self.platform.prepares_on_pages(person.settings for person in cast.values()),
            **self._hopeless(check, unbound),
        )

    def _promised(self, check: Check, cast: Mapping[str, Cast]) -> Iterable[str]:
        """Readings of what documents promise about the matter of a check: shared, and no part of its verdict."""
        for promise in check.promises:
            args = {"kinds": list(promise.kinds), "statements": [promise.statement]}
            self._count += 1
            one = Planned(
                id=f"o{self._count:05}", capability="read_document", args=args, step=PROMISES
            )
            yield from self._share([one], "read", cast) or ()

    def _hopeless(self, check: Check, unbound: Mapping[str, tuple[Reason, str]]) -> dict[str, Any]:
        """A positive control that cannot be performed makes the rest pointless: nothing is done then."""
        controls = {
            check.observe[path.split(".")[0]].capability
            for condition in check.only_if
            for path in ([condition.path] if condition.path else [])
        }
        everything = {step.capability for step in check.observe.values()}
        missing = set(unbound)
        needed = missing if missing == everything else controls & missing
        if not needed:
            return {}
        why = [unbound[name] for name in sorted(needed)]
        elsewhere = all(reason is Reason.elsewhere for reason, _ in why)
        return {
            "skip": Reason.elsewhere if elsewhere else Reason.no_binding,
            "skip_says": " ".join(dict.fromkeys(says for _, says in why)),
        }

    # ------------------------------------------------------------------ steps

    def _performances(
        self, name: str, step: Step, parameters: Mapping[str, Any], cast: Mapping[str, Cast]
    ) -> Iterable[Planned]:
        for each in rows(step, parameters, cast):
            args = {
                key: one_of_crowd(filled(value, parameters, each), each, cast)
                for key, value in step.args.items()
            }
            self._count += 1
            yield Planned(
                id=f"o{self._count:05}",
                capability=step.capability,
                args=args,
                step=name,
                each=each,
                patient="rate_limited" not in step.counts,
            )

    def _share(
        self, planned: Sequence[Planned], effect: str, cast: Mapping[str, Cast]
    ) -> tuple[str, ...] | None:
        """Ids of equal reads made elsewhere, or None when these reads depend on this case."""
        if effect != "read":
            return None
        found = []
        for one in planned:
            actor = one.args.get("as")
            others = [value for key, value in one.args.items() if key != "as"]
            if any(refers(value, cast) for value in others):
                return None
            person = cast.get(actor) if isinstance(actor, str) else None
            if actor is not None and (
                person is None or person.settings or person.joins or related(actor, cast)
            ):
                return None
            found.append((one, person))
        return tuple(self._shared_read(one, person) for one, person in found)

    def _shared_read(self, one: Planned, person: Cast | None) -> str:
        key = digest(
            {
                "capability": one.capability,
                "row": one.each,  # a row is found again by its value
                "args": {name: value for name, value in one.args.items() if name != "as"},
                "person": person.model_dump(mode="json") if person else None,
            }
        )
        if key not in self._shared:
            args = {**one.args, "as": "reader"} if person else one.args
            self._shared[key] = PlannedCase(
                id=f"{SHARED}/{one.capability}/{key[:8]}",
                check="",
                cast={"reader": person} if person else {},
                steps=(one.model_copy(update={"args": args}),),
                uses={one.step: (one.id,)},
                needs_browser=self._in_browser(one),
            )
        return self._shared[key].steps[0].id

    def _unbound(self, one: Planned) -> tuple[Reason, str] | None:
        """Why nobody can perform this; None when somebody can."""
        way = self.platform.performance(one.capability, one.args)
        if way is not None or one.capability in _UNBOUND:
            return (Reason.elsewhere, way.elsewhere) if way and way.elsewhere else None
        return Reason.no_binding, f"The platform file does not bind {one.capability}."

    def _in_browser(self, one: Planned) -> bool:
        if one.capability == "read_document":
            sources = {**self.platform.documents, **self.target.documents}
            return any(sources[kind].in_browser for kind in one.args["kinds"] if kind in sources)
        way = self.platform.performance(one.capability, one.args)
        return way is not None and way.in_browser

    # ------------------------------------------------------------------ people

    def _cast(
        self, check: Check, parameters: Mapping[str, Any], group: str | None, member: str
    ) -> dict[str, Cast]:
        joining = {
            step.args.get("as") for step in check.observe.values() if step.capability == "sign_up"
        }
        cast: dict[str, Cast] = {}
        played = [
            (role, account, member if group and account.persona == group else account.persona)
            for name, account in check.accounts.items()
            for role in self.vocabulary.crowd(name, account.persona)
        ]
        for role, account, persona in played:
            cast[role] = Cast(
                persona=persona,
                age=self._age(persona, parameters),
                gender=self.vocabulary.personas[persona].gender,
                state=account.state,
                settings=account.settings,
                relation=account.relation,
                joins=role in joining,
            )
        return {
            role: self._paired(person, account, cast)
            for (role, account, _), person in zip(played, cast.values(), strict=True)
        }

    def _age(self, persona: str, parameters: Mapping[str, Any]) -> int | None:
        age = self.vocabulary.personas[persona].age
        if isinstance(age, int):
            return age
        if not isinstance(age, AgeFrom):
            return None
        base = parameters.get(age.parameter)
        if base is None and age.parameter in self.target.facts:
            base = self.target.facts[age.parameter].value
        return None if base is None else int(base) + age.plus

    def _paired(self, person: Cast, account: Role, cast: Mapping[str, Cast]) -> Cast:
        """A friend or peer is as old as the account it is paired with."""
        if self.vocabulary.personas[person.persona].age != "paired":
            return person
        candidates = [cast[name] for name in account.relation if name in cast] + list(cast.values())
        age = next((other.age for other in candidates if other.age is not None), 30)
        return person.model_copy(update={"age": age})


_PROVISION = {
    "clause",
    "obligation",
    "level",
    "status",
    "basis",
    "addressee",
    "source",
    "testability",
}
