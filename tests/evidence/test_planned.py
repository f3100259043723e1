"""Step 9: a case may be played again when something of it was lost, and never to get a better answer."""

from __future__ import annotations

import pytest

from sbd_audit.evidence.bundle import Bundle
from sbd_audit.models.record import Observation, Plan, Planned, PlannedCase
from sbd_audit.verify.content import _observed_as_planned
from tests.evidence.conftest import Sealed

OK, LOST = "", "rate_limited"
NAMES = "abc"


@pytest.mark.parametrize(
    ("played", "problems"),
    [
        ([("a", OK), ("b", OK), ("c", OK)], 0),
        ([("a", OK)], 0),
        (
            [("a", OK), ("a", OK), ("b", OK), ("c", OK)],
            0,
        ),  # killed after the first step, and resumed
        ([("a", OK), ("b", LOST), ("c", OK), ("a", OK), ("b", OK), ("c", OK)], 0),
        ([("a", LOST), ("b", LOST), ("a", LOST), ("b", LOST), ("a", OK), ("b", OK), ("c", OK)], 0),
        ([("a", OK), ("b", OK), ("c", OK), ("a", OK)], 1),
        ([("a", OK), ("b", OK), ("c", OK), ("c", OK)], 1),
        ([("a", OK), ("b", "no_binding"), ("c", OK), ("a", OK), ("b", OK), ("c", OK)], 1),
        ([("a", OK), ("x", OK)], 1),
    ],
)
def test_playing_again(sealed: Sealed, played: list[tuple[str, str]], problems: int) -> None:
    plan = Plan.model_validate(Bundle(sealed.folder).json("plan.json"))
    steps = tuple(Planned(id=n, capability="open_page", args={}, step=n) for n in NAMES)
    plan = plan.model_copy(
        update={"cases": (PlannedCase(id="case", check="small.fits", steps=steps),)}
    )
    seen = [
        Observation.model_validate(
            {"id": name, "case": "case", "capability": "open_page", "reason": reason or None}
        )
        for name, reason in played
    ]
    assert len(_observed_as_planned(plan, seen)) == problems
