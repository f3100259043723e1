"""A small sealed bundle for the tests."""

from __future__ import annotations

from pathlib import Path

from sbd_audit.evidence.bundle import BundleWriter
from sbd_audit.evidence.environment import environment
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import EvidenceStore


def small(folder: Path) -> BundleWriter:
    """Writes one of everything a bundle holds, and seals it."""
    writer = BundleWriter(folder, "test 1")
    made = writer.write("plan.json", {"a": 1})
    writer.custody.event("2026-01-01T00:00:00Z", "planned", made=[made])
    writer.write("environment.json", environment("test 1", None))
    EvidenceStore(writer.data / "evidence", Redactor()).add("seen", "text/plain", "a note")
    writer.observation({"id": "o1"})
    writer.observation({"id": "o2"})
    writer.write("run.json", {"id": "r1"})
    writer.write("results.json", {"findings": []})
    writer.custody.event("2026-01-01T00:00:01Z", "judged and scored")
    writer.seal({"Source-Organization": "nobody"})
    return writer
