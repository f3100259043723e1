"""What the scoring tests share: the standard numbers, the worked example, and random findings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Protocol

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sbd_audit.outcome import Outcome
from sbd_audit.score import Draws, Interval, Model, Scored, graded, wilson

F = Fraction
PASSED, FAILED = Outcome.passed, Outcome.failed
SEVERITIES = {"critical": F(8), "high": F(4), "medium": F(2), "low": F(1)}
CREDIBILITY = {"observed": F(1), "documented": F(3, 5), "attested": F(3, 10)}
MODEL = Model(
    severity_weights=SEVERITIES,
    credibility=CREDIBILITY,
    critical_cap=F(2, 5),
    pillars={"age": F(2), "defaults": F(3), "reporting": F(3), "ocsea": F(2)},
    coverage_gate=F(3, 5),
    inapplicable_limit=F(3, 10),
    bands=(("weak", F(0)), ("partial", F(2, 5)), ("substantial", F(3, 5)), ("strong", F(4, 5))),
    harness_error_gate=F(1, 20),
    check_share_limit=F(1, 4),
)
DRAWS = Draws(
    number=2000,
    seed=1,
    agreement=F(95, 100),
    spread=F(1, 2),
    credibility={"documented": (F(2, 5), F(4, 5)), "attested": (F(1, 10), F(1, 2))},
)
_ACKNOWLEDGED = graded(wilson(9, 10), F(0), F(1))
WORKED_EXAMPLE = (
    Scored("age-01", "age", "high", "observed", FAILED),
    Scored("age-02", "age", "medium", "documented", PASSED),
    Scored("def-01", "defaults", "critical", "observed", PASSED),
    Scored("def-02", "defaults", "high", "observed", Outcome.cantTell, blocked=True),
    Scored("rep-01", "reporting", "medium", "observed", PASSED, Interval(F(3, 4), F(3, 4))),
    Scored("rep-02", "reporting", "high", "observed", PASSED),
    Scored("rep-03", "reporting", "high", "observed", PASSED, _ACKNOWLEDGED),
    Scored("ocs-01", "ocsea", "critical", "attested", PASSED),
    Scored("ocs-02", "ocsea", "medium", "documented", PASSED),
    Scored("def-03", "defaults", "high", "observed", Outcome.inapplicable),
)

# Failing Fraction examples shrink slowly, so nothing is shrunk; derandomised, so that CI repeats.
quick = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


class Scorer(Protocol):
    """A way to score: the product's own, or a mutant the properties must reject."""

    def __call__(
        self, findings: Collection[Scored], model: Model, waived: Collection[str] = ()
    ) -> Interval: ...


def changed(check: str, **fields: object) -> tuple[Scored, ...]:
    """The worked example with one finding changed."""
    assert any(finding.check == check for finding in WORKED_EXAMPLE)
    return tuple(
        replace(finding, **fields) if finding.check == check else finding  # type: ignore[arg-type]
        for finding in WORKED_EXAMPLE
    )


def fractions(most: int = 4) -> st.SearchStrategy[Fraction]:
    return st.integers(0, most).map(lambda part: F(part, most))


def intervals() -> st.SearchStrategy[Interval]:
    return st.tuples(fractions(), fractions()).map(lambda two: Interval(min(two), max(two)))


@st.composite
def findings(
    draw: st.DrawFn, *, least: int = 1, severities: Collection[str] = tuple(SEVERITIES)
) -> tuple[Scored, ...]:
    """Up to seven findings of the model's pillars, each check once."""
    return tuple(
        Scored(
            f"check-{number}",
            draw(st.sampled_from(sorted(MODEL.pillars))),
            draw(st.sampled_from(sorted(severities))),
            draw(st.sampled_from(sorted(CREDIBILITY))),
            draw(st.sampled_from(list(Outcome))),
            draw(st.none() | intervals()),
            blocked=draw(st.integers(0, 4)) == 0,
        )
        for number in range(draw(st.integers(least, 7)))
    )


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Models with small weights; tiers keep their order."""
    documented, attested = sorted((draw(fractions()), draw(fractions())), reverse=True)
    return replace(
        MODEL,
        pillars={name: F(draw(st.integers(1, 4))) for name in MODEL.pillars},
        severity_weights={name: F(draw(st.integers(1, 8))) for name in SEVERITIES},
        credibility={"observed": F(1), "documented": documented, "attested": attested},
        critical_cap=draw(fractions()),
    )
