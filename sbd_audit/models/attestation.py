"""What named people say: an operator's answers to questions, and a reviewer's decisions on what a text states.

Dated and attributed, in a file the target names. An answer is somebody's word and never more than attested; a
decision counts only together with the text it was made on (`sbd_audit.decisions`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sbd_audit.models.base import Strict
from sbd_audit.models.response import Day

Role = Literal["operator", "reviewer"]
OPEN = "open"
"""Stands for what nobody has answered yet, so that a file can be filled in bit by bit."""
Answered = Literal[
    "yes_with_evidence", "yes_without_evidence", "partly", "negative", "declined", "open"
]
Level = Literal["stated", "partial", "absent", "open"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
SHORTEST_QUOTE = 20


class Person(Strict):
    """Somebody who answers: for the operator of the service, or as a reviewer of the audit."""

    name: str = Field(min_length=3)
    role: Role
    position: str = Field(min_length=3)
    organisation: str = Field(min_length=2)

    @property
    def named(self) -> bool:
        """False while any of it is still open."""
        return OPEN not in (self.name, self.position, self.organisation)


class Shown(Strict):
    """Evidence that was shown: a file beside this one, whose SHA-256 the audit takes, or where it can be found."""

    what: str = Field(min_length=3)
    file: str | None = None
    reference: str | None = Field(default=None, min_length=3)

    @model_validator(mode="after")
    def _one_place(self) -> Shown:
        if (self.file is None) == (self.reference is None):
            raise ValueError("what was shown has a file or a reference, one of the two")
        return self


class Answer(Strict):
    """One question as it was answered by one person."""

    question: str
    by: str
    answered_on: Day
    answer: Answered
    note: str = ""
    shown: tuple[Shown, ...] = ()

    @model_validator(mode="after")
    def _evidence_as_said(self) -> Answer:
        if self.answer == "yes_with_evidence" and not self.shown:
            raise ValueError(
                "yes_with_evidence names no evidence: list it under shown, or write yes_without_evidence"
            )
        if self.answer == "yes_without_evidence" and self.shown:
            raise ValueError("yes_without_evidence, and evidence is listed under shown")
        return self


class Decision(Strict):
    """What a reviewer reads in a text on one statement.

    `texts` are the SHA-256 of every text read for it, by kind of document; the quote stands in the text of
    `document`. An absence needs no quote.
    """

    statement: str
    by: str
    decided_on: Day
    level: Level
    document: str
    texts: Annotated[dict[str, Sha256], Field(min_length=1)]
    quote: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _rests_on_a_text(self) -> Decision:
        if self.document not in self.texts:
            raise ValueError(f"texts does not hold the SHA-256 of {self.document}")
        if self.level in ("stated", "partial") and len(self.quote.strip()) < SHORTEST_QUOTE:
            raise ValueError(
                f"{self.level} needs the quote it rests on, of at least {SHORTEST_QUOTE} characters"
            )
        return self


class AttestationFile(Strict):
    """The people who were asked, their answers, and reviewers' decisions, for one target."""

    target: str
    people: Annotated[dict[str, Person], Field(min_length=1)]
    answers: tuple[Answer, ...] = ()
    decisions: tuple[Decision, ...] = ()


class EvidenceShown(Strict):
    """Evidence somebody named: a file that was at hand, with its SHA-256 as taken by the audit, or a reference."""

    what: str
    where: str
    sha256: str = ""
    bytes: int = 0


class Given(Strict):
    """What a named person answered or decided, as an observation and a report repeat it.

    `about` is a question or a statement, `asks` its words, `says` the answer or level. `counts` is False for a
    decision that could not be used on the texts of this run; `because` says why, or how it stands to the audit's
    own reading. The quote is characters `start` to `end` of `exhibit`.
    """

    kind: Literal["answer", "decision"]
    about: str
    asks: str
    says: str
    by: str
    role: Role
    position: str
    organisation: str
    day: str
    note: str = ""
    shown: tuple[EvidenceShown, ...] = ()
    quote: str = ""
    document: str = ""
    start: int = 0
    end: int = 0
    exhibit: str = ""
    counts: bool = True
    because: str = ""
