"""Scores as a page shows them: intervals in whole numbers, a bar, and what holds them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sbd_audit.report.charts import Bar, bar
from sbd_audit.report.index import Index, Link, Tally, tallies
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class PillarRow:
    """One pillar of a profile; `worst` is the outcome that colours it, its word stands in `tallies`."""

    name: str
    note: str
    text: str
    bar: Bar
    coverage: str
    worst: str
    tallies: tuple[Tally, ...]


@dataclass(frozen=True)
class ScoreView:
    """A profile's score; without an overall score `bar` is None and `why_not` says why."""

    title: str
    text: str
    why_not: str
    bar: Bar | None
    coverage: str
    band: str
    held: str
    holding: tuple[Link, ...]
    robust: str
    pillars: tuple[PillarRow, ...]


def scores(results: Mapping[str, Any], index: Index, words: Words) -> tuple[ScoreView, ...]:
    """The score of every profile, in the order of the profiles."""
    titles = {profile["id"]: profile["title"] for profile in results["profiles"]}
    return tuple(_score(score, titles, index, words) for score in results["scores"])


def _score(
    score: Mapping[str, Any], titles: Mapping[str, str], index: Index, words: Words
) -> ScoreView:
    caps = [cap for cap in score["caps"] if cap["bound"] == "possible" and score["published"]]
    own = [finding for _, finding in index.findings if score["profile"] in finding["profiles"]]
    return ScoreView(
        title=titles[score["profile"]],
        text=_interval(score, words) if score["published"] else words("no_score"),
        why_not="" if score["published"] else score["why_not"],
        bar=_bar(score, words("score_label_of", what=titles[score["profile"]]), words)
        if score["published"]
        else None,
        coverage=words("coverage", share=_whole(score["coverage"], up=False)),
        band=words("band", name=words.known("bands", score["band"])) if score["band"] else "",
        held=words("held_possible", at=_whole(caps[0]["at"], up=True)) if caps else "",
        holding=index.of(score["profile"], (cap["check"] for cap in caps)),
        robust=_robust(score["robustness"], words) if score["published"] else "",
        pillars=tuple(
            _pillar(name, pillar, score, own, words) for name, pillar in score["pillars"].items()
        ),
    )


def _robust(found: Mapping[str, Any], words: Words) -> str:
    ends = {name: found[name] for name in ("demonstrated", "possible")}
    low, high = ((_whole(end["lo"], up=False), _whole(end["hi"], up=True)) for end in ends.values())
    return words(
        "robust",
        share=_whole(str(Decimal(found["spread"]) * 100), up=False),
        from_low=low[0],
        to_low=low[1],
        from_high=high[0],
        to_high=high[1],
    )


def _pillar(
    name: str,
    pillar: Mapping[str, Any],
    score: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    words: Words,
) -> PillarRow:
    counted = tallies((finding for finding in findings if finding["pillar"] == name), words)
    note = ""
    if not float(pillar["weight"]):
        note = words("unscored")
    elif name in score["not_comparable"]:
        note = words("not_comparable")
    return PillarRow(
        name=words.pillar(name),
        note=note,
        text=_interval(pillar, words),
        bar=_bar(pillar, words.pillar(name), words),
        coverage=words("percent", share=_whole(pillar["coverage"], up=False)),
        worst=counted[0].outcome if counted else "inapplicable",
        tallies=counted,
    )


def _bounds(score: Mapping[str, Any]) -> tuple[int, int]:
    return _whole(score["demonstrated"], up=False), _whole(score["possible"], up=True)


def _interval(score: Mapping[str, Any], words: Words) -> str:
    low, high = _bounds(score)
    return words("score_point" if low == high else "score_text", low=low, high=high)


def _bar(score: Mapping[str, Any], what: str, words: Words) -> Bar:
    low, high = _bounds(score)
    return bar(low, high, words("score_label", what=what, low=low, high=high))


def _whole(number: str, *, up: bool) -> int:
    """Decimal text as a whole number: the lower bound down, the upper one up."""
    whole, _, rest = number.partition(".")
    return int(whole) + (1 if up and rest.strip("0") else 0)
