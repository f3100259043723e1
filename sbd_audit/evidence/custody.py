"""The chain of custody: what was done to the evidence, by which tool, each event hashing the one before.

A chain shows edits, gaps and reordering. It cannot show that its end was cut off or that all of it was made
anew: the manifest guards the first, and only a signature could guard the second.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.evidence.files import append_line, mend, whole_lines

START = "0" * 64
FIELDS = frozenset(("seq", "prev", "at", "actor", "tool", "action", "in", "out"))


class Custody:
    """Appends events to ``data/custody.jsonl``; continues a chain that is already there. Thread-safe."""

    def __init__(self, path: Path, tool: str) -> None:
        self.path = path
        self._tool = tool
        self._lock = threading.Lock()
        mend(path)
        lines = whole_lines(path.read_bytes()) if path.exists() else []
        self._seq = len(lines)
        self._prev = digest(lines[-1]) if lines else START
        self.made = made(lines)

    def event(
        self,
        at: str,
        action: str,
        *,
        taken: Sequence[str] = (),
        made: Sequence[str] = (),
        durable: bool = True,
    ) -> None:
        """Notes that `action` turned the files with digests `taken` into those with digests `made`.

        `at` is a UTC time stamp (RFC 3339). The event is on the disk when this returns; when not `durable`, a
        power cut may lose it (and sealing accounts for the file again).
        """
        out = list(made)
        with self._lock:
            line = dumps(
                {
                    "seq": self._seq,
                    "prev": self._prev,
                    "at": at,
                    "actor": "auditor",
                    "tool": self._tool,
                    "action": action,
                    "in": list(taken),
                    "out": out,
                }
            )
            append_line(self.path, line, durable=durable)
            self._seq, self._prev = self._seq + 1, digest(line)
            self.made |= set(out)


def broken_links(lines: Iterable[bytes]) -> list[str]:
    """What is wrong with a chain: gaps, reordering, edits. Empty when it is whole."""
    problems: list[str] = []
    prev = START
    for number, line in enumerate(lines):
        where = f"custody line {number + 1}"
        try:
            event: Any = loads(line)
        except (ValueError, RecursionError) as error:
            return [*problems, f"{where} is not JSON: {error}"]
        if not isinstance(event, dict) or set(event) != FIELDS:
            return [*problems, f"{where} is not an event; it needs {', '.join(sorted(FIELDS))}"]
        if event["seq"] != number or type(event["seq"]) is not int:
            problems.append(f"{where} has number {event['seq']}")
        if event["prev"] != prev:
            problems.append(f"{where} does not follow the one before")
        prev = digest(line)
    return problems


def made(lines: Iterable[bytes]) -> set[str]:
    """The digests of every file some event made; lines that are no events are passed over."""
    found: set[str] = set()
    for line in lines:
        try:
            found |= set(loads(line)["out"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return found
