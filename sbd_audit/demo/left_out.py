"""What the practice platform has no part for, and why: proved on observations only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sbd_audit.demo.baraza import SWITCHES
from sbd_audit.demo.switches import load_switches
from sbd_audit.source import load


@dataclass(frozen=True)
class LeftOut:
    """Checks and switches with the reason why they are not on the practice platform."""

    checks: Mapping[str, str]
    switches: Mapping[str, str]


def left_out() -> LeftOut:
    """Reads ``baraza/left-out.yaml``; a switch that changes nothing but checks left out is left out with them."""
    data: Any = load(Path(__file__).parent / "baraza" / "left-out.yaml").data
    checks, named = (
        {name: entry["because"] for entry in data[part] for name in entry["names"]}
        for part in ("checks", "switches")
    )
    switches: dict[str, str] = {}
    for name, switch in load_switches().items():
        if name in SWITCHES:
            continue
        if name in named:
            switches[name] = named[name]
        elif switch.changes and set(switch.changes) <= set(checks):
            reasons = dict.fromkeys(checks[check] for check in switch.changes)
            switches[name] = " ".join(reasons)
    return LeftOut(checks, switches)
