"""Routines and declared absences: written once in a platform file, spelled out before anything looks at it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sbd_audit.models.platform import Platform

HEAD = {
    "id": "small",
    "version": 1,
    "title": "A small site",
    "software": {"name": "small", "versions": "1"},
}


def platform(**parts: Any) -> Platform:
    return Platform.model_validate({**HEAD, **parts})


def test_a_routine_stands_for_its_steps_and_what_the_step_adds_goes_to_each() -> None:
    made = platform(
        routines={"form": [{"open": "/"}, {"click": {"css": "a"}}]},
        prepare={"account": [{"do": "form"}]},
        capabilities={
            "open_page": {
                "steps": [{"do": "form", "when": {"from": "sign_up"}}, {"start_count": True}],
                "result": "opened",
            },
            "open_sign_up": [{"do": "form"}],
        },
    )
    way = made.capabilities["open_page"][0]
    assert [step.verb for step in way.steps] == ["open", "click", "start_count"]
    assert [step.when for step in way.steps] == [{"from": ("sign_up",)}] * 2 + [None]
    assert [step.verb for step in made.capabilities["open_sign_up"][0].steps] == ["open", "click"]
    assert [step.verb for step in made.prepare.account or ()] == ["open", "click"]


def test_one_absence_speaks_of_features_capabilities_and_documents() -> None:
    basis = "No such route or control in 1.0; looked in November 2026."
    made = platform(
        routines={"options": [{"open": "/options"}]},
        features={"live_video": True},
        capabilities={
            "read_setting": [
                {"when": {"setting": "dm_permission"}, "steps": [{"get": "/"}], "result": "read"}
            ]
        },
        absences=[
            {
                "features": ["live_video", "advertising"],
                "capabilities": ["read_setting", "block_user"],
                "documents": {"privacy_policy": ["/privacy"]},
                "basis": basis,
                "probe": [{"do": "options"}, {"get": "/block"}],
            }
        ],
    )
    assert made.features["live_video"].exists
    assert (made.features["advertising"].exists, made.features["advertising"].basis) == (
        False,
        basis,
    )
    assert made.documents["privacy_policy"].absent == basis
    bound = made.performance("read_setting", {"setting": "dm_permission"})
    other = made.performance("read_setting", {"setting": "login_alerts"})
    blocking = made.performance("block_user", {})
    assert bound is not None
    assert bound.steps
    for way in (other, blocking):
        assert way is not None
        assert way.fixed is not None
        assert (way.fixed.result, way.fixed.basis) == ("not_offered", basis)
        assert [step.verb for step in way.fixed.probe] == ["open", "get"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"capabilities": {"search": [{"do": "nothing"}]}}, "there is no routine nothing"),
        (
            {"routines": {"a": [{"do": "b"}], "b": [{"open": "/"}]}},
            "the routine a does another one",
        ),
        ({"absences": [{"features": ["live_video"]}]}, "basis"),
        ({"absences": [{"features": ["live_video"], "basis": "no"}]}, "at least 10 characters"),
        ({"absences": ["live_video"]}, "absences"),
        ({"absences": [{"features": [{}], "basis": "Looked in November 2026."}]}, "features"),
        (
            {"absences": [{"basis": "Looked in November 2026."}], "features": ["posts"]},
            "features",
        ),
        ({"capabilities": {"search": [{"do": ["a", "b"]}]}}, "there is no routine"),
    ],
)
def test_mistakes_in_short_forms_are_named(parts: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        platform(**parts)


def test_settings_changed_on_pages_need_a_browser_for_the_set_up() -> None:
    made = platform(
        capabilities={
            "change_setting": [
                {
                    "when": {"to": "nobody"},
                    "steps": [{"open": "/"}],
                    "result": "changed",
                },
                {"steps": [{"post": "/"}], "result": "changed"},
            ]
        }
    )
    assert made.prepares_on_pages([{}, {"dm_permission": "nobody"}])
    assert not made.prepares_on_pages([{"dm_permission": "everyone"}])
    assert platform(prepare={"connected": [{"open": "/"}]}).prepares_on_pages([])
