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


def score(findings: Iterable[Scored], model: Model, *, waived: Collection[str] = ()) -> Score:
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


def _missing_numbers(finding: Scored, model: Model) -> Iterator[str]:
    for what, word, numbers in (
        ("pillar", finding.pillar, model.pillars),
        ("severity", finding.severity, model.severity_weights),
        ("evidence tier", finding.tier, model.credibility),
    ):
        if word not in numbers:
            yield f'{finding.check}: the {what} "{word}" has no number in the scoring model.'


def _whole(findings: Sequence[Scored], model: Model) -> Score:
    pillars = {name: _pillar(name, findings, model) for name in model.pillars}
    weighing = [f for f in _applicable(findings) if model.pillars[f.pillar] > 0]
    interval, caps = _capped(
        _mean((p.weight, p.interval) for p in pillars.values()), weighing, model
    )
    coverage = _coverage(weighing, model)
    why_not = _why_not(weighing, coverage, model)
    limit = model.inapplicable_limit
    unlike = (n for n, p in pillars.items() if not p.weight or p.inapplicable_share > limit)
    return Score(
        interval,
        coverage,
        pillars,
        caps,
        band=None if why_not else band(interval, model.bands),
        published=not why_not,
        why_not=why_not,
        not_comparable=tuple(sorted(unlike)),
    )


def _applicable(findings: Iterable[Scored]) -> list[Scored]:
    return [finding for finding in findings if finding.outcome is not Outcome.inapplicable]


def _pillar(name: str, findings: Iterable[Scored], model: Model) -> PillarScore:
    listed = [finding for finding in findings if finding.pillar == name]
    own = _applicable(listed)
    mass, whole = _mass(own, model), _mass(listed, model)
    return PillarScore(
        _mean((model.severity_weights[f.severity], leaf(f, model)) for f in own),
        coverage=_coverage(own, model),
        weight=model.pillars[name] if mass else ZERO,
        inapplicable_share=ONE - mass / whole if whole else ZERO,
    )


def _capped(
    mean: Interval, weighing: Iterable[Scored], model: Model
) -> tuple[Interval, tuple[Cap, ...]]:
    """The mean, held down by critical checks; each cap that would bite alone is named."""
    cap = model.critical_cap
    critical = [(f.check, leaf(f, model)) for f in weighing if f.severity == CRITICAL]
    lows = [Cap(name, "demonstrated", cap + (ONE - cap) * at.lo) for name, at in critical]
    highs = [Cap(name, "possible", cap + (ONE - cap) * at.hi) for name, at in critical]
    biting = [c for c in lows if c.at < mean.lo] + [c for c in highs if c.at < mean.hi]
    lo, hi = min([mean.lo, *(c.at for c in lows)]), min([mean.hi, *(c.at for c in highs)])
    return Interval(lo, hi), tuple(sorted(biting))


def _why_not(weighing: Sequence[Scored], coverage: Fraction, model: Model) -> str:
    """The reason to publish no overall score; empty when there is none."""
    mass = _mass(weighing, model)
    if not mass:
        return "No check of this profile applies."
    if _mass([f for f in weighing if f.harness_error], model) > model.harness_error_gate * mass:
        return "Mistakes of the audit itself left too much open."
    if coverage < model.coverage_gate:
        return "Too little could be observed for an overall score."
    return ""


def _mean(parts: Iterable[tuple[Fraction, Interval]]) -> Interval:
    """The weighted mean of intervals; anything is possible when nothing weighs."""
    weighed = list(parts)
    mass = sum((weight for weight, _ in weighed), ZERO)
    if not mass:
        return ANYTHING
    lo = sum((weight * interval.lo for weight, interval in weighed), ZERO) / mass
    hi = sum((weight * interval.hi for weight, interval in weighed), ZERO) / mass
    return Interval(lo, hi)


def _mass(findings: Iterable[Scored], model: Model) -> Fraction:
    return sum((model.severity_weights[finding.severity] for finding in findings), ZERO)


