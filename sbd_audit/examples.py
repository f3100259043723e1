"""Worked examples: every check carries observations and the outcome they must lead to."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sbd_audit.capabilities import Vocabulary
from sbd_audit.expect import Answer, Answers, Row
from sbd_audit.judge import Surroundings, Verdict, applicable, judge_case
from sbd_audit.models.check import Check, Example, Step
from sbd_audit.outcome import Reason

NOT_RUN = "not_run"


def judge_example(check: Check, example: Example, vocabulary: Vocabulary) -> Verdict:
    """The verdict the engine reaches on an example; raises `ValueError` when it is written wrongly."""
    surroundings = Surroundings(
        example.features, example.kinds or check.applies_to.kinds or ("platform",)
    )
    if verdict := applicable(check, surroundings, vocabulary):
        return verdict
    return judge_case(check, example_answers(check, example, vocabulary), {}, vocabulary)


def example_answers(check: Check, example: Example, vocabulary: Vocabulary) -> Answers:
    """What the example says was observed, one entry per step of the check.

    ``given`` is whole; ``change`` is merged over the first example's ``given``. A step that runs once per
    value is keyed by value, ``"*"`` standing for every row.
    """
    given = copy.deepcopy(dict(example.given or check.examples[0].given))
    if unknown := (set(given) | set(example.change)) - set(check.observe):
        raise ValueError(f"no step {', '.join(sorted(unknown))}; steps: {', '.join(check.observe)}")
    answers: dict[str, Answer | list[Row]] = {}
    for name, step in check.observe.items():
        if name not in given:
            raise ValueError(f"the step {name} is missing from given")
        values = _row_values(check, step, vocabulary)
        changed = example.change.get(name)
        if values is None:
            answers[name] = _answer(step, _merge(given[name], changed), vocabulary)
        else:
            answers[name] = [
                Row(
                    each,
                    _answer(step, _merge(_row(given[name], each), _row(changed, each)), vocabulary),
                )
                for each in values
            ]
    return answers


def _row_values(check: Check, step: Step, vocabulary: Vocabulary) -> list[Any] | None:
    if step.repeat is not None:
        return list(range(1, int(_parameter(check, step.repeat)) + 1))
    if step.for_each is None:
        return None
    if isinstance(step.for_each, str):
        if step.for_each in check.accounts:
            return list(vocabulary.crowd(step.for_each, check.accounts[step.for_each].persona))
        value = _parameter(check, step.for_each)
        return list(value) if isinstance(value, list) else [step.for_each]
    return [_parameter(check, value) for value in step.for_each]


def _parameter(check: Check, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        return check.defaults[value[1:]]
    return value


def _row(given: Any, each: Any) -> Any:
    if given is None or given == NOT_RUN:
        return given
    if not isinstance(given, Mapping) or not ({"*", str(each)} & {str(key) for key in given}):
        return None
    rows = {str(key): value for key, value in given.items()}
    return _merge(rows.get("*"), rows.get(str(each)))


def _merge(base: Any, change: Any) -> Any:
    if change is None:
        return base
    if not isinstance(base, Mapping) or not isinstance(change, Mapping):
        return change
    return {key: _merge(base.get(key), change.get(key)) for key in {**base, **change}}


def _answer(step: Step, given: Any, vocabulary: Vocabulary) -> Answer:
    if given == NOT_RUN or given is None:
        return Answer(None, reason=Reason.not_run)
    capability = vocabulary.capabilities[step.capability]
    result = given.get("result", capability.works[0])
    outputs = {key: value for key, value in given.items() if key != "result"}
    if wrong := vocabulary.misfits(step.capability, result, outputs):
        raise ValueError(wrong[0])
    return Answer(result, outputs if result in capability.works else {})
