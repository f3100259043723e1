"""From observations to verdicts: a pure function, the same today and in ten years.

Order of judging: does the check apply; did its positive controls hold; are its expectations met; was
every step answered. Any false expectation fails the check; otherwise any unknown makes it ``cantTell``.
A check passes only if nothing it asked for stayed unanswered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sbd_audit.capabilities import Vocabulary
from sbd_audit.expect import Answer, Answers, Case, Unknown
from sbd_audit.models.check import Check
from sbd_audit.outcome import AGAIN, INCONCLUSIVE, WORST_FIRST, Outcome, Reason


@dataclass(frozen=True)
class Verdict:
    """The outcome for one person: why, in a machine word and in a sentence."""

    outcome: Outcome
    reason: Reason | None = None
    message: str = ""
    messages: tuple[str, ...] = ()
    member: str = ""
    case: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What the target's facts say: which features exist, and which kinds of service it is."""

    features: Mapping[str, bool] = field(default_factory=dict)
    kinds: Sequence[str] = ("platform",)


def applicable(check: Check, surroundings: Surroundings, vocabulary: Vocabulary) -> Verdict | None:
    """An ``inapplicable`` verdict, or None when the check applies.

    A feature nobody declared counts as present: only a declared absence, with its basis, excuses.
    """
    for feature in check.applies_to.features:
        if not surroundings.features.get(feature, True):
            meaning = str(vocabulary.tables["features"].get(feature, feature))
            return Verdict(
                Outcome.inapplicable,
                Reason.feature_absent,
                f"The platform does not have this: {meaning}.",
            )
    kinds = check.applies_to.kinds
    if kinds and not set(kinds) & set(surroundings.kinds):
        return Verdict(
            Outcome.inapplicable,
            Reason.kind_differs,
            f"The check speaks to {' or '.join(kinds)}; this target is {' and '.join(surroundings.kinds)}.",
        )
    return None


def judge_case(
    check: Check, answers: Answers, parameters: Mapping[str, Any], vocabulary: Vocabulary
) -> Verdict:
    """The verdict for one check and one person, given what was observed.

    `answers` holds one entry per step of the check; `parameters` the values that apply.
    """
    case = Case(check, answers, {**check.defaults, **parameters}, vocabulary)
    for condition in check.only_if:
        truth = case.holds(condition)
        if truth.state is False:
            # What an error of the moment kept from happening may be all that the control lacks.
            if missed := [one for one in _unanswered(check, answers) if one.reason in AGAIN]:
                return _unknown(missed, control=True)
            message = truth.message or case.render(condition.otherwise, None)
            return Verdict(Outcome.cantTell, Reason.control_failed, message)
        if truth.state is None:
            return _unknown(truth.unknowns, control=True)
    truths = [case.holds(condition) for condition in check.expect]
    failures = tuple(truth.message for truth in truths if truth.state is False)
    if failures:
        return Verdict(Outcome.failed, Reason.expectation_not_met, failures[0], failures)
    unknowns = tuple(unknown for truth in truths for unknown in truth.unknowns)
    unanswered = unknowns or _unanswered(check, answers)
    if unanswered or any(truth.state is None for truth in truths):
        return _unknown(unanswered, control=False)
    if check.evidence == "attested":
        return Verdict(
            Outcome.passed, None, "The answers meet it; the audit saw none of what they say."
        )
    return Verdict(Outcome.passed, None, "No failure was found.")


def _unanswered(check: Check, answers: Answers) -> tuple[Unknown, ...]:
    """Every step that was not run or answered inconclusively, unless the check counts that word."""
    found = []
    for name, step in check.observe.items():
        answer = answers[name]
        for one in [answer] if isinstance(answer, Answer) else [row.answer for row in answer]:
            if one.result is None:
                found.append(Unknown(name, one.reason or Reason.not_run, one.detail))
            elif one.result in INCONCLUSIVE and one.result not in step.counts:
                found.append(Unknown(name, one.reason or INCONCLUSIVE[one.result], one.detail))
    return tuple(found)


def _unknown(unknowns: Sequence[Unknown], *, control: bool) -> Verdict:
    """``untested`` when we could not act at all, ``cantTell`` when we acted and still do not know."""
    first = min(
        unknowns,
        key=lambda unknown: (unknown.reason is Reason.not_run, unknown.reason is Reason.no_value),
    )
    reason = first.reason
    says = f"Step {first.step}: {reason.meaning}" + (f" ({first.detail})" if first.detail else "")
    if reason.outcome is Outcome.untested:
        return Verdict(Outcome.untested, reason, says)
    if control and reason in (Reason.no_value, Reason.not_run):
        reason = Reason.control_unknown
    return Verdict(Outcome.cantTell, reason, says)


def combine(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict for a check that ran once per member of a group: the worst stands, and is named."""
    if not verdicts:
        return Verdict(Outcome.inapplicable, Reason.nobody_admitted, Reason.nobody_admitted.meaning)
    return min(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.outcome))
