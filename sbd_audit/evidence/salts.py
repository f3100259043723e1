"""The salts of a bundle's commitments, in ``confidential/salts.jsonl``: whoever has one can open that item.

They stay with the whole bundle, the regulator's edition. Other editions hold the salts of what they show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sbd_audit.canonical import dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.archive import Files
from sbd_audit.evidence.commitments import commitment
from sbd_audit.evidence.files import whole_lines
from sbd_audit.evidence.withhold import parts

SALTS = "confidential/salts.jsonl"


def written(salts: Mapping[str, str]) -> bytes:
    """The salts as canonical lines, one an item, in order of items."""
    return b"".join(
        dumps({"item": item, "salt": salt}) + b"\n" for item, salt in sorted(salts.items())
    )


def read_salts(files: Files) -> dict[str, str]:
    """Salt by item; raises `BundleError` when the file is missing or not as `written` writes it."""
    body = files.read(SALTS)
    try:
        salts = {row["item"]: row["salt"] for row in map(loads, whole_lines(body))}
        same = written(salts) == body
    except (ValueError, KeyError, TypeError, RecursionError):
        same = False
    if not same:
        raise BundleError(f"{SALTS} is not a list of items and salts in order")
    return salts


def items(payload: Iterable[str], results: Mapping[str, Any] | None) -> list[str]:
    """Everything that is committed to: each payload file, and each part of the results an edition may withhold."""
    return sorted({*payload, *(part.item for part in parts(results or {}))})


def commitments(
    files: Files,
    payload: Iterable[str],
    results: Mapping[str, Any] | None,
    salts: Mapping[str, str],
) -> dict[str, str]:
    """The commitment of every item; raises `BundleError` when one has no salt or a salt has no item."""
    bodies = {part.item: part.body(results or {}) for part in parts(results or {})}
    wanted = items(payload, results)
    if set(wanted) != set(salts):
        odd = min(set(wanted) ^ set(salts))
        raise BundleError(f"{SALTS} and the items differ: {odd}")
    try:
        return {
            item: commitment(
                item, bodies[item] if item in bodies else files.read(item), salts[item]
            )
            for item in wanted
        }
    except (ValueError, TypeError, AttributeError) as error:
        raise BundleError(f"{SALTS}: {error}") from None
