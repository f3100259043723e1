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


def test_what_else_a_step_says_of_a_routine_is_said_of_its_last_step() -> None:
    made = platform(
        routines={"write": [{"get": "/new"}, {"submit": "#form", "means": ["complained"]}]},
        rules={"complained": {"css": ".errors", "is": "refused"}},
        capabilities={
            "create_post": {"do": "write", "form": {"text": "{text}"}, "result": "published"},
            "add_to_group": {
                "do": "write",
                "as": "{whom}",
                "means": [{"url": "/group", "is": "added"}],
            },
        },
    )
    first, last = made.capabilities["create_post"][0].steps
    assert (first.verb, first.form, first.means) == ("get", None, ())
    assert (last.post, last.submit, last.form) == ("", "#form", {"text": "{text}"})
    assert [(rule.css, rule.result) for rule in last.means] == [(".errors", "refused")]
    others = made.capabilities["add_to_group"][0].steps
    assert [step.actor for step in others] == ["{whom}", "{whom}"]
    assert [rule.result for rule in others[1].means] == ["added"]  # instead of the routine's own


def test_steps_for_several_addresses_and_for_the_values_of_an_argument() -> None:
    made = platform(
        capabilities={
            "open_page": [
                {"by": "from", "open": {"home": "/", "sign_up": "/join"}, "when": {"minor": True}},
                {"get": ["/help", "/contact"], "allow": 404},
                {"result": "opened", "when": {"page": "terms_of_service"}},
            ]
        }
    )
    way = made.capabilities["open_page"][0]
    assert [(step.open or step.get, step.when) for step in way.steps] == [
        ("/", {"minor": (True,), "from": ("home",)}),
        ("/join", {"minor": (True,), "from": ("sign_up",)}),
        ("/help", None),
        ("/contact", None),
    ]
    assert [step.allow for step in way.steps] == [(), (), (404,), (404,)]
    assert (way.result, way.when) == ("opened", {"page": ("terms_of_service",)})


def test_a_way_of_one_step_or_of_its_steps_alone() -> None:
    made = platform(
        values={"here": {"item": {"id": {"url": True}}}},
        capabilities={
            "create_post": {
                "when": {"media": "plain_image"},
                "post": "/",
                "as": "{contact}",
                "result": "published",
                "outputs": {"post": "here"},
            },
            "comment": [{"get": "/"}, {"post": "/"}],
            "search": [{"get": "/"}, {"result": "searched", "outputs": {"hits": {"value": 1}}}],
            "open_page": [{"when": {"page": "rules"}, "steps": [{"get": "/"}], "result": "opened"}],
        },
    )
    way = made.capabilities["create_post"][0]
    assert (way.when, way.result) == ({"media": ("plain_image",)}, "published")
    assert [(step.post, step.actor, step.when) for step in way.steps] == [("/", "{contact}", None)]
    assert way.outputs["post"].item == {"id": {"url": True}}
    assert [len(ways[0].steps) for ways in made.capabilities.values()] == [1, 2, 1, 1]
    assert made.capabilities["search"][0].outputs["hits"].value == 1


def test_absences_of_other_words_and_of_what_stands_elsewhere() -> None:
    made = platform(
        features=["posts", "search"],
        absences=[
            {
                "capabilities": ["find_user"],
                "result": "searched",
                "outputs": {"found": False},
                "basis": "There is no such search in 1.0.",
                "probe": [{"get": ["/people", "/users"]}],
            },
            {
                "capabilities": ["open_page"],
                "elsewhere": True,
                "basis": "The pages are on another site.",
            },
        ],
    )
    assert made.features["posts"].exists
    found = made.capabilities["find_user"][0].fixed
    assert found is not None
    assert (found.result, found.outputs, len(found.probe)) == ("searched", {"found": False}, 2)
    assert made.capabilities["open_page"][0].elsewhere == "The pages are on another site."


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
            {"absences": [{"basis": "Looked in November 2026."}], "features": "posts"},
            "features",
        ),
        (
            {
                "rules": {"gone": {"status": 404, "is": "not_found"}},
                "capabilities": {"view_post": {"get": "/", "means": ["away"]}},
            },
            "there is no rule away; there are gone",
        ),
        (
            {"routines": {"a": [{"get": "/", "means": ["away"]}]}},
            "there is no rule away; there are none",
        ),
        (
            {
                "capabilities": {
                    "open_page": {
                        "open": "/",
                        "result": "opened",
                        "outputs": {"interactions": "count"},
                    }
                }
            },
            "there is no value count",
        ),
        (
            {"capabilities": {"search": [{"by": "from", "start_count": True}]}},
            "needs a verb with a table",
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
