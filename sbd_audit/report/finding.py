"""One finding, ready to be laid out: what was expected, seen, done, by whom, against what, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.deadline import within
from sbd_audit.report.detail import Detail
from sbd_audit.report.given import GivenView, given, whose_word
from sbd_audit.report.hearing import AnswerView, answer_view
from sbd_audit.report.index import GLYPHS, Link
from sbd_audit.report.said import (
    DocumentView,
    QuoteView,
    SayDoView,
    contradictions,
    documents,
    quotes,
)
from sbd_audit.report.text import shorten
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class Line:
    """One line of what was done and seen, and how many times in a row."""

    did: str
    saw: str
    times: str


@dataclass(frozen=True)
class StepView:
    """One step of a check as it was played; `known` is False where there was no usable answer."""

    title: str
    who: str
    says: str
    told: str
    answer: str
    known: bool
    values: str
    documents: tuple[DocumentView, ...]
    quotes: tuple[QuoteView, ...]
    lines: tuple[Line, ...]
    more: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MemberView:
    """How one person of a group fared; `message` only where it differs from the finding's own."""

    who: str
    outcome: str
    glyph: str
    label: str
    message: str


@dataclass(frozen=True)
class ProvisionView:
    """A provision the check is mapped to."""

    id: str
    clause: str
    standing: str
    obligation: str


@dataclass(frozen=True)
class FindingView:
    """A finding; `folded` ones show their title and open on demand."""

    link: Link
    check: str
    severity: str
    severity_label: str
    pillar: str
    tier: str
    folded: bool
    failed: bool
    messages: tuple[str, ...]
    because: str
    who: str
    members: tuple[MemberView, ...]
    steps_with: str
    why: str
    control: str
    remedy: str
    waiver: str
    waiver_label: str
    contradictions: tuple[SayDoView, ...]
    word: str
    given: tuple[GivenView, ...]
    criterion: str
    deadlines: tuple[str, ...]
    response: AnswerView | None
    no_response: str
    steps: tuple[StepView, ...]
    undecided: tuple[str, ...]
    parameters: tuple[str, ...]
    provisions: tuple[ProvisionView, ...]
    provisions_label: str
    named: str
    related: str
    practices: tuple[str, ...]


def finding_view(
    link: Link,
    finding: Mapping[str, Any],
    evidence: Mapping[str, Mapping[str, Any]],
    words: Words,
    detail: Detail,
) -> FindingView:
    """The view of one finding of results.json; `evidence` describes exhibits by sha256."""
    outcome, waiver = finding["outcome"], finding["waiver"]
    passed, set_out = outcome == "passed", outcome in detail.law
    return FindingView(
        link=link,
        check=f"{finding['check']}@{finding['version']}",
        severity=finding["severity"],
        severity_label=words.severity(finding["severity"]),
        pillar=words.pillar(finding["pillar"]),
        tier=words.term("tiers", finding["tier"]),
        folded=outcome in ("passed", "inapplicable"),
        failed=outcome == "failed",
        messages=() if passed else tuple(finding["messages"]),
        because="" if outcome in ("passed", "failed") else words.reason(finding["reason"]),
        who=words("seen_with", who=words.persona(finding["member"]))
        if finding["member"] and len(finding["members"]) < 2
        else "",
        members=_members(finding, words),
        steps_with=words("steps_with", who=words.persona(finding["member"]))
        if finding["member"] and len(finding["members"]) > 1
        else "",
        why=finding["why"],
        control=finding["control"],
        remedy=finding["remedy"] if outcome == "failed" else "",
        waiver=_waiver(waiver, words) if waiver else "",
        waiver_label=words("waived_as", state=words.term("waiver_states", waiver["state"]))
        if waiver
        else "",
        contradictions=contradictions(finding, words, 2 * detail.saw),
        word=whose_word(finding, words),
        given=given(finding, words, 2 * detail.saw),
        criterion=_criterion(finding, words),
        deadlines=_deadlines(finding, words),
        response=answer_view(link, finding["response"], words) if finding["response"] else None,
        no_response=words("no_response") if outcome == "failed" and not finding["response"] else "",
        steps=tuple(_step(step, evidence, words, detail, outcome) for step in finding["steps"])
        if outcome in detail.steps
        else (),
        undecided=tuple(
            condition["says"] for condition in finding["conditions"] if condition["holds"] is None
        ),
        parameters=tuple(_parameter(parameter, words) for parameter in finding["parameters"]),
        provisions=tuple(_provision(entry, words) for entry in finding["provisions"])
        if set_out
        else (),
        provisions_label=words.count("provisions_of", len(finding["provisions"])),
        named=""
        if set_out or not finding["provisions"]
        else words("provisions_named", names=", ".join(p["id"] for p in finding["provisions"])),
        related=words("related", names=", ".join(finding["related"]))
        if set_out and finding["related"]
        else "",
        practices=tuple(
            words("practice_under", profile=profile, because=because)
            for profile, because in finding["good_practice"].items()
        ),
    )


