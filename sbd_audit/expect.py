"""Three-valued conditions over what was observed.

A condition is true, false or unknown. Unknown is never turned into either: a false condition fails a
check, an unknown one makes it ``cantTell``, and every unknown remembers which step it came from and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from sbd_audit.capabilities import UNREACHABLE, Vocabulary, number
from sbd_audit.models.check import Check, Condition
from sbd_audit.outcome import INCONCLUSIVE, Reason

REFERENCE = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_*]+)*)\}")
PARAMETER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True)
class Unknown:
    """A value nobody saw: which step should have given it, and why it did not."""

    step: str
    reason: Reason
    detail: str = ""
    missing: bool = False
    """The step worked and gave no such value, which is an answer to ``exists``."""


@dataclass(frozen=True)
class Answer:
    """One performed step: its result word and outputs, or the reason it gave neither."""

    result: str | None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    detail: str = ""
    observation: str = ""
    whys: Mapping[str, tuple[Reason, str]] = field(default_factory=dict)
    """Why a statement is unknown, where it is not for want of anybody who decides it."""


@dataclass(frozen=True)
class Row:
    """One answer of a step that ran once per value."""

    each: Any
    answer: Answer


class Place(NamedTuple):
    """Where ``step.*.output.*`` points: the row of the step, and the key of its mapping."""

    each: Any
    key: Any


Answers = Mapping[str, Answer | Sequence[Row]]


@dataclass(frozen=True)
class Truth:
    """True, false or unknown (`state` None), and what made it so."""

    state: bool | None
    unknowns: tuple[Unknown, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Case:
    """A check with everything its conditions may refer to."""

    check: Check
    answers: Answers
    parameters: Mapping[str, Any]
    vocabulary: Vocabulary

    def holds(self, condition: Condition) -> Truth:
        """Evaluates one condition, with the rendered `else` of what was false.

        A combination whose parts speak of rows is judged row by row.
        """
        rows = self._rows_of(condition)
        if rows is None:
            return self._at(condition, None)
        truths = [self._at(condition, row) for row in rows]
        return _some(truths) if condition.some else _every(truths)

    def _rows_of(self, condition: Condition) -> list[Any] | None:
        if not condition.combination:
            return self._rows(condition.path)
        found = (self._rows_of(part) for part in condition.conditions if not part.some)
        return next((rows for rows in found if rows is not None), None)

    def _at(self, condition: Condition, row: Any) -> Truth:
        if not condition.combination:
            return self._one(condition, row)
        truths = [
            self.holds(part) if part.some else self._at(part, row) for part in condition.conditions
        ]
        if condition.combination == "all_of":
            whole = _every(truths)
        else:
            whole = _some(truths)
            if condition.combination == "none_of" and whole.state is not None:
                whole = Truth(not whole.state, whole.unknowns)
        return Truth(whole.state, whole.unknowns, self.render(condition.otherwise, row))

    def _one(self, condition: Condition, row: Any) -> Truth:
        value = self.value(condition.path, row)
        operand = self._operand(condition.operand, row)
        message = self.render(condition.otherwise, row)
        if condition.predicate == "exists":
            missing = isinstance(value, Unknown) and value.missing
            if missing or not isinstance(value, Unknown):
                found = not missing and value not in (None, "", [], {})
                return Truth(found is bool(operand), (), message)
        unknowns = tuple(part for part in _flat((value, operand)) if isinstance(part, Unknown))
        if unknowns:
            return Truth(None, unknowns, message)
        if condition.predicate == "is_at_least":
            order = self._order(condition.path, row)
            return Truth(order.index(str(value)) <= order.index(str(operand)), (), message)
        return Truth(_PREDICATES[condition.predicate](value, operand), (), message)

    # ------------------------------------------------------------------ values

    def _rows(self, path: str) -> list[Any] | None:
        """The row values a path speaks of, or None when it speaks of a single value."""
        step, *rest = path.split(".")
        answer = self.answers[step]
        if rest and rest[0] == "*" and not isinstance(answer, Answer):
            if len(rest) == 3 and rest[2] == "*":
                keys = self.check.observe[step].args[rest[1]]
                return [Place(row.each, key) for row in answer for key in keys]
            return [row.each for row in answer]
        if len(rest) == 2 and rest[1] == "*":
            value = self.value(f"{step}.{rest[0]}", None)
            asked = self.check.observe[step].args.get(rest[0])
            if isinstance(value, Unknown):
                return list(asked) if asked else [None]
            order = list(asked) if isinstance(asked, list | tuple) else sorted(value)
            return [key for key in order if key in value]
        return None

    def value(self, path: str, row: Any) -> Any:
        """The value at ``step.output``, in the row of `row` where the step has rows."""
        step, *rest = path.split(".")
        answer = self.answers[step]
        each, key = row if isinstance(row, Place) else (row, row)
        if not isinstance(answer, Answer):
            if rest[0] == "tally":
                return self._tally(step, answer, rest[1])
            if rest[0] == "*":
                rest = rest[1:]
            found = next((item.answer for item in answer if item.each == each), None)
            if found is None:
                return Unknown(step, Reason.not_run)
            answer = found
        value = self._output(step, answer, rest[0])
        if len(rest) > 1 and not isinstance(value, Unknown):
            name = key if rest[1] == "*" else rest[1]
            value = value.get(name, Unknown(step, Reason.no_value, str(key)))
            if value == "unknown":
                why = answer.whys.get(str(name), (Reason.needs_person, str(key or "")))
                return Unknown(step, *why)
        return value

    def _output(self, step: str, answer: Answer, name: str) -> Any:
        definition, word = self.check.observe[step], answer.result
        if word is None:
            return Unknown(step, answer.reason or Reason.not_run, answer.detail)
        if word in INCONCLUSIVE and word not in definition.counts:
            return Unknown(step, answer.reason or INCONCLUSIVE[word], answer.detail)
        if name == "result":
            return word
        if name in answer.outputs:
            return answer.outputs[name]
        works = word in self.vocabulary.capabilities[definition.capability].works
        reason = answer.reason or Reason.no_value
        detail = answer.detail or f"{word}, without {name.replace('_', ' ')}"
        return Unknown(step, reason, detail, missing=works and reason is Reason.no_value)

    def _tally(self, step: str, rows: Sequence[Row], word: str) -> Any:
        results = [self._output(step, row.answer, "result") for row in rows]
        unknown = next((result for result in results if isinstance(result, Unknown)), None)
        return unknown or results.count(word)

    def _operand(self, operand: Any, row: Any) -> Any:
        if isinstance(operand, list | tuple):
            return [self._operand(item, row) for item in operand]
        if isinstance(operand, dict):
            share, base = number(operand["times"]), self.value(operand["of"], row)
            if isinstance(operand["times"], str) and operand["times"].startswith("$"):
                share = number(self.parameters[operand["times"][1:]])
            if isinstance(base, Unknown):
                return base
            amount = number(base)
            return share * amount if share is not None and amount is not None else base
        if isinstance(operand, str):
            if match := PARAMETER.fullmatch(operand):
                return self.parameters[match[1]]
            if match := REFERENCE.fullmatch(operand):
                return _each(row) if match[1] == "each" else self.value(match[1], row)
        return operand

    def _order(self, path: str, row: Any) -> Sequence[str]:
        """The protective order of the setting a ``read_setting`` step asked for."""
        setting = self.check.observe[path.split(".")[0]].args["setting"]
        return self.vocabulary.settings[str(row) if setting == "{each}" else setting]

    # ------------------------------------------------------------------ words

    def _called(self, word: Any) -> str:
        """What people call a word: a language by its name, a statement by what it says."""
        tables = self.vocabulary.tables
        if not isinstance(word, str):
            return _words(word)
        says = tables["statements"].get(word, {}).get("says")
        return says or tables["language_names"].get(word) or _words(word)

    def render(self, template: str, row: Any) -> str:
        """An `else` sentence with its references filled in, in plain words."""

        def reference(match: re.Match[str]) -> str:
            if match[1] in ("each", "key"):
                word = row.key if match[1] == "key" and isinstance(row, Place) else _each(row)
                return "one of them" if word is None else self._called(word)
            value = self.value(match[1], row)
            return "not seen" if isinstance(value, Unknown) else self._called(value)

        text = PARAMETER.sub(
            lambda match: self._called(self.parameters.get(match[1], match[0])), template
        )
        text = REFERENCE.sub(reference, text)
        return text[:1].upper() + text[1:]


def _each(row: Any) -> Any:
    return row.each if isinstance(row, Place) else row


def _every(truths: Sequence[Truth]) -> Truth:
    false = [truth for truth in truths if truth.state is False]
    if false:
        messages = dict.fromkeys(truth.message for truth in false if truth.message)
        return Truth(False, (), " ".join(messages))
    unknowns = tuple(unknown for truth in truths for unknown in truth.unknowns)
    return Truth(None if any(truth.state is None for truth in truths) else True, unknowns)


def _some(truths: Sequence[Truth]) -> Truth:
    if any(truth.state is True for truth in truths):
        return Truth(True)
    unknowns = tuple(unknown for truth in truths for unknown in truth.unknowns)
    if any(truth.state is None for truth in truths):
        return Truth(None, unknowns)
    return Truth(False, (), truths[0].message if truths else "")


def _flat(values: Any) -> list[Any]:
    if isinstance(values, list | tuple):
        return [item for value in values for item in _flat(value)]
    return [values]


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return sorted(map(str, left)) == sorted(map(str, right))
    a, b = number(left), number(right)
    return a == b if a is not None and b is not None else str(left) == str(right)


def _among(value: Any, options: Any) -> bool:
    return any(_equal(value, option) for option in options)


def _at_most(value: Any, limit: Any) -> bool:
    a, b = number(value), number(limit)
    return value != UNREACHABLE and a is not None and b is not None and a <= b


def _at_least(value: Any, limit: Any) -> bool:
    a, b = number(value), number(limit)
    return a is not None and b is not None and a >= b


_PREDICATES: dict[str, Callable[[Any, Any], bool]] = {
    "is": _equal,
    "is_not": lambda value, other: not _equal(value, other),
    "is_one_of": _among,
    "at_most": _at_most,
    "at_least": _at_least,
    "contains_all": lambda value, wanted: all(_among(item, value) for item in wanted),
    "contains_any": lambda value, wanted: any(_among(item, value) for item in wanted),
    "contains_none": lambda value, unwanted: not any(_among(item, value) for item in unwanted),
    "only_from": lambda value, allowed: all(_among(item, allowed) for item in value),
    "has_at_least": lambda value, count: len(value) >= int(count),
    "same_as": _equal,
}


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        items = [_words(item) for item in value]
        if len(items) < 2:
            return items[0] if items else "nothing"
        return f"{', '.join(items[:-1])} and {items[-1]}"
    if isinstance(value, dict):
        return str(value.get("id", "an item"))
    if isinstance(value, Fraction):
        return str(float(value))
    if value == UNREACHABLE:
        return "unreachably many"
    return str(value).replace("_", " ")
