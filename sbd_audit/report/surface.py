"""What public pages show, as the section of a report and as lines for a terminal; only a scan has it."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.text import inert
from sbd_audit.report.words import Words

GLYPHS = {"found": "●", "not_found": "○", "unclear": "?"}
MARKS = {"found": "+", "not_found": "-", "unclear": "?"}


@dataclass(frozen=True)
class Row:
    """One thing looked for: its state in a word and a sign, what was seen, where, and what else."""

    name: str
    glyph: str
    state: str
    says: str
    where: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SurfaceView:
    """Everything a scan found, what it did not see, and how gently it looked."""

    rows: tuple[Row, ...]
    unseen: tuple[str, ...]
    limits: tuple[str, ...]


def surface(results: Mapping[str, Any], words: Words) -> SurfaceView | None:
    """The view of a scan; None for an ordinary audit."""
    data = results.get("surface")
    if not data:
        return None
    limits = [
        words(
            "surface_limits",
            count=data["looked_at"],
            most=data["most_pages"],
            pace=data["requests_per_second"],
        )
    ]
    if not data["browser"]:
        limits.append(words("surface_no_browser"))
    return SurfaceView(
        rows=tuple(_rows(data, words)),
        unseen=tuple(_short(text, data["site"]) for text in data["unseen"]),
        limits=tuple(limits),
    )


def _rows(data: Mapping[str, Any], words: Words) -> Iterator[Row]:
    """What was found and what is open, one row each; what was not found for the same reason in one."""
    missing: dict[str, list[str]] = {}
    for row in data["rows"]:
        name = words.known("surface", row["what"])
        if row["state"] == "not_found" and not row["where"] and not row["notes"]:
            missing.setdefault(row["says"], []).append(name)
            continue
        yield Row(
            name,
            GLYPHS[row["state"]],
            words.term("surface_states", row["state"]),
            row["says"],
            _short(row["where"], data["site"]),
            tuple(_short(note, data["site"]) for note in row["notes"]),
        )
    for says, names in missing.items():
        state = words.term("surface_states", "not_found")
        yield Row(", ".join(names), GLYPHS["not_found"], state, says, "", ())


def _short(text: str, site: str) -> str:
    return text.replace(f"{site}/", "/")


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
