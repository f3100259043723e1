"""The range of a score under other weights: it holds the score, and no choice of weights leaves it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from sbd_audit.outcome import Outcome
from sbd_audit.robust import robustness
from sbd_audit.score import Model, Scored, score

PILLARS = ("a", "b", "c")
HALF = Fraction(1, 2)
MODEL = Model(
    severity_weights={"critical": Fraction(8), "low": Fraction(1)},
    credibility={"observed": Fraction(1), "documented": Fraction(3, 5)},
    critical_cap=Fraction(2, 5),
    pillars={"a": Fraction(3), "b": Fraction(2), "c": Fraction(1)},
    coverage_gate=Fraction(3, 5),
    inapplicable_limit=Fraction(3, 10),
    bands=(),
    harness_error_gate=Fraction(1, 20),
)
FOUND = st.lists(
    st.builds(
        Scored,
        check=st.uuids().map(str),
        pillar=st.sampled_from(PILLARS),
        severity=st.sampled_from(["critical", "low"]),
        tier=st.sampled_from(["observed", "documented"]),
        outcome=st.sampled_from(list(Outcome)),
    ),
    max_size=8,
)
SHARE = st.integers(0, 10).map(lambda number: Fraction(number, 10) + HALF)


@settings(max_examples=80, deadline=None)
@given(FOUND, st.tuples(SHARE, SHARE, SHARE))
def test_no_weights_within_the_spread_leave_the_range(
    found: list[Scored], shares: tuple[Fraction, ...]
) -> None:
    total = score(found, MODEL)
    low, high = robustness(found, MODEL, total, HALF)
    shaken = {
        name: MODEL.pillars[name] * share for name, share in zip(PILLARS, shares, strict=True)
    }
    for one in (total, score(found, replace(MODEL, pillars=shaken))):
        assert low.lo <= one.interval.lo <= low.hi
        assert high.lo <= one.interval.hi <= high.hi


def test_one_pillar_alone_does_not_move() -> None:
    found = [Scored("x", "a", "low", "observed", Outcome.passed), Scored("y", "a", "low", "observed", Outcome.failed)]  # fmt: skip
    low, high = robustness(found, MODEL, score(found, MODEL), HALF)
    assert low.lo == low.hi == high.lo == high.hi == HALF


def test_it_is_as_wide_as_the_weights_can_make_it() -> None:
    found = [Scored("x", "a", "low", "observed", Outcome.passed), Scored("y", "b", "low", "observed", Outcome.failed)]  # fmt: skip
    low, _ = robustness(found, MODEL, score(found, MODEL), HALF)
    assert (low.lo, low.hi) == (Fraction(1, 3), Fraction(9, 11))
