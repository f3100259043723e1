"""The published worked example, to a tenth, with all its variations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from scoring_cases import DRAWS, FAILED, MODEL, PASSED, WORKED_EXAMPLE, changed

from sbd_audit.outcome import Outcome
from sbd_audit.score import Cap, Interval, Scored, above, leaf, score


def rounded(interval: Interval) -> tuple[float, float]:
    return round(float(interval.lo * 100), 1), round(float(interval.hi * 100), 1)


def test_the_total_and_its_pillars() -> None:
    whole = score(WORKED_EXAMPLE, MODEL)
    assert rounded(whole.interval) == (54.9, 85.0)
    assert round(whole.coverage, 2) == F(71, 100)
    assert {
        name: tuple(round(bound) for bound in rounded(pillar.interval))
        for name, pillar in whole.pillars.items()
    } == {"age": (20, 33), "defaults": (67, 100), "reporting": (79, 94), "ocsea": (36, 100)}
    assert whole.caps == ()
    assert whole.published
    assert whole.band is None
    assert (whole.demonstrated, whole.possible) == (whole.interval.lo, whole.interval.hi)


@pytest.mark.parametrize(
    ("check", "leaf_bounds"),
    [
        ("age-01", (0.0, 0.0)),
        ("age-02", (60.0, 100.0)),
        ("def-02", (0.0, 100.0)),
        ("rep-01", (75.0, 75.0)),
        ("rep-03", (59.6, 98.2)),
        ("ocs-01", (30.0, 100.0)),
    ],
)
def test_leaves(check: str, leaf_bounds: tuple[float, float]) -> None:
    finding = next(finding for finding in WORKED_EXAMPLE if finding.check == check)
    assert rounded(leaf(finding, MODEL)) == leaf_bounds


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (changed("ocs-01", tier="observed"), (66.1, 85.0)),
        (changed("def-02", outcome=PASSED, blocked=False), (58.0, 85.0)),
        (changed("def-02", outcome=FAILED, blocked=False), (54.9, 75.0)),
        (changed("def-01", outcome=FAILED), (34.9, 40.0)),
        (changed("def-01", outcome=FAILED, blocked=True), (34.9, 85.0)),
        (changed("def-01", outcome=Outcome.untested), (34.9, 85.0)),
        (tuple(replace(f, blocked=True) for f in WORKED_EXAMPLE), (0.0, 100.0)),
        (
            tuple(
                replace(f, outcome=Outcome.untested)
                for f in WORKED_EXAMPLE
                if f.outcome is not Outcome.inapplicable
            ),
            (0.0, 100.0),
        ),
    ],
    ids=[
        "ocs-01 proven by test",
        "def-02 unblocked and passes",
        "def-02 fails",
        "def-01 fails",
        "def-01 then blocked",
        "def-01 not tested",
        "everything blocked",
        "nothing tested",
    ],
)
def test_variations(findings: tuple[Scored, ...], expected: tuple[float, float]) -> None:
    assert rounded(score(findings, MODEL).interval) == expected


def test_caps_are_named() -> None:
    unblocked = score(changed("def-02", outcome=PASSED, blocked=False), MODEL)
    assert unblocked.caps == (Cap("ocs-01", "demonstrated", F(58, 100)),)
    failing = score(changed("def-01", outcome=FAILED), MODEL)
    assert Cap("def-01", "possible", F(2, 5)) in failing.caps


def test_caps_come_in_the_order_of_checks() -> None:
    failing = tuple(
        replace(f, outcome=FAILED, tier="observed")
        for f in WORKED_EXAMPLE
        if f.severity == "critical"
    )
    rest = tuple(f for f in WORKED_EXAMPLE if f.severity != "critical")
    caps = score((*failing[::-1], *rest), MODEL).caps
    assert [cap.check for cap in caps] == sorted(cap.check for cap in caps)
    assert {cap.check for cap in caps} == {"def-01", "ocs-01"}


def test_a_waiver_is_a_second_line() -> None:
    plain, waived = score(WORKED_EXAMPLE, MODEL), score(WORKED_EXAMPLE, MODEL, waived={"age-01"})
    assert plain.with_waivers is None
    assert waived.with_waivers is not None
    assert replace(waived, with_waivers=None) == plain
    # Set aside, not passed: what is left of the pillar is age-02, documented.
    without = tuple(finding for finding in WORKED_EXAMPLE if finding.check != "age-01")
    assert waived.with_waivers == score(without, MODEL).interval
    assert waived.with_waivers.lo > plain.demonstrated


@pytest.mark.parametrize("check", ["def-01", "def-02", "def-03", "nobody"])
def test_a_waiver_of_what_did_not_fail_is_no_second_line(check: str) -> None:
    assert score(WORKED_EXAMPLE, MODEL, waived={check}) == score(WORKED_EXAMPLE, MODEL)


def test_above_needs_agreement_of_the_draws() -> None:
    beta = changed("ocs-01", tier="observed")
    gamma = changed("def-01", outcome=FAILED, blocked=True)
    over_example = above(beta, WORKED_EXAMPLE, MODEL, DRAWS)
    assert over_example.holds
    assert not over_example.separate
    few = replace(DRAWS, number=200)
    assert not above(WORKED_EXAMPLE, beta, MODEL, few).holds
    assert above(WORKED_EXAMPLE, gamma, MODEL, few).holds
    assert above(beta, changed("def-01", outcome=FAILED), MODEL, few).separate


def _passing(pillar: str, severity: str, tier: str = "observed", *, value: F = F(1)) -> Scored:
    name = f"{pillar}-{severity}"
    return Scored(name, pillar, severity, tier, PASSED, Interval(value, value))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            [_passing("defaults", "high"), _passing("reporting", "high", value=F(0))],
            [_passing("defaults", "high", value=F(0)), _passing("reporting", "high")],
        ),
        (
            [_passing("age", "high"), _passing("age", "medium", value=F(0))],
            [_passing("age", "high", value=F(1, 2)), _passing("age", "medium")],
        ),
        (
            [_passing("age", "high", "documented")],
            [_passing("age", "high", value=F(3, 5))],
        ),
    ],
    ids=["weights of pillars", "weights of severities", "credibility"],
)
def test_above_says_no_where_the_numbers_decide(left: list[Scored], right: list[Scored]) -> None:
    draws = replace(DRAWS, number=200)
    for one, other in ((left, right), (right, left)):
        standing = above(one, other, MODEL, draws)
        assert F(1, 20) < standing.share < F(19, 20)
        assert not standing.holds
