"""The draft notice with a period to remedy: the failures a regime sets a period for, told as they were observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sbd_audit.errors import UsageError
from sbd_audit.report.deadline import after, within
from sbd_audit.report.index import Index
from sbd_audit.report.legal import Draft
from sbd_audit.report.page import lay_out


@dataclass(frozen=True)
class Act:
    """One failure as a notice tells it."""

    number: str
    title: str
    severity: str
    clauses: tuple[str, ...]
    seen: tuple[str, ...]
    remedy: str
    evidence: str
    waived: str
    answered: str


@dataclass(frozen=True)
class Period:
    """One period to remedy, in sentences."""

    says: str
    last_day: str
    caution: str


def notice(draft: Draft, dated: date | None) -> str:
    """The notice as one HTML page; the last day is worked out when its date is known.

    Raises `UsageError` when no failure stands under a profile that sets a period.
    """
    results, words = draft.results, draft.words
    failed = [
        (link, finding)
        for link, finding in Index(results, words).findings
        if finding["outcome"] == "failed" and finding["deadlines"]
    ]
    if not failed:
        raise UsageError(
            "there is nothing to give notice of: no check failed under a profile that sets a period to remedy"
        )
    deadlines = {
        (entry["within"], entry["basis"]): entry for _, f in failed for entry in f["deadlines"]
    }
    run = results["run"]
    return lay_out(
        "notice",
        "draft",
        d=draft,
        service=f"{results['platform']['title']}, {results['target']['base_url']}",
        dated=words.date(dated.isoformat()) if dated else draft("blank"),
        audit=draft(
            "audit_says",
            run=run["id"],
            began=words.moment(run["started_at"]),
            ended=words.moment(run["finished_at"] or run["started_at"]),
            engine=run["engine"],
        ),
        acts=[_act(link.number, finding, draft) for link, finding in failed],
        periods=[_period(entry, dated, draft) for _, entry in sorted(deadlines.items())],
        evidence=draft("evidence", digest=draft.seal.digest),
    )


def _act(number: str, finding: Mapping[str, Any], draft: Draft) -> Act:
    words = draft.words
    binding = {name for entry in finding["deadlines"] for name in entry["provisions"]}
    keys = dict.fromkeys(key for step in finding["steps"] for key in step["evidence"])
    waiver, response = finding["waiver"], finding["response"]
    return Act(
        number=number,
        title=finding["title"],
        severity=words.severity(finding["severity"]),
        clauses=tuple(
            f"{entry['short_title']}, {entry['clause']}: {entry['obligation']}"
            for entry in finding["provisions"]
            if entry["id"] in binding
        ),
        seen=tuple(finding["messages"]),
        remedy=finding["remedy"],
        evidence=", ".join(key[:16] for key in keys) or draft("none"),
        waived=f"{waiver['because']} ({waiver['approved_by']}, {words.term('waiver_states', waiver['state'])})"
        if waiver
        else "",
        answered=f"{words.term('positions', response['position'])}: {response['says']}"
        if response
        else "",
    )


def _period(entry: dict[str, Any], dated: date | None, draft: Draft) -> Period:
    words = draft.words
    said = within(entry, words)
    return Period(
        says=draft(
            "period",
            within=said,
            basis=entry["basis"],
            source=words.term("sources", entry["source"]),
        ),
        last_day=draft("last_day", day=words.date(after(dated, entry["within"]).isoformat()))
        if dated
        else draft("last_day_open"),
        caution=draft("caution", caution=entry["caution"]) if entry["caution"] else "",
    )
