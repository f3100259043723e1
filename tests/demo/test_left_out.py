"""Every switch of the catalogue is built into the practice platform, or left out with a reason."""

from __future__ import annotations

from sbd_audit.demo.baraza import SWITCHES
from sbd_audit.demo.left_out import left_out
from sbd_audit.demo.switches import load_switches
from sbd_audit.library import Library

LEFT = left_out()
LIBRARY = Library()


def test_every_switch_is_built_or_left_out_with_a_reason() -> None:
    assert set(SWITCHES) | set(LEFT.switches) == set(load_switches())
    assert set(SWITCHES) & set(LEFT.switches) == set()


def test_what_is_left_out_exists_and_has_a_reason() -> None:
    assert set(LEFT.checks) <= set(LIBRARY.checks)
    assert all(
        because.endswith(".") for because in (*LEFT.checks.values(), *LEFT.switches.values())
    )


def test_no_check_a_visitor_or_an_account_can_try_is_left_out() -> None:
    tried = {n for n in LIBRARY.checks if LIBRARY.check(n).environment in ("public", "accounts")}
    assert tried & set(LEFT.checks) == set()


def test_no_decoy_and_no_absence_is_left_out() -> None:
    kinds = {name: switch.kind for name, switch in load_switches().items()}
    assert {name for name in LEFT.switches if kinds[name] in ("decoy", "absence")} == set()
