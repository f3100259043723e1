"""What must hold of any score, and the four well-known ways to score that it rejects.

Each property takes the scorer it is put to, so that the same sentences which the product must
satisfy are shown to throw out a mutant: a property that no wrong scorer fails proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scoring_cases import (
    CREDIBILITY,
    DRAWS,
    FAILED,
    MODEL,
    PASSED,
    WORKED_EXAMPLE,
    F,
    Scorer,
    findings,
    intervals,
    models,
    quick,
)

from sbd_audit.outcome import Outcome
from sbd_audit.score import Interval, Model, Scored, above, leaf, score

Findings = tuple[Scored, ...]
UNKNOWN = (Outcome.cantTell, Outcome.untested)
ORDINARY = ("high", "medium", "low")


def product(findings: Collection[Scored], model: Model, waived: Collection[str] = ()) -> Interval:
    return score(findings, model, waived=waived).interval


def within(inner: Interval, outer: Interval) -> bool:
    return outer.lo <= inner.lo and inner.hi <= outer.hi


def one_changed(listed: Findings, at: int, **fields: object) -> Findings:
    at %= len(listed)
    return (*listed[:at], replace(listed[at], **fields), *listed[at + 1 :])  # type: ignore[arg-type]


# ------------------------------------------------------------------------------ the properties


def bounded(scorer: Scorer) -> None:
    @quick
    @given(findings(least=0), models())
    def holds(listed: Findings, model: Model) -> None:
        interval = scorer(listed, model)
        assert 0 <= interval.lo <= interval.hi <= 1

    holds()


def independent_of_order(scorer: Scorer) -> None:
    @quick
    @given(findings().flatmap(lambda f: st.tuples(st.just(f), st.permutations(f))), models())
    def holds(orders: tuple[Findings, Findings], model: Model) -> None:
        assert scorer(orders[0], model) == scorer(orders[1], model)

    holds()


def neutral_to_what_does_not_apply(scorer: Scorer) -> None:
    @quick
    @given(findings(), findings(), models())
    def holds(listed: Findings, others: Findings, model: Model) -> None:
        added = [replace(f, check=f"more-{f.check}", outcome=Outcome.inapplicable) for f in others]
        assert scorer([*listed, *added], model) == scorer(listed, model)

    holds()


def monotone_in_values(scorer: Scorer) -> None:
    @quick
    @given(findings(), st.integers(0, 6), intervals(), intervals(), models())
    def holds(listed: Findings, at: int, one: Interval, other: Interval, model: Model) -> None:
        low = Interval(min(one.lo, other.lo), min(one.hi, other.hi))
        high = Interval(max(one.lo, other.lo), max(one.hi, other.hi))
        below = scorer(one_changed(listed, at, outcome=PASSED, value=low), model)
        beyond = scorer(one_changed(listed, at, outcome=PASSED, value=high), model)
        assert below.lo <= beyond.lo
        assert below.hi <= beyond.hi

    holds()


def only_widened_by_unknowns(scorer: Scorer) -> None:
    @quick
    @given(
        findings(),
        st.integers(0, 6),
        st.sampled_from([{"outcome": UNKNOWN[0]}, {"outcome": UNKNOWN[1]}, {"blocked": True}]),
        models(),
    )
    def holds(listed: Findings, at: int, lost: dict[str, object], model: Model) -> None:
        assume(listed[at % len(listed)].outcome is not Outcome.inapplicable)
        assert within(scorer(listed, model), scorer(one_changed(listed, at, **lost), model))

    holds()


def nested_by_tier(scorer: Scorer) -> None:
    @quick
    @given(findings(), st.integers(0, 6), models())
    def holds(listed: Findings, at: int, model: Model) -> None:
        observed, documented, attested = (
            scorer(one_changed(listed, at, tier=tier), model) for tier in CREDIBILITY
        )
        assert within(observed, documented)
        assert within(documented, attested)

    holds()


def blind_to_waivers(scorer: Scorer) -> None:
    @quick
    @given(findings(), st.sets(st.integers(0, 6)), models())
    def holds(listed: Findings, numbers: set[int], model: Model) -> None:
        waived = {f"check-{number}" for number in numbers}
        assert scorer(listed, model, waived) == scorer(listed, model)

    holds()


def capped_by_a_critical_failure(scorer: Scorer) -> None:
    @quick
    @given(findings(), models(), st.sampled_from(sorted(MODEL.pillars)))
    def holds(listed: Findings, model: Model, pillar: str) -> None:
        failure = Scored("severe", pillar, "critical", "observed", FAILED)
        assert scorer([*listed, failure], model).hi <= model.critical_cap

    holds()


def unchanged_by_splitting(scorer: Scorer) -> None:
    @quick
    @given(findings(severities=ORDINARY), st.integers(0, 6), st.integers(2, 4), models())
    def holds(listed: Findings, at: int, parts: int, model: Model) -> None:
        at %= len(listed)
        whole = listed[at]
        finer = {**model.severity_weights, "part": model.severity_weights[whole.severity] / parts}
        split = [replace(whole, check=f"part-{n}", severity="part") for n in range(parts)]
        others = (*listed[:at], *listed[at + 1 :])
        expected = scorer(listed, model)
        assert scorer([*others, *split], replace(model, severity_weights=finer)) == expected

    holds()


def indifferent_to_the_scale_of_a_pillar(scorer: Scorer) -> None:
    """Weights within a pillar are relative: what the pillar carries is the profile's to say."""

    @quick
    @given(
        findings(severities=ORDINARY),
        st.sampled_from(sorted(MODEL.pillars)),
        st.integers(2, 5),
        models(),
    )
    def holds(listed: Findings, pillar: str, factor: int, model: Model) -> None:
        heavy = {f"heavy {name}": model.severity_weights[name] * factor for name in ORDINARY}
        scaled = [
            replace(f, severity=f"heavy {f.severity}") if f.pillar == pillar else f for f in listed
        ]
        finer = replace(model, severity_weights={**model.severity_weights, **heavy})
        assert scorer(scaled, finer) == scorer(listed, model)

    holds()


