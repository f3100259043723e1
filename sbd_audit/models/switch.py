"""A switch of the proof on observations: one thing that is different, how it shows, and what must change."""

from __future__ import annotations

from typing import Any, Literal

from sbd_audit.models.base import Strict


class Rule(Strict):
    """Which calls of a safe run look different (`when`), and how (`then`)."""

    when: dict[str, Any]
    then: dict[str, Any]

    @property
    def calls(self) -> frozenset[str]:
        """The capabilities the rule speaks of."""
        call = self.when["call"]
        return frozenset(call if isinstance(call, list) else [call])


class Switch(Strict):
    """One single difference. An absence shows in the facts of the target, everything else in observations."""

    kind: Literal["fault", "trap", "decoy", "absence"]
    says: str
    shows: tuple[Rule, ...] = ()
    features: dict[str, bool] = {}
    without_kinds: tuple[str, ...] = ()
    changes: dict[str, Literal["failed", "cantTell", "inapplicable"]]


class SwitchFile(Strict):
    switches: dict[str, Switch]
