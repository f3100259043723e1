"""What a report shows, worked out from results.json: order, words and numbers. Templates only lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.charts import Bar, bar
from sbd_audit.report.words import Words

ORDER = ("failed", "cantTell", "untested", "passed", "inapplicable")
SEVERITIES = ("critical", "high", "medium", "low")
GLYPHS = {"failed": "✗", "cantTell": "?", "untested": "–", "passed": "✓", "inapplicable": "○"}
LONGEST_TRACE = 220


@dataclass(frozen=True)
class Line:
    """One line of what was done and seen."""

    did: str
    saw: str
    times: int = 1


@dataclass(frozen=True)
class StepView:
    """One step of a check as it was played."""

    title: str
    says: str
    who: str
    answer: str
    known: bool
    values: str
    lines: tuple[Line, ...]
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FindingView:
    """A finding, ready to be laid out."""

    number: str
    data: Mapping[str, Any]
    glyph: str
    outcome: str
    severity: str
    pillar: str
    who: str
    members: str
    steps: tuple[StepView, ...]
    provisions: tuple[Mapping[str, Any], ...]
    conditions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ScoreView:
    """A profile's score line: numbers in words, and a bar."""

    profile: Mapping[str, Any]
    data: Mapping[str, Any]
    text: str
    bar: Bar
    held: str
    capping: tuple[str, ...]
    pillars: tuple[tuple[str, str, str, Bar], ...]


@dataclass(frozen=True)
class ReportView:
    """A whole report."""

    results: Mapping[str, Any]
    verdict: str
    counts: tuple[tuple[str, str, str, int], ...]
    scores: tuple[ScoreView, ...]
    first: tuple[FindingView, ...]
    doubts: tuple[str, ...]
    groups: tuple[tuple[str, str, tuple[FindingView, ...]], ...]
    conclusions: tuple[tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]], ...]
    numbers: Mapping[str, str]
    evidence: tuple[tuple[str, Mapping[str, Any]], ...]


def build(results: Mapping[str, Any], words: Words) -> ReportView:
    """The view of a results.json."""
    ordered = sorted(
        results["findings"],
        key=lambda f: (
            ORDER.index(f["outcome"]),
            SEVERITIES.index(f["severity"]),
            f["pillar"],
            f["check"],
        ),
    )
    views = tuple(
        _finding(f"F-{number:03}", f, results, words) for number, f in enumerate(ordered, 1)
    )
    counts = results["counts"]
    failed = tuple(view for view in views if view.data["outcome"] == "failed")
    return ReportView(
        results=results,
        verdict=_verdict(views, words),
        counts=tuple((name, GLYPHS[name], words.outcome(name), counts[name]) for name in ORDER),
        scores=tuple(_score(score, results, words) for score in results["scores"]),
        first=failed,
        doubts=_doubts(results, views, words),
        groups=tuple(
            (name, words.outcome(name), own)
            for name in ORDER
            if (own := tuple(view for view in views if view.data["outcome"] == name))
        ),
        conclusions=tuple(
            (profile, tuple(c for c in results["conclusions"] if c["profile"] == profile["id"]))
            for profile in results["profiles"]
        ),
        numbers={view.data["check"]: view.number for view in views},
        evidence=tuple(sorted(results["evidence"].items())),
    )


def _verdict(views: Sequence[FindingView], words: Words) -> str:
    failed = [view for view in views if view.data["outcome"] == "failed"]
    if not failed:
        return words("verdict_none")
    parts = [
        words("count_of", count=count, what=words(f"severity_{name}"))
        for name in SEVERITIES
        if (count := sum(view.data["severity"] == name for view in failed))
    ]
    return words(
        "verdict_one" if len(failed) == 1 else "verdict_some",
        count=len(failed),
        parts=words.listed(parts),
    )


def _doubts(
    results: Mapping[str, Any], views: Sequence[FindingView], words: Words
) -> tuple[str, ...]:
    counts = results["counts"]
    said = []
    if counts["cantTell"]:
        said.append(words.count("doubt_cant_tell", counts["cantTell"]))
    if counts["untested"]:
        said.append(words.count("doubt_untested", counts["untested"]))
    if counts["inapplicable"]:
        said.append(words.count("doubt_inapplicable", counts["inapplicable"]))
    if results["refused"]:
        said.append(
            words.count("doubt_refused", sum(entry["count"] for entry in results["refused"]))
        )
    return (*said, *results["limits"])


