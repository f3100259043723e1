"""Said and done: what documents promise, and observations that show otherwise.

Pure. A contradiction needs a plain statement with its quote on one side, and on the other an observation
whose positive controls worked; anything less is no contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sbd_audit.capabilities import Vocabulary
from sbd_audit.expect import Case
from sbd_audit.findings import Finding, Record
from sbd_audit.models.document import StatementRead
from sbd_audit.models.record import PROMISES, PlannedCase


@dataclass(frozen=True)
class Contradiction:
    """A statement with its quote, what was seen instead and by whom, and the observations of both."""

    said: StatementRead
    message: str
    member: str
    observations: tuple[str, ...]


def contradictions(record: Record, finding: Finding, vocabulary: Vocabulary) -> list[Contradiction]:
    """Every promise a finding breaks, once per statement: for the deciding case before others."""
    cases = sorted(
        (
            case
            for case in record.plan.cases
            if case.check == finding.check.id and case.profiles == finding.profiles
        ),
        key=lambda case: case.id != finding.case.id,
    )
    found: dict[str, Contradiction] = {}
    for case in cases:
        if case.skip is None:
            for one in _of_case(record, finding, case, vocabulary):
                found.setdefault(one.said.statement, one)
    return list(found.values())


def _of_case(
    record: Record, finding: Finding, case: PlannedCase, vocabulary: Vocabulary
) -> Iterator[Contradiction]:
    check = finding.check
    parameters = {**check.defaults, **case.parameters}
    seen = Case(check, record.answers(case, check), parameters, vocabulary)
    if not check.promises or any(seen.holds(one).state is not True for one in check.only_if):
        return
    for promise in check.promises:
        said = _said(record, case, promise.statement)
        if said is None or seen.holds(promise.broken_if).state is not True:
            continue
        observation, reading = said
        step = promise.broken_if.path.split(".")[0]
        yield Contradiction(
            reading,
            seen.render(promise.otherwise, None),
            case.member,
            (observation, *case.uses.get(step, ())),
        )


def _said(record: Record, case: PlannedCase, statement: str) -> tuple[str, StatementRead] | None:
    """The reading that plainly states it, and the observation it stands in."""
    for key in case.uses.get(PROMISES, ()):
        seen = record.observations.get(key)
        for reading in seen.readings if seen else ():
            if reading.statement == statement and reading.level == "stated":
                return key, reading
    return None
