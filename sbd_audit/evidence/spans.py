"""Masks, and how they are put into a text: spans with what stands in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MASK = "[redacted]"
MAIL = "[e-mail]"
PHONE = "[phone]"
Span = tuple[int, int, str]
"""Where to begin, where to end, and what to put there."""


def merged(
    spans: Iterable[Span],
) -> Iterator[Span]:
    """Spans in order without those that begin inside the one before."""
    last = 0
    for start, end, mask in spans:
        if start >= last:
            yield start, end, mask
            last = end


def masked(text: str, spans: Iterator[Span]) -> str:
    """`text` with each span replaced; they have to be in order and apart."""
    pieces: list[str] = []
    last = 0
    for start, end, mask in spans:
        pieces += (text[last:start], mask)
        last = end
    return "".join([*pieces, text[last:]]) if pieces else text
