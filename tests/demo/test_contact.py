"""How Baraza keeps people apart, lets them ask, and leaves them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.demo.baraza.assistant import DATA as ASSISTANT
from sbd_audit.demo.baraza.feed import FAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import House, Visitor

    Way = Callable[[Visitor, Visitor], int]


# ------------------------------------------------------------------ who reaches whom


def _rings(one: Visitor, other: Visitor) -> int:
    return one.post("/api/calls", {"who": other.handle}).status_code


def _tags(one: Visitor, other: Visitor) -> int:
    return one.post("/api/mentions", {"who": other.handle, "form": "photo_tag"}).status_code


def _reshares(one: Visitor, other: Visitor) -> int:
    return one.post("/api/mentions", {"who": other.handle, "form": "reshare"}).status_code


def _vanishes(one: Visitor, other: Visitor) -> int:
    return one.post("/api/messages", {"to": other.handle, "vanishes": True}).status_code


@pytest.mark.parametrize("way", [_rings, _tags, _reshares])
def test_friends_reach_a_child_and_strangers_do_not(house: House, way: Way) -> None:
    child, friend = house.person("child", 14), house.person("friend", 14)
    house.befriend(friend, child)
    assert way(friend, child) == 201
    assert way(house.person("stranger"), child) == 403


@pytest.mark.parametrize("age", [34, 14])
def test_messages_that_remove_themselves_do_not_reach_a_child_by_default(
    house: House, age: int
) -> None:
    child, friend = house.person("child", 14), house.person("friend", age)
    house.befriend(friend, child)
    assert _vanishes(friend, child) == 403


def test_a_message_that_removes_itself_is_read_once(house: House) -> None:
    one, other = house.person("one"), house.person("other")
    house.befriend(one, other)
    assert _vanishes(one, other) == 201
    assert (len(other.letters()), len(other.letters())) == (1, 0)


@pytest.mark.parametrize(
    ("age", "sees"), [(13, "#later"), (15, "#later"), (17, "#live-off"), (30, "form#live")]
)
def test_going_live_depends_on_age(house: House, age: int, sees: str) -> None:
    person = house.person("river", age)
    assert person.shows("/live", sees)
    assert ("live" in house.state.choices(house.state.users["river"])) is (age >= 16)


# ------------------------------------------------------------------ being asked


def test_a_request_comes_with_advice_and_four_ways_out(house: House) -> None:
    child, peer = house.person("child", 14), house.person("peer", 14)
    peer.post("/api/friends", {"who": "child"})
    assert child.shows("/asks/peer", "#advice")
    choices = child.values("/asks/peer", "article.ask button", "value")
    assert choices == ["accept", "decline", "block", "report"]


@pytest.mark.parametrize(
    ("choice", "friends", "blocked"),
    [("accept", True, False), ("decline", False, False), ("block", False, True)],
)
def test_the_answer_is_what_was_chosen(
    house: House, choice: str, friends: bool, blocked: bool
) -> None:
    child, peer = house.person("child", 14), house.person("peer", 14)
    peer.post("/api/friends", {"who": "child"})
    child.post("/asks/peer", form={"choice": choice})
    mine = house.state.users["child"]
    assert ("peer" in mine.friends, "peer" in mine.blocked) == (friends, blocked)
    assert child.shows("/asks/peer", "#nothing-waits")


def test_nobody_makes_friends_without_having_been_asked(house: House) -> None:
    one = house.person("one")
    house.person("other")
    one.post("/asks/other", form={"choice": "accept"})
    assert house.state.users["one"].friends == set()


def test_a_request_can_be_reported(house: House) -> None:
    child, peer = house.person("child", 14), house.person("peer", 14)
    peer.post("/api/friends", {"who": "child"})
    where = child.post("/asks/peer", form={"choice": "report"}).headers["Location"]
    assert child.get(where).status_code == 200


def test_an_invitation_shows_who_is_inside_and_waits(house: House) -> None:
    child, friend, third = (house.person(name, 14) for name in ("child", "friend", "third"))
    house.befriend(friend, child)
    group = house.group(friend, third)
    friend.post(f"/api/groups/{group}/invite", {"who": "child"})
    page = child.page("/asks/friend?kind=group")
    assert [node.text() for node in page.css(".members li")] == ["friend", "third"]
    assert "child" not in house.state.groups[group]["members"]
    child.post("/asks/friend", form={"kind": "group", "choice": "accept"})
    assert "child" in house.state.groups[group]["members"]


def test_a_code_makes_friends_once(house: House) -> None:
    one, two, three = (house.person(name) for name in ("one", "two", "three"))
    code = one.get("/api/friends/code").get_json()["code"]
    assert two.post("/api/friends/code", {"code": code}).status_code == 200
    assert three.post("/api/friends/code", {"code": code}).status_code == 404
    assert house.state.users["one"].friends == {"two"}


# ------------------------------------------------------------------ restricting


def test_a_restricted_persons_later_comments_are_theirs_alone(house: House) -> None:
    owner, other, third = (house.person(name) for name in ("owner", "other", "third"))
    post = owner.publish()
    told: list[int] = []
    for mode in ("", "restrict"):
        if mode:
            owner.post("/api/mutes", {"who": "other", "mode": mode})
        other.post(f"/api/posts/{post}/comments", {"text": "Hm."})
        told.append(len(owner.notices("comment")))
    shown = [len(who.get(f"/api/posts/{post}").get_json()["comments"]) for who in (third, other)]
    assert (shown, told) == ([1, 2], [1, 1])
    assert other.notices("restricted") == []


# ------------------------------------------------------------------ cards, notices, assistant


def test_children_start_calm_and_grown_ups_may_choose(house: House) -> None:
    child = house.person("child", 14).settings()
    calm = {"autoplay": "off", "streaks": "off", "pushes": "needed", "likes": "hidden"}
    assert {name: child[name] for name in calm} == calm
    assert (child["breaks"], child["feed"], child["assistant"]) == ("on", "interests", "off")
    assert house.person("adult").settings()["autoplay"] == "on"


def test_cards_follow_the_words_somebody_chose_until_a_fresh_start(house: House) -> None:
    person = house.person("river", 14)

    def first() -> str:
        return person.page("/feed").css("article.feed-card p")[0].text()

    plain = first()
    person.post("/feed/interests", form={"interests": "garden"})
    assert "garden" in first()
    person.post("/feed/reset", form={})
    assert first() == plain


def test_the_way_out_of_behaviour_is_near_unless_it_is_hidden(build: Callable[..., House]) -> None:
    for switches, steps in ((), 1), (("profiled_feed_for_minors",), FAR):
        child = build(*switches).person("child", 14)
        if not switches:
            child.post("/settings/feed", form={"to": "behaviour", "choice": "change"})
        path, walked = "/feed", 0
        while not child.shows(path, "#why[data-order=plain]") and walked < 9:
            path = "/feed" + child.values(path, "a.detour, #to-plain", "href")[0]
            walked += 1
        assert walked == steps


@pytest.mark.parametrize(("age", "night"), [(14, False), (30, True)])
def test_a_childs_nights_are_quiet(house: House, age: int, night: bool) -> None:
    pushes = house.person("river", age).get("/api/pushes?hours=24").get_json()["pushes"]
    hours = [push["hour"] for push in pushes]
    assert (bool(hours), any(hour >= 22 or hour < 7 for hour in hours)) == (True, night)


@pytest.mark.parametrize("rule", [rule for rule in ASSISTANT["rules"] if "plays_along" in rule])
def test_the_assistant_declines_and_points_to_people(house: House, rule: dict[str, str]) -> None:
    child = house.person("child", 14)
    assert child.post("/api/assistant", {"say": "Good day"}).status_code == 404, "it is off"
    child.post("/settings/assistant", form={"to": "on", "choice": "change"})
    for word in rule["words"]:
        answer = child.post("/api/assistant", {"say": f"A {word}?"}).get_json()
        assert "machine" in answer["notice"]
        assert answer["says"] == [rule["en"]]
        assert "116" in answer["says"][0]


# ------------------------------------------------------------------ search, shop, adverts, family


@pytest.mark.parametrize(
    ("asked", "helped"),
    [("I feel sad", True), ("nina huzuni", True), ("weather", False), ("", False)],
)
def test_help_comes_before_what_was_found(house: House, asked: str, helped: bool) -> None:
    person = house.person("river", 14)
    assert person.shows(f"/search?q={asked}", "#help ~ #hits") is helped
    assert person.shows(f"/search?q={asked}", "a[href='tel:116']") is helped


def test_everything_sold_has_a_price_in_money_and_adverts_say_so(house: House) -> None:
    page = house.person("river", 14).page("/shop")
    things = page.css("article.thing")
    assert things
    assert all(thing.css_first(".price[data-currency=KES]") for thing in things)
    assert len(page.css("aside.advert .label")) == len(page.css("aside.advert")) == 1


def test_a_childs_advertising_is_locked(house: House) -> None:
    child = house.person("child", 14)
    assert child.settings()["ads"] == "locked"
    assert child.post("/api/settings", {"name": "ads", "value": "on"}).status_code == 403
    assert child.get("/settings/ads?to=on").status_code == 404
    assert (
        house.person("adult").post("/api/settings", {"name": "ads", "value": "on"}).status_code
        == 200
    )


def test_a_guardian_is_named_by_the_child_and_never_reads_letters(house: House) -> None:
    child, parent, friend = (
        house.person("child", 14),
        house.person("parent"),
        house.person("friend", 14),
    )
    house.befriend(friend, child)
    friend.tell(child, "Between us.")
    assert parent.post("/api/supervision", {"child": "child"}).status_code == 403
    child.post("/api/family", {"who": "parent"})
    assert parent.post("/api/supervision", {"child": "child"}).status_code == 201
    overview = LexborHTMLParser(parent.get("/family").text).css("section.child")[0].text()
    assert "friend" in overview
    assert "Between us." not in overview
    assert child.shows("/", "#supervision[role=status]")
    assert child.shows("/family", "#supervised")
