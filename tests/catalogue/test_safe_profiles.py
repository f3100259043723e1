"""Every profile, planned and scored over the constructed safe run: nothing fails, and everything is covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sbd_audit.conclude import MET, NOT_APPLICABLE, conclude
from sbd_audit.demo.safe_run import cases
from sbd_audit.expect import Answers
from sbd_audit.findings import Finding, Record, findings
from sbd_audit.library import Library, load_target
from sbd_audit.models.check import Check
from sbd_audit.models.record import Plan, PlannedCase
from sbd_audit.observe.plan import Planner
from sbd_audit.outcome import Outcome, Reason
from sbd_audit.permission import ALWAYS
from sbd_audit.resources import folder
from sbd_audit.totals import scores_of

LIBRARY = Library()
KINDS = ("platform", "isp", "mno", "licensee")


class SafeRecord(Record):
    """A record in which every case saw what the first worked example of its check says."""

    def answers(self, case: PlannedCase, check: Check) -> Answers:
        parameters = tuple(
            one.model_copy(update={"default": case.parameters.get(one.name, one.default)})
            for one in check.parameters
        )
        played = cases(check.model_copy(update={"parameters": parameters}), {}, LIBRARY.vocabulary)
        return next(one.safe for one in played if one.member in (case.member, ""))


def plan(*profiles: str) -> Plan:
    """A plan for a service that has every feature, is of every kind and can be driven in every way."""
    target = load_target(folder("targets") / "baraza.yaml").model
    made = Planner(
        LIBRARY,
        target.model_copy(update={"kinds": KINDS, "facts": {}}),
        LIBRARY.platform("baraza").model_copy(update={"features": {}}),
        [LIBRARY.profile(name) for name in profiles],
        "run-1234",
        "2026-01-01T00:00:00Z",
        ALWAYS | {"accounts", "sandbox"},
    ).plan()
    bound = [
        case.model_copy(update={"skip": None}) if case.skip is Reason.no_binding else case
        for case in made.cases
    ]
    return made.model_copy(update={"cases": tuple(bound)})


def judged(*profiles: str) -> list[Finding]:
    return findings(SafeRecord(plan(*profiles), []), LIBRARY.vocabulary)


def scores(found: list[Finding], name: str) -> Mapping[str, Any]:
    profile = LIBRARY.profile(name)
    return scores_of(found, profile, LIBRARY.scoring(profile.scoring), ())


@pytest.mark.parametrize("name", LIBRARY.profiles)
def test_a_safe_service_meets_every_profile(name: str) -> None:
    profile, found = LIBRARY.profile(name), judged(name)
    assert {f.check.id: f.verdict.message for f in found if f.verdict.outcome != "passed"} == {}
    assert {f.check.id for f in found} == set(profile.checks)
    total = scores(found, name)
    assert total["possible"] == "100.0"
    # What is read or attested counts less than what is observed, so little is missing and not nothing.
    assert float(total["coverage"]) > (
        99 if all(f.check.evidence == "observed" for f in found) else 50
    )
    assert total["caps"] == []
    assert total["published"], total["why_not"]
    outcomes = {f.check.id: f.verdict.outcome for f in found}
    tiers = {f.check.id: f.check.evidence for f in found}
    for requirement in profile.requirements:
        assert conclude(requirement, outcomes, tiers).word == MET, requirement.id


@pytest.mark.parametrize("name", LIBRARY.profiles)
def test_a_service_nobody_looked_at_meets_nothing(name: str) -> None:
    profile = LIBRARY.profile(name)
    found = findings(Record(plan(name), []), LIBRARY.vocabulary)
    assert {f.verdict.outcome for f in found} == {Outcome.untested}
    total = scores(found, name)
    assert (total["demonstrated"], total["possible"], total["coverage"]) == ("0.0", "100.0", "0.0")
    assert not total["published"]
    outcomes = {f.check.id: f.verdict.outcome for f in found}
    words = {conclude(requirement, outcomes, {}).word for requirement in profile.requirements}
    assert not words & {MET, NOT_APPLICABLE}


def test_one_failure_is_seen_by_every_profile_that_asks() -> None:
    asking = [
        n for n in LIBRARY.profiles if "contact.stranger-messages" in LIBRARY.profile(n).checks
    ]
    assert len(asking) > 3
    found = [
        replace(f, verdict=replace(f.verdict, outcome=Outcome.failed))
        if f.check.id == "contact.stranger-messages"
        else f
        for f in judged(*asking)
    ]
    for name in asking:
        total = scores(found, name)
        assert float(total["possible"]) < 100, name
        assert [cap["check"] for cap in total["caps"]] == ["contact.stranger-messages"] * len(
            total["caps"]
        )
        assert total["caps"], name


def test_one_run_scores_under_several_profiles_without_observing_twice() -> None:
    names = ("ke-child-safety", "ke-tfgbv", "global-baseline", "uk-ofcom")
    together = plan(*names)
    apart = sum(len(case.steps) for name in names for case in plan(name).cases)
    assert sum(len(case.steps) for case in together.cases) < apart * 2 / 3
    found = findings(SafeRecord(together, []), LIBRARY.vocabulary)
    for name in names:
        own = judged(name)
        assert {f.check.id for f in found if name in f.profiles} == {f.check.id for f in own}
        assert scores(found, name) == scores(own, name)
