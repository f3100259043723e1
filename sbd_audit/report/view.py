"""What a report shows, worked out from results.json: order, words and numbers. Templates only lay it out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.ages import AgeRow, ages
from sbd_audit.report.custody import CustodyView, custody
from sbd_audit.report.detail import LADDER, Detail
from sbd_audit.report.finding import FindingView, finding_view
from sbd_audit.report.hearing import HearingView, hearing
from sbd_audit.report.index import SEVERITIES, Index, Link, Tally, tallies
from sbd_audit.report.mandate import MandateView, mandate
from sbd_audit.report.scope import ScopeView, scope
from sbd_audit.report.scores import ScoreView, scores
from sbd_audit.report.seal import Seal
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
    ages: tuple[AgeRow, ...]
    first: tuple[FindingView, ...]
    others: tuple[Link, ...]
    doubts: tuple[Doubt, ...]
    deviations: tuple[str, ...]
    limits: tuple[str, ...]
    edition: str
    whole: bool
    mandates: tuple[MandateView, ...]
    profiles: tuple[ProfileView, ...]
    sample: tuple[str, ...]
    personas: str
    groups: tuple[Group, ...]
    waived: tuple[FindingView, ...]
    hearing: HearingView
    custody: CustodyView
    scope: ScopeView
    surface: SurfaceView | None
    severities: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[Tally, str], ...]
    tiers: tuple[tuple[str, str], ...]
    bases: tuple[tuple[str, str], ...]
    shortened: str
    engine: str
    digest: str
    colophon: str


def build(
    results: Mapping[str, Any],
    words: Words,
    detail: Detail = LADDER[0],
    seal: Seal | None = None,
) -> ReportView:
    """The view of a results.json, and of its bundle's seal where there is one, at a level of detail."""
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
        ages=ages(results, index, words),
        first=tuple(failed[:FIRST]),
        others=tuple(view.link for view in failed[FIRST:]),
        doubts=_doubts(results, index, words),
        deviations=tuple(entry["says"] for entry in results["deviations"]),
        limits=tuple(results["limits"]),
        edition=_edition(results, words),
        whole=results["run"]["edition"] == "regulator",
        mandates=mandate(results, words),
        profiles=standing(results, index, words),
        sample=_sample(results, words),
        personas=_personas(results, words),
        groups=tuple(
            Group(tally.outcome, tally.label, words.term("outcome_means", tally.outcome), own)
            for tally in counted
            if (own := tuple(view for view in views if view.link.outcome == tally.outcome))
        ),
        waived=tuple(view for view in views if view.waiver),
        hearing=hearing(results, index, words),
        custody=custody(results, seal, words),
        scope=scope(results, words, detail),
        surface=surface(results, words),
        severities=_meanings("severity", words),
        outcomes=tuple((tally, words.term("outcome_means", tally.outcome)) for tally in counted),
        tiers=_meanings("tier", words),
        bases=_meanings("basis", words),
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


def _edition(results: Mapping[str, Any], words: Words) -> str:
    """What this edition is, and how many parts of which kinds it withholds."""
    said = words(f"edition_{results['run']['edition']}")
    kinds = Counter(entry["class"] for entry in results.get("withheld", ()))
    if not kinds:
        return said
    named = [
        words("pair", name=words.term("withheld_kinds", kind), value=count)
        for kind, count in sorted(kinds.items())
    ]
    return f"{said} {words.count('withheld_parts', kinds.total(), kinds='; '.join(named))}"


def _sample(results: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """How much was planned and done: nothing is drawn by chance, so nothing is an estimate."""
    steps = {
        step["observation"]: step["result"] is not None
        for finding in results["findings"]
        for step in finding["steps"]
    }
    return (
        words.count("sample_checks", len(results["findings"])),
        words("sample_steps", planned=len(steps), answered=sum(steps.values())),
    )


def _personas(results: Mapping[str, Any], words: Words) -> str:
    played = {
        step["actor"]["persona"]
        for finding in results["findings"]
        for step in finding["steps"]
        if step["actor"]
    }
    names = sorted(words.persona(name) for name in played)
    return words("personas_played", names=words.listed(names)) if names else words("personas_none")


def _meanings(kind: str, words: Words) -> tuple[tuple[str, str], ...]:
    """Every word of a closed list with what it means, the word as it stands at the head of a line."""
    labels, means = _MEANINGS[kind]
    return tuple(
        (words.term(labels, name)[:1].upper() + words.term(labels, name)[1:], str(says))
        for name, says in words.catalogue[means].items()
    )


_MEANINGS = {
    "tier": ("tiers", "tier_means"),
    "basis": ("parameter_bases", "parameter_basis_means"),
    "severity": ("severities", "severity_means"),
}


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
                reasons[words.reason(finding["reason"])].append(link)
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
