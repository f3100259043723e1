"""The lint follows every reference of a condition, also those it compares with."""

from __future__ import annotations

import dataclasses
from contextlib import nullcontext

import pytest
from pydantic import ValidationError

from sbd_audit.library import Library
from sbd_audit.lint import check_problems
from sbd_audit.models.check import Check, Condition


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


@pytest.mark.parametrize(
    ("version", "told", "fits"),
    [
        (1, [], True),
        (2, [2], True),
        (3, [2, 3], True),
        (2, [], False),
        (1, [2], False),
        (3, [3, 2], False),
    ],
)
def test_every_version_after_the_first_says_what_changed(
    library: Library, version: int, told: list[int], fits: bool
) -> None:
    check = library.check("age.birth-date-edit-resisted")
    history = [{"version": n, "on": "2027-01-31", "says": "It asks more."} for n in told]
    written = {**check.model_dump(by_alias=True), "version": version, "history": history}
    with nullcontext() if fits else pytest.raises(ValidationError, match="needs its history"):
        assert Check.model_validate(written).version == version
