"""The list of runs this user began, finished or not, so that none can be quietly left out.

Each new plan names, in what is signed before the first request, the runs before it on the same target under
the same profiles. A reader who holds one bundle then knows of the others, aborted ones too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sbd_audit.canonical import dumps, loads
from sbd_audit.evidence.files import append_line, mend, whole_lines
from sbd_audit.evidence.keys import home

LISTED = 20
"""How many earlier runs a plan names one by one; the count is of all."""


class Ledger:
    """``runs.jsonl`` in the user's folder: one line when a run is planned, one when it is sealed."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / "runs.jsonl"

    def earlier(self, about: Sequence[str]) -> dict[str, Any]:
        """The runs `about` the same service and profiles: how many, and the last of them, oldest first.

        Each has its id, the time it was planned, the commitment to its plan, and the digest of what was
        signed at its end (None when it was never sealed).
        """
        runs: dict[str, dict[str, Any]] = {}
        for entry in self._entries():
            if "sealed" in entry:
                if entry["run"] in runs:
                    runs[entry["run"]]["sealed"] = entry["sealed"]
            elif entry.get("about") == list(about):
                runs[entry["run"]] = {
                    "run": entry["run"],
                    "planned_at": entry["planned_at"],
                    "plan": entry["plan"],
                    "sealed": None,
                }
        return {"count": len(runs), "last": list(runs.values())[-LISTED:]}

    def planned(self, run: str, about: Sequence[str], planned_at: str, plan: str) -> None:
        self._append(
            {
                "run": run,
                "about": list(about),
                "planned_at": planned_at,
                "plan": plan,
            }
        )

    def sealed(self, run: str, statement: str) -> None:
        self._append({"run": run, "sealed": statement})

    def _append(self, entry: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mend(self.path)
        append_line(self.path, dumps(entry), durable=True)

    def _entries(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        found = []
        for line in whole_lines(self.path.read_bytes()):
            try:
                entry = loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and "run" in entry:
                found.append(entry)
        return found
