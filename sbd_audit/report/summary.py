"""The few lines a terminal shows at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sbd_audit.report.index import ORDER, SEVERITIES
from sbd_audit.report.text import inert
from sbd_audit.report.words import Words


def summary(results: Mapping[str, Any], *, language: str = "en") -> Iterator[str]:
    """Failures first with their remedy, what could not be told, then one score line per profile."""
    words = Words(language)
    results = inert(dict(results))
    by_severity = sorted(results["findings"], key=lambda f: SEVERITIES.index(f["severity"]))
    for finding in by_severity:
        if finding["outcome"] == "failed":
            waived = f" [{words('waived')}]" if finding["waiver"] else ""
            yield f"✗ {words.severity(finding['severity'])}  {finding['check']}{waived}"
            yield f"    {finding['message']}"
            yield f"    → {finding['remedy']}"
    for finding in by_severity:
        if finding["outcome"] in ("cantTell", "untested"):
            yield f"? {words.outcome(finding['outcome'])}  {finding['check']}: {finding['message']}"
    for score in results["scores"]:
        yield score_line(score, results, words)


def score_line(score: Mapping[str, Any], results: Mapping[str, Any], words: Words) -> str:
    own = [f for f in results["findings"] if score["profile"] in f["profiles"]]
    counts = " · ".join(
        f"{count} {words.outcome(name).lower()}"
        for name in ORDER
        if (count := sum(f["outcome"] == name for f in own))
    )
    if not score["published"]:
        return f"{score['profile']}: {counts} · {score['why_not']}"
    return f"{score['profile']}: {counts} · " + words(
        "line_score", low=score["demonstrated"], high=score["possible"], coverage=score["coverage"]
    )
