"""How much of the record a page repeats: everything where it stays light, less where it would not.

What is left out is always said on the page, and always stands whole in results.json or in the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

LIGHT = 300_000
"""Bytes a report may weigh before the next, shorter form is tried."""


@dataclass(frozen=True)
class Detail:
    """One level of detail.

    No text is longer than `text` characters. `saw` characters of an answer and `lines` lines of a step are shown. `steps`, `traces` and `law` hold the
    outcomes whose findings show their steps, what was sent and seen, and the provisions in full (others name
    them only). `exhibits`: whether all evidence is listed, or what the findings that cite theirs rest on.
    """

    name: str
    text: int
    saw: int
    lines: int
    steps: frozenset[str]
    traces: frozenset[str]
    law: frozenset[str]
    exhibits: bool

    @property
    def cites(self) -> frozenset[str]:
        """Outcomes whose findings name their evidence, step by step."""
        return self.steps & _OPEN


_OPEN = frozenset({"failed", "cantTell", "untested"})
_FAILED = frozenset({"failed"})
_ALL = _OPEN | {"passed", "inapplicable"}

LADDER = (
    Detail("full", 4_000, 220, 60, _ALL, _OPEN, _ALL, exhibits=True),
    Detail("lean", 4_000, 160, 24, _ALL, _OPEN, _OPEN, exhibits=False),
    Detail("brief", 2_000, 120, 12, _OPEN, _OPEN, _OPEN, exhibits=False),
    Detail("short", 1_000, 80, 4, _OPEN, _FAILED, _FAILED, exhibits=False),
    Detail("shortest", 1_000, 60, 2, _FAILED, frozenset(), frozenset(), exhibits=False),
    Detail("least", 160, 60, 0, frozenset(), frozenset(), frozenset(), exhibits=False),
)
"""From the whole to the shortest form; the first that is light enough is used, else the last."""
