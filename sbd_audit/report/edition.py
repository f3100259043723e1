"""Editions of a report: the regulator's is whole; the platform's and the public one leave things out, and say so.

What each leaves out is data (``reports/editions.yaml``). An edition can only be made from one as full or fuller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sbd_audit.errors import UsageError, did_you_mean
from sbd_audit.report.words import Words
from sbd_audit.resources import folder
from sbd_audit.source import load

FULLEST_FIRST = ("regulator", "platform", "public")
REDACTED = "$redacted"
WITHHELD = "[withheld]"
"""Stands in a text field for what an edition leaves out."""


def narrowed(results: Mapping[str, Any], edition: str) -> dict[str, Any]:
    """The results as an edition shows them; raises `UsageError` when they hold less than it would.

    Texts become `WITHHELD` and lists empty; findings, outcomes, conclusions and scores stay whole.
    """
    if edition not in FULLEST_FIRST:
        raise UsageError(f"no edition {edition} — {did_you_mean(edition, FULLEST_FIRST)}")
    held = results["run"]["edition"]
    if FULLEST_FIRST.index(edition) < FULLEST_FIRST.index(held):
        raise UsageError(
            f"this bundle is the {held} edition; the {edition} edition holds more and cannot be made from it"
        )
    if edition == held:
        return dict(results)
    rules = load(folder("reports") / "editions.yaml").data[edition]["withhold"]
    data: dict[str, Any] = {**results, "run": {**results["run"], "edition": edition}}
    for path in rules:
        data = _without(data, path.split("."))
    return data


def _without(value: Any, path: Sequence[str]) -> Any:
    """A copy of plain data without what stands at a path; ``*`` is every item of a list or mapping."""
    if not path:
        return _empty(value)
    name, rest = path[0], path[1:]
    if name == "*" and isinstance(value, list | tuple):
        return [_without(item, rest) for item in value]
    if name == "*" and isinstance(value, Mapping):
        return {key: _without(item, rest) for key, item in value.items()}
    if not isinstance(value, Mapping) or value.get(name) is None:
        return value
    return {**value, name: _without(value[name], rest)}


def _empty(value: Any) -> Any:
    """What is left of a value, of the same kind, so that the shape of the results stays."""
    if isinstance(value, str):
        return WITHHELD
    return type(value)() if isinstance(value, list | tuple | dict) else None


def said(value: Any, words: Words) -> Any:
    """Plain data in which every mark or commitment that stands for a withheld value is said in words."""
    if value == WITHHELD:
        return words("withheld_text")
    if isinstance(value, Mapping):
        if REDACTED in value:
            return words(
                "withheld", kind=words.known("withheld_kinds", str(value.get("class", "")))
            )
        return {key: said(item, words) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [said(item, words) for item in value]
    return value
