"""The switches built into Baraza, and the ear that notes which of them a request asked about.

What a switch is and which checks must notice it stands in ``checks/proof``, once for both proofs. The files beside
this one name those that are built; ``also`` says what more changes on a living platform, where one thing that is
broken keeps the next from happening, and ``because`` of what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sbd_audit.demo.switches import load_switches
from sbd_audit.errors import UsageError, did_you_mean
from sbd_audit.source import load

FILES = Path(__file__).parent / "switches"


@dataclass(frozen=True)
class Built:
    """One thing that can be made different: what it is, and which checks must notice and how.

    An absence is no difference of the site but of what the target file says about it: `features` and `without_kinds`.
    """

    id: str
    kind: str
    says: str
    changes: Mapping[str, str]
    also: Mapping[str, str]
    because: str
    features: Mapping[str, bool]
    without_kinds: tuple[str, ...]


def _read() -> dict[str, Built]:
    known = load_switches()
    built: dict[str, Built] = {}
    for path in sorted(FILES.glob("*.yaml")):
        entries: Any = load(path).data
        for entry in entries:
            [(name, more)] = entry.items() if isinstance(entry, dict) else [(entry, {})]
            switch = known[name]
            also = more.get("also", {})
            built[name] = Built(
                name,
                switch.kind,
                switch.says,
                {**switch.changes, **also},
                also,
                more.get("because", ""),
                switch.features,
                switch.without_kinds,
            )
    return built


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
