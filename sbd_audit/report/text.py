"""Recorded text made fit to read: nothing invisible, nothing that turns the line round, nothing endless."""

from __future__ import annotations

import re
from typing import Any

# Controls, surrogates, marks of direction, zero-width characters and tags: a reader cannot see them,
# yet they hide or reorder what stands beside them, and a terminal would obey some. Joiners (U+200C, U+200D) stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with every unseen character written out as ``‹U+202E›``."""
    return _UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


LONGEST = 4_000
"""Characters of one text a report or an export repeats; the whole stands in results.json."""
CUT = " …"


def inert(value: Any, longest: int = LONGEST) -> Any:
    """Plain data with every text in it, keys included, made `visible` and at most `longest` characters long."""
    if isinstance(value, str):
        return shorten(visible(value[: longest + 1]), longest, CUT)
    if isinstance(value, dict):
        return {inert(str(key), longest): inert(item, longest) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [inert(item, longest) for item in value]
    return value


def shorten(text: str, longest: int, mark: str) -> str:
    """At most `longest` characters of a text; where it is cut, `mark` says so."""
    return text if len(text) <= longest else text[:longest].rstrip() + mark
