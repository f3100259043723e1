"""The proof on observations: each switch changes exactly the checks it names, over the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sbd_audit.demo.effect import Effect
from sbd_audit.demo.proof import Bench, bench
from sbd_audit.demo.switches import load_switches
from sbd_audit.library import Library
from sbd_audit.models.check import Check, Condition
from sbd_audit.models.switch import Switch

LIBRARY = Library()
SWITCHES = load_switches()
CHECKS = sorted(LIBRARY.checks)
CONTROLLED = [name for name in CHECKS if LIBRARY.check(name).only_if]
WHEN = {"call", "relation", "after", "not_after", "author", "row", "acting_for"}
OUTCOME_OF = {"fault": "failed", "trap": "cantTell", "absence": "inapplicable"}

# Without these controls the expectations would be unknown all the same: what they ask about comes from the
# very step that is missing. The control only says it in plainer words.
SAID_TWICE = {"privacy.photo-location-stripped", "tfgbv.evidence-export"}


@pytest.fixture(scope="module")
def whole() -> Bench:
    return bench(LIBRARY)


@pytest.fixture(scope="module")
def effects(whole: Bench) -> Mapping[str, Effect]:
    return {name: whole.throw(name, switch) for name, switch in SWITCHES.items()}


def test_the_safe_run_passes_every_check(whole: Bench) -> None:
    assert {name: v.message for name, v in whole.safe.items() if v.outcome.value != "passed"} == {}


def test_each_switch_changes_exactly_the_checks_it_names(effects: Mapping[str, Effect]) -> None:
    wrong = {
        name: {
            "missed": effect.missed,
            "spurious": {c: effect.messages[c] for c in effect.spurious},
        }
        for name, effect in effects.items()
        if effect.missed or effect.spurious
    }
    assert wrong == {}


@pytest.mark.parametrize(("kind", "outcome"), [("fault", "failed"), ("trap", "cantTell")])
def test_every_check_is_reached(effects: Mapping[str, Effect], kind: str, outcome: str) -> None:
    reached = {
        check
        for name, effect in effects.items()
        if SWITCHES[name].kind == kind
        for check, became in effect.changed.items()
        if became == outcome
    }
    assert set(CHECKS) - reached == set()


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_does_what_its_kind_says(name: str) -> None:
    switch = SWITCHES[name]
    if switch.kind == "decoy":
        assert switch.changes == {}
    elif switch.kind == "fault":
        assert "failed" in switch.changes.values()
        assert "inapplicable" not in switch.changes.values()
    else:
        assert set(switch.changes.values()) == {OUTCOME_OF[switch.kind]}
    assert bool(switch.features or switch.without_kinds) is (switch.kind == "absence")
    assert set(switch.changes) <= set(CHECKS)


def test_every_rule_is_about_something(whole: Bench) -> None:
    calls = list(whole.calls())
    idle = [
        (name, rule.when)
        for name, switch in SWITCHES.items()
        for rule in switch.shows
        if not any(case.fits(rule, call) for case, call in calls)
    ]
    assert idle == []


def test_rules_speak_the_vocabulary() -> None:
    known = LIBRARY.vocabulary.capabilities
    for name, switch in SWITCHES.items():
        for rule in switch.shows:
            calls = (
                rule.when["call"] if isinstance(rule.when["call"], list) else [rule.when["call"]]
            )
            arguments = {arg for call in calls for arg in known[call].args}
            outputs = {output for call in calls for output in known[call].outputs}
            assert set(rule.when) - WHEN <= arguments, name
            assert set(rule.then) - {"result"} <= outputs, name


# ------------------------------------------------------------------ broken on purpose


def noticed(check: Check) -> bool:
    """True when a switch that names the check no longer gets the outcome it should."""
    alone = Bench({check.id: check}, LIBRARY.vocabulary)
    return any(
        alone.throw(name, switch).changed.get(check.id) != switch.changes[check.id]
        for name, switch in SWITCHES.items()
        if check.id in switch.changes
    )


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_that_expects_nothing_is_noticed(name: str) -> None:
    check = LIBRARY.check(name)
    assert not noticed(check)
    step, definition = next(iter(check.observe.items()))
    path = f"{step}.*.result" if definition.has_rows else f"{step}.result"
    idle = Condition.model_validate({"the": path, "exists": True, "else": "Nothing."})
    assert noticed(check.model_copy(update={"expect": (idle,)}))


@pytest.mark.parametrize("name", CONTROLLED)
def test_a_check_without_its_positive_controls_is_noticed(name: str) -> None:
    check = LIBRARY.check(name)
    assert noticed(check.model_copy(update={"only_if": ()})) is (name not in SAID_TWICE)


def test_a_switch_that_expects_the_wrong_thing_is_noticed(whole: Bench) -> None:
    switch = SWITCHES["photo_keeps_location"]
    wrong = Switch(**{**switch.model_dump(), "changes": {"privacy.no-download": "failed"}})
    effect = whole.throw("photo_keeps_location", wrong)
    assert effect.missed == ["privacy.no-download"]
    assert effect.spurious == ["privacy.photo-location-stripped"]
