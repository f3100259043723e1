"""A sealed bundle around any results.json, for tests that need no audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sbd_audit.evidence.bundle import BundleWriter

DEVICE = {"make": "Example", "model": "Laptop 3", "serial": "SN-0001", "in_custody_of": "A named custodian"}  # fmt: skip


def sealed(folder: Path, results: dict[str, Any], device: dict[str, Any] | None = None) -> Path:
    """A bundle in `folder` that holds these results, two events of custody, and a device if given."""
    writer = BundleWriter(folder, "sbd-audit 0.1.0")
    plan = writer.write("plan.json", {"run": results["run"]["id"]})
    made = writer.write("results.json", results)
    writer.write("run.json", results["run"])
    writer.write(
        "environment.json",
        {
            "engine": "sbd-audit 0.1.0",
            "system": "Linux-6",
            "machine": "x86_64",
            "python": "3.11.7",
            "browser": None,
            "clock": "system clock, UTC",
            "device": device or dict.fromkeys(DEVICE),
        },
    )
    writer.custody.event("2026-11-24T10:00:00Z", "planned", made=[plan])
    writer.custody.event("2026-11-24T10:05:00Z", "judged and scored", taken=[plan], made=[made])
    writer.seal({"Source-Organization": "not given"})
    return folder
