"""The rows of a step: once per value, several times over, or once per person of a crowd."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sbd_audit.models.check import Step


def rows(step: Step, parameters: Mapping[str, Any], cast: Collection[str]) -> Iterable[Any]:
    """The values a step runs for: of its list, its number of repeats, or the people of a crowd."""
    if step.repeat is not None:
        return range(1, int(filled(step.repeat, parameters, None)) + 1)
    if step.for_each is None:
        return [None]
    if isinstance(step.for_each, str):
        values = filled(step.for_each, parameters, None)
        return values if isinstance(values, list) else _crowd(step.for_each, cast)
    return [filled(value, parameters, None) for value in step.for_each]


def _crowd(role: str, cast: Collection[str]) -> list[str]:
    """Those who play a role: itself, or its many."""
    many = [name for name in cast if re.fullmatch(rf"{re.escape(role)}_\d+", name)]
    return [role] if role in cast or not many else many


def one_of_crowd(value: Any, each: Any, cast: Collection[str]) -> Any:
    """A role played by a crowd, as the member whose turn it is in a repeated step."""
    if not isinstance(value, str) or value in cast or not (many := _crowd(value, cast)):
        return value
    return many[((each if isinstance(each, int) else 1) - 1) % len(many)]


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
