"""The audited service's answers to findings: dated, attributed, printed word for word, and without effect on outcomes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sbd_audit.models.base import Strict


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("write a day such as 2026-12-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not a day; write one such as 2026-12-31") from None


Day = Annotated[date, BeforeValidator(_day)]


class Decided(Strict):
    """What the auditor made of an answer; whoever disputes a finding is owed the reason."""

    by: str = Field(min_length=3)
    day: Day
    says: str = Field(min_length=10)


class Answer(Strict):
    """The answer to one finding; `by` and `day` only where they differ from the file's."""

    check: str
    position: Literal["accepts", "disputes", "fixed", "context"]
    says: str = Field(min_length=3)
    by: str | None = None
    day: Day | None = None
    attachments: tuple[str, ...] = ()
    decision: Decided | None = None


class ResponseFile(Strict):
    """All answers of a service to one audit. An empty list says that it was asked and did not answer."""

    target: str
    run: str | None = None
    by: str = Field(min_length=3)
    role: str = Field(min_length=3)
    notified_on: Day
    due_on: Day
    received_on: Day | None = None
    responses: tuple[Answer, ...]

    @model_validator(mode="after")
    def _in_order(self) -> ResponseFile:
        if self.due_on < self.notified_on:
            raise ValueError("due_on lies before notified_on")
        if self.responses and not self.received_on:
            raise ValueError("there are answers, so say on which day they came: received_on")
        if self.received_on and self.received_on < self.notified_on:
            raise ValueError("received_on lies before notified_on")
        checks = [answer.check for answer in self.responses]
        if twice := {name for name in checks if checks.count(name) > 1}:
            raise ValueError(f"answered twice: {', '.join(sorted(twice))}")
        return self
