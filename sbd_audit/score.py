"""The score of one profile: an interval from what is demonstrated to what is still possible.

Arithmetic is exact (`Fraction`), so the order of findings cannot matter. An unknown widens the interval and
never raises its lower end; blocking a test therefore never helps a platform. An observed failure of a critical
check caps the possible score, an unknown critical check caps only the demonstrated one.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt

from sbd_audit.outcome import Outcome

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Interval:
    """Bounds within [0, 1]; raises `ValueError` when they are not, or stand the wrong way round."""

    lo: Fraction
    hi: Fraction

    def __post_init__(self) -> None:
        if not ZERO <= self.lo <= self.hi <= ONE:
            raise ValueError(f"not an interval within 0 and 1: [{self.lo}, {self.hi}]")


ANYTHING = Interval(ZERO, ONE)


@dataclass(frozen=True)
class Scored:
    """A finding as the score sees it; `value` is for graded checks, `waived` only labels."""

    check: str
    pillar: str
    severity: str
    tier: str
    outcome: Outcome
    value: Interval | None = None
    waived: bool = False


@dataclass(frozen=True)
class Model:
    """Every number the score depends on; read from a profile and its scoring file."""

    severity_weights: Mapping[str, Fraction]
    credibility: Mapping[str, Fraction]
    critical_cap: Fraction
    pillars: Mapping[str, Fraction]
    coverage_gate: Fraction
    inapplicable_limit: Fraction = ONE
    bands: Sequence[tuple[str, Fraction]] = ()


@dataclass(frozen=True)
class PillarScore:
    """One pillar: its interval, how much of it was covered, and how much did not apply."""

    interval: Interval
    coverage: Fraction
    weight: Fraction
    inapplicable: Fraction

    @property
    def comparable(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True)
class Cap:
    """A critical check that holds a bound down."""

    check: str
    bound: str
    at: Fraction


@dataclass(frozen=True)
class Score:
    """The whole score; `published` is False below the coverage gate, and `why_not` says so."""

    interval: Interval
    coverage: Fraction
    pillars: Mapping[str, PillarScore]
    caps: tuple[Cap, ...] = ()
    band: str | None = None
    published: bool = True
    why_not: str = ""
    not_comparable: tuple[str, ...] = field(default=())


def leaf(finding: Scored, model: Model) -> Interval:
    """The interval of one finding: its value, discounted by how it was evidenced."""
    if finding.outcome in (Outcome.cantTell, Outcome.untested):
        return ANYTHING
    sure = finding.value or (Interval(ONE, ONE) if finding.outcome is Outcome.passed else Interval(ZERO, ZERO))
    trust = model.credibility[finding.tier]
    return Interval(trust * sure.lo, trust * sure.hi + ONE - trust)


def score(findings: Iterable[Scored], model: Model) -> Score:
    """The score of the findings under a model; `inapplicable` ones are as if they were not there."""
    everything = list(findings)
    relevant = [finding for finding in everything if finding.outcome is not Outcome.inapplicable]
    pillars = _pillars(everything, relevant, model)
    weights = {name: pillar.weight for name, pillar in pillars.items() if pillar.weight > 0}
    total = sum(weights.values(), ZERO)
    if not total:
        return Score(ANYTHING, ZERO, pillars, published=False, why_not="No check of this profile applies.")
    lo = sum((weight * pillars[name].interval.lo for name, weight in weights.items()), ZERO) / total
    hi = sum((weight * pillars[name].interval.hi for name, weight in weights.items()), ZERO) / total
    interval, caps = _capped(Interval(lo, hi), relevant, model)
    coverage = _coverage(relevant, model)
    short = coverage < model.coverage_gate
    return Score(
        interval,
        coverage,
        pillars,
        caps,
        band=None if short else _band(interval, model),
        published=not short,
        why_not="Too little could be observed for an overall score." if short else "",
        not_comparable=tuple(
            sorted(n for n, p in pillars.items() if not p.weight or p.inapplicable > model.inapplicable_limit)
        ),
    )


def _pillars(
    everything: Sequence[Scored], relevant: Sequence[Scored], model: Model
) -> dict[str, PillarScore]:
    applying: dict[str, list[Scored]] = defaultdict(list)
    for finding in relevant:
        applying[finding.pillar].append(finding)
    found = {}
    for name, weight in model.pillars.items():
        own = applying[name]
        listed = sum((model.severity_weights[f.severity] for f in everything if f.pillar == name), ZERO)
        if not listed:
            continue
        mass = sum((model.severity_weights[f.severity] for f in own), ZERO)
        bounds = ANYTHING
        if mass:
            leaves = [(model.severity_weights[f.severity], leaf(f, model)) for f in own]
            bounds = Interval(
                sum((s * i.lo for s, i in leaves), ZERO) / mass, sum((s * i.hi for s, i in leaves), ZERO) / mass
            )
        found[name] = PillarScore(bounds, _coverage(own, model), weight if mass else ZERO, ONE - mass / listed)
    return found


def _capped(interval: Interval, relevant: Sequence[Scored], model: Model) -> tuple[Interval, tuple[Cap, ...]]:
    lo, hi, cap = interval.lo, interval.hi, model.critical_cap
    caps = []
    critical = sorted((f for f in relevant if f.severity == "critical"), key=lambda f: f.check)
    for finding in critical:
        bounds = leaf(finding, model)
        low, high = cap + (ONE - cap) * bounds.lo, cap + (ONE - cap) * bounds.hi
        if high < interval.hi:
            caps.append(Cap(finding.check, "possible", high))
        if low < interval.lo:
            caps.append(Cap(finding.check, "demonstrated", low))
        lo, hi = min(lo, low), min(hi, high)
    return Interval(min(lo, hi), hi), tuple(caps)


def _coverage(findings: Sequence[Scored], model: Model) -> Fraction:
    """The share of severity-weighted evidence that is in hand."""
    mass = sum((model.severity_weights[f.severity] for f in findings), ZERO)
    held = sum(
        (
            model.severity_weights[f.severity] * model.credibility[f.tier]
            for f in findings
            if f.outcome in (Outcome.passed, Outcome.failed)
        ),
        ZERO,
    )
    return held / mass if mass else ZERO


def _band(interval: Interval, model: Model) -> str | None:
    """The band both ends lie in; None when they do not share one."""

    def of(value: Fraction) -> str | None:
        return next((name for name, floor in reversed(list(model.bands)) if value >= floor), None)

    return of(interval.lo) if of(interval.lo) == of(interval.hi) else None


def combined(items: Sequence[tuple[str, Interval]], strength: Mapping[str, Fraction], *, blocked: bool = False) -> Interval:
    """Several pieces of evidence for one check: the strongest tier wins, ties take the hull.

    When the platform prevented an observation, weaker evidence is ignored.
    """
    if blocked or not items:
        return ANYTHING
    best = max(strength[tier] for tier, _ in items)
    strongest = [interval for tier, interval in items if strength[tier] == best]
    return Interval(min(i.lo for i in strongest), max(i.hi for i in strongest))


def wilson(successes: int, trials: int, z: Fraction = Fraction(196, 100)) -> Interval:
    """Wilson bounds of a rate (95 per cent by default), as exact fractions to six places."""
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials} is no rate")
    p, n, scale = Fraction(successes, trials), trials, 10**12
    middle = p + z * z / (2 * n)
    square = p * (1 - p) / n + z * z / (4 * n * n)
    spread = z * Fraction(isqrt(int(square * scale * scale)), scale)
    width = 1 + z * z / n
    return Interval(max(ZERO, (middle - spread) / width), min(ONE, (middle + spread) / width))


def graded(rate: Interval, floor: Fraction, target: Fraction) -> Interval:
    """A rate scaled so that `floor` counts nothing and `target` counts in full."""

    def part(value: Fraction) -> Fraction:
        return min(ONE, max(ZERO, (value - floor) / (target - floor)))

    return Interval(part(rate.lo), part(rate.hi))


def agreement(left: Sequence[Scored], right: Sequence[Scored], model: Model, *, draws: int = 2000, seed: int = 1) -> Fraction:
    """The share of seeded draws of weights in which the first stands above the second, by lower bound."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable experiment, not a secret

    def shaken(weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
        return {name: weight * Fraction(chance.randrange(500, 1501), 1000) for name, weight in weights.items()}

    above = 0
    for _ in range(draws):
        drawn = Model(
            shaken(model.severity_weights),
            {
                "observed": ONE,
                "documented": Fraction(chance.randrange(400, 801), 1000),
                "attested": Fraction(chance.randrange(100, 501), 1000),
            },
            model.critical_cap,
            shaken(model.pillars),
            model.coverage_gate,
        )
        above += score(left, drawn).interval.lo > score(right, drawn).interval.lo
    return Fraction(above, draws)
