"""Findings rolled up by age band: the worst of a band counts, once per check."""

from __future__ import annotations

from sbd_audit.findings import Finding, by_age_band
from sbd_audit.judge import Verdict, combine
from sbd_audit.library import Library
from sbd_audit.models.record import PlannedCase
from sbd_audit.models.results import AgeBand
from sbd_audit.outcome import Outcome


def finding(library: Library, check: str, **members: Outcome) -> Finding:
    verdicts = tuple(Verdict(outcome, member=member) for member, outcome in members.items())
    case = PlannedCase(id=check, check=check)
    return Finding(library.check(check), combine(verdicts), verdicts, (), {}, case)


def test_each_band_has_its_own_counts(library: Library) -> None:
    passed, failed, cant_tell = Outcome.passed, Outcome.failed, Outcome.cantTell
    found = [
        finding(
            library,
            "contact.stranger-messages",
            child_12_13=failed,
            child_14_15=passed,
            child_16_17=passed,
        ),
        finding(
            library,
            "contact.block-complete",
            child_12_13=passed,
            child_16_17=cant_tell,
            woman=failed,
        ),
        finding(
            library,
            "tfgbv.false-mass-reports",
            whrd=passed,
            woman_politician=failed,
            journalist=passed,
        ),
    ]
    alone = Finding(
        library.check("age.neutral-prompt"),
        Verdict(passed),
        (Verdict(passed),),
        (),
        {},
        PlannedCase(id="age.neutral-prompt", check="age.neutral-prompt"),
    )
    bands = {entry["band"]: entry for entry in by_age_band([*found, alone], library.vocabulary)}
    assert list(bands) == ["12_13", "14_15", "16_17", "18_plus"]
    assert bands["12_13"]["failed"] == ["contact.stranger-messages"]
    assert bands["12_13"]["counts"]["passed"] == 1
    assert bands["14_15"]["counts"] == {**dict.fromkeys(map(str, Outcome), 0), "passed": 1}
    assert bands["16_17"]["counts"]["cantTell"] == 1
    assert bands["18_plus"]["failed"] == ["contact.block-complete", "tfgbv.false-mass-reports"]
    for entry in bands.values():
        AgeBand.model_validate(entry)
