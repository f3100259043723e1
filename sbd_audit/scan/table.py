"""The findings of a scan as lines for a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from sbd_audit.report.text import inert
from sbd_audit.report.words import Words

MARKS = {"found": "+", "not_found": "-", "unclear": "?"}


def lines(surface: Mapping[str, Any], *, language: str = "en") -> Iterator[str]:
    """One block a row: mark, name and state, then what was seen and where."""
    words, shown = Words(language), inert(dict(surface))
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    yield f"{shown['site']}: {words.count('surface_looked', shown['looked_at'])}"
    for row in shown["rows"]:
        name = words.known("surface", row["what"])
        if row["state"] == "not_found" and not row["where"] and not row["notes"]:
            yield from textwrap.wrap(
                f"{MARKS[row['state']]} {name:<24} {row['says']}", width, subsequent_indent="    "
            )
            continue
        yield f"{MARKS[row['state']]} {name:<24} {words.term('surface_states', row['state'])}"
        said = [row["says"], *([row["where"]] if row["where"] else []), *row["notes"]]
        for text in said:
            yield from textwrap.wrap(
                text,
                width,
                initial_indent="    ",
                subsequent_indent="      ",
                break_long_words=False,
            )
    for text in shown["unseen"]:
        yield from textwrap.wrap(
            f"  {words('surface_unseen_one')} {text}",
            width,
            subsequent_indent="      ",
            break_long_words=False,
        )
