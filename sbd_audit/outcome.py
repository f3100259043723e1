"""The five outcomes of a finding (W3C EARL's terms) and the closed list of reasons that explain them.

An outcome is never a boolean: what was not seen is neither passed nor failed. Every finding that is not
``passed`` carries one `Reason`; the list is closed, documented in ``docs/reference/reasons.md`` and part of
the published results schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """What a check concluded about a target (values are EARL's and appear in every file we write)."""

    passed = "passed"
    failed = "failed"
    cantTell = "cantTell"
    inapplicable = "inapplicable"
    untested = "untested"


WORST_FIRST = (
    Outcome.failed,
    Outcome.cantTell,
    Outcome.untested,
    Outcome.passed,
    Outcome.inapplicable,
)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that stands when one check ran for several members of a group."""
    return min(outcomes, key=WORST_FIRST.index)


class Reason(StrEnum):
    """Why a finding is what it is; `meaning` says it in one sentence."""

    meaning: str
    outcome: Outcome

    def __new__(cls, value: str, outcome: Outcome, meaning: str) -> Reason:
        member = str.__new__(cls, value)
        member._value_ = value
        member.outcome = outcome
        member.meaning = meaning
        return member

    expectation_not_met = (
        "expectation_not_met",
        Outcome.failed,
        "Something the check expects was seen not to hold.",
    )
    control_failed = (
        "control_failed",
        Outcome.cantTell,
        "The positive control did not work, so a refusal or an absence proves nothing.",
    )
    control_unknown = (
        "control_unknown",
        Outcome.cantTell,
        "The positive control could not be observed.",
    )
    rate_limited = (
        "rate_limited",
        Outcome.cantTell,
        "The platform slowed or stopped the test account.",
    )
    challenged = (
        "challenged",
        Outcome.cantTell,
        "A captcha or proof of humanity stood in the way; it is never bypassed.",
    )
    unavailable = (
        "unavailable",
        Outcome.cantTell,
        "An error, a time-out or a page that did not load.",
    )
    unmapped = (
        "unmapped",
        Outcome.cantTell,
        "The platform answered with something the binding does not name.",
    )
    wrong_place = (
        "wrong_place",
        Outcome.cantTell,
        "The audit was not where it meant to be: signed out, or on another page.",
    )
    out_of_scope = (
        "out_of_scope",
        Outcome.cantTell,
        "The way led to an address outside the target's declared scope and was not followed.",
    )
    no_value = (
        "no_value",
        Outcome.cantTell,
        "The step was answered, but without the value the check asks about.",
    )
    not_located = (
        "not_located",
        Outcome.cantTell,
        "The pages that were looked at do not lead to it; that does not show that it does not exist.",
    )
    not_run = (
        "not_run",
        Outcome.cantTell,
        "A step was not run because an earlier one did not give what it needs.",
    )
    set_up_failed = (
        "set_up_failed",
        Outcome.cantTell,
        "The accounts or relations the check needs could not be prepared.",
    )
    needs_person = (
        "needs_person",
        Outcome.cantTell,
        "Only a person can decide this, and nobody has yet.",
    )
    decision_unfit = (
        "decision_unfit",
        Outcome.cantTell,
        "A reviewer has decided this, but the decision does not fit the text that was read in this run.",
    )
    readings_differ = (
        "readings_differ",
        Outcome.cantTell,
        "A reviewer reads the text otherwise than the audit does, so neither reading counts.",
    )
    unreadable = (
        "unreadable",
        Outcome.cantTell,
        "A document came back without usable text, or was not handed over.",
    )
    harness_error = (
        "harness_error",
        Outcome.cantTell,
        "The audit itself made a mistake; it must not count against the platform.",
    )
    no_binding = (
        "no_binding",
        Outcome.untested,
        "The platform file does not say how to perform a capability the check needs.",
    )
    elsewhere = (
        "elsewhere",
        Outcome.untested,
        "What the check looks at is no part of this target; the platform file says where it is.",
    )
    not_authorised = (
        "not_authorised",
        Outcome.untested,
        "The authorisation does not cover this environment, or has run out.",
    )
    no_account = (
        "no_account",
        Outcome.untested,
        "No account was supplied for a persona, and the platform file cannot make one.",
    )
    not_answered = (
        "not_answered",
        Outcome.untested,
        "The question is for a named person, and no answer is on file.",
    )
    no_browser = ("no_browser", Outcome.untested, "No browser could be started.")
    interrupted = ("interrupted", Outcome.untested, "The run ended before the check was observed.")
    feature_absent = (
        "feature_absent",
        Outcome.inapplicable,
        "The platform does not have a feature the check is about.",
    )
    kind_differs = (
        "kind_differs",
        Outcome.inapplicable,
        "The check speaks to another kind of service.",
    )
    nobody_admitted = (
        "nobody_admitted",
        Outcome.inapplicable,
        "The service admits none of the people the check is about.",
    )


INCONCLUSIVE = {
    word: Reason[word] for word in ("rate_limited", "challenged", "unavailable", "unmapped")
}
"""Result words any capability may answer with, and the reason each one becomes."""


AGAIN = frozenset(
    {
        Reason.interrupted,
        Reason.not_answered,
        Reason.unavailable,
        Reason.rate_limited,
        Reason.set_up_failed,
        Reason.wrong_place,
        Reason.not_run,
    }
)
"""Reasons that may have passed by the time a run is resumed; what had them is observed again."""
