"""What a run leaves behind: accounts made in set-ups, in checks, in earlier attempts, and those nobody is sure of."""

from __future__ import annotations

import pytest

from sbd_audit.models.record import Actor, Did, Observation
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.left_behind import DOUBTFUL, MADE, left_behind
from sbd_audit.outcome import Reason


def person(handle: str) -> Account:
    return Account("child", "child_14_15", handle, handle, f"{handle}@sbd.test", "x" * 20)


def seen(
    capability: str, result: str | None, *, reason: Reason | None = None, account: str = "reed"
) -> Observation:
    return Observation(
        id="o1",
        case="case",
        capability=capability,
        args={"as": "child"},
        actor=Actor(role="child", persona="child_14_15", account=account),
        result=result,
        reason=reason,
        trace=(Did(did="POST /join", saw="something"),),
        started_at="2026-01-02T00:00:00.000Z",
    )


@pytest.mark.parametrize(
    ("capability", "result", "reason", "says"),
    [
        ("sign_up", "created", None, MADE),
        ("sign_up", "guardian_step", None, MADE),
        ("sign_up", "refused", None, None),
        ("sign_up", None, Reason.unavailable, DOUBTFUL),
        ("sign_up", "unavailable", Reason.unavailable, DOUBTFUL),
        ("open_sign_up", "opened", None, None),
        ("sign_in", "signed_in", None, MADE),
        ("sign_in", "refused", None, None),
        ("create_post", "published", None, MADE),
        ("create_post", None, Reason.set_up_failed, None),
    ],
)
def test_an_observation_says_whether_an_account_was_left(
    capability: str, result: str | None, reason: Reason | None, says: str | None
) -> None:
    left = left_behind([], [], [seen(capability, result, reason=reason)], ())
    assert [entry["says"] for entry in left] == ([says] if says else [])


def test_each_account_is_named_once_and_supplied_ones_are_not_ours() -> None:
    left = left_behind(
        [person("fern")],
        [person("fern"), person("moss")],
        [
            seen("sign_up", None, reason=Reason.unavailable, account="moss"),
            seen("create_post", "published", account="reed"),
            seen("create_post", "published", account="handed-over"),
        ],
        {"handed-over"},
    )
    assert [(entry["account"], entry["says"]) for entry in left] == [
        ("fern", MADE),
        ("moss", DOUBTFUL),
        ("reed", MADE),
    ]
