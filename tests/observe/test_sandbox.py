"""What the binding language has for an operator's test system: people by name, lists among lists, pictures that come back."""

from __future__ import annotations

import json

import pytest

from sbd_audit.library import Library
from sbd_audit.observe.fixtures import Fixtures
from sbd_audit.observe.pictures import VARIANTS, Picture, alike, card

from .pages import Answer, Exchange, serving
from .stage import playing


def test_the_clock_is_moved_for_the_people_of_the_case(library: Library) -> None:
    binding = """
capabilities:
  move_clock:
    steps:
      - post: /clock
        json: {hours: "{hours}", people: "{people}"}
        means: [{status: 200, is: moved}]
"""
    sent: list[dict[str, object]] = []

    def answer(seen: Exchange) -> Answer:
        sent.append(json.loads(seen.body))
        return 200, {}, "done"

    with serving(answer) as site, playing(site.url, binding, library) as play:
        assert play.perform("move_clock", hours=48).result == "moved"
        handles = {play.account(role).handle for role in ("child", "stranger")}
    assert sent[0]["hours"] == 48
    assert set(sent[0]["people"]) == handles  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("shown", "found", "share"),
    [(["a", "x", "b", "y"], 2, "0.500"), (["x", "y"], 0, "0.000"), ([], 0, "0.000")],
)
def test_items_are_looked_for_among_others(
    shown: list[str], found: int, share: str, library: Library
) -> None:
    binding = """
capabilities:
  read_feed:
    steps: [{get: /feed}]
    result: read
    outputs:
      found_count: {json: "items[].id", among: "{look_for}", count: true}
      topic_share: {json: "items[].id", among: "{look_for}", share: true}
"""
    body = json.dumps({"items": [{"id": name} for name in shown]})
    with (
        serving(lambda _: (200, {"Content-Type": "application/json"}, body)) as site,
        playing(site.url, binding, library) as play,
    ):
        seen = play.perform("read_feed", items=10, look_for=[{"id": "a"}, {"id": "b"}])
    assert seen.outputs["found_count"] == found
    assert float(seen.outputs["topic_share"]) == float(share)


@pytest.mark.parametrize(("text", "named"), [("Reported by {}.", ["stranger"]), ("Nobody.", [])])
def test_a_text_that_names_somebody_of_the_case(
    text: str, named: list[str], library: Library
) -> None:
    binding = """
capabilities:
  read_decision_notice:
    steps: [{get: /notice}]
    result: read
    outputs: {named: {people: true}}
"""
    said: list[str] = []
    with (
        serving(lambda _: (200, {"Content-Type": "text/plain"}, said[0])) as site,
        playing(site.url, binding, library) as play,
    ):
        said.append(text.format(play.account("stranger").display_name.upper()))
        seen = play.perform("read_decision_notice", item={"id": "i1"})
    assert seen.outputs["named"] == named


# ------------------------------------------------------------------ pictures


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v != "bordered"])
def test_an_altered_card_is_like_its_original_and_unlike_others(variant: str) -> None:
    for number in range(20):
        altered = card(number, variant=variant).data
        assert alike(altered, [card(number)])
        assert not alike(altered, [card(number + 1)])


def test_what_is_no_picture_is_like_nothing() -> None:
    assert alike(b"<h1>Not found</h1>", [card(1)]) is None


def test_listed_material_is_the_same_all_through_a_case_and_nowhere_else() -> None:
    made = Fixtures("run-1234", {})
    first = made.make("canary_image", "case/o1")
    late, elsewhere = (
        made.make("late_canary_image", "case/o2"),
        made.make("canary_image", "other/o1"),
    )
    resized = made.make("canary_variants.resized", "case/o3")
    assert all(isinstance(one, Picture) for one in (first, late, resized, elsewhere))
    assert first == late
    assert alike(resized.data, [first])  # type: ignore[union-attr, list-item]
    assert not alike(elsewhere.data, [first])  # type: ignore[union-attr, list-item]
    word, near = made.make("canary_term", "case/o1"), made.make("near_miss_term", "case/o2")
    assert sum(a != b for a, b in zip(str(word), str(near), strict=True)) == 1
    assert str(made.make("canary_link", "case/o1")).endswith(".listed.test/")
