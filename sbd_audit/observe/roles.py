"""Whom the steps of a case speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sbd_audit.models.record import Cast, Planned


def refers(value: Any, cast: Mapping[str, Cast]) -> bool:
    if isinstance(value, list | tuple):
        return any(refers(item, cast) for item in value)
    return isinstance(value, str) and ("{" in value or value in cast)


def related(role: str, cast: Mapping[str, Cast]) -> bool:
    """True when the role knows somebody of the case, or somebody knows it: then it is like no other."""
    return bool(cast[role].relation) or any(role in other.relation for other in cast.values())


def takes_part(role: str, steps: Sequence[Planned], cast: Mapping[str, Cast]) -> bool:
    """True for roles a remaining step names, and for those related to them either way."""
    named = {
        word
        for step in steps
        for value in step.args.values()
        for word in (value if isinstance(value, list) else [value])
        if isinstance(word, str) and word in cast
    }
    related = {other for name in named for other in cast[name].relation}
    return role in named | related or bool(named & set(cast[role].relation))
