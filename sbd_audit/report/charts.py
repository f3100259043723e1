"""Drawings as inline SVG: they print, need no script, and always stand beside their numbers."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 400
_TICK = 4


@dataclass(frozen=True)
class Bar:
    """A score interval on a line from 0 to 100, in drawing units.

    Solid up to what is demonstrated, a tick where that ends, pale from there to what is possible.
    """

    solid: int
    pale: int
    tick: int
    label: str
    width: int = WIDTH


def bar(low: int, high: int, label: str) -> Bar:
    """The bar of an interval; `low` and `high` are whole numbers from 0 to 100."""
    solid = round(low * WIDTH / 100)
    return Bar(
        solid=solid,
        pale=round((high - low) * WIDTH / 100),
        tick=min(max(solid - _TICK // 2, 0), WIDTH - _TICK),
        label=label,
    )