def _coverage(findings: Sequence[Scored], model: Model) -> Fraction:
    """The share of severity-weighted evidence that is in hand."""
    mass, weights = _mass(findings, model), model.severity_weights
    held = (weights[f.severity] * model.credibility[f.tier] for f in findings if f.known)
    return sum(held, ZERO) / mass if mass else ZERO


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
    """The strongest tier among (tier, value) pieces of evidence, with the hull of its values.

    None when nothing can be known. When the platform prevented an observation, what else there is
    counts for nothing: otherwise preventing the one test that fails would pay.
    """
    pieces = list(evidence)
    if blocked or not pieces:
        return None
    tier = max((tier for tier, _ in pieces), key=lambda name: (model.credibility[name], name))
    equal = [value for name, value in pieces if model.credibility[name] == model.credibility[tier]]
    return tier, Interval(min(value.lo for value in equal), max(value.hi for value in equal))


def wilson(successes: int, trials: int, z: Fraction = Z_95) -> Interval:
    """Wilson bounds of a rate, rounded outwards; `ValueError` when it is not a rate."""
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no rate")
    rate, scale = Fraction(successes, trials), 10**12
    square = rate * (1 - rate) / trials + z * z / (4 * trials * trials)
    spread = z * Fraction(isqrt(int(square * scale * scale)) + 1, scale)
    middle, width = rate + z * z / (2 * trials), 1 + z * z / trials
    return Interval(max(ZERO, (middle - spread) / width), min(ONE, (middle + spread) / width))


def graded(rate: Interval, floor: Fraction, target: Fraction) -> Interval:
    """A rate scaled: `floor` counts nothing, `target` in full; `ValueError` if out of order."""
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

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError("at least one draw is needed")


@dataclass(frozen=True)
class Standing:
    """Whether one stands above the other (`holds`), in which `share` of the draws, and
    whether their intervals are `separate`: two facts, printed together."""

    share: Fraction
    holds: bool
    separate: bool


def above(left: Sequence[Scored], right: Sequence[Scored], model: Model, draws: Draws) -> Standing:
    """Compare two platforms under one model by their lower bounds, over seeded draws of weights.

    The draws depend on model and seed alone, so that every pair of platforms meets the same ones.
    """
    chance = random.Random(draws.seed)  # noqa: S311 - a repeatable experiment, not a secret
    drawn = [_drawn(model, draws, chance) for _ in range(draws.number)]
    wins = sum(score(left, one).demonstrated > score(right, one).demonstrated for one in drawn)
    share = Fraction(wins, draws.number)
    separate = score(left, model).demonstrated > score(right, model).possible
    return Standing(share, share >= draws.agreement, separate)


def _drawn(model: Model, draws: Draws, chance: random.Random) -> Model:
    def between(low: Fraction, high: Fraction) -> Fraction:
        return low + (high - low) * Fraction(chance.randint(0, 1000), 1000)

    def shaken(weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
        low, high = ONE - draws.spread, ONE + draws.spread
        return {name: weights[name] * between(low, high) for name in sorted(weights)}

    trust = {tier: between(*draws.credibility[tier]) for tier in sorted(draws.credibility)}
    return replace(
        model,
        pillars=shaken(model.pillars),
        severity_weights=shaken(model.severity_weights),
        credibility={**model.credibility, **trust},
    )


def problems_of(
    model: Model, checks: Iterable[Scored], *, mandatory: Collection[str], critical: Collection[str]
) -> tuple[str, ...]:
    """What makes a profile unfit to be scored, in sentences, sorted; empty when it is fit.

    `checks` may be `untested`: only what they are is looked at. `critical` is the profile's own
    list: which checks can cap a score is said openly, never left to a word in a rule file.
    """
    asked = list(checks)
    problems = [sentence for check in asked for sentence in _missing_numbers(check, model)]
    if sum(model.pillars.values(), ZERO) <= 0:
        problems.append("The weights of the pillars add up to nothing.")
    for name, weight in model.pillars.items():
        own = [check for check in asked if check.pillar == name]
        if weight > 0 and not any(check.check in mandatory for check in own):
            problems.append(f"The pillar {name} has a weight and no mandatory check.")
        known = [check for check in own if check.severity in model.severity_weights]
        for check in known:
            share = _mass([check], model) / (_mass(known, model) or ONE)
            if share > model.check_share_limit:
                problems.append(
                    f"{check.check} is {decimal(share * 100, 0)} % of the pillar {name}."
                )
    severe = {check.check for check in asked if check.severity == CRITICAL}
    problems += [
        f"{name} is critical and not on the list of them." for name in severe - {*critical}
    ]
    problems += [f"{name} is listed as critical and is not." for name in {*critical} - severe]
    return tuple(sorted(problems))
