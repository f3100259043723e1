"""Scores as results.json prints them: a profile and its findings in, decimal texts out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sbd_audit.canonical import decimal
from sbd_audit.findings import OURS, Finding
from sbd_audit.models.profile import Profile, Scoring
from sbd_audit.robust import robustness
from sbd_audit.score import Model, Score, Scored, score


def scoring_model(profile: Profile, scoring: Scoring) -> Model:
    """The numbers of a profile and its scoring file as the score takes them."""
    return Model(
        severity_weights={str(k): v for k, v in scoring.severity_weights.items()},
        credibility={str(k): v for k, v in scoring.credibility.items()},
        critical_cap=scoring.critical_cap,
        pillars={str(k): v for k, v in profile.pillars.items()},
        coverage_gate=profile.gates.coverage,
        inapplicable_limit=scoring.inapplicable_limit,
        bands=scoring.bands,
        harness_error_gate=profile.gates.harness_errors,
    )


def scored(found: Sequence[Finding], profile: Profile) -> list[Scored]:
    return [
        Scored(
            f.check.id,
            f.check.pillar,
            f.check.severity,
            f.check.evidence,
            f.verdict.outcome,
            harness_error=f.verdict.reason in OURS,
        )
        for f in found
        if profile.id in f.profiles
    ]


def scores_of(
    found: Sequence[Finding], profile: Profile, scoring: Scoring, left_out: Sequence[str]
) -> dict[str, Any]:
    """The score of one profile as results.json prints it: decimal texts, bounds rounded away from each other."""
    own, model = scored(found, profile), scoring_model(profile, scoring)
    total = score(own, model)
    missing = [name for name in profile.checks if name in left_out]
    part = (
        f"Only part of the profile was run; {len(missing)} checks were left out." if missing else ""
    )
    return {
        "profile": profile.id,
        **_printed(total),
        "band": None if part else total.band,
        "published": total.published and not part,
        "why_not": part or total.why_not,
        "not_comparable": list(total.not_comparable),
        "pillars": {
            name: {
                "demonstrated": decimal(pillar.interval.lo * 100, 1),
                "possible": decimal(pillar.interval.hi * 100, 1, up=True),
                "coverage": decimal(pillar.coverage * 100, 1),
                "weight": decimal(pillar.weight, 1),
            }
            for name, pillar in sorted(total.pillars.items())
        },
        "robustness": _robustness(own, model, total, scoring),
        "caps": [
            {"check": cap.check, "bound": cap.bound, "at": decimal(cap.at * 100, 1)}
            for cap in total.caps
        ],
    }


def _robustness(
    own: Sequence[Scored], model: Model, total: Score, scoring: Scoring
) -> dict[str, Any]:
    ends = robustness(own, model, total, scoring.robustness)
    return {
        "spread": decimal(scoring.robustness, 2),
        **{
            name: {"lo": decimal(end.lo * 100, 1), "hi": decimal(end.hi * 100, 1, up=True)}
            for name, end in zip(("demonstrated", "possible"), ends, strict=True)
        },
    }


def _printed(total: Score) -> dict[str, str]:
    return {
        "demonstrated": decimal(total.interval.lo * 100, 1),
        "possible": decimal(total.interval.hi * 100, 1, up=True),
        "coverage": decimal(total.coverage * 100, 1),
    }