def plain_at_the_ends(scorer: Scorer) -> None:
    @quick
    @given(findings(), models(), st.sampled_from(UNKNOWN))
    def holds(listed: Findings, model: Model, unknown: Outcome) -> None:
        def all_of(outcome: Outcome) -> Interval:
            seen = [replace(f, tier="observed", value=None, blocked=False) for f in listed]
            return scorer([replace(f, outcome=outcome) for f in seen], model)

        assert all_of(PASSED) == Interval(F(1), F(1))
        assert all_of(FAILED) == Interval(F(0), F(0))
        assert all_of(unknown) == Interval(F(0), F(1))
        # One thing not seen among nothing but passes, and the rest is no longer certain.
        unseen = replace(listed[0], check="unseen", outcome=unknown)
        seen = [
            replace(f, tier="observed", outcome=PASSED, value=None, blocked=False) for f in listed
        ]
        with_unseen = scorer([*seen, unseen], model)
        assert with_unseen.lo < with_unseen.hi == 1

    holds()


PROPERTIES: dict[str, Callable[[Scorer], None]] = {
    property_.__name__: property_
    for property_ in (
        bounded,
        independent_of_order,
        neutral_to_what_does_not_apply,
        monotone_in_values,
        only_widened_by_unknowns,
        nested_by_tier,
        blind_to_waivers,
        capped_by_a_critical_failure,
        unchanged_by_splitting,
        indifferent_to_the_scale_of_a_pillar,
        plain_at_the_ends,
    )
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_the_score_has_the_property(name: str) -> None:
    PROPERTIES[name](product)


# --------------------------------------------------------------------------------- the mutants


def drop_unknown(
    findings: Collection[Scored], model: Model, waived: Collection[str] = ()
) -> Interval:
    """Leaves out what could not be seen."""
    return product([finding for finding in findings if finding.known], model)


def mean_over_checks(
    findings: Collection[Scored], model: Model, waived: Collection[str] = ()
) -> Interval:
    """One mean over every check, so that the pillar with most checks carries most."""
    leaves = [
        (model.severity_weights[finding.severity], leaf(finding, model))
        for finding in findings
        if finding.outcome is not Outcome.inapplicable
    ]
    if not leaves:
        return Interval(F(0), F(1))
    mass = sum((weight for weight, _ in leaves), Fraction(0))
    return Interval(
        sum((weight * interval.lo for weight, interval in leaves), Fraction(0)) / mass,
        sum((weight * interval.hi for weight, interval in leaves), Fraction(0)) / mass,
    )


def not_applicable_as_pass(
    findings: Collection[Scored], model: Model, waived: Collection[str] = ()
) -> Interval:
    """Counts what does not apply as if it had passed."""
    return product(
        [
            replace(f, outcome=PASSED, value=None) if f.outcome is Outcome.inapplicable else f
            for f in findings
        ],
        model,
    )


def waiver_as_pass(
    findings: Collection[Scored], model: Model, waived: Collection[str] = ()
) -> Interval:
    """Counts a waived failure as if it had passed."""
    return product(
        [replace(f, outcome=PASSED, value=None) if f.check in waived else f for f in findings],
        model,
    )


@pytest.mark.parametrize(
    ("mutant", "name"),
    [
        (drop_unknown, "only_widened_by_unknowns"),
        (drop_unknown, "plain_at_the_ends"),
        (mean_over_checks, "capped_by_a_critical_failure"),
        (mean_over_checks, "indifferent_to_the_scale_of_a_pillar"),
        (not_applicable_as_pass, "neutral_to_what_does_not_apply"),
        (waiver_as_pass, "blind_to_waivers"),
    ],
)
def test_the_property_rejects_the_mutant(mutant: Scorer, name: str) -> None:
    with pytest.raises(AssertionError):
        PROPERTIES[name](mutant)


# ---------------------------------------------------------------------- of the whole score only


@quick
@given(findings().flatmap(lambda f: st.tuples(st.just(f), st.permutations(f))), models())
def test_everything_said_is_independent_of_order(
    orders: tuple[Findings, Findings], model: Model
) -> None:
    assert score(orders[0], model) == score(orders[1], model)


@quick
@given(findings(), st.sampled_from(sorted(MODEL.pillars)), models())
def test_pillars_are_isolated(listed: Findings, pillar: str, model: Model) -> None:
    changed = [
        replace(f, outcome=FAILED, blocked=False) if f.pillar == pillar else f for f in listed
    ]
    before, after = score(listed, model).pillars, score(changed, model).pillars
    assert {n: p for n, p in before.items() if n != pillar} == {
        n: p for n, p in after.items() if n != pillar
    }


@quick
@given(findings(), models())
def test_caps_explain_every_bound_below_the_mean(listed: Findings, model: Model) -> None:
    held = score(listed, model)
    free = score(listed, replace(model, critical_cap=F(1)))
    for bound, got, mean in (
        ("demonstrated", held.demonstrated, free.demonstrated),
        ("possible", held.possible, free.possible),
    ):
        assert got == min([mean, *(cap.at for cap in held.caps if cap.bound == bound)])
        assert (got < mean) == any(cap.bound == bound for cap in held.caps)


@quick
@given(findings(), st.integers(0, 6), models())
def test_blocking_never_helps(listed: Findings, at: int, model: Model) -> None:
    before, after = score(listed, model), score(one_changed(listed, at, blocked=True), model)
    assert after.demonstrated <= before.demonstrated
    assert after.coverage <= before.coverage


@quick
@given(findings(), findings(), st.sets(st.integers(0, 6)), models())
def test_only_the_second_line_knows_of_waivers(
    listed: Findings, others: Findings, numbers: set[int], model: Model
) -> None:
    waived = {f"check-{number}" for number in numbers}
    plain, labelled = score(listed, model), score(listed, model, waived=waived)
    assert replace(labelled, with_waivers=None) == plain
    concerned = any(f.check in waived and f.outcome is FAILED for f in listed)
    assert (labelled.with_waivers is not None) == concerned


FEW = replace(DRAWS, number=8)


@quick
@given(findings(), findings(), findings(), models())
def test_above_is_an_order_without_cycles(
    one: Findings, two: Findings, three: Findings, model: Model
) -> None:
    def share(left: Findings, right: Findings) -> Fraction:
        return above(left, right, model, FEW).share

    assert share(one, one) == 0
    assert share(one, two) + share(two, one) <= 1
    # All pairs meet the same draws, so two certain steps make a nearly certain third.
    assert share(one, three) >= share(one, two) + share(two, three) - 1


def test_the_draws_follow_the_seed() -> None:
    contested = [
        replace(f, outcome={"age-01": PASSED, "rep-02": FAILED}.get(f.check, f.outcome))
        for f in WORKED_EXAMPLE
    ]

    def share(seed: int) -> Fraction:
        draws = replace(DRAWS, number=100, seed=seed)
        return above(contested, WORKED_EXAMPLE, MODEL, draws).share

    assert share(1) == share(1)
    assert len({share(seed) for seed in range(1, 5)}) > 1
