"""Drawings as inline SVG: they print, need no script, and always stand beside their numbers."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 300


@dataclass(frozen=True)
class Bar:
    """A score interval: a solid part up to what is demonstrated, a pale one to what is possible."""

    solid: int
    pale: int
    label: str
    width: int = WIDTH


def bar(low: int, high: int, label: str) -> Bar:
    """The bar of an interval on a scale from 0 to 100."""
    return Bar(
        solid=round(low * WIDTH / 100), pale=max(2, round((high - low) * WIDTH / 100)), label=label
    )