def _members(finding: Mapping[str, Any], words: Words) -> tuple[MemberView, ...]:
    members: Sequence[Mapping[str, Any]] = finding["members"]
    if len(members) < 2:
        return ()
    return tuple(
        MemberView(
            words.persona(member["member"]),
            member["outcome"],
            GLYPHS[member["outcome"]],
            words.outcome(member["outcome"]),
            ""
            if member["outcome"] == "passed" or member["message"] == finding["message"]
            else member["message"],
        )
        for member in members
    )


def _waiver(waiver: Mapping[str, Any], words: Words) -> str:
    return words(
        "waiver",
        because=waiver["because"],
        by=waiver["approved_by"],
        until=words.date(waiver["until"]),
        state=words.term("waiver_states", waiver["state"]),
    )


def _criterion(finding: Mapping[str, Any], words: Words) -> str:
    """What a failure is measured by: the state a check expects, and the clauses that ask for it."""
    clauses = [f"{entry['short_title']}, {entry['clause']}" for entry in finding["provisions"]]
    if clauses:
        return words("criterion_asked", title=finding["title"], clauses="; ".join(clauses))
    return words("criterion_practice", title=finding["title"])


def _deadlines(finding: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """By when, on what basis and with what caution; that none is set is said for failures."""
    if finding["outcome"] == "failed" and not finding["deadlines"]:
        return (words("no_deadline"),)
    return tuple(
        words(
            "deadline_says",
            within=within(entry, words),
            basis=entry["basis"],
            source=words.term("sources", entry["source"]),
            caution=entry["caution"],
        ).rstrip()
        for entry in finding["deadlines"]
    )


def _parameter(parameter: Mapping[str, Any], words: Words) -> str:
    unit = words.known("units", parameter["unit"])
    return words(
        "parameter",
        name=words.plain(parameter["name"]),
        value=f"{words.plain(parameter['value'])} {unit}".rstrip(),
        basis=words.term("parameter_bases", parameter["basis"]),
        note=parameter["note"],
    )


def _provision(entry: Mapping[str, Any], words: Words) -> ProvisionView:
    return ProvisionView(
        id=entry["id"],
        clause=f"{entry['short_title']}, {entry['clause']}",
        standing=" · ".join(
            (
                words.term("levels", entry["level"]),
                words.term("statuses", entry["status"]),
                words.term("sources", entry["basis"]),
            )
        ),
        obligation=entry["obligation"],
    )


def _step(
    step: Mapping[str, Any],
    evidence: Mapping[str, Mapping[str, Any]],
    words: Words,
    detail: Detail,
    outcome: str,
) -> StepView:
    each = words("for_each", what=words.plain(step["each"])) if step["each"] is not None else ""
    told = {name: value for name, value in step["args"].items() if name != "as"}
    lines = _lines(step["trace"], words, detail) if outcome in detail.traces else ()
    hidden = len(lines) - detail.lines
    told_below = ("statements",) if step.get("readings") else ()
    values = {name: value for name, value in step["outputs"].items() if name not in told_below}
    return StepView(
        title=f"{words.plain(step['step'])} {each}".rstrip(),
        who=words(
            "as_role",
            role=words.plain(step["actor"]["role"]),
            persona=words.persona(step["actor"]["persona"]),
        )
        if step["actor"]
        else "",
        says=step["says"],
        told=_pairs(told, words),
        answer=_answer(step, words),
        known=step["result"] is not None and step["reason"] is None,
        values=_pairs(values, words),
        documents=documents(step, words) if outcome in detail.cites else (),
        quotes=quotes(step, words, 2 * detail.saw),
        lines=lines[: detail.lines],
        more=words.count("more_lines", hidden) if hidden > 0 else "",
        evidence=tuple(
            (key[:12], evidence[key]["says"] if key in evidence else words("not_listed"))
            for key in step["evidence"]
        )
        if outcome in detail.cites
        else (),
    )


def _answer(step: Mapping[str, Any], words: Words) -> str:
    answer = words.plain(step["result"]) if step["result"] else words("not_done")
    if step["reason"]:
        answer = words("answer_lost", answer=answer, reason=words.reason(step["reason"]))
    if step["detail"] and step["detail"] not in answer:
        answer = words("answer_detail", answer=answer, detail=step["detail"])
    return answer


def _pairs(values: Mapping[str, Any], words: Words) -> str:
    return "; ".join(
        words("pair", name=words.plain(name), value=words.plain(value))
        for name, value in values.items()
    )


def _lines(trace: Sequence[Mapping[str, str]], words: Words, detail: Detail) -> tuple[Line, ...]:
    """Repeated lines folded, long ones cut; the whole text stays in the evidence, and the cut says so."""
    folded: list[list[Any]] = []
    for entry in trace:
        did = shorten(entry["did"], detail.saw, words("cut"))
        saw = shorten(entry["saw"], detail.saw, words("cut"))
        if folded and folded[-1][:2] == [did, saw]:
            folded[-1][2] += 1
        else:
            folded.append([did, saw, 1])
    return tuple(
        Line(did, saw, words("times", count=count) if count > 1 else "")
        for did, saw, count in folded
    )
