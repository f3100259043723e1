"""What one switch did to the outcomes of the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """What one switch did: the checks that changed and to what, and how many cases were observed again."""

    switch: str
    changed: Mapping[str, str]
    expected: Mapping[str, str]
    messages: Mapping[str, str]
    cases: int

    @property
    def missed(self) -> list[str]:
        return [
            check for check, outcome in self.expected.items() if self.changed.get(check) != outcome
        ]

    @property
    def spurious(self) -> list[str]:
        return [check for check in self.changed if check not in self.expected]
