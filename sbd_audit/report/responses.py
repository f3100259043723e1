"""Puts a service's answers beside the findings they answer. Outcomes, conclusions and scores stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest
from sbd_audit.errors import DefinitionError, did_you_mean
from sbd_audit.models.response import Answer, ResponseFile
from sbd_audit.report.hidden import WITHHELD
from sbd_audit.source import Source, load


def with_responses(results: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A results.json with `reply` and each finding's `response` filled in from a responses file.

    The public edition prints what an answer says, and of its attachments only that they are withheld.
    Raises `DefinitionError` when the file is for another audit or answers a check that is not in this one.
    """
    source = load(path)
    file = ResponseFile.read(source)
    _fits(file, source, results)
    answers = {answer.check: answer for answer in file.responses}
    public = results["run"]["edition"] == "public"
    return {
        **results,
        "reply": {
            "by": file.by,
            "role": file.role,
            "notified_on": file.notified_on.isoformat(),
            "due_on": file.due_on.isoformat(),
            "received_on": file.received_on.isoformat() if file.received_on else "",
            "sha256": digest(path.read_bytes()),
        },
        "findings": [
            {**finding, "response": _response(answers[finding["check"]], file, public)}
            if finding["check"] in answers
            else finding
            for finding in results["findings"]
        ],
    }


def _response(answer: Answer, file: ResponseFile, public: bool) -> dict[str, Any]:
    attached = list(answer.attachments)
    day: date | None = answer.day or file.received_on
    return {
        "position": answer.position,
        "says": answer.says.strip(),
        "by": answer.by or file.by,
        "day": day.isoformat() if day else "",
        "attachments": [WITHHELD] if public and attached else attached,
        "decision": answer.decision.model_dump(mode="json") if answer.decision else None,
    }


def _fits(file: ResponseFile, source: Source, results: Mapping[str, Any]) -> None:
    checks = {finding["check"] for finding in results["findings"]}
    problems = [
        source.problem(
            ("responses", number, "check"),
            f"{answer.check} is not among the findings",
            did_you_mean(answer.check, checks),
        )
        for number, answer in enumerate(file.responses)
        if answer.check not in checks
    ]
    for key, own in (("target", results["target"]["id"]), ("run", results["run"]["id"])):
        written = getattr(file, key)
        if written is not None and written != own:
            problems.append(
                source.problem((key,), f"{key} is {written}", f"this audit has {key} {own}")
            )
    if problems:
        raise DefinitionError(problems)
