"""How the audited service was heard: when it was told, by when it could answer, what it said, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.index import Index, Link
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class AnswerView:
    """The answer to one finding, word for word, and the auditor's decision on it."""

    link: Link
    position: str
    who: str
    says: str
    attachments: str
    decision: str


@dataclass(frozen=True)
class HearingView:
    """The log; `says` are its dates in sentences."""

    says: tuple[str, ...]
    answers: tuple[AnswerView, ...]


def hearing(results: Mapping[str, Any], index: Index, words: Words) -> HearingView:
    """The right-of-reply log of a results.json."""
    reply = results["reply"]
    answers = tuple(
        answer_view(link, finding["response"], words)
        for link, finding in index.findings
        if finding["response"]
    )
    if not reply:
        return HearingView((words("hearing_none"),), answers)
    said = [
        words(
            "hearing_told",
            by=reply["by"],
            role=reply["role"],
            told=words.date(reply["notified_on"]),
            due=words.date(reply["due_on"]),
        )
    ]
    if answers:
        said.append(
            words.count(
                "hearing_came",
                len(answers),
                day=words.date(reply["received_on"]),
                digest=reply["sha256"],
            )
        )
    else:
        said.append(words("hearing_silent", day=words.date(reply["due_on"])))
    return HearingView((*said, words("hearing_effect")), answers)


def answer_view(link: Link, response: Mapping[str, Any], words: Words) -> AnswerView:
    """One answer, ready to be laid out."""
    decision = response["decision"]
    return AnswerView(
        link=link,
        position=words.term("positions", response["position"]),
        who=words("answered_by", by=response["by"], day=words.date(response["day"])),
        says=response["says"],
        attachments=words("attached", names="; ".join(response["attachments"]))
        if response["attachments"]
        else "",
        decision=words(
            "decided", by=decision["by"], day=words.date(decision["day"]), says=decision["says"]
        )
        if decision
        else "",
    )
