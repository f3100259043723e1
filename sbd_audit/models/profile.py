"""A profile: which checks a regime asks for, with what weight, and when a run is good enough to publish."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sbd_audit.models.base import Exact, Strict
from sbd_audit.models.check import Pillar, Tier

Level = Literal["shall", "should", "may", "none"]


class CheckList(Strict):
    """The checks that evidence a requirement; only mandatory ones can make it unmet."""

    mandatory: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()


class Requirement(Strict):
    id: str
    says: str
    provisions: Annotated[tuple[str, ...], Field(min_length=1)]
    level: Level
    checks: CheckList
    tier: Tier | None = None


class GoodPractice(Strict):
    """A check used beyond what the text of any instrument demands."""

    check: str
    because: str = Field(min_length=10)


class Override(Strict):
    """A parameter value of this regime, and why it is that."""

    value: Any
    because: str = Field(min_length=5)


class Guardrail(Strict):
    """The laxest value of a parameter the profile tolerates."""

    at_most: Exact | None = None
    at_least: Exact | None = None


class Change(Strict):
    """How an extended profile differs from its base."""

    requirement: str
    because: str = Field(min_length=10)
    level: Level | None = None
    checks: CheckList | None = None


class Drop(Strict):
    requirement: str
    because: str = Field(min_length=10)


class Gates(Strict):
    coverage: Exact = Fraction(3, 5)
    harness_errors: Exact = Fraction(1, 20)


class RemedyPeriod(Strict):
    """How long a failure may take to be mended, as a text of the regime says, and for which instruments.

    It is set for failures of what a requirement of level ``shall`` makes mandatory, and for nothing else. `within` is an ISO 8601 duration of whole months, weeks or days, such as ``P3M``.
    """

    within: str = Field(pattern=r"P[1-9]\d*[MWD]")
    instruments: Annotated[tuple[str, ...], Field(min_length=1)]
    counts_from: Literal["notice", "report"]
    basis: str = Field(min_length=10)
    source: Literal["primary", "secondary", "recalled"]
    caution: str = ""


class Profile(Strict):
    """A regime: requirements with their provisions and checks, fixed pillar weights, and gates."""

    id: str
    version: str = Field(pattern=r"\d+\.\d+\.\d+")
    title: str
    summary: str
    market: str | None = None
    extends: str | None = None
    instruments: tuple[str, ...] = ()
    audience: tuple[Literal["platform", "isp", "mno", "licensee"], ...] = ("platform",)
    pillars: dict[Pillar, Exact] = {}
    scoring: str = "standard"
    requirements: tuple[Requirement, ...] = ()
    good_practice: tuple[GoodPractice, ...] = ()
    change: tuple[Change, ...] = ()
    drop: tuple[Drop, ...] = ()
    parameters: dict[str, Override] = {}
    guardrails: dict[str, Guardrail] = {}
    gates: Gates = Gates()
    remedy: RemedyPeriod | None = None
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_content(self) -> Profile:
        if not self.extends and not (self.requirements and self.pillars):
            raise ValueError("a profile needs requirements and pillars, or extends another")
        if self.remedy and not self.extends:
            for name in set(self.remedy.instruments) - set(self.instruments):
                raise ValueError(f"remedy names {name}, which is not among the instruments")
        return self

    @property
    def checks(self) -> tuple[str, ...]:
        """Every check it asks for, once, in the order of the requirements."""
        listed = [
            check
            for requirement in self.requirements
            for check in (*requirement.checks.mandatory, *requirement.checks.supporting)
        ]
        return tuple(dict.fromkeys(listed + [practice.check for practice in self.good_practice]))


class Scoring(Strict):
    """Every number of the scoring model, with its basis (``profiles/scoring/*.yaml``)."""

    id: str
    version: str
    title: str
    severity_weights: dict[Literal["critical", "high", "medium", "low"], Exact]
    credibility: dict[Tier, Exact]
    critical_cap: Exact
    inapplicable_limit: Exact
    robustness: Exact
    """The share by which pillar weights are moved to see what a score rests on."""
    bands: tuple[tuple[str, Exact], ...]
    basis: dict[str, str]
