"""The single-fault switches of ``checks/proof``: what can be made different, and which checks must notice."""

from __future__ import annotations

from pathlib import Path

from sbd_audit.models.switch import Switch, SwitchFile
from sbd_audit.resources import folder
from sbd_audit.source import load


def load_switches(place: Path | None = None) -> dict[str, Switch]:
    """Every switch of ``checks/proof``, by id."""
    found: dict[str, Switch] = {}
    for path in sorted((place or folder("checks") / "proof").glob("*.yaml")):
        for name, switch in SwitchFile.read(load(path)).switches.items():
            if name in found:
                raise ValueError(f"{path.name}: the switch {name} stands elsewhere too")
            found[name] = switch
    return found
