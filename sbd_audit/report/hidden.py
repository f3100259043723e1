"""What an edition withholds, in words: an empty value that stands for something withheld must not read as nothing.

What is withheld, and what is left in its place, is decided in `sbd_audit.evidence.withhold`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbd_audit.report.words import Words

WITHHELD = "[withheld]"
"""Stands in a text field for what an edition leaves out of what was added to the sealed results."""


def hidden(results: Mapping[str, Any], path: str, kind: str) -> int:
    """How many parts of a kind these results withhold from the object at a path."""
    return sum(
        entry["path"] == path and entry["class"] == kind for entry in results.get("withheld", ())
    )


def said(results: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The results with words where a text is withheld; lists and mappings stay as they are, see `hidden`."""
    places = {(entry["path"], entry["class"]) for entry in results.get("withheld", ())}

    def told(holder: Any, path: str, kind: str, name: str, key: str = "withheld_text") -> Any:
        return {**holder, name: words(key)} if (path, kind) in places else holder

    run = told(results["run"], "/run", "pii", "operator")
    return {
        **told(results, "", "evidence", "observations_sha256"),
        "run": told(run, "/run", "security", "user_agent"),
        "findings": [
            {
                **finding,
                "waiver": told(
                    finding["waiver"], f"/findings/{number}/waiver", "pii", "approved_by"
                ),
                "response": _attached(finding["response"], words),
                "steps": [
                    told(
                        {
                            **step,
                            "given": [
                                told(
                                    one,
                                    f"/findings/{number}/steps/{at}/given/{place}",
                                    "pii",
                                    "by",
                                )
                                for place, one in enumerate(step.get("given", ()))
                            ],
                        },
                        f"/findings/{number}/steps/{at}",
                        "evidence",
                        "detail",
                        "step_withheld",
                    )
                    for at, step in enumerate(finding["steps"])
                ],
            }
            for number, finding in enumerate(results["findings"])
        ],
        "refused": [
            told(entry, f"/refused/{number}", "security", "origin")
            for number, entry in enumerate(results["refused"])
        ],
    }


def _attached(response: Mapping[str, Any] | None, words: Words) -> Any:
    if response and WITHHELD in response["attachments"]:
        return {**response, "attachments": [words("withheld_text")]}
    return response
