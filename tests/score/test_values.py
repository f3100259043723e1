"""Bounds, rates, several pieces of evidence, printing, gates and the lint of a model."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_cases import (
    DRAWS,
    MODEL,
    PASSED,
    WORKED_EXAMPLE,
    changed,
    fractions,
    intervals,
    quick,
)

from sbd_audit.errors import SbdError
from sbd_audit.outcome import Outcome
from sbd_audit.score import (
    Interval,
    Scored,
    band,
    graded,
    problems_of,
    score,
    shown,
    strongest,
    wilson,
)


@pytest.mark.parametrize(("lo", "hi"), [(F(1, 2), F(1, 3)), (F(-1), F(0)), (F(0), F(2))])
def test_an_interval_is_one(lo: F, hi: F) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(lo, hi)


# --------------------------------------------------------------------------------------- rates


@pytest.mark.parametrize(
    ("successes", "trials", "lo", "hi"),
    [
        (9, 10, 0.5959, 0.9821),
        (11, 11, 0.7412, 1.0),
        (3, 3, 0.4385, 1.0),
        (0, 10, 0.0, 0.2775),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_wilson(successes: int, trials: int, lo: float, hi: float) -> None:
    bounds = wilson(successes, trials)
    assert (float(bounds.lo), float(bounds.hi)) == pytest.approx((lo, hi), abs=5e-5)


@pytest.mark.parametrize(("rate", "trials"), [(80, 16), (90, 35), (95, 73), (99, 381)])
def test_wilson_sample_sizes(rate: int, trials: int) -> None:
    """The smallest number of faultless trials that supports a rate, as published."""
    assert wilson(trials, trials).lo >= F(rate, 100) > wilson(trials - 1, trials - 1).lo


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 4), (0, -1)])
def test_wilson_refuses_what_is_no_rate(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="no rate"):
        wilson(successes, trials)


@quick
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_encloses_the_rate_and_mirrors(pair: tuple[int, int]) -> None:
    successes, trials = pair
    bounds, mirrored = wilson(successes, trials), wilson(trials - successes, trials)
    assert bounds.lo <= F(successes, trials) <= bounds.hi
    assert (mirrored.lo, mirrored.hi) == (1 - bounds.hi, 1 - bounds.lo)
    assert wilson(successes, trials, z=F(3)).lo <= bounds.lo


def test_graded() -> None:
    assert graded(Interval(F(1, 2), F(1)), F(1, 2), F(3, 4)) == Interval(F(0), F(1))
    assert graded(Interval(F(3, 5), F(3, 5)), F(1, 2), F(3, 4)) == Interval(F(2, 5), F(2, 5))
    assert graded(Interval(F(0), F(1, 4)), F(1, 2), F(3, 4)) == Interval(F(0), F(0))
    with pytest.raises(ValueError, match="not below"):
        graded(Interval(F(0), F(1)), F(1, 2), F(1, 2))


# ------------------------------------------------------------------------------------ evidence

TIERED = st.tuples(st.sampled_from(["observed", "documented", "attested"]), intervals())


def test_the_strongest_tier_wins_and_ties_take_the_hull() -> None:
    no, yes = Interval(F(0), F(0)), Interval(F(1), F(1))
    assert strongest([("documented", yes), ("observed", no)], MODEL) == ("observed", no)
    assert strongest([("documented", yes), ("attested", no)], MODEL) == ("documented", yes)
    both = Interval(F(0), F(1))
    assert strongest([("observed", yes), ("observed", no)], MODEL) == ("observed", both)
    assert strongest([("documented", yes)], MODEL, blocked=True) is None
    assert strongest([], MODEL) is None


@quick
@given(st.lists(TIERED, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_duplicates_and_order_of_evidence_change_nothing(
    evidence: list[tuple[str, Interval]], chance: object
) -> None:
    once = strongest(evidence, MODEL)
    assert strongest(evidence * 2, MODEL) == once
    chance.shuffle(evidence)  # type: ignore[attr-defined]
    assert strongest(evidence, MODEL) == once


@quick
@given(st.lists(TIERED, min_size=1, max_size=4))
def test_preventing_an_observation_never_pays(evidence: list[tuple[str, Interval]]) -> None:
    """Whatever else there is, a prevented check demonstrates no more than before."""

    def outcome_of(blocked: bool) -> Scored:
        found = strongest(evidence, MODEL, blocked=blocked)
        tier, value = found or ("observed", None)
        outcome = PASSED if found else Outcome.cantTell
        return Scored("def-01", "defaults", "critical", tier, outcome, value, blocked=blocked)

    free, prevented = (
        score(tuple(outcome_of(b) if f.check == "def-01" else f for f in WORKED_EXAMPLE), MODEL)
        for b in (False, True)
    )
    assert prevented.demonstrated <= free.demonstrated
    assert prevented.possible >= free.possible
    assert prevented.coverage <= free.coverage


# ------------------------------------------------------------------------------------ printing


def test_printing_rounds_outwards() -> None:
    interval = Interval(F(5499, 10_000), F(8491, 10_000))
    assert shown(interval) == ("54", "85")
    assert shown(interval, 1) == ("54.9", "85.0")
    assert shown(Interval(F(0), F(1)), 1) == ("0.0", "100.0")
    assert shown(Interval(F(2, 5), F(2, 5))) == ("40", "40")


@pytest.mark.parametrize(
    ("lo", "hi", "named"),
    [
        ("0.80", "1", "strong"),
        ("0.799", "1", None),
        ("0.40", "0.59", "partial"),
        ("0.40", "0.595", None),
        ("0", "0.39", "weak"),
        ("0.6", "0.6", "substantial"),
    ],
)
def test_bands(lo: str, hi: str, named: str | None) -> None:
    assert band(Interval(F(lo), F(hi)), MODEL.bands) == named
    assert band(Interval(F(lo), F(hi)), tuple(reversed(MODEL.bands))) == named


def test_no_bands_no_name() -> None:
    assert band(Interval(F(1, 2), F(1, 2)), ()) is None


@quick
@given(fractions(1000), fractions(1000), st.integers(0, 2))
def test_rounding_never_crosses_a_band(one: F, other: F, places: int) -> None:
    interval = Interval(min(one, other), max(one, other))
    named = band(interval, MODEL.bands)
    lo, hi = (F(text) / 100 for text in shown(interval, places))
    assert lo <= interval.lo <= interval.hi <= hi
    if named:
        floors = dict(MODEL.bands)
        above_it = [floor for floor in floors.values() if floor > floors[named]]
        assert floors[named] <= lo
        assert hi < min(above_it, default=F(2))


# --------------------------------------------------------------------------------------- gates


def test_below_the_coverage_gate_there_is_no_overall_score() -> None:
    at_the_gate = replace(MODEL, coverage_gate=score(WORKED_EXAMPLE, MODEL).coverage)
    assert score(WORKED_EXAMPLE, at_the_gate).published
    short = score(
        WORKED_EXAMPLE,
        replace(
            MODEL, coverage_gate=at_the_gate.coverage_gate + F(1, 1000), bands=(("any", F(0)),)
        ),
    )
    assert not short.published
    assert "Too little" in short.why_not
    assert short.band is None


def test_mistakes_of_the_audit_make_a_run_unpublishable() -> None:
    small = changed("ocs-02", outcome=Outcome.cantTell, harness_error=True)
    assert not score(small, MODEL).published
    assert "audit itself" in score(small, MODEL).why_not
    assert score(small, replace(MODEL, harness_error_gate=F(2, 38))).published
    inapplicable = changed("def-03", harness_error=True)
    assert score(inapplicable, MODEL).published


def test_nothing_applies() -> None:
    nothing = score([replace(f, outcome=Outcome.inapplicable) for f in WORKED_EXAMPLE], MODEL)
    assert nothing.interval == Interval(F(0), F(1))
    assert not nothing.published
    assert nothing.not_comparable == tuple(sorted(MODEL.pillars))
    assert score([], MODEL).why_not == nothing.why_not == "No check of this profile applies."


def test_what_does_not_apply_is_not_ranked() -> None:
    whole = score(WORKED_EXAMPLE, MODEL)
    assert whole.pillars["defaults"].inapplicable_share == F(4, 16)
    assert whole.not_comparable == ()
    more = (*WORKED_EXAMPLE, replace(WORKED_EXAMPLE[-1], check="def-04"))
    assert score(more, MODEL).not_comparable == ("defaults",)
    ageless = [
        replace(f, outcome=Outcome.inapplicable) if f.pillar == "age" else f for f in WORKED_EXAMPLE
    ]
    assert score(ageless, MODEL).not_comparable == ("age",)
    assert score(ageless, MODEL).pillars["age"].weight == 0
    untouched = [f for f in WORKED_EXAMPLE if f.pillar != "age"]
    assert score(untouched, MODEL).not_comparable == ("age",)
    at_the_limit = replace(MODEL, inapplicable_limit=whole.pillars["defaults"].inapplicable_share)
    assert score(WORKED_EXAMPLE, at_the_limit).not_comparable == ()


def test_a_pillar_without_weight_weighs_nothing() -> None:
    model = replace(MODEL, pillars={**MODEL.pillars, "extra": F(0)})
    extra = Scored("ext-01", "extra", "critical", "observed", Outcome.failed)
    with_extra, without = score([*WORKED_EXAMPLE, extra], model), score(WORKED_EXAMPLE, model)
    assert with_extra.interval == without.interval
    assert with_extra.coverage == without.coverage
    assert with_extra.pillars["extra"].interval == Interval(F(0), F(0))


@pytest.mark.parametrize("field", ["pillar", "severity", "tier"])
def test_a_word_without_a_number_is_one_clear_message(field: str) -> None:
    with pytest.raises(SbdError, match=r'^age-01: the .* "elsewhere" has no number'):
        score(changed("age-01", **{field: "elsewhere"}), MODEL)


def test_at_least_one_draw() -> None:
    with pytest.raises(ValueError, match="at least one draw"):
        replace(DRAWS, number=0)


# ---------------------------------------------------------------------------------------- lint

FIT = tuple(
    Scored(f"{pillar}.{n}", pillar, "critical" if n == 0 else "high", "observed", Outcome.untested)
    for pillar in MODEL.pillars
    for n in range(7)
)
MANDATORY = {f"{pillar}.1" for pillar in MODEL.pillars}
CRITICAL = {f"{pillar}.0" for pillar in MODEL.pillars}


def test_a_fit_profile_has_no_problems() -> None:
    assert problems_of(MODEL, FIT, mandatory=MANDATORY, critical=CRITICAL) == ()


def test_problems_of_a_profile() -> None:
    def problems(model: object = MODEL, checks: object = FIT, **lists: object) -> tuple[str, ...]:
        given = {"mandatory": MANDATORY, "critical": CRITICAL, **lists}
        return problems_of(model, checks, **given)  # type: ignore[arg-type]

    weightless = replace(MODEL, pillars=dict.fromkeys(MODEL.pillars, F(0)))
    assert problems(weightless) == ("The weights of the pillars add up to nothing.",)
    unweighed = replace(MODEL, pillars={**MODEL.pillars, "age": F(0)})
    assert problems(unweighed, mandatory=MANDATORY - {"age.1"}) == ()
    assert problems(mandatory=MANDATORY - {"age.1"}) == (
        "The pillar age has a weight and no mandatory check.",
    )
    assert problems(critical=CRITICAL - {"age.0"}) == (
        "age.0 is critical and not on the list of them.",
    )
    assert problems(critical=CRITICAL | {"age.1"}) == ("age.1 is listed as critical and is not.",)
    heavy = [check for check in FIT if check.check not in ("age.5", "age.6")]
    assert problems(checks=heavy) == ("age.0 is 33 % of the pillar age.",)
    stray = Scored("x.1", "nowhere", "grave", "rumoured", Outcome.untested)
    assert len(problems(checks=[*FIT, stray])) == 3
