"""The score of one profile: an interval from what is demonstrated to what is still possible.

Arithmetic is exact (`Fraction`), so the order of findings cannot matter. An unknown widens the
interval and never raises its lower end; blocking a test therefore never helps a platform. An
observed failure of a critical check caps the possible score, an unknown critical check caps only
the demonstrated one. Every weight and limit comes from a `Model`, which is read from data files.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

from sbd_audit.canonical import decimal
from sbd_audit.errors import SbdError
from sbd_audit.outcome import Outcome

ZERO, ONE = Fraction(0), Fraction(1)
CRITICAL = "critical"
Z_95 = Fraction(195_996, 100_000)  # the normal quantile of a two-sided 95 per cent interval


@dataclass(frozen=True)
class Interval:
    """Bounds within [0, 1]; raises `ValueError` when they are not, or stand the wrong way round."""

    lo: Fraction
    hi: Fraction

    def __post_init__(self) -> None:
        if not ZERO <= self.lo <= self.hi <= ONE:
            raise ValueError(f"not an interval within 0 and 1: [{self.lo}, {self.hi}]")


ANYTHING = Interval(ZERO, ONE)
FULL, NOTHING = Interval(ONE, ONE), Interval(ZERO, ZERO)


@dataclass(frozen=True)
class Scored:
    """A finding as the score sees it.

    `value` bounds a graded check that was decided; without it a pass counts 1 and a failure 0.
    `blocked`: the platform prevented the observation. `harness_error`: the audit's own mistake.
    """

    check: str
    pillar: str
    severity: str
    tier: str
    outcome: Outcome
    value: Interval | None = None
    blocked: bool = False
    harness_error: bool = False

    @property
    def known(self) -> bool:
        return self.outcome in (Outcome.passed, Outcome.failed) and not self.blocked


@dataclass(frozen=True)
class Model:
    """Every number the score depends on, as fractions of 1; a limit of 1 never bites.

    Weights are relative and need not add up to anything. `bands` are names with their floors.
    """

    severity_weights: Mapping[str, Fraction]
    credibility: Mapping[str, Fraction]
    critical_cap: Fraction
    pillars: Mapping[str, Fraction]
    coverage_gate: Fraction
    inapplicable_limit: Fraction = ONE
    bands: Sequence[tuple[str, Fraction]] = ()
    harness_error_gate: Fraction = ONE
    check_share_limit: Fraction = ONE


@dataclass(frozen=True)
class Bounded:
    """What has an interval: `demonstrated` is its lower end, `possible` its upper."""

    interval: Interval

    @property
    def demonstrated(self) -> Fraction:
        return self.interval.lo

    @property
    def possible(self) -> Fraction:
        return self.interval.hi


@dataclass(frozen=True)
class PillarScore(Bounded):
    """One pillar: its interval, how much of it was covered, and how much did not apply.

    `weight` is what it carries in the whole: 0 when none of its checks applies.
    """

    coverage: Fraction
    weight: Fraction
    inapplicable_share: Fraction


@dataclass(frozen=True, order=True)
class Cap:
    """A critical check that holds a bound ("demonstrated" or "possible") down to `at`."""

    check: str
    bound: str
    at: Fraction


@dataclass(frozen=True)
class Score(Bounded):
    """The whole score. When `published` is False, `why_not` says why there is no overall score.

    `with_waivers` is the second line: the interval with waived failures set aside, or None when no
    waiver concerns a failure. `not_comparable` names the pillars that must not be ranked.
    """

    coverage: Fraction
    pillars: Mapping[str, PillarScore]
    caps: tuple[Cap, ...] = ()
    band: str | None = None
    published: bool = True
    why_not: str = ""
    not_comparable: tuple[str, ...] = ()
    with_waivers: Interval | None = None


def score(
    findings: Iterable[Scored], model: Model, *, waived: Collection[str] = frozenset()
) -> Score:
    """The score of `findings`; `inapplicable` ones are as if they were not there.

    `waived` names checks with an accepted waiver; it changes nothing but `with_waivers`.
    Raises `SbdError` when a finding's pillar, severity or tier has no number in the model.
    """
    listed = list(findings)
    if missing := [sentence for finding in listed for sentence in _missing_numbers(finding, model)]:
        raise SbdError("\n".join(missing))
    whole = _whole(listed, model)
    kept = [f for f in listed if not (f.check in waived and f.outcome is Outcome.failed)]
    if len(kept) == len(listed):
        return whole
    return replace(whole, with_waivers=_whole(kept, model).interval)


def leaf(finding: Scored, model: Model) -> Interval:
    """The interval of one applicable finding: its value, discounted by how it was evidenced."""
    if not finding.known:
        return ANYTHING
    value = finding.value or (FULL if finding.outcome is Outcome.passed else NOTHING)
    trust = model.credibility[finding.tier]
    return Interval(trust * value.lo, trust * value.hi + ONE - trust)


def _missing_numbers(asked: Scored | Asked, model: Model) -> Iterator[str]:
    for what, word, numbers in (
        ("pillar", asked.pillar, model.pillars),
        ("severity", asked.severity, model.severity_weights),
        ("evidence tier", asked.tier, model.credibility),
    ):
        if word not in numbers:
            yield f'{asked.check}: the {what} "{word}" has no number in the scoring model.'


def _whole(findings: Sequence[Scored], model: Model) -> Score:
    pillars = _pillars(findings, model)
    weighing = [
        finding
        for finding in findings
        if finding.outcome is not Outcome.inapplicable and model.pillars[finding.pillar] > 0
    ]
    mean = _mean((pillar.weight, pillar.interval) for pillar in pillars.values()) or ANYTHING
    interval, caps = _capped(mean, weighing, model)
    coverage = _coverage(weighing, model)
    why_not = _why_not(weighing, coverage, model)
    limit = model.inapplicable_limit
    return Score(
        interval,
        coverage,
        pillars,
        caps,
        band=None if why_not else band(interval, model.bands),
        published=not why_not,
        why_not=why_not,
        not_comparable=tuple(
            sorted(n for n, p in pillars.items() if not p.weight or p.inapplicable_share > limit)
        ),
    )


def _pillars(findings: Sequence[Scored], model: Model) -> dict[str, PillarScore]:
    found = {}
    for name, weight in model.pillars.items():
        listed = [finding for finding in findings if finding.pillar == name]
        own = [finding for finding in listed if finding.outcome is not Outcome.inapplicable]
        interval = _mean((model.severity_weights[f.severity], leaf(f, model)) for f in own)
        mass, applying = _mass(listed, model), _mass(own, model)
        found[name] = PillarScore(
            interval=interval or ANYTHING,
            coverage=_coverage(own, model),
            weight=weight if interval else ZERO,
            inapplicable_share=ONE - applying / mass if mass else ZERO,
        )
    return found


def _capped(
    mean: Interval, weighing: Iterable[Scored], model: Model
) -> tuple[Interval, tuple[Cap, ...]]:
    """The mean, held down by critical checks; each cap that would bite alone is named."""
    caps = []
    lo, hi, cap = mean.lo, mean.hi, model.critical_cap
    for finding in weighing:
        if finding.severity != CRITICAL:
            continue
        bounds = leaf(finding, model)
        low, high = cap + (ONE - cap) * bounds.lo, cap + (ONE - cap) * bounds.hi
        if low < mean.lo:
            caps.append(Cap(finding.check, "demonstrated", low))
        if high < mean.hi:
            caps.append(Cap(finding.check, "possible", high))
        lo, hi = min(lo, low), min(hi, high)
    return Interval(lo, hi), tuple(sorted(caps))


def _why_not(weighing: Sequence[Scored], coverage: Fraction, model: Model) -> str:
    """The reason to publish no overall score; empty when there is none."""
    mass = _mass(weighing, model)
    if not mass:
        return "No check of this profile applies."
    broken = _mass([finding for finding in weighing if finding.harness_error], model)
    if broken / mass > model.harness_error_gate:
        return "Mistakes of the audit itself left too much open."
    if coverage < model.coverage_gate:
        return "Too little could be observed for an overall score."
    return ""


def _mean(parts: Iterable[tuple[Fraction, Interval]]) -> Interval | None:
    """The weighted mean of intervals; None when nothing weighs."""
    weighed = list(parts)
    mass = sum((weight for weight, _ in weighed), ZERO)
    if not mass:
        return None
    return Interval(
        sum((weight * interval.lo for weight, interval in weighed), ZERO) / mass,
        sum((weight * interval.hi for weight, interval in weighed), ZERO) / mass,
    )


def _mass(findings: Iterable[Scored], model: Model) -> Fraction:
    return sum((model.severity_weights[finding.severity] for finding in findings), ZERO)


def _coverage(findings: Sequence[Scored], model: Model) -> Fraction:
    """The share of severity-weighted evidence that is in hand."""
    mass = _mass(findings, model)
    held = sum(
        (
            model.severity_weights[f.severity] * model.credibility[f.tier]
            for f in findings
            if f.known
        ),
        ZERO,
    )
    return held / mass if mass else ZERO


def shown(interval: Interval, places: int = 0) -> tuple[str, str]:
    """Both bounds as decimal text from 0 to 100, the lower rounded down and the upper up."""
    return decimal(interval.lo * 100, places), decimal(interval.hi * 100, places, up=True)


def band(interval: Interval, bands: Iterable[tuple[str, Fraction]]) -> str | None:
    """The band that both bounds lie in as printed in whole numbers; None when they share none.

    Printing rounds outwards, so the exact bounds share it too, and so do finer prints.
    """
    rising = sorted(bands, key=lambda named: named[1])
    low, high = (
        next((name for name, floor in reversed(rising) if Fraction(text) / 100 >= floor), None)
        for text in shown(interval)
    )
    return low if low == high else None


def strongest(
    evidence: Iterable[tuple[str, Interval]], model: Model, *, blocked: bool = False
) -> tuple[str, Interval] | None:
    """Several pieces of evidence (tier, value) for one check: the strongest tier wins, ties take
    the hull. None when nothing can be known.

    When the platform prevented an observation, what else there is counts for nothing: otherwise
    preventing the one test that fails would pay.
    """
    pieces = list(evidence)
    if blocked or not pieces:
        return None
    tier = max((tier for tier, _ in pieces), key=lambda name: (model.credibility[name], name))
    equal = [value for name, value in pieces if model.credibility[name] == model.credibility[tier]]
    return tier, Interval(min(value.lo for value in equal), max(value.hi for value in equal))


def wilson(successes: int, trials: int, z: Fraction = Z_95) -> Interval:
    """Wilson bounds of a rate, rounded outwards by less than 10⁻¹¹.

    Raises `ValueError` unless 0 ≤ successes ≤ trials and trials > 0.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no rate")
    rate, scale = Fraction(successes, trials), 10**12
    square = rate * (1 - rate) / trials + z * z / (4 * trials * trials)
    spread = z * Fraction(isqrt(int(square * scale * scale)) + 1, scale)
    middle, width = rate + z * z / (2 * trials), 1 + z * z / trials
    return Interval(max(ZERO, (middle - spread) / width), min(ONE, (middle + spread) / width))


