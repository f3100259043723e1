"""``{name.part}`` filled in from what is known: plain substitution, no expressions, no code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sbd_audit.errors import did_you_mean
from sbd_audit.observe.halt import unmapped

REFERENCE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.(?:[A-Za-z0-9_-]+|\*))*)\}")
Lookup = Callable[[str], Any]


def fill(value: Any, lookup: Lookup) -> Any:
    """`value` with every reference replaced; a text that is one reference keeps the value's type.

    Raises `Halt` (unmapped) for a name nobody knows.
    """
    if isinstance(value, Mapping):
        return {fill(key, lookup): fill(item, lookup) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fill(item, lookup) for item in value]
    if not isinstance(value, str):
        return value
    if match := REFERENCE.fullmatch(value):
        return lookup(match[1])
    return REFERENCE.sub(lambda match: str(lookup(match[1])), value)


def names_in(value: Any) -> set[str]:
    """Every reference a template holds."""
    if isinstance(value, Mapping):
        return {name for item in value.values() for name in names_in(item)}
    if isinstance(value, list | tuple):
        return {name for item in value for name in names_in(item)}
    return set(REFERENCE.findall(value)) if isinstance(value, str) else set()


def descend(root: Any, path: str, parts: list[str], device: str = "first") -> Any:
    """The part of `root` at `parts`; raises `Halt` (unmapped) naming `path` when it is not there.

    What an account holds differs between its devices. ``*`` stands for every one of a list.
    """
    for number, part in enumerate(parts):
        if isinstance(root, list) and part == "*":
            return [descend(one, path, parts[number + 1 :], device) for one in root]
        if isinstance(root, Mapping) and part in root:
            root = root[part]
        elif isinstance(root, list) and part.isdigit() and int(part) < len(root):
            root = root[int(part)]
        elif hasattr(root, "lookup"):
            try:
                root = root.lookup(part, device)
            except KeyError:
                raise unmapped(f"{{{path}}}: the account has no {part}") from None
        else:
            known = list(root) if isinstance(root, Mapping) else []
            raise unmapped(f"{{{path}}}: no {part} ({did_you_mean(part, known, what='there are')})")
    return root
