"""The shape of results.json, ``sbd-audit/results/1``; its JSON Schema is published in ``docs/schemas``.

Numbers that are not whole travel as decimal text. Every finding that is not passed has a reason of the
closed list and a message.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sbd_audit.models.attestation import Given
from sbd_audit.models.base import Strict
from sbd_audit.models.check import Environment, Pillar, Severity, Tier
from sbd_audit.models.document import DocumentSeen, StatementRead
from sbd_audit.models.record import Did
from sbd_audit.models.run_facts import (
    Deviation,
    Exhibit,
    LeftBehind,
    PlatformFacts,
    ProfileFacts,
    Refusal,
    RunFacts,
    Surface,
    TargetFacts,
    Withheld,
)
from sbd_audit.outcome import Outcome, Reason

Decimal = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Stamp = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$")
]
"""A UTC time stamp, RFC 3339."""
Conclusion = Literal[
    "met", "met with comments", "not met", "cannot conclude", "not applicable", "not in force"
]


class Member(Strict):
    """How one person of a group fared."""

    member: str
    outcome: Outcome
    reason: Reason | None
    message: str


class StepResult(Strict):
    """One step of a check as it was played, with what was done and seen."""

    step: str
    each: Any
    capability: str
    says: str
    args: dict[str, Any]
    actor: dict[str, str] | None
    result: str | None
    outputs: dict[str, Any]
    reason: Reason | None
    detail: str
    trace: tuple[Did, ...]
    evidence: tuple[str, ...]
    documents: tuple[DocumentSeen, ...] = ()
    readings: tuple[StatementRead, ...] = ()
    given: tuple[Given, ...] = ()
    """What named people answered or decided; an edition may withhold it."""
    observation: str
    seconds: Decimal


class ContradictionResult(Strict):
    """A promise of the documents, its quote, and what was observed instead."""

    statement: str
    says: str
    message: str
    member: str
    said: StatementRead
    observations: tuple[str, ...]


class ConditionResult(Strict):
    part: Literal["only_if", "expect"]
    holds: bool | None
    says: str


class ParameterUsed(Strict):
    name: str
    value: Any
    unit: str
    basis: Literal["law", "benchmark", "project"]
    note: str


class ProvisionLink(Strict):
    id: str
    instrument: str
    short_title: str
    clause: str
    obligation: str
    level: str
    status: str
    basis: str


class Bounds(Strict):
    lo: Decimal
    hi: Decimal


class WaiverLabel(Strict):
    because: str
    approved_by: str
    until: str
    state: Literal["active", "expired", "not yet"]


class Deadline(Strict):
    """By when a failure has to be mended under a profile, and on what basis.

    `within` is an ISO 8601 duration counted from `counts_from`: an audit cannot know the day of a notice that
    was not yet given. `provisions` are those in force that make the check mandatory.
    """

    profile: str
    provisions: tuple[str, ...]
    within: str
    counts_from: Literal["notice", "report"]
    basis: str
    source: Literal["primary", "secondary", "recalled"]
    caution: str


class Decision(Strict):
    """What the auditor made of a response, by whom and when; it changes no outcome."""

    by: str
    day: str
    says: str


class ResponseResult(Strict):
    """What the audited service answered to a finding, word for word."""

    position: Literal["accepts", "disputes", "fixed", "context"]
    says: str
    by: str
    day: str
    attachments: tuple[str, ...]
    decision: Decision | None


class FindingResult(Strict):
    """A check's outcome on a target."""

    check: str
    version: int
    title: str
    pillar: Pillar
    severity: Severity
    tier: Tier
    environment: Environment
    outcome: Outcome
    reason: Reason | None
    reason_says: str
    message: str
    messages: tuple[str, ...]
    why: str
    control: str
    remedy: str
    harms: tuple[str, ...]
    member: str
    members: tuple[Member, ...]
    steps: tuple[StepResult, ...]
    conditions: tuple[ConditionResult, ...]
    contradictions: tuple[ContradictionResult, ...] = ()
    parameters: tuple[ParameterUsed, ...]
    provisions: tuple[ProvisionLink, ...]
    related: tuple[str, ...]
    value: Bounds
    profiles: tuple[str, ...]
    good_practice: dict[str, str]
    waiver: WaiverLabel | None
    deadlines: tuple[Deadline, ...]
    response: ResponseResult | None
    observations: tuple[str, ...]

    @model_validator(mode="after")
    def _explained(self) -> FindingResult:
        if self.outcome is not Outcome.passed and not (self.reason and self.message):
            raise ValueError(f"{self.check} is {self.outcome} without a reason and a message")
        return self


class ConclusionResult(Strict):
    profile: str
    requirement: str
    says: str
    provision: str
    instrument: str
    short_title: str
    clause: str
    level: str
    source: Literal["primary", "secondary", "recalled"]
    conclusion: Conclusion
    findings: tuple[str, ...]
    basis: str


class NotAudited(Strict):
    """A provision of a profile's instruments that no check of it tests, and why."""

    profile: str
    provision: str
    instrument: str
    short_title: str
    clause: str
    obligation: str
    level: str
    why: Literal["not_in_force", "others", "not_testable", "no_check"]


class PillarResult(Strict):
    demonstrated: Decimal
    possible: Decimal
    coverage: Decimal
    weight: Decimal


class CapResult(Strict):
    check: str
    bound: Literal["demonstrated", "possible"]
    at: Decimal


class Robustness(Strict):
    """The range each end of a score takes when every pillar weight moves by up to `spread`, a share."""

    spread: Decimal
    demonstrated: Bounds
    possible: Bounds


class ScoreResult(Strict):
    profile: str
    demonstrated: Decimal
    possible: Decimal
    coverage: Decimal
    band: str | None
    published: bool
    why_not: str
    not_comparable: tuple[str, ...]
    pillars: dict[str, PillarResult]
    robustness: Robustness
    caps: tuple[CapResult, ...]


class AgeBand(Strict):
    """What was found for the people of one age band; a check played for none of them is not counted."""

    band: str
    counts: dict[Outcome, int]
    failed: tuple[str, ...]


class Reply(Strict):
    """How the audited service was heard: when it got the draft, until when it could answer, and who did."""

    by: str
    role: str
    notified_on: str
    due_on: str
    received_on: str
    sha256: str


class Results(Strict):
    """A whole results.json; `withheld` is for editions other than the regulator's."""

    schema_name: Literal["sbd-audit/results/1"] = Field(alias="schema")
    run: RunFacts
    platform: PlatformFacts
    target: TargetFacts
    profiles: tuple[ProfileFacts, ...]
    observations_sha256: str
    findings: tuple[FindingResult, ...]
    conclusions: tuple[ConclusionResult, ...]
    not_audited: tuple[NotAudited, ...]
    scores: tuple[ScoreResult, ...]
    counts: dict[Outcome, int]
    age_bands: tuple[AgeBand, ...] = ()
    deviations: tuple[Deviation, ...]
    refused: tuple[Refusal, ...]
    left_behind: tuple[LeftBehind, ...]
    reply: Reply | None
    evidence: dict[str, Exhibit]
    surface: Surface | None = None
    limits: tuple[str, ...]
    withheld: tuple[Withheld, ...] = ()
