"""What an audit records: the plan it set out with, and the observations it made.

These are plain frozen values with a canonical JSON form; the sealed bundle holds nothing else that is judged.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sbd_audit.models.attestation import Given
from sbd_audit.models.base import Strict
from sbd_audit.models.check import Check
from sbd_audit.models.document import DocumentSeen, StatementRead
from sbd_audit.outcome import Reason

PROMISES = "promises"
"""Under this name a case uses readings of what documents promise about its matter."""


class Planned(Strict):
    """One performance to make: a capability with its arguments.

    Arguments still hold ``{step.output}`` references; parameters and row values are filled in.
    """

    id: str
    capability: str
    args: dict[str, Any]
    step: str
    each: Any = None
    patient: bool = True
    """False where being slowed down is itself what the check looks for: then nothing is tried again."""


class Cast(Strict):
    """Who plays a role of a case: persona, exact age in years, and the state the account must be in."""

    persona: str
    age: int | None
    gender: str = ""
    state: Literal["new", "settled", "used"] = "settled"
    settings: dict[str, str] = {}
    relation: dict[str, str] = {}
    joins: bool = False
    """True when the case itself signs this person up, so that no account is prepared."""


class PlannedCase(Strict):
    """A check played by one member of its persona group: who takes part, and the steps in order.

    `skip` is set when the case cannot be observed at all; `uses` are shared observations made elsewhere.
    """

    id: str
    check: str
    member: str = ""
    cast: dict[str, Cast] = {}
    steps: tuple[Planned, ...] = ()
    uses: dict[str, tuple[str, ...]] = {}
    skip: Reason | None = None
    skip_says: str = ""
    parameters: dict[str, Any] = {}
    profiles: tuple[str, ...] = ()
    needs_browser: bool = False


class Plan(Strict):
    """Everything decided before the first request; its digest goes into the custody chain."""

    schema_name: Literal["sbd-audit/plan/1"] = Field(default="sbd-audit/plan/1", alias="schema")
    run: str
    target: dict[str, Any]
    platform: dict[str, Any]
    features: dict[str, bool]
    feature_basis: dict[str, str] = {}
    kinds: tuple[str, ...]
    profiles: tuple[dict[str, Any], ...]
    checks: dict[str, dict[str, Any]]
    order: dict[str, tuple[str, ...]]
    """The steps of each check in the order they are played; canonical JSON forgets the order of keys."""
    provisions: dict[str, dict[str, Any]] = {}
    vocabulary_sha256: str
    cases: tuple[PlannedCase, ...]
    waivers: tuple[dict[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()
    """Checks of the profiles that were not selected for this run."""
    planned_at: str

    def check(self, name: str) -> Check:
        """The check as it was planned, its steps in order."""
        data = self.checks[name]
        steps = {step: data["observe"][step] for step in self.order[name]}
        return Check.model_validate({**data, "observe": steps})


class Did(Strict):
    """One thing done and what was seen, as a person would note it."""

    did: str
    saw: str


class Actor(Strict):
    role: str
    persona: str
    account: str = ""


class Observation(Strict):
    """One recorded performance of a capability.

    `result` is a word of the capability or an inconclusive word; None when it was not performed, and then
    `reason` says why. Numbers in `outputs` that are not whole are decimal text. `outputs` and `readings` hold what
    the audit read by itself; what a person made of it stands under `given`.
    """

    id: str
    case: str
    capability: str
    args: dict[str, Any] = {}
    actor: Actor | None = None
    result: str | None = None
    outputs: dict[str, Any] = {}
    reason: Reason | None = None
    detail: str = ""
    driver: Literal["http", "browser", "documents", "person", "fixed", "python", "none"] = "none"
    interactions: int | None = None
    trace: tuple[Did, ...] = ()
    evidence: tuple[str, ...] = ()
    documents: tuple[DocumentSeen, ...] = ()
    readings: tuple[StatementRead, ...] = ()
    given: tuple[Given, ...] = ()
    started_at: str = ""
    seconds: str = "0"
