"""The mutation test of the audit itself: each single fault changes exactly the checks it should.

What a switch cannot touch is not observed again, and switches that are apart are thrown together; ``make mutation``
shows with whole audits that these shortcuts miss nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sbd_audit.demo.baraza import SWITCHES
from sbd_audit.demo.effect import Effect
from sbd_audit.demo.left_out import left_out
from sbd_audit.demo.mutation import Bench
from sbd_audit.library import Library

pytestmark = [
    pytest.mark.mutation,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
]

LIBRARY = Library()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("mutation"))


@pytest.fixture(scope="module")
def effects(bench: Bench) -> Mapping[str, Effect]:
    return bench.throw_all(SWITCHES)


def test_the_safe_configuration_fails_nothing(bench: Bench) -> None:
    unproved = {check: o for check, o in bench.outcomes.items() if o != "passed"}
    assert "failed" not in unproved.values()
    assert set(unproved) == set(left_out().checks) & set(bench.outcomes)


@pytest.mark.parametrize("switch", SWITCHES)
def test_switch(effects: Mapping[str, Effect], switch: str) -> None:
    effect = effects[switch]
    assert dict(effect.changed) == dict(effect.expected), effect.messages


def test_every_check_of_a_running_service_is_failed_by_a_fault_and_lost_in_a_trap(
    bench: Bench,
) -> None:
    """What people answer is no part of a service; such checks are tried in ``tests/attestations``."""
    running = {c for c in bench.proved if LIBRARY.check(c).environment != "documents"}
    assert len(running) >= 90
    for outcome in ("failed", "cantTell"):
        reached = {c for s in SWITCHES.values() for c, o in s.changes.items() if o == outcome}
        assert running - reached == set()


def test_a_whole_audit_sees_what_the_shortcuts_see(bench: Bench) -> None:
    """One fault observed in full, against the same fault observed only where it can touch."""
    whole = bench.throw("report_harder_for_children", full=True)
    assert dict(whole.changed) == dict(whole.expected)