def _score(score: Mapping[str, Any], results: Mapping[str, Any], words: Words) -> ScoreView:
    profile = next(p for p in results["profiles"] if p["id"] == score["profile"])
    low, high = _whole(score["demonstrated"], up=False), _whole(score["possible"], up=True)
    text = words("score_text", low=low, high=high) if score["published"] else score["why_not"]
    caps = [cap for cap in score["caps"] if cap["bound"] == "possible"]
    return ScoreView(
        profile,
        score,
        text,
        bar(low, high, words("score_label", low=low, high=high)),
        words("held_possible", at=caps[0]["at"]) if caps else "",
        tuple(cap["check"] for cap in caps),
        tuple(
            (
                words("unscored", pillar=words.pillar(name))
                if p["weight"] == "0.0"
                else words.pillar(name),
                words(
                    "score_text",
                    low=_whole(p["demonstrated"], up=False),
                    high=_whole(p["possible"], up=True),
                ),
                p["coverage"],
                bar(
                    _whole(p["demonstrated"], up=False),
                    _whole(p["possible"], up=True),
                    words.pillar(name),
                ),
            )
            for name, p in score["pillars"].items()
        ),
    )


def _whole(number: str, *, up: bool) -> int:
    """Decimal text as a whole number: the lower bound down, the upper one up."""
    whole, _, rest = number.partition(".")
    return int(whole) + (1 if up and rest.strip("0") else 0)


def _finding(
    number: str, finding: Mapping[str, Any], results: Mapping[str, Any], words: Words
) -> FindingView:
    members = finding["members"]
    others = (
        ""
        if len(members) < 2
        else "; ".join(
            f"{words.persona(m['member'])}: {words.outcome(m['outcome'])}" for m in members
        )
    )
    brief = finding["outcome"] in ("passed", "inapplicable")
    return FindingView(
        number=number,
        data=finding,
        glyph=GLYPHS[finding["outcome"]],
        outcome=words.outcome(finding["outcome"]),
        severity=words(f"severity_{finding['severity']}"),
        pillar=words.pillar(finding["pillar"]),
        who=words.persona(finding["member"]) if finding["member"] else "",
        members=others,
        steps=tuple(_step(step, results, words, brief=brief) for step in finding["steps"]),
        provisions=tuple(finding["provisions"]),
        conditions=tuple(
            ({True: "✓", False: "✗", None: "?"}[c["holds"]], c["says"])
            for c in finding["conditions"]
            if c["holds"] is not True
        ),
    )


def _step(
    step: Mapping[str, Any], results: Mapping[str, Any], words: Words, *, brief: bool
) -> StepView:
    each = f" ({words.plain(step['each'])})" if step["each"] is not None else ""
    known = step["result"] is not None and step["reason"] is None
    answer = words.plain(step["result"]) if step["result"] else words("not_done")
    if step["reason"]:
        answer += f" — {words.reason(step['reason'])}"
    if step["detail"] and step["detail"] not in answer:
        answer += f" ({step['detail']})"
    return StepView(
        title=words.plain(step["step"]) + each,
        says="" if brief else step["says"],
        who=words(
            "as_role",
            role=words.plain(step["actor"]["role"]),
            persona=words.persona(step["actor"]["persona"]),
        )
        if step["actor"]
        else "",
        answer=answer,
        known=known,
        values="; ".join(f"{words.plain(k)}: {words.plain(v)}" for k, v in step["outputs"].items()),
        lines=() if brief else _lines(step["trace"], words),
        evidence=()
        if brief
        else tuple(
            (key[:12], results["evidence"].get(key, {}).get("says", "")) for key in step["evidence"]
        ),
    )


def _lines(trace: Sequence[Mapping[str, str]], words: Words) -> tuple[Line, ...]:
    """Repeated lines folded, long ones cut; the whole text stays in the evidence, and the cut says so."""
    folded: list[Line] = []
    for entry in trace:
        saw = entry["saw"]
        if len(saw) > LONGEST_TRACE:
            saw = saw[:LONGEST_TRACE] + words("cut")
        if folded and (folded[-1].did, folded[-1].saw) == (entry["did"], saw):
            folded[-1] = Line(entry["did"], saw, folded[-1].times + 1)
        else:
            folded.append(Line(entry["did"], saw))
    return tuple(folded)
