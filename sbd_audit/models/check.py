"""A check: a platform-neutral test with a verdict, as it is written in ``checks/<area>/<name>.yaml``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sbd_audit.models.base import Strict, written

Pillar = Literal[
    "age-assurance",
    "default-privacy",
    "contact-safety",
    "reporting-and-redress",
    "ocsea",
    "tfgbv",
    "content-and-design",
    "support-and-education",
    "transparency",
    "governance-and-data",
]
Severity = Literal["critical", "high", "medium", "low"]
Tier = Literal["observed", "documented", "attested"]
Environment = Literal["public", "accounts", "sandbox", "documents"]
Text = Annotated[str, Field(min_length=3)]

CHECK_ID = r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*"
PREDICATES = (
    "is",
    "is_not",
    "is_one_of",
    "is_at_least",
    "at_least",
    "at_most",
    "contains_all",
    "contains_any",
    "contains_none",
    "only_from",
    "has_at_least",
    "same_as",
    "exists",
)
COMBINATIONS = ("any_of", "all_of", "none_of")
OUTCOMES = ("passed", "failed", "cantTell", "inapplicable", "untested")
_CONDITION: dict[str, Any] = {
    "type": "object",
    "description": "the (or some) value and one predicate, or one combination; else says what is reported.",
    "properties": {
        "the": {"type": "string"},
        "some": {"type": "string"},
        "else": {"type": "string"},
        **{name: {} for name in PREDICATES},
        **{name: {"type": "array", "items": {"type": "object"}} for name in COMBINATIONS},
    },
    "additionalProperties": False,
}


class AppliesTo(Strict):
    """The features that must all exist, and the kinds of service of which one must fit."""

    features: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Role(Strict):
    """An account of the check: who plays it, in which state, set up how, related to whom."""

    persona: str
    state: Literal["new", "settled", "used"] = "settled"
    settings: dict[str, str] = {}
    relation: dict[str, str] = {}


class Step(Strict):
    """One line under ``observe``: a capability with its arguments, perhaps once per value of a list."""

    capability: str
    args: dict[str, Any] = {}
    for_each: tuple[Any, ...] | str | None = None
    repeat: int | str | None = None
    counts: tuple[str, ...] = ()

    __get_pydantic_json_schema__ = written(
        {
            "type": "object",
            "description": "One capability with its arguments, perhaps once per value of a list.",
            "minProperties": 1,
            "maxProperties": 4,
            "properties": {
                "for_each": {"type": ["array", "string"]},
                "repeat": {"type": ["integer", "string"]},
                "counts": {"type": "array", "items": {"type": "string"}},
            },
            "additionalProperties": {"type": "object"},
        }
    )

    @model_validator(mode="before")
    @classmethod
    def _from_sentence(cls, data: Any) -> Any:
        """``{send_message: {as: stranger}, for_each: [...]}`` → its parts."""
        if not isinstance(data, dict) or "capability" in data:
            return data
        extras = {key: data[key] for key in ("for_each", "repeat", "counts") if key in data}
        names = [key for key in data if key not in extras]
        if len(names) != 1:
            raise ValueError(
                f"a step performs one capability; found {', '.join(map(str, names)) or 'none'}"
            )
        return {"capability": names[0], "args": data[names[0]], **extras}

    @property
    def has_rows(self) -> bool:
        return self.for_each is not None or self.repeat is not None


class Condition(Strict):
    """A predicate on an observed value, or a combination of conditions, with what is said otherwise."""

    path: str = ""
    some: bool = False
    predicate: str = ""
    operand: Any = None
    combination: Literal["any_of", "all_of", "none_of"] | None = None
    conditions: tuple[Condition, ...] = ()
    otherwise: str = ""

    __get_pydantic_json_schema__ = written(_CONDITION)

    @model_validator(mode="before")
    @classmethod
    def _from_sentence(cls, data: Any) -> Any:
        """``{the: a.result, is: refused, else: ...}`` → its parts."""
        if not isinstance(data, dict) or "predicate" in data or "combination" in data:
            return data
        rest = {key: value for key, value in data.items() if key != "else"}
        parts: dict[str, Any] = {"otherwise": data.get("else", "")}
        combined = [key for key in COMBINATIONS if key in rest]
        if combined:
            if len(rest) != 1:
                raise ValueError(
                    f"{combined[0]} stands alone, beside else only; found {', '.join(rest)}"
                )
            return parts | {"combination": combined[0], "conditions": rest[combined[0]]}
        subjects = [key for key in ("the", "some") if key in rest]
        predicates = [key for key in rest if key not in subjects]
        if len(subjects) != 1:
            raise ValueError(
                "a condition speaks of one value: write the: step.output, or some: step.*.output"
            )
        if len(predicates) != 1 or predicates[0] not in PREDICATES:
            raise ValueError(
                f"a condition has one predicate, found {', '.join(predicates) or 'none'}; "
                f"accepted: {', '.join(PREDICATES)}"
            )
        return parts | {
            "path": rest[subjects[0]],
            "some": subjects[0] == "some",
            "predicate": predicates[0],
            "operand": rest[predicates[0]],
        }


class Promise(Strict):
    """What documents may say that this check may see to be otherwise.

    When documents of these `kinds` plainly state `statement` and `broken_if` was observed, with every control
    working, the finding carries the contradiction; the outcome and the score stay as they are.
    """

    statement: str
    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    broken_if: Condition
    otherwise: Text = Field(alias="else")


class Parameter(Strict):
    """A number or list the check depends on; profiles may override it, with a reason."""

    name: str
    default: Any
    unit: str
    basis: Literal["law", "benchmark", "project"]
    note: str = ""


class Example(Strict):
    """A worked example: what might be observed, and the outcome it must lead to."""

    outcome: Literal["passed", "failed", "cantTell", "inapplicable", "untested"]
    says: str
    given: dict[str, Any] = {}
    change: dict[str, Any] = {}
    features: dict[str, bool] = {}
    kinds: tuple[str, ...] | None = None
    because: str = ""

    __get_pydantic_json_schema__ = written(
        {
            "type": "object",
            "properties": {
                **{word: {"type": "string"} for word in OUTCOMES},
                "given": {"type": "object"},
                "change": {"type": "object"},
                "features": {"type": "object", "additionalProperties": {"type": "boolean"}},
                "kinds": {"type": "array", "items": {"type": "string"}},
                "because": {"type": "string"},
            },
            "additionalProperties": False,
            "oneOf": [{"required": [word]} for word in OUTCOMES],
        }
    )

    @model_validator(mode="before")
    @classmethod
    def _from_sentence(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "outcome" in data:
            return data
        words = [key for key in data if key in OUTCOMES]
        if len(words) != 1:
            raise ValueError(
                "an example starts with its outcome: passed, failed, cantTell or inapplicable"
            )
        rest = {key: value for key, value in data.items() if key != words[0]}
        return {"outcome": words[0], "says": data[words[0]], **rest}


class Revision(Strict):
    """What a version of a check asks differently from the one before, and since when."""

    version: Annotated[int, Field(ge=2)]
    on: Annotated[str, Field(pattern=r"\d{4}-\d{2}-\d{2}")]
    says: Text


class Check(Strict):
    """One check: who acts, what is observed, what must hold for it to mean anything, what is expected."""

    id: str
    version: Annotated[int, Field(ge=1)]
    history: tuple[Revision, ...] = ()
    title: Text
    pillar: Pillar
    severity: Severity
    evidence: Tier
    environment: Environment
    why: Text
    applies_to: AppliesTo = AppliesTo()
    accounts: dict[str, Role] = {}
    observe: Annotated[dict[str, Step], Field(min_length=1)]
    control: str = ""
    only_if: tuple[Condition, ...] = ()
    expect: Annotated[tuple[Condition, ...], Field(min_length=1)]
    promises: tuple[Promise, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    if_failed: Text
    harms: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Check:
        if not re.fullmatch(CHECK_ID, self.id):
            raise ValueError(
                f"{self.id} is not a check id; accepted: area.noun-phrase, such as contact.stranger-messages"
            )
        told = [revision.version for revision in self.history]
        if told != list(range(2, self.version + 1)):
            raise ValueError(
                f"version {self.version} needs its history: one entry for each version from 2 on, the latest last"
            )
        for part, conditions in (("only_if", self.only_if), ("expect", self.expect)):
            for condition in conditions:
                if not condition.otherwise:
                    raise ValueError(
                        f"a condition under {part} lacks else: what is reported when it does not hold"
                    )
        missing = {"passed", "failed", "cantTell"} - {example.outcome for example in self.examples}
        if missing:
            raise ValueError(f"no worked example for {', '.join(sorted(missing))}")
        return self

    @property
    def defaults(self) -> dict[str, Any]:
        """Parameter values before any profile overrides them."""
        return {parameter.name: parameter.default for parameter in self.parameters}
