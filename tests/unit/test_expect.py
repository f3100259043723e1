"""Conditions are three-valued: true, false, and unknown with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from sbd_audit.expect import Answer, Case, Row
from sbd_audit.library import Library
from sbd_audit.models.check import Check, Condition
from sbd_audit.outcome import Reason

SEEN = Answer(
    "read",
    {"n": 3, "words": ["a", "b"], "flag": True, "far": "unreachable", "share": "0.6", "empty": []},
)
LOST = Answer("unavailable", {}, Reason.unavailable, "503")
STEPS = {
    "s": {"read_inbox": {"as": "x", "from": "y"}},
    "lost": {"read_inbox": {"as": "x", "from": "y"}},
    "setting": {"read_setting": {"as": "x", "setting": "dm_permission"}},
    "rows": {
        "read_setting": {"as": "x", "setting": "{each}"},
        "for_each": ["dm_permission", "profile_visibility"],
    },
    "counted": {"follow": {"as": "x", "whom": "y"}, "repeat": 3, "counts": ["rate_limited"]},
}


def case(library: Library, **answers: Any) -> Case:
    check = Check.model_validate(
        {
            "id": "a.b",
            "version": 1,
            "title": "A title",
            "pillar": "tfgbv",
            "severity": "low",
            "evidence": "observed",
            "environment": "accounts",
            "why": "Because it is so.",
            "observe": STEPS,
            "expect": [{"the": "s.n", "is": 1, "else": "x"}],
            "if_failed": "Mend it.",
            "examples": [{"passed": "p"}, {"failed": "f"}, {"cantTell": "c"}],
        }
    )
    rows = [
        Row("dm_permission", Answer("read", {"value": "contacts_only"})),
        Row("profile_visibility", Answer("read", {"value": "public"})),
    ]
    counted = [
        Row(1, Answer("requested")),
        Row(2, Answer("requested")),
        Row(3, Answer("rate_limited")),
    ]
    given = {
        "s": SEEN,
        "lost": LOST,
        "setting": Answer("read", {"value": "contacts_only"}),
        "rows": rows,
        "counted": counted,
        **answers,
    }
    return Case(check, given, {"limit": 3, "few": ["a"]}, library.vocabulary)


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ({"the": "s.n", "is": 3}, True),
        ({"the": "s.n", "is": 4}, False),
        ({"the": "s.n", "is_not": 4}, True),
        ({"the": "s.result", "is_one_of": ["read", "refused"]}, True),
        ({"the": "s.n", "at_most": "$limit"}, True),
        ({"the": "s.n", "at_most": 2}, False),
        ({"the": "s.n", "at_least": 3}, True),
        ({"the": "s.share", "at_most": "0.6"}, True),
        ({"the": "s.share", "at_most": "0.59"}, False),
        ({"the": "s.n", "at_most": {"times": "0.5", "of": "s.n"}}, False),
        ({"the": "s.far", "at_most": 100}, False),
        ({"the": "s.n", "at_most": "{s.far}"}, True),
        ({"the": "s.flag", "is": True}, True),
        ({"the": "s.flag", "is": "true"}, False),
        ({"the": "s.words", "contains_all": ["a", "b"]}, True),
        ({"the": "s.words", "contains_all": ["a", "c"]}, False),
        ({"the": "s.words", "contains_any": ["c", "b"]}, True),
        ({"the": "s.words", "contains_none": ["c"]}, True),
        ({"the": "s.words", "contains_none": ["a"]}, False),
        ({"the": "s.words", "only_from": ["a", "b", "c"]}, True),
        ({"the": "s.words", "only_from": "$few"}, False),
        ({"the": "s.empty", "only_from": []}, True),
        ({"the": "s.words", "has_at_least": 2}, True),
        ({"the": "s.n", "same_as": "{s.n}"}, True),
        ({"the": "s.n", "exists": True}, True),
        ({"the": "s.nothing", "exists": True}, False),
        ({"the": "s.empty", "exists": True}, False),
        ({"the": "setting.value", "is_at_least": "contacts_only"}, True),
        ({"the": "setting.value", "is_at_least": "nobody"}, False),
        ({"the": "lost.n", "is": 3}, None),
        ({"the": "lost.n", "exists": True}, None),
        ({"the": "s.nothing", "is": 3}, None),
        ({"the": "s.n", "at_most": "{lost.n}"}, None),
        ({"the": "rows.*.value", "is_at_least": "contacts_only"}, False),
        ({"some": "rows.*.value", "is": "public"}, True),
        ({"some": "rows.*.value", "is": "private"}, False),
        ({"the": "counted.tally.requested", "at_most": 2}, True),
        ({"the": "counted.tally.rate_limited", "at_least": 1}, True),
        ({"any_of": [{"the": "s.n", "is": 4}, {"the": "lost.n", "is": 3}]}, None),
        ({"any_of": [{"the": "s.n", "is": 3}, {"the": "lost.n", "is": 3}]}, True),
        ({"all_of": [{"the": "s.n", "is": 4}, {"the": "lost.n", "is": 3}]}, False),
        ({"all_of": [{"the": "s.n", "is": 3}, {"the": "lost.n", "is": 3}]}, None),
        ({"none_of": [{"the": "s.n", "is": 4}]}, True),
        ({"none_of": [{"the": "s.n", "is": 3}, {"the": "lost.n", "is": 1}]}, False),
        ({"none_of": [{"the": "s.n", "is": 4}, {"the": "lost.n", "is": 1}]}, None),
    ],
)
def test_condition(library: Library, sentence: dict[str, Any], state: bool | None) -> None:
    truth = case(library).holds(Condition.model_validate(sentence))
    assert truth.state is state
    if state is None:
        assert truth.unknowns


def test_unknown_remembers_why(library: Library) -> None:
    truth = case(library).holds(Condition.model_validate({"the": "lost.n", "is": 3}))
    assert [(u.step, u.reason, u.detail) for u in truth.unknowns] == [
        ("lost", Reason.unavailable, "503")
    ]


def test_messages_are_plain_words(library: Library) -> None:
    played = case(library)
    assert played.render("At most $limit, of {s.words}; {s.flag}; {lost.n}.", None) == (
        "At most 3, of a and b; yes; not seen."
    )
    truth = played.holds(
        Condition.model_validate(
            {"the": "rows.*.value", "is": "private", "else": "{each} is {rows.value}."}
        )
    )
    assert truth.message == "Dm permission is contacts only. Profile visibility is public."


ANY_ROW = {
    "any_of": [
        {"the": "rows.*.value", "is": "public"},
        {"the": "rows.*.value", "is": "contacts_only"},
    ],
    "else": "{each} is {rows.value}.",
}


def test_a_combination_over_rows_is_judged_row_by_row(library: Library) -> None:
    assert case(library).holds(Condition.model_validate(ANY_ROW)).state is True
    third = [
        Row("dm_permission", Answer("read", {"value": "contacts_only"})),
        Row("profile_visibility", Answer("read", {"value": "private"})),
    ]
    truth = case(library, rows=third).holds(Condition.model_validate(ANY_ROW))
    assert (truth.state, truth.message) == (False, "Profile visibility is private.")
    third[0] = Row("dm_permission", LOST)
    truth = case(library, rows=third[:1]).holds(Condition.model_validate(ANY_ROW))
    assert truth.state is None
    assert truth.unknowns[0].reason is Reason.unavailable


def languages(library: Library, **levels: str) -> Case:
    check = library.check("reporting.complaint-procedure-published")
    statements = dict.fromkeys(check.observe["text"].args["statements"], "stated")
    swahili = Answer("read", {"statements": {**statements, **levels}})
    rows = [Row("en", Answer("read", {"statements": statements})), Row("sw", swahili)]
    return Case(check, {"text": rows}, check.defaults, library.vocabulary)


def test_each_statement_is_judged_in_each_language(library: Library) -> None:
    condition = library.check("reporting.complaint-procedure-published").expect[0]
    assert languages(library).holds(condition).state is True
    truth = languages(library, right_to_redress="absent").holds(condition)
    assert truth.state is False
    assert truth.message == (
        "In Swahili the procedure does not state the customer's right to redress."
    )
    assert languages(library).render(condition.otherwise, None) == (
        "In one of them the procedure does not state one of them."
    )
    truth = languages(library, right_to_redress="unknown").holds(condition)
    assert (truth.state, truth.unknowns[0].reason) == (None, Reason.needs_person)


def test_a_document_nobody_could_read_says_nothing_about_what_exists(library: Library) -> None:
    check = library.check("tfgbv.escalation-channel")
    exists = next(one for one in check.expect if one.predicate == "exists")
    for answer, state in (
        (Answer("read", {"statements": {}, "response_hours": 12}), True),
        (Answer("read", {"statements": {}}), False),
        (Answer("unreadable"), None),
        (Answer("not_supplied"), None),
    ):
        held = Case(check, {"text": answer}, check.defaults, library.vocabulary).holds(exists)
        assert held.state is state, answer.result
