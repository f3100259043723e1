"""Faults and traps of the critical checks, thrown on the living practice platform; ``make test-mutation`` throws all."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sbd_audit.demo.baraza import SWITCHES
from sbd_audit.demo.effect import Effect
from sbd_audit.demo.mutation import Bench
from sbd_audit.library import Library

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

LIBRARY = Library()
CRITICAL = frozenset(
    name
    for name in LIBRARY.checks
    if LIBRARY.check(name).severity == "critical"
    and LIBRARY.check(name).environment in ("public", "accounts")
)
FIRST = {
    (check, outcome): name
    for name, switch in reversed(SWITCHES.items())
    for check, outcome in switch.changes.items()
    if check in CRITICAL
}
"""The first switch that fails each critical check, and the first that makes it cantTell."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("mutation"), LIBRARY, CRITICAL)


@pytest.fixture(scope="module")
def effects(bench: Bench) -> Mapping[str, Effect]:
    return bench.throw_all(set(FIRST.values()))


def test_every_critical_check_passes_on_the_safe_platform(bench: Bench) -> None:
    assert {check: o for check, o in bench.outcomes.items() if o != "passed"} == {}
    assert bench.proved == CRITICAL


@pytest.mark.parametrize("switch", sorted(set(FIRST.values())))
def test_switch(effects: Mapping[str, Effect], switch: str) -> None:
    effect = effects[switch]
    assert dict(effect.changed) == dict(effect.expected), effect.messages


@pytest.mark.parametrize("outcome", ["failed", "cantTell"])
def test_every_critical_check_has_a_fault_and_a_trap(outcome: str) -> None:
    assert {check for check, became in FIRST if became == outcome} == CRITICAL
