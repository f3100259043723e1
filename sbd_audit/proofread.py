"""Slips of the pen in what checks say, found cheaply: spaces, stops, references that would print as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sbd_audit.errors import Problem
from sbd_audit.library import Defined
from sbd_audit.models.check import Check

_SLIPS = (
    (re.compile(r"  +"), "two spaces"),
    (re.compile(r"\s[,.;:!?](\s|$)"), "a space before a stop"),
    (re.compile(r"[,;:]{2,}|(?<!\.)\.\.(?!\.)"), "two stops"),
    (re.compile(r"\b(\w+) \1\b", re.IGNORECASE), "a word twice"),
    (re.compile(r"\(\s|\s\)"), "a space inside brackets"),
    (re.compile(r"\b(TODO|FIXME|XXX)\b"), "a note to oneself"),
)
_STOPS = (".", "?", '."', '?"', ".)")
_MARKS = re.compile(r"[{}]|\$\w")


def slips(defined: Defined[Check]) -> Iterator[Problem]:
    """What would be stumbled over when the check is read aloud."""
    check, source = defined.model, defined.source
    messages = [
        *((("only_if", n), one.otherwise) for n, one in enumerate(check.only_if)),
        *((("expect", n), one.otherwise) for n, one in enumerate(check.expect)),
        *((("promises", n), one.otherwise) for n, one in enumerate(check.promises)),
    ]
    sentences = [(("why",), check.why), (("if_failed",), check.if_failed), *messages]
    if check.control:
        sentences.append((("control",), check.control))
    for keys, text in [(("title",), check.title), *sentences]:
        yield from (source.problem(keys, f"{what} in “{_short(text)}”") for what in _found(text))
    for keys, text in sentences:
        if not text.strip().endswith(_STOPS):
            yield source.problem(keys, f"“{_short(text)}” does not end with a full stop")
    for keys, text in (
        (("title",), check.title),
        (("why",), check.why),
        (("if_failed",), check.if_failed),
    ):
        if _MARKS.search(text):
            yield source.problem(
                keys, f"“{_short(text)}” holds a reference, which is filled in under else only"
            )
    if check.title.endswith("."):
        yield source.problem(("title",), "a title ends without a full stop")


def _found(text: str) -> Iterator[str]:
    for pattern, what in _SLIPS:
        if pattern.search(text.strip()):
            yield what


def _short(text: str) -> str:
    flat = text.strip()
    return flat if len(flat) <= 60 else f"{flat[:57]}…"
