"""The lint follows every reference of a condition, also those it compares with."""

from __future__ import annotations

import dataclasses

import pytest

from sbd_audit.library import Library
from sbd_audit.lint import check_problems
from sbd_audit.models.check import Condition


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ({"the": "after_dm.value", "is_at_least": "{before_dm.value}"}, ""),
        ({"the": "after_dm.value", "is_at_least": "{before.value}"}, "unknown step before"),
        (
            {"the": "after_dm.value", "is_at_least": "{before_dm.valu}"},
            "unknown output of read_setting valu",
        ),
        (
            {"the": "after_dm.value", "is_one_of": ["nobody", "{gone.value}"]},
            "unknown step gone",
        ),
        (
            {"the": "after_dm.value", "at_most": {"times": "0.5", "of": "gone.share"}},
            "unknown step gone",
        ),
        ({"the": "after_dm.valu", "is": "nobody"}, "unknown output of read_setting valu"),
    ],
)
def test_a_reference_to_nothing_is_named(
    library: Library, sentence: dict[str, object], complaint: str
) -> None:
    defined = library.checks["age.birth-date-edit-resisted"]
    condition = Condition.model_validate({**sentence, "else": "Something."})
    check = defined.model.model_copy(update={"expect": (condition,), "examples": ()})
    found = [
        problem.what
        for problem in check_problems(dataclasses.replace(defined, model=check), library)
    ]
    assert found == ([complaint] if complaint else [])
