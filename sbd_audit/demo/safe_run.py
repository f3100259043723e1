"""A constructed run in which every check passes, and what becomes of it when single calls look different.

The safe observations are those of each check's first worked example, played once per member of its persona
group. A rule changes every call it fits and leaves the rest as it was; a step that needs what an earlier one no
longer gives is not run, as in a real audit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.capabilities import Vocabulary
from sbd_audit.examples import example_answers
from sbd_audit.expect import REFERENCE, Answer, Answers, Row
from sbd_audit.models.check import Check, Step
from sbd_audit.models.switch import Rule
from sbd_audit.observe.rows import filled, one_of_crowd
from sbd_audit.outcome import INCONCLUSIVE, Reason

_SPECIAL = ("call", "relation", "after", "not_after", "author", "row", "acting_for")


@dataclass(frozen=True)
class Call:
    """One performance: its capability, its arguments as played, and what was performed before it."""

    step: Step
    args: Mapping[str, Any]
    each: Any
    earlier: Mapping[str, Step]


@dataclass(frozen=True)
class Case:
    """A check played by one member of its group: `cast` gives the persona of every role."""

    check: Check
    member: str
    cast: Mapping[str, str]
    safe: Answers
    vocabulary: Vocabulary

    # ------------------------------------------------------------------ playing

    def touched(self, rules: Iterable[Rule]) -> bool:
        """True when a rule fits any call of this case."""
        return any(self.fits(rule, call) for call in self.calls() for rule in rules)

    def calls(self) -> Iterator[Call]:
        for name, step in self.check.observe.items():
            held = self.safe[name]
            for each in [None] if isinstance(held, Answer) else [row.each for row in held]:
                yield self._call(name, step, each)

    def played(self, rules: Sequence[Rule]) -> Answers:
        """What is observed when the calls the rules fit look as the rules say."""
        seen: dict[str, Answer | Sequence[Row]] = {}
        for name, step in self.check.observe.items():
            held = self.safe[name]
            if isinstance(held, Answer):
                seen[name] = self._answer(name, step, None, held, rules, seen)
            else:
                seen[name] = [
                    Row(row.each, self._answer(name, step, row.each, row.answer, rules, seen))
                    for row in held
                ]
        return seen

    def _answer(
        self, name: str, step: Step, each: Any, held: Answer, rules: Sequence[Rule], seen: Answers
    ) -> Answer:
        call = self._call(name, step, each)
        if any(not _given(reference, each, seen) for reference in _references(call.args)):
            return Answer(None, reason=Reason.not_run)
        for rule in rules:
            if self.fits(rule, call):
                held = self._changed(rule, call, held)
        return held

    def _call(self, name: str, step: Step, each: Any) -> Call:
        earlier: dict[str, Step] = {}
        for other, before in self.check.observe.items():
            if other == name:
                break
            earlier[other] = before
        args = {
            key: one_of_crowd(filled(value, self.check.defaults, each), each, self.cast)
            for key, value in step.args.items()
        }
        return Call(step, args, each, earlier)

    # ------------------------------------------------------------------ when

    def fits(self, rule: Rule, call: Call) -> bool:
        when = rule.when
        performed = {step.capability for step in call.earlier.values()}
        if call.step.capability not in rule.calls:
            return False
        if "after" in when and not performed & set(_listed(when["after"])):
            return False
        if "not_after" in when and performed & set(_listed(when["not_after"])):
            return False
        if "row" in when and str(call.each) not in map(str, _listed(when["row"])):
            return False
        if "acting_for" in when and bool(call.args.get("on_behalf_of")) is not when["acting_for"]:
            return False
        if "relation" in when and self._relation(call) != when["relation"]:
            return False
        if "author" in when and not self._plays(self._author(call), when["author"]):
            return False
        kinds = self.vocabulary.capabilities[call.step.capability].args
        return all(
            self._agrees(kinds.get(key, "").rstrip("?"), call.args.get(key), wanted)
            for key, wanted in when.items()
            if key not in _SPECIAL
        )

    def _agrees(self, kind: str, value: Any, wanted: Any) -> bool:
        if kind in ("account", "list[account]"):
            return any(self._plays(role, wanted) for role in _listed(value))
        return any(str(one) == str(word) for one in _listed(value) for word in _listed(wanted))

    def _plays(self, role: Any, persona: Any) -> bool:
        played = self.cast.get(role)
        return any(played in self.vocabulary.members(name) for name in _listed(persona))

    def _relation(self, call: Call) -> str:
        first = str(call.args.get("as"))
        others = [call.args[key] for key in ("to", "whom", "of", "from") if key in call.args]
        for other in (str(role) for value in others for role in _listed(value)):
            for one, two in ((first, other), (other, first)):
                if one in self.check.accounts and two in self.check.accounts[one].relation:
                    return self.check.accounts[one].relation[two]
        return "none"

    def _author(self, call: Call) -> Any:
        """The role that made the item a call is about."""
        for reference in _references(call.args):
            step = call.earlier[reference[0]]
            return filled(step.args.get("as"), self.check.defaults, call.each)
        return None

    # ------------------------------------------------------------------ then

    def _changed(self, rule: Rule, call: Call, held: Answer) -> Answer:
        capability = self.vocabulary.capabilities[call.step.capability]
        then = dict(rule.then)
        result = then.pop("result", held.result)
        if result in INCONCLUSIVE:
            return Answer(result, {}, INCONCLUSIVE[result])
        outputs = dict(held.outputs) if result in capability.works else {}
        for name, value in then.items():
            if value == "missing":
                outputs.pop(name, None)
            elif name == "statements":
                asked = {key: level for key, level in value.items() if key in call.args[name]}
                outputs[name] = {**outputs.get(name, {}), **asked}
            elif isinstance(value, Mapping):
                outputs[name] = self._list(outputs.get(name, []), value, call)
            else:
                outputs[name] = self._named(value, call)
        if wrong := self.vocabulary.misfits(call.step.capability, str(result), outputs):
            raise ValueError(wrong[0])
        return Answer(result, outputs)

    def _list(self, held: Sequence[Any], change: Mapping[str, Any], call: Call) -> list[Any]:
        gone = self._named(change.get("without", []), call)
        more = self._named(change.get("with", []), call)
        return list(dict.fromkeys([*(one for one in held if one not in gone), *more]))

    def _named(self, value: Any, call: Call) -> Any:
        """The value, with ``accounts_of:<persona>`` and ``actor_of:<capability>`` as roles of the check."""
        if not isinstance(value, list):
            return value
        named: list[Any] = []
        for one in value:
            kind, _, name = str(one).partition(":")
            if kind == "accounts_of":
                named += [role for role in self.cast if self._plays(role, name)]
            elif kind == "actor_of":
                steps = call.earlier.values()
                named += [step.args["as"] for step in steps if step.capability == name]
            else:
                named.append(one)
        return named


def cases(check: Check, features: Mapping[str, bool], vocabulary: Vocabulary) -> list[Case]:
    """One case per member the service admits; an empty list when it admits none."""
    groups = [role.persona for role in check.accounts.values() if role.persona in vocabulary.groups]
    safe = example_answers(check, check.examples[0], vocabulary)
    found = []
    for member in vocabulary.members(groups[0]) if groups else [""]:
        age = vocabulary.personas[member].age if member else None
        if isinstance(age, int) and age < 18 and not features.get("accounts_for_minors", True):
            continue
        cast = {
            name: member if member and role.persona == groups[0] else role.persona
            for role_name, role in check.accounts.items()
            for name in vocabulary.crowd(role_name, role.persona)
        }
        found.append(Case(check, member, cast, safe, vocabulary))
    return found


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _references(args: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every ``{step.output}`` among the arguments."""
    return [
        (path.split(".")[0], path.split(".")[1])
        for value in args.values()
        for text in _listed(value)
        if isinstance(text, str)
        for path in re.findall(REFERENCE, text)
        if "." in path
    ]


def _given(reference: tuple[str, str], each: Any, seen: Answers) -> bool:
    step, output = reference
    held = seen[step]
    if not isinstance(held, Answer):
        held = next((row.answer for row in held if row.each == each), Answer(None))
    return output in held.outputs
