"""What a report shows, worked out from results.json: order, words and numbers. Templates only lay it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.detail import LADDER, Detail
from sbd_audit.report.finding import FindingView, finding_view
from sbd_audit.report.index import SEVERITIES, Index, Link, Tally, tallies
from sbd_audit.report.scope import ScopeView, scope
from sbd_audit.report.scores import ScoreView, scores
from sbd_audit.report.standing import ProfileView, standing
from sbd_audit.report.surface import SurfaceView, surface
from sbd_audit.report.words import Words

FIRST = 5
"""Failures the first page shows with their remedy; the others are named there and shown below."""


@dataclass(frozen=True)
class Doubt:
    """Something that could not be told, and for each reason the findings it left open."""

    says: str
    reasons: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True)
class Group:
    """The findings of one outcome."""

    outcome: str
    label: str
    says: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class ReportView:
    """A whole report."""

    title: str
    facts: tuple[str, ...]
    verdict: str
    tallies: tuple[Tally, ...]
    scores: tuple[ScoreView, ...]
    first: tuple[FindingView, ...]
    others: tuple[Link, ...]
    doubts: tuple[Doubt, ...]
    deviations: tuple[str, ...]
    limits: tuple[str, ...]
    profiles: tuple[ProfileView, ...]
    groups: tuple[Group, ...]
    waived: tuple[FindingView, ...]
    scope: ScopeView
    surface: SurfaceView | None
    outcomes: tuple[tuple[Tally, str], ...]
    tiers: tuple[tuple[str, str], ...]
    bases: tuple[tuple[str, str], ...]
    shortened: str
    engine: str
    digest: str
    colophon: str


def build(results: Mapping[str, Any], words: Words, detail: Detail = LADDER[0]) -> ReportView:
    """The view of a results.json, at a level of detail."""
    index = Index(results, words)
    views = tuple(
        finding_view(link, finding, results["evidence"], words, detail)
        for link, finding in index.findings
    )
    failed = [view for view in views if view.failed]
    counted = tallies(results["findings"], words, empty=True)
    return ReportView(
        title=results["platform"]["title"],
        facts=_facts(results, words),
        verdict=_verdict(results["findings"], words),
        tallies=counted,
        scores=scores(results, index, words),
        first=tuple(failed[:FIRST]),
        others=tuple(view.link for view in failed[FIRST:]),
        doubts=_doubts(results, index, words),
        deviations=tuple(entry["says"] for entry in results["deviations"]),
        limits=tuple(results["limits"]),
        profiles=standing(results, index, words),
        groups=tuple(
            Group(tally.outcome, tally.label, words.term("outcome_means", tally.outcome), own)
            for tally in counted
            if (own := tuple(view for view in views if view.link.outcome == tally.outcome))
        ),
        waived=tuple(view for view in views if view.waiver),
        scope=scope(results, words, detail),
        surface=surface(results, words),
        outcomes=tuple((tally, words.term("outcome_means", tally.outcome)) for tally in counted),
        tiers=_meanings("tier", words),
        bases=_meanings("parameter_basis", words),
        shortened="" if detail == LADDER[0] else words(f"detail_{detail.name}"),
        engine=results["run"]["engine"],
        digest=results["observations_sha256"],
        colophon=words(
            "colophon",
            engine=results["run"]["engine"],
            browser=results["run"]["browser"] or words("no_browser"),
            requests=results["run"]["requests"],
            agent=results["run"]["user_agent"],
        ),
    )


def _meanings(kind: str, words: Words) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(says)) for name, says in words.catalogue[f"{kind}_means"].items())


def _facts(results: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """The lines under the title: what, where, when, under what, by whom."""
    run, platform = results["run"], results["platform"]
    began, ended = run["started_at"], run["finished_at"] or run["started_at"]
    lines = [
        words(
            "subject",
            kind=platform["kind"],
            market=words.known("markets", platform["market"]),
            address=results["target"]["base_url"],
        ),
        words(
            "observed",
            day=words.date(began),
            began=began[11:16],
            ended=ended[11:16],
            id=run["id"],
            edition=words.term("editions", run["edition"]),
        ),
        words(
            "judged_under",
            profiles=words.listed(
                [
                    words("profile_version", title=profile["title"], version=profile["version"])
                    for profile in results["profiles"]
                ]
            ),
        ),
    ]
    if run["operator"]:
        lines.append(words("operator", name=run["operator"]))
    return tuple(lines)


def _verdict(findings: Sequence[Mapping[str, Any]], words: Words) -> str:
    failed = [finding for finding in findings if finding["outcome"] == "failed"]
    if not failed:
        passed = any(finding["outcome"] == "passed" for finding in findings)
        return words("verdict_none" if passed else "verdict_nothing")
    parts = [
        words("count_of", count=count, what=words.severity(name))
        for name in SEVERITIES
        if (count := sum(finding["severity"] == name for finding in failed))
    ]
    return words.count("verdict_some", len(failed), parts=words.listed(parts))


def _doubts(results: Mapping[str, Any], index: Index, words: Words) -> tuple[Doubt, ...]:
    """What could not be told, was not tested or does not apply, by reason; and what was refused."""
    said = []
    for outcome, key in (
        ("cantTell", "doubt_cant_tell"),
        ("untested", "doubt_untested"),
        ("inapplicable", "doubt_inapplicable"),
    ):
        reasons: dict[str, list[Link]] = defaultdict(list)
        for link, finding in index.findings:
            if finding["outcome"] == outcome:
                reasons[finding["reason_says"]].append(link)
        if count := sum(map(len, reasons.values())):
            said.append(
                Doubt(
                    words.count(key, count),
                    tuple((reason, tuple(links)) for reason, links in reasons.items()),
                )
            )
    if results["refused"]:
        refused = sum(entry["count"] for entry in results["refused"])
        key = "doubt_kept_in" if results.get("surface") else "doubt_refused"
        said.append(Doubt(words.count(key, refused), ()))
    return tuple(said)
