"""Conclusions per provision: a table, and what must hold of any of them."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_cases import quick

from sbd_audit.conclude import (
    CANNOT,
    CONCLUSIONS,
    MET,
    NOT_APPLICABLE,
    NOT_IN_FORCE,
    NOT_MET,
    TIERS,
    WITH_COMMENTS,
    conclude,
    deadlines,
    not_audited,
    weightless,
)
from sbd_audit.models.profile import CheckList, Profile, RemedyPeriod, Requirement
from sbd_audit.outcome import Outcome

P, X, C, N, U = (
    Outcome.passed,
    Outcome.failed,
    Outcome.cantTell,
    Outcome.inapplicable,
    Outcome.untested,
)


def requirement(
    mandatory: tuple[str, ...] = ("a", "b"),
    supporting: tuple[str, ...] = ("s",),
    tier: Any = None,
    provisions: tuple[str, ...] = ("P-1",),
) -> Requirement:
    return Requirement(
        id="r",
        says="Something is so.",
        provisions=provisions,
        level="shall",
        checks=CheckList(mandatory=mandatory, supporting=supporting),
        tier=tier,
    )


OBSERVED = dict.fromkeys("abs", "observed")


@pytest.mark.parametrize(
    ("a", "b", "s", "word"),
    [
        (P, P, P, MET),
        (P, P, C, MET),
        (P, P, N, MET),
        (P, N, P, MET),
        (P, P, X, WITH_COMMENTS),
        (P, N, X, WITH_COMMENTS),
        (X, P, P, NOT_MET),
        (X, C, P, NOT_MET),
        (X, U, X, NOT_MET),
        (X, N, N, NOT_MET),
        (C, P, P, CANNOT),
        (U, P, X, CANNOT),
        (C, N, P, CANNOT),
        (None, P, P, CANNOT),
        (N, N, N, NOT_APPLICABLE),
        (N, N, P, CANNOT),
        (N, N, X, CANNOT),
        (N, N, None, CANNOT),
    ],
)
def test_the_words(a: Outcome | None, b: Outcome | None, s: Outcome | None, word: str) -> None:
    given = zip("abs", (a, b, s), strict=True)
    outcomes = {name: outcome for name, outcome in given if outcome is not None}
    assert conclude(requirement(), outcomes, OBSERVED).word == word


@pytest.mark.parametrize(
    ("outcome", "tier", "asked", "word"),
    [
        (P, "observed", "observed", MET),
        (P, "documented", "observed", CANNOT),
        (P, "attested", "documented", CANNOT),
        (P, "attested", "attested", MET),
        (P, "documented", None, MET),
        (P, "observed", "attested", MET),
        (P, None, None, CANNOT),
        (X, "observed", None, NOT_MET),
        (X, "observed", "documented", NOT_MET),
        (X, "documented", None, NOT_MET),
        (X, "documented", "documented", NOT_MET),
        (X, "documented", "observed", CANNOT),
        (X, "attested", None, CANNOT),
        (X, "attested", "attested", CANNOT),
    ],
)
def test_the_tier(outcome: Outcome, tier: str | None, asked: str | None, word: str) -> None:
    tiers = {"a": tier} if tier else {}
    only = requirement(("a",), (), tier=asked)
    assert conclude(only, {"a": outcome}, tiers).word == word


@pytest.mark.parametrize("outcome", [P, X])
def test_a_prevented_observation_concludes_nothing(outcome: Outcome) -> None:
    said = conclude(requirement(("a",), ()), {"a": outcome}, OBSERVED, blocked={"a"})
    assert said.word == CANNOT
    assert "a (the platform prevented the observation)" in said.basis


@pytest.mark.parametrize(("upper", "word"), [(F(0), NOT_MET), (F(9, 10), NOT_MET), (F(1), CANNOT)])
def test_a_graded_failure_must_be_beyond_its_margin(upper: F, word: str) -> None:
    said = conclude(requirement(("a",), ()), {"a": X}, OBSERVED, upper={"a": upper})
    assert said.word == word


def test_a_requirement_without_mandatory_checks_is_never_met() -> None:
    assert conclude(requirement((), ("s",)), {"s": P}, OBSERVED).word == CANNOT
    assert conclude(requirement((), ()), {}, {}).word == CANNOT


def test_the_basis_names_the_checks() -> None:
    outcomes = {"a": X, "b": C, "s": X}
    assert conclude(requirement(), outcomes, OBSERVED).basis == "A failure was established: a."
    basis = conclude(requirement(), {"b": C}, OBSERVED).basis
    assert basis == "Not established: a (not tested), b (cannot tell)."
    basis = conclude(requirement(), {"a": P, "b": P, "s": X}, OBSERVED).basis
    assert basis == (
        "No failure was found in what is mandatory: a, b. A supporting check failed: s."
    )


def test_a_check_only_dead_law_asks_for_weighs_nothing() -> None:
    requirements = [
        requirement(("a",), ("b",), provisions=("OLD-1",)),
        requirement(("b",), ("c",), provisions=("OLD-2", "NEW-1")),
    ]
    assert weightless(requirements, {"NEW-1"}) == {"a"}
    assert weightless(requirements, set()) == {"a", "b", "c"}
    assert weightless(requirements, {"NEW-1", "OLD-1"}) == frozenset()


# ------------------------------------------------------------------------------ of any of them

NAMES = tuple("abcdst")
OUTCOMES = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, st.sampled_from(list(Outcome))))
TIERED = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(TIERS)))
ASKED = st.none() | st.sampled_from(TIERS)
BLOCKED = st.sets(st.sampled_from(NAMES), max_size=2)


@quick
@given(OUTCOMES, TIERED, ASKED, BLOCKED, st.permutations("abcd"), st.permutations("st"))
def test_order_changes_nothing(
    outcomes: dict[str, Outcome],
    tiers: dict[str, str],
    asked: str | None,
    blocked: set[str],
    mandatory: list[str],
    supporting: list[str],
) -> None:
    plain = requirement(tuple("abcd"), tuple("st"), asked)
    mixed = requirement((*mandatory, mandatory[0]), tuple(supporting), asked)
    expected = conclude(plain, outcomes, tiers, blocked=blocked)
    assert conclude(mixed, outcomes, tiers, blocked=blocked) == expected


@quick
@given(OUTCOMES, TIERED, ASKED, BLOCKED)
def test_what_each_word_rests_on(
    outcomes: dict[str, Outcome], tiers: dict[str, str], asked: str | None, blocked: set[str]
) -> None:
    asking = requirement(tuple("abcd"), tuple("st"), asked)
    said = conclude(asking, outcomes, tiers, blocked=blocked)
    of = {name: outcomes.get(name, U) for name in NAMES}
    applying = [name for name in "abcd" if of[name] is not N]
    assert said.word in CONCLUSIONS
    assert said.basis.endswith(".")
    assert "complian" not in said.basis.lower()
    if said.word in (MET, WITH_COMMENTS):
        assert applying
        assert all(of[name] is P and name not in blocked for name in applying)
        if asked:
            assert all(TIERS.index(tiers[name]) >= TIERS.index(asked) for name in applying)
    assert (said.word == NOT_APPLICABLE) == all(outcome is N for outcome in of.values())
    if said.word == NOT_MET:
        failed = [name for name in applying if of[name] is X and name not in blocked]
        assert any(tiers[name] != "attested" for name in failed)


@quick
@given(OUTCOMES, TIERED, ASKED, st.sampled_from("abcd"), st.sampled_from([P, X]))
def test_knowing_more_never_reverses_a_conclusion(
    outcomes: dict[str, Outcome],
    tiers: dict[str, str],
    asked: str | None,
    name: str,
    learnt: Outcome,
) -> None:
    """Kleene: replacing an unknown by a value can decide an open conclusion, never flip one."""
    asking = requirement(tuple("abcd"), tuple("st"), asked)
    before = conclude(asking, {**outcomes, name: U}, tiers)
    after = conclude(asking, {**outcomes, name: learnt}, tiers)
    if before.word != CANNOT:
        assert after.word == before.word


@quick
@given(OUTCOMES, TIERED, st.sampled_from("abcd"))
def test_blocking_only_takes_away(
    outcomes: dict[str, Outcome], tiers: dict[str, str], name: str
) -> None:
    asking = requirement(tuple("abcd"), tuple("st"))
    before = conclude(asking, outcomes, tiers).word
    after = conclude(asking, outcomes, tiers, blocked={name}).word
    assert after in (before, CANNOT)


@quick
@given(OUTCOMES, TIERED, ASKED)
def test_what_is_not_in_force_concludes_nothing(
    outcomes: dict[str, Outcome], tiers: dict[str, str], asked: str | None
) -> None:
    asking = requirement(tuple("abcd"), tuple("st"), asked)
    assert conclude(asking, outcomes, tiers, in_force=False).word == NOT_IN_FORCE
    assert conclude(asking, outcomes, tiers).word != NOT_IN_FORCE


def test_provisions_that_are_not_audited_are_listed_with_the_reason() -> None:
    plain = {"instrument": "law", "short_title": "Law", "clause": "s.1", "obligation": "Do.", "level": "shall", "status": "in-force", "addressee": ["platform"], "testability": "observed"}  # fmt: skip
    provisions = {
        "COVERED": plain,
        "OLD": plain | {"status": "struck-down"},
        "STATE": plain | {"addressee": ["state"]},
        "INNER": plain | {"testability": "not-testable"},
        "OPEN": plain,
        "ANYBODY": plain | {"addressee": []},
        "ELSEWHERE": plain | {"instrument": "other"},
    }
    profile = Profile(
        id="p",
        version="1.0.0",
        title="P",
        summary="S",
        instruments=("law",),
        pillars={"ocsea": 1},
        requirements=(requirement(("a",), provisions=("COVERED",)),),
    )
    found = {entry["provision"]: entry["why"] for entry in not_audited(profile, provisions, ("platform",))}  # fmt: skip
    assert found == {
        "ANYBODY": "no_check",
        "INNER": "not_testable",
        "OLD": "not_in_force",
        "OPEN": "no_check",
        "STATE": "others",
    }


@pytest.mark.parametrize(
    ("check", "level", "change", "found"),
    [
        ("a", "shall", {}, ["LAW"]),
        ("s", "shall", {}, []),  # only supporting
        ("good-practice", "shall", {}, []),
        ("a", "should", {}, []),
        ("a", "shall", {"status": "struck-down"}, []),
        ("a", "shall", {"instrument": "another-regulator"}, []),
    ],
)
def test_a_period_to_remedy_needs_a_duty_in_force(
    check: str, level: Any, change: dict[str, str], found: list[str]
) -> None:
    profile = Profile(
        id="p",
        version="1.0.0",
        title="P",
        summary="S",
        instruments=("law", "another-regulator"),
        pillars={"ocsea": 1},
        requirements=(requirement(provisions=("LAW",)).model_copy(update={"level": level}),),
        remedy=RemedyPeriod(within="P3M", instruments=("law",), counts_from="notice", basis="Regulation 9(2)", source="secondary"),
    )  # fmt: skip
    provisions = {"LAW": {"instrument": "law", "status": "in-force"} | change}
    entries = list(deadlines(profile, check, provisions))
    assert [name for entry in entries for name in entry["provisions"]] == found
    assert list(deadlines(profile.model_copy(update={"remedy": None}), check, provisions)) == []
