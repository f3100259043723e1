"""An instrument (law, code, guideline, standard) and its provisions (``profiles/instruments/*.yaml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sbd_audit.models.base import Strict
from sbd_audit.models.check import Pillar, Tier
from sbd_audit.models.profile import Level

Basis = Literal["primary", "secondary", "recalled"]


class Provision(Strict):
    """One numbered obligation, paraphrased; only rows in force may weigh.

    `not_tested` says why no check evidences it, although it speaks to those who are audited.
    """

    id: str
    clause: str
    obligation: str
    addressee: tuple[
        Literal["platform", "licensee", "isp", "mno", "device", "regulator", "state", "person"], ...
    ] = ()
    level: Level
    status: Literal["in-force", "struck-down", "proposed", "draft", "not-confirmed"]
    pillar: Pillar
    testability: Literal["observed", "documented", "attested", "not-testable"]
    also_testable: tuple[Tier, ...] = ()
    test_idea: str
    harms: tuple[str, ...] = ()
    deadline: str | None = None
    not_tested: str | None = Field(default=None, min_length=15)
    basis: Basis
    source: str

    @property
    def in_force(self) -> bool:
        return self.status == "in-force"


class Instrument(Strict):
    """A whole instrument file; `notes` are cautions to read before quoting."""

    id: str
    title: str
    short_title: str
    jurisdiction: Literal["KE", "GB", "US", "AU", "EU", "AFU", "INT"]
    issuer: str
    kind: Literal[
        "law",
        "binding-guideline",
        "guidance",
        "standard",
        "soft-law",
        "framework",
        "benchmark",
        "evidence",
        "referral",
    ]
    status: str
    effective_from: str | None = None
    effective_to: str | None = None
    applies_to: tuple[str, ...] = ()
    basis: Literal["primary", "secondary", "recalled", "mixed"]
    notes: tuple[str, ...] = ()
    provisions: tuple[Provision, ...] = Field(min_length=1)
