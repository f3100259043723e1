"""The single-fault switches, and the ear that notes which of them a request asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sbd_audit.errors import UsageError, did_you_mean
from sbd_audit.source import load


@dataclass(frozen=True)
class Switch:
    """One thing that can be made different: what it is, and which checks must notice and how."""

    id: str
    kind: str
    says: str
    changes: Mapping[str, str]


def _read() -> dict[str, Switch]:
    data: Any = load(Path(__file__).with_name("switches.yaml")).data
    return {
        name: Switch(name, entry["kind"], entry["says"], entry.get("changes", {}))
        for name, entry in data["switches"].items()
    }


SWITCHES = _read()


class Switchboard:
    """Which switches are thrown; `consulted` holds every one that some code asked about."""

    def __init__(self, thrown: Iterable[str] = ()) -> None:
        self.consulted: set[str] = set()
        self.thrown: frozenset[str] = frozenset()
        self.throw(thrown)

    def throw(self, names: Iterable[str]) -> None:
        """Sets exactly these switches; an unknown name is a `UsageError`."""
        wanted = frozenset(names)
        for name in wanted - set(SWITCHES):
            raise UsageError(f"there is no switch {name} — {did_you_mean(name, SWITCHES)}")
        self.thrown = wanted

    def __call__(self, name: str) -> bool:
        """True when the switch is thrown. Asked at the very place it changes something."""
        if name not in SWITCHES:
            raise KeyError(name)
        self.consulted.add(name)
        return name in self.thrown
