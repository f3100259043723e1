"""Every check's logic, broken on purpose: an expectation that could not fail would be found here."""

from __future__ import annotations

import pytest

from sbd_audit.examples import judge_example
from sbd_audit.expect import Answer, Answers, Row
from sbd_audit.judge import Verdict, combine, judge_case
from sbd_audit.library import Library
from sbd_audit.models.check import Check
from sbd_audit.outcome import INCONCLUSIVE, Outcome, Reason

CHECKS = sorted(Library().checks)


def safe(check: Check, library: Library) -> Answers:
    from sbd_audit.examples import example_answers

    return example_answers(check, check.examples[0], library.vocabulary)


def lose(answers: Answers, step: str, word: str) -> Answers:
    held = answers[step]
    lost = Answer(word, {}, INCONCLUSIVE[word])
    return {
        **answers,
        step: lost if isinstance(held, Answer) else [Row(row.each, lost) for row in held],
    }


@pytest.mark.parametrize("name", CHECKS)
def test_a_lost_step_never_passes(name: str, library: Library) -> None:
    check = library.check(name)
    answers = safe(check, library)
    assert judge_case(check, answers, {}, library.vocabulary).outcome is Outcome.passed
    for step in check.observe:
        for word in INCONCLUSIVE:
            verdict = judge_case(check, lose(answers, step, word), {}, library.vocabulary)
            assert verdict.outcome is not Outcome.passed, f"{step} {word}"
            assert verdict.reason is not None


@pytest.mark.parametrize("name", CHECKS)
def test_every_expectation_is_failed_by_an_example(name: str, library: Library) -> None:
    check = library.check(name)
    said: set[str] = set()
    for example in check.examples:
        if example.outcome == "failed":
            said.update(judge_example(check, example, library.vocabulary).messages)
    silent = [
        c.otherwise for c in check.expect if not any(_fits(c.otherwise, text) for text in said)
    ]
    assert silent == []


def _fits(template: str, text: str) -> bool:
    """True when `text` could be the template with its references filled in."""
    import re

    parts = re.split(r"\{[a-z_.*]+\}|\$[a-z_]+", " ".join(template.split()))
    pattern = ".*?".join(map(re.escape, parts))
    return re.search(pattern, text) is not None


def test_missing_observation_is_untested_not_passed(library: Library) -> None:
    check = library.check("contact.stranger-messages")
    answers = {**safe(check, library), "arrived": Answer(None, reason=Reason.interrupted)}
    verdict = judge_case(check, answers, {}, library.vocabulary)
    assert (verdict.outcome, verdict.reason) == (Outcome.untested, Reason.interrupted)


def test_a_failed_control_speaks_before_the_expectations(library: Library) -> None:
    check = library.check("contact.stranger-messages")
    answers = {
        **safe(check, library),
        "friend_arrives": Answer("read", {"found": False}),
        "arrived": Answer(
            "read", {"found": True, "folder": "inbox", "preview_shown": False, "announced": False}
        ),
    }
    verdict = judge_case(check, answers, {}, library.vocabulary)
    assert (verdict.outcome, verdict.reason) == (Outcome.cantTell, Reason.control_failed)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason.unavailable, Reason.unavailable),
        (Reason.rate_limited, Reason.rate_limited),
        (Reason.not_run, Reason.control_unknown),
        (Reason.no_value, Reason.control_failed),
    ],
)
def test_a_control_that_lacks_what_an_error_of_the_moment_took_has_not_failed(
    reason: Reason, told: Reason, library: Library
) -> None:
    check = library.check("contact.stranger-messages")
    answers = {
        **safe(check, library),
        "friend_sends": Answer(None, reason=reason),
        "friend_arrives": Answer("read", {"found": False}),
    }
    verdict = judge_case(check, answers, {}, library.vocabulary)
    assert (verdict.outcome, verdict.reason) == (Outcome.cantTell, told)


def test_the_worst_member_stands() -> None:
    verdicts = [
        Verdict(Outcome.passed, member="a"),
        Verdict(Outcome.failed, member="b"),
        Verdict(Outcome.cantTell),
    ]
    assert combine(verdicts).member == "b"
    assert combine([]).outcome is Outcome.inapplicable
