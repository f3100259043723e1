"""Canonical JSON (RFC 8785) and digests: the same data gives the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any

import rfc8785


def dumps(data: Any) -> bytes:
    """RFC 8785 bytes of plain data. Floats are refused: numbers that are not whole travel as text."""
    _refuse_floats(data)
    return rfc8785.dumps(data)


def pretty(data: Any) -> str:
    """Readable JSON with sorted keys, for files people open; deterministic too."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def digest(data: Any) -> str:
    """SHA-256, in hex, of the canonical form of plain data, or of bytes as they are."""
    return hashlib.sha256(data if isinstance(data, bytes) else dumps(data)).hexdigest()


def loads(text: str | bytes) -> Any:
    """Strict JSON: duplicate keys and NaN are errors (`ValueError`)."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)


def decimal(value: Fraction, places: int, *, up: bool = False) -> str:
    """A fraction as decimal text, rounded down (or up): never flattering by accident."""
    scaled = value * 10**places
    whole = (
        -((-scaled.numerator) // scaled.denominator)
        if up
        else scaled.numerator // scaled.denominator
    )
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def _refuse_floats(data: Any) -> None:
    if isinstance(data, float):
        raise TypeError(f"a float ({data!r}) has no exact canonical form; pass decimal text")
    if isinstance(data, dict):
        for value in data.values():
            _refuse_floats(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _refuse_floats(value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} stands twice")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
