"""What is signed: in-toto statements about the plan, before the first request, and about the whole run.

Every word of a statement can be computed again from the bundle, so a verifier compares it whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sbd_audit.canonical import digest, dumps
from sbd_audit.evidence.commitments import SCHEME, root

STATEMENT = "https://in-toto.io/Statement/v1"
PLAN = "urn:sbd-audit:plan:1"
RUN = "urn:sbd-audit:run:1"


def plan_statement(
    run: str, planned_at: str, engine: str, plan: str, earlier: Mapping[str, Any]
) -> bytes:
    """Before the first request: the commitment to ``data/plan.json``, and which runs went before."""
    return dumps(
        {
            "_type": STATEMENT,
            "subject": [{"name": "data/plan.json", "digest": {SCHEME: plan}}],
            "predicateType": PLAN,
            "predicate": {
                "run": run,
                "planned_at": planned_at,
                "engine": engine,
                "earlier_runs": dict(earlier),
            },
        }
    )


def run_statement(
    tag_manifest: bytes, public: str, run: Mapping[str, Any], commitments: Sequence[str]
) -> bytes:
    """After sealing: the tag manifest (and through it every file), the public results, and the tree.

    `public` is the digest of the results with everything withheld; `commitments` ascend.
    """
    return dumps(
        {
            "_type": STATEMENT,
            "subject": [
                {"name": "tagmanifest-sha256.txt", "digest": {"sha256": digest(tag_manifest)}},
                {"name": "results.json#public", "digest": {"sha256": public}},
            ],
            "predicateType": RUN,
            "predicate": {
                "run": run.get("id"),
                "started_at": run.get("started_at"),
                "finished_at": run.get("finished_at"),
                "engine": run.get("engine"),
                "tree": {"scheme": SCHEME, "root": root(commitments), "leaves": len(commitments)},
            },
        }
    )
