"""Arguments of a step before it is performed: parameters and row values filled in, and whom they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sbd_audit.models.check import Step
from sbd_audit.models.record import Cast, Planned


def rows(step: Step, parameters: Mapping[str, Any], cast: Mapping[str, Cast]) -> Iterable[Any]:
    if step.repeat is not None:
        return range(1, int(filled(step.repeat, parameters, None)) + 1)
    if step.for_each is None:
        return [None]
    if isinstance(step.for_each, str):
        values = filled(step.for_each, parameters, None)
        return values if isinstance(values, list) else [step.for_each]
    return [filled(value, parameters, None) for value in step.for_each]


def filled(value: Any, parameters: Mapping[str, Any], each: Any) -> Any:
    """The value with ``$parameter`` and ``{each}`` replaced; ``{step.output}`` stays for later."""
    if isinstance(value, list | tuple):
        return [filled(item, parameters, each) for item in value]
    if isinstance(value, str):
        if value.startswith("$"):
            return parameters[value[1:]]
        if value == "{each}":
            return each
        return value.replace("{each}", str(each)) if each is not None else value
    return value


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
