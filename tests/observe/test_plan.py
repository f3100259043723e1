"""Planning: nothing is dropped, equal reads are shared, people and parameters are filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbd_audit.library import Library, load_target
from sbd_audit.models.binding import Performance
from sbd_audit.models.record import Plan
from sbd_audit.observe.plan import Planner
from sbd_audit.outcome import Reason
from sbd_audit.permission import ALWAYS
from sbd_audit.resources import folder

EVERYTHING = ALWAYS | {"accounts"}


def plan(
    library: Library,
    *,
    covers: frozenset[str] = EVERYTHING,
    profiles: tuple[str, ...] = ("ke-cop-2025",),
    elsewhere: str = "",
    **target: object,
) -> Plan:
    model = load_target(folder("targets") / "baraza.yaml").model.model_copy(update=target)
    chosen = [library.profile(name) for name in profiles]
    platform = library.platform("baraza")
    if elsewhere:
        nowhere = {elsewhere: (Performance(elsewhere="That is what the apps show."),)}
        platform = platform.model_copy(update={"capabilities": platform.capabilities | nowhere})
    return Planner(
        library, model, platform, chosen, "run-1234", "2026-01-01T00:00:00Z", covers
    ).plan()


def test_every_check_of_every_profile_is_planned(library: Library) -> None:
    made = plan(library, profiles=("ke-cop-2025", "tfgbv-core"))
    wanted = {
        name
        for profile in ("ke-cop-2025", "tfgbv-core")
        for name in library.profile(profile).checks
    }
    assert {case.check for case in made.cases if case.check} == wanted == set(made.checks)


def test_a_group_is_played_once_per_member(library: Library) -> None:
    made = plan(library)
    members = [case.member for case in made.cases if case.check == "contact.stranger-messages"]
    assert members == ["child_12_13", "child_14_15", "child_16_17"]
    ages = [
        case.cast["child"].age for case in made.cases if case.check == "contact.stranger-messages"
    ]
    friends = [
        case.cast["friend"].age for case in made.cases if case.check == "contact.stranger-messages"
    ]
    assert ages == friends == [13, 15, 17]


def test_nothing_is_done_where_the_control_is_elsewhere(library: Library) -> None:
    cases = plan(library, elsewhere="read_inbox").cases
    skipped = {case.check: case for case in cases if case.check and case.skip is Reason.elsewhere}
    assert set(skipped) >= {"contact.stranger-messages", "contact.block-complete"}
    assert {case.skip_says for case in skipped.values()} == {"That is what the apps show."}


def test_members_the_service_does_not_admit_are_left_out(library: Library) -> None:
    from sbd_audit.models.target import Fact

    made = plan(library, facts={"minimum_age": Fact(value=16, basis="Terms of service")})
    members = [case.member for case in made.cases if case.check == "contact.stranger-messages"]
    assert members == ["child_16_17"]


def test_without_authorisation_only_public_and_documents_run(library: Library) -> None:
    made = plan(library, covers=ALWAYS)
    skipped = {case.check for case in made.cases if case.skip is Reason.not_authorised}
    run = {case.check for case in made.cases if case.check and case.skip is None}
    assert all(library.check(name).environment == "accounts" for name in skipped)
    assert all(library.check(name).environment in ALWAYS for name in run)
    assert skipped
    assert run


def test_a_public_form_is_read_once_for_all(library: Library) -> None:
    made = plan(library, profiles=("ke-cop-2025", "tfgbv-core"))
    ids = [step.id for case in made.cases for step in case.steps]
    assert len(ids) == len(set(ids))
    used = {key for case in made.cases for keys in case.uses.values() for key in keys}
    assert used == set(ids)
    shared = [case for case in made.cases if not case.check]
    assert shared
    assert all(
        step.capability.startswith(("open_", "read_")) for case in shared for step in case.steps
    )


def test_parameters_are_filled_in_and_references_kept(library: Library) -> None:
    made = plan(library)
    case = next(case for case in made.cases if case.check == "contact.adult-suggestions")
    assert {step.args["times"] for step in case.steps} == {20}
    post = next(case for case in made.cases if case.check == "privacy.private-profile")
    assert [s.args["post"] for s in post.steps if s.capability == "view_post"] == [
        "{post.post}"
    ] * 2


def test_the_plan_survives_its_json(library: Library) -> None:
    from sbd_audit.canonical import dumps, loads

    made = plan(library)
    body = dumps(made.model_dump(mode="json", by_alias=True))
    again = Plan.model_validate(loads(body))
    assert dumps(again.model_dump(mode="json", by_alias=True)) == body


@pytest.mark.parametrize("name", ["baraza", "django-spirit"])
def test_shipped_targets_are_valid(name: str) -> None:
    assert load_target(Path(folder("targets")) / f"{name}.yaml").model.platform == name


def test_a_crowd_is_played_by_as_many_people(library: Library) -> None:
    profile = library.profile("ke-cop-2025")
    names = ("contact.mass-contact-throttled", "tfgbv.false-mass-reports")
    extra = tuple(
        profile.good_practice[0].model_copy(update={"check": name, "because": "A test."})
        for name in names
    )
    made = Planner(
        library,
        load_target(folder("targets") / "baraza.yaml").model,
        library.platform("baraza"),
        [profile.model_copy(update={"good_practice": extra, "requirements": ()})],
        "run-1234",
        "2026-01-01T00:00:00Z",
        EVERYTHING | {"sandbox"},
    ).plan()
    cases = {case.check: case for case in made.cases}
    burst = [step for step in cases[names[0]].steps if step.step == "burst"]
    assert [step.args["whom"] for step in burst] == [f"targets_{n}" for n in range(1, 26)]
    assert {"newcomer", "targets_1", "targets_25"} <= set(cases[names[0]].cast)
    flood = [step for step in cases[names[1]].steps if step.step == "flood"]
    assert [step.args["as"] for step in flood] == [f"many_{n}" for n in range(1, 11)]


def test_a_row_is_shared_only_with_a_row(library: Library) -> None:
    """A read made for one check is found by another under the value of its row."""
    profile = library.profile("ke-cop-2025")
    names = ("age.birth-date-edit-resisted", "privacy.birthday-keeps-settings")
    extra = tuple(
        profile.good_practice[0].model_copy(update={"check": name, "because": "A test."})
        for name in names
    )
    made = Planner(
        library,
        load_target(folder("targets") / "baraza.yaml").model,
        library.platform("baraza"),
        [profile.model_copy(update={"good_practice": extra, "requirements": ()})],
        "run-1234",
        "2026-01-01T00:00:00Z",
        EVERYTHING | {"sandbox"},
    ).plan()
    steps = {step.id: step for case in made.cases for step in case.steps}
    case = next(case for case in made.cases if case.check == names[-1])
    found = [steps[key].each for key in case.uses["before"]]
    assert found == ["profile_visibility", "dm_permission", "location_sharing"]