def graded(rate: Interval, floor: Fraction, target: Fraction) -> Interval:
    """A rate scaled so that `floor` and less counts nothing and `target` and more in full.

    Raises `ValueError` unless floor < target.
    """
    if not floor < target:
        raise ValueError(f"the floor {floor} is not below the target {target}")

    def part(value: Fraction) -> Fraction:
        return min(ONE, max(ZERO, (value - floor) / (target - floor)))

    return Interval(part(rate.lo), part(rate.hi))


@dataclass(frozen=True)
class Draws:
    """How the weights are shaken before one platform is said to stand above another.

    Pillar and severity weights vary by `spread` (a share) either way; the credibility of each tier
    named in `credibility` varies between its two bounds; `agreement` is the share that must agree.
    """

    number: int
    seed: int
    agreement: Fraction
    spread: Fraction
    credibility: Mapping[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Standing:
    """Whether the first stands above the second (`holds`), in which `share` of the draws, and
    whether their intervals are `separate`: two facts, printed together."""

    share: Fraction
    holds: bool
    separate: bool


def above(
    first: Iterable[Scored], second: Iterable[Scored], model: Model, draws: Draws
) -> Standing:
    """Compare two platforms under one model by their lower bounds, over seeded draws of weights.

    The draws depend on model and seed alone, so that every pair of platforms meets the same ones.
    Raises `ValueError` when there is nothing to draw.
    """
    if draws.number < 1:
        raise ValueError("at least one draw is needed")
    left, right = list(first), list(second)
    chance = random.Random(draws.seed)  # noqa: S311 - a repeatable experiment, not a secret
    wins = 0
    for _ in range(draws.number):
        drawn = _drawn(model, draws, chance)
        wins += score(left, drawn).demonstrated > score(right, drawn).demonstrated
    share = Fraction(wins, draws.number)
    return Standing(
        share,
        share >= draws.agreement,
        score(left, model).demonstrated > score(right, model).possible,
    )


def _drawn(model: Model, draws: Draws, chance: random.Random) -> Model:
    def between(low: Fraction, high: Fraction) -> Fraction:
        return low + (high - low) * Fraction(chance.randint(0, 1000), 1000)

    def shaken(weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
        low, high = ONE - draws.spread, ONE + draws.spread
        return {name: weights[name] * between(low, high) for name in sorted(weights)}

    return replace(
        model,
        pillars=shaken(model.pillars),
        severity_weights=shaken(model.severity_weights),
        credibility={
            **model.credibility,
            **{tier: between(*draws.credibility[tier]) for tier in sorted(draws.credibility)},
        },
    )


@dataclass(frozen=True)
class Asked:
    """A check as a profile asks for it."""

    check: str
    pillar: str
    severity: str
    tier: str
    mandatory: bool


def problems_of(
    model: Model, checks: Iterable[Asked], *, critical: Collection[str]
) -> tuple[str, ...]:
    """What makes a profile unfit to be scored, in sentences, sorted; empty when it is fit.

    `critical` is the profile's own list of critical checks: which checks can cap a score is said
    openly, never left to follow from a word in a rule file.
    """
    asked = list(checks)
    problems = {*_wrong_checks(model, asked, critical)}
    if sum(model.pillars.values(), ZERO) <= 0:
        problems.add("The weights of the pillars add up to nothing.")
    return tuple(sorted(problems))


def _wrong_checks(model: Model, asked: Sequence[Asked], critical: Collection[str]) -> Iterator[str]:
    for name, weight in model.pillars.items():
        own = [check for check in asked if check.pillar == name]
        if weight > 0 and not any(check.mandatory for check in own):
            yield f"The pillar {name} has a weight and no mandatory check."
        masses = {check.check: model.severity_weights.get(check.severity, ZERO) for check in own}
        whole = sum(masses.values(), ZERO)
        for check, mass in masses.items():
            if mass > model.check_share_limit * whole:
                yield f"{check} makes up {decimal(mass / whole * 100, 0)} % of the pillar {name}."
    for check in asked:
        yield from _missing_numbers(check, model)
    severe = {check.check for check in asked if check.severity == CRITICAL}
    for name in severe - set(critical):
        yield f"{name} is critical and is not on the profile's list of critical checks."
    for name in set(critical) - severe:
        yield f"{name} is on the list of critical checks and is not one the profile asks for."
