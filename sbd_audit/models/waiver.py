"""A waiver labels a finding; it never changes an outcome or a score, and it always ends."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, model_validator

from sbd_audit.models.base import Strict
from sbd_audit.models.target import Moment

LONGEST = timedelta(days=366)


class Waiver(Strict):
    check: str
    target: str
    because: str = Field(min_length=10)
    requested_by: str = Field(min_length=3)
    approved_by: str = Field(min_length=3)
    since: Moment = Field(alias="from")
    until: Moment

    @model_validator(mode="after")
    def _two_people_and_an_end(self) -> Waiver:
        if self.requested_by == self.approved_by:
            raise ValueError("requested_by and approved_by are the same; a waiver needs two people")
        if not self.since < self.until <= self.since + LONGEST:
            raise ValueError("a waiver ends after it starts, and within twelve months")
        return self


class WaiverFile(Strict):
    """``waivers:`` and a list of them."""

    waivers: tuple[Waiver, ...] = Field(min_length=1)
