"""From a recorded audit to its findings: one per check, whatever became of it.

Pure: plan and observations in, findings out, the same today and in ten years. Planned checks equal reported
checks; that is asserted, because a check that vanishes is the worst kind of pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sbd_audit.capabilities import Vocabulary
from sbd_audit.decisions import settled
from sbd_audit.expect import Answer, Answers, Case, Row
from sbd_audit.judge import Verdict, combine, judge_case
from sbd_audit.models.check import Check
from sbd_audit.models.record import Observation, Plan, PlannedCase
from sbd_audit.outcome import Outcome, Reason
from sbd_audit.outcome import worst as worst_of

OURS = (Reason.harness_error, Reason.interrupted)
"""Reasons that are mistakes of the audit, never of the platform."""


@dataclass(frozen=True)
class Finding:
    """A check's outcome on a target: the verdict that stands, and each member's own."""

    check: Check
    verdict: Verdict
    members: tuple[Verdict, ...]
    profiles: tuple[str, ...]
    parameters: Mapping[str, Any]
    case: PlannedCase


class Record:
    """A plan with the observations made for it; the last record of an id counts."""

    def __init__(self, plan: Plan, observations: Iterable[Observation]) -> None:
        self.plan = plan
        self.observations = {observation.id: observation for observation in observations}
        self.planned = {step.id: step for case in plan.cases for step in case.steps}

    def answers(self, case: PlannedCase, check: Check) -> Answers:
        """What was seen in a case, one entry per step of its check."""
        found: dict[str, Answer | Sequence[Row]] = {}
        for name, step in check.observe.items():
            rows = [
                Row(self.planned[key].each, self._answer(key)) for key in case.uses.get(name, ())
            ]
            if step.has_rows:
                found[name] = rows
            else:
                found[name] = rows[0].answer if rows else Answer(None, reason=Reason.interrupted)
        return found

    def _answer(self, key: str) -> Answer:
        seen = self.observations.get(key)
        if seen is None:
            return Answer(None, reason=Reason.interrupted, detail="the run ended before this step")
        answer = Answer(seen.result, seen.outputs, seen.reason, seen.detail, seen.id)
        if seen.given and "statements" in seen.outputs:
            both = settled(seen.outputs["statements"], seen.given)
            outputs = {**seen.outputs, "statements": both.levels}
            return replace(answer, outputs=outputs, whys=both.whys)
        return answer


def findings(record: Record, vocabulary: Vocabulary) -> list[Finding]:
    """One finding per check and set of parameters, in the order of the plan."""
    groups: dict[tuple[str, tuple[str, ...]], list[PlannedCase]] = {}
    for case in record.plan.cases:
        if case.check:
            groups.setdefault((case.check, case.profiles), []).append(case)
    found = []
    for (name, profiles), cases in groups.items():
        check = record.plan.check(name)
        verdicts = [_verdict(record, case, check, vocabulary) for case in cases]
        whole = combine(verdicts)
        deciding = cases[verdicts.index(whole)]
        found.append(
            Finding(check, whole, tuple(verdicts), profiles, deciding.parameters, deciding)
        )
    missing = set(record.plan.checks) - {finding.check.id for finding in found}
    if missing:
        raise AssertionError(f"planned and not reported: {', '.join(sorted(missing))}")
    return found


def _verdict(record: Record, case: PlannedCase, check: Check, vocabulary: Vocabulary) -> Verdict:
    if case.skip is not None:
        verdict = Verdict(case.skip.outcome, case.skip, case.skip_says)
    else:
        verdict = judge_case(check, record.answers(case, check), case.parameters, vocabulary)
    return Verdict(
        verdict.outcome, verdict.reason, verdict.message, verdict.messages, case.member, case.id
    )


def conditions(record: Record, finding: Finding, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Every condition of the deciding case and whether it held: the working, shown."""
    if finding.case.skip is not None:
        return []
    check = finding.check
    parameters = {**check.defaults, **finding.parameters}
    case = Case(check, record.answers(finding.case, check), parameters, vocabulary)
    return [
        {
            "part": part,
            "holds": case.holds(condition).state,
            "says": case.render(condition.otherwise, None),
        }
        for part, listed in (("only_if", check.only_if), ("expect", check.expect))
        for condition in listed
    ]


def by_age_band(found: Iterable[Finding], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """What was found for the people of each age band, over all checks that were played by a group."""
    bands: dict[str, dict[Outcome, list[str]]] = {
        persona.band: {} for persona in vocabulary.personas.values() if persona.band
    }
    for finding in found:
        worst: dict[str, Outcome] = {}
        for verdict in finding.members:
            band = vocabulary.personas[verdict.member].band if verdict.member else ""
            if band:
                worst[band] = worst_of((worst.get(band, verdict.outcome), verdict.outcome))
        for band, outcome in worst.items():
            bands[band].setdefault(outcome, []).append(finding.check.id)
    return [
        {
            "band": band,
            "counts": {outcome.value: len(seen.get(outcome, ())) for outcome in Outcome},
            "failed": seen.get(Outcome.failed, []),
        }
        for band, seen in bands.items()
        if seen
    ]


def mostly_lost(record: Record) -> bool:
    """True when most of what was asked of the platform came back as errors or sign-in pages."""
    asked = [seen for seen in record.observations.values() if seen.driver in ("http", "browser")]
    lost = [seen for seen in asked if seen.reason in (Reason.unavailable, Reason.wrong_place)]
    return len(asked) >= 10 and 2 * len(lost) > len(asked)
