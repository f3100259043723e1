"""Every profile can be planned, nothing planned is lost, and nothing unseen passes."""

from __future__ import annotations

import pytest

from sbd_audit.findings import Record, conditions, findings
from sbd_audit.library import Library, load_target
from sbd_audit.models.record import Plan
from sbd_audit.observe.plan import Planner
from sbd_audit.permission import ALWAYS
from sbd_audit.resources import folder

LIBRARY = Library()
EVERYTHING = ALWAYS | {"accounts", "sandbox"}


def plan(*profiles: str, covers: frozenset[str] = EVERYTHING) -> Plan:
    return Planner(
        LIBRARY,
        load_target(folder("targets") / "baraza.yaml").model,
        LIBRARY.platform("baraza"),
        [LIBRARY.profile(name) for name in profiles],
        "run-1234",
        "2026-01-01T00:00:00Z",
        covers,
    ).plan()


@pytest.mark.parametrize("name", LIBRARY.profiles)
def test_what_was_not_observed_never_passes(name: str) -> None:
    made = plan(name)
    record = Record(made, [])
    found = findings(record, LIBRARY.vocabulary)
    assert {finding.check.id for finding in found} == set(LIBRARY.profile(name).checks)
    assert {finding.check.id for finding in found if finding.verdict.outcome == "passed"} == set()
    for finding in found:
        for condition in conditions(record, finding, LIBRARY.vocabulary):
            assert "{" not in condition["says"]


def test_every_check_belongs_to_a_profile() -> None:
    used = {check for name in LIBRARY.profiles for check in LIBRARY.profile(name).checks}
    assert set(LIBRARY.checks) - used == set()


def test_what_anyone_can_see_needs_nobody() -> None:
    checks = [LIBRARY.check(name) for name in LIBRARY.profile("public-surface").checks]
    kinds = LIBRARY.vocabulary.tables["document_kinds"]
    for check in checks:
        assert check.environment in ("public", "documents")
        assert check.evidence != "attested"
        assert {role.persona for role in check.accounts.values()} <= {"logged_out"}
        for step in check.observe.values():
            assert {kinds[kind] for kind in step.args.get("kinds", ())} <= {"published"}
    refused = {case.check for case in plan("public-surface", covers=ALWAYS).cases if case.skip}
    assert not {name for name in refused if LIBRARY.check(name).environment not in ALWAYS}


def test_no_requirement_rests_on_what_is_not_in_force() -> None:
    for name in LIBRARY.profiles:
        for requirement in LIBRARY.profile(name).requirements:
            states = {LIBRARY.provisions[p][1].status for p in requirement.provisions}
            assert states <= {"in-force"}, (name, requirement.id, states)


def test_what_a_text_demands_is_not_called_good_practice() -> None:
    for name in LIBRARY.profiles:
        profile = LIBRARY.profile(name)
        demanded = {
            check for requirement in profile.requirements for check in requirement.checks.mandatory
        }
        assert demanded & {practice.check for practice in profile.good_practice} == set(), name
