"""How far a score would move if the weights of the pillars were other than they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from sbd_audit.score import Interval, Model, Score, Scored, score


def robustness(
    found: Sequence[Scored], model: Model, total: Score, spread: Fraction
) -> tuple[Interval, Interval]:
    """The lowest and highest each end of a score takes when every pillar weight moves by up to a share.

    First what is demonstrated, then what is possible. Exact: a weighted mean is extreme where the weights of
    all pillars on one side of a value are at one end of their range, and those on the other at the other.
    """
    weights = {name: pillar.weight for name, pillar in total.pillars.items() if pillar.weight}
    lows = {name: total.pillars[name].interval.lo for name in weights}
    highs = {name: total.pillars[name].interval.hi for name in weights}

    def extreme(values: Mapping[str, Fraction], *, top: bool) -> Score:
        shaken = _extreme(weights, values, spread, top=top)
        return score(found, replace(model, pillars={**model.pillars, **shaken}))

    return (
        Interval(extreme(lows, top=False).interval.lo, extreme(lows, top=True).interval.lo),
        Interval(extreme(highs, top=False).interval.hi, extreme(highs, top=True).interval.hi),
    )


def _extreme(
    weights: Mapping[str, Fraction], values: Mapping[str, Fraction], spread: Fraction, *, top: bool
) -> Mapping[str, Fraction]:
    order = sorted(weights, key=lambda name: (values[name], name), reverse=top)
    found: list[tuple[Fraction, Mapping[str, Fraction]]] = []
    for heavy in range(len(order) + 1):
        shaken = {
            name: weights[name] * (1 + spread if place < heavy else 1 - spread)
            for place, name in enumerate(order)
        }
        if mass := sum(shaken.values(), Fraction(0)):
            mean = sum((shaken[name] * values[name] for name in order), Fraction(0)) / mass
            found.append((mean, shaken))
    if not found:
        return weights
    return (max if top else min)(found, key=lambda pair: pair[0])[1]
