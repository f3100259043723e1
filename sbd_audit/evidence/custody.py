"""The chain of custody: what was done to the evidence, by which tool, each event hashing the one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads

START = "0" * 64


class Custody:
    """Appends events to ``data/custody.jsonl``; continues a chain that is already there."""

    def __init__(self, path: Path, tool: str) -> None:
        self._path = path
        self._tool = tool
        lines = path.read_bytes().splitlines() if path.exists() else []
        self._seq = len(lines)
        self._prev = digest(lines[-1]) if lines else START

    def event(
        self, at: str, action: str, *, taken: Sequence[str] = (), made: Sequence[str] = ()
    ) -> None:
        """Notes that `action` turned the files with digests `taken` into those with digests `made`."""
        entry = {
            "seq": self._seq,
            "prev": self._prev,
            "at": at,
            "actor": "auditor",
            "tool": self._tool,
            "action": action,
            "in": list(taken),
            "out": list(made),
        }
        line = dumps(entry)
        with self._path.open("ab") as file:
            file.write(line + b"\n")
        self._seq, self._prev = self._seq + 1, digest(line)


def broken_links(lines: Iterable[bytes]) -> list[str]:
    """What is wrong with a chain: gaps, reordering, edits. Empty when it is whole."""
    problems: list[str] = []
    prev = START
    for number, line in enumerate(lines):
        try:
            event: Any = loads(line)
        except ValueError as error:
            return [*problems, f"custody line {number + 1} is not JSON: {error}"]
        if event.get("seq") != number:
            problems.append(f"custody line {number + 1} has number {event.get('seq')}")
        if event.get("prev") != prev:
            problems.append(f"custody line {number + 1} does not follow the one before")
        prev = digest(line)
    return problems
