"""What a run signs before its first request, and at its end; both go into this user's list of runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sbd_audit.canonical import loads
from sbd_audit.evidence import dsse
from sbd_audit.evidence.bundle import BundleWriter
from sbd_audit.evidence.keys import SigningKey
from sbd_audit.evidence.ledger import Ledger
from sbd_audit.evidence.sealing import PLAN, envelope_name, sign_plan, sign_run
from sbd_audit.evidence.statement import plan_statement

PLAN_FILE = "data/plan.json"


def promise(
    writer: BundleWriter, key: SigningKey | None, run: str, planned_at: str, about: Sequence[str]
) -> None:
    """Commits to the plan and to the runs before it, before anything is seen of the platform.

    `about` are the service and the profiles: what makes runs comparable.
    """
    mark = writer.commit(PLAN_FILE)
    if key:
        ledger = Ledger()
        statement = plan_statement(run, planned_at, writer.tool, mark, ledger.earlier(about))
        sign_plan(writer.folder, key, statement)
        ledger.planned(run, about, planned_at, mark)


def earlier_runs(folder: Path) -> dict[str, Any] | None:
    """The earlier runs the plan's statement names; None when the plan was not signed."""
    path = folder / envelope_name(PLAN)
    if not path.is_file():
        return None
    statement = loads(dsse.read(path.read_bytes(), str(path)).payload)
    earlier: dict[str, Any] = statement["predicate"]["earlier_runs"]
    return earlier


def fulfil(folder: Path, key: SigningKey | None, run: str) -> None:
    """Signs the sealed bundle and notes that the run was finished."""
    if key:
        Ledger().sealed(run, sign_run(folder, key))
