"""What Baraza offers somebody under attack: evidence, devices, words, many at once, and friends who help."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD

if TYPE_CHECKING:
    from conftest import House, Visitor

Build = Callable[..., "House"]


def friends(house: House) -> tuple[Visitor, Visitor]:
    one, other = house.person("river"), house.person("stone")
    house.befriend(one, other)
    return one, other


# ------------------------------------------------------------------ evidence


def test_evidence_is_dated_with_sender_context_and_a_digest_that_fits(build: Build) -> None:
    reader, writer = friends(build())
    writer.tell(reader, "Before.")
    name = writer.tell(reader, "The one.").get_json()["id"]
    facts = reader.get(f"/evidence/{name}/file").get_json()
    digest = facts.pop("digest")
    whole = dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest == f"sha256:{sha256(whole.encode()).hexdigest()}"
    assert facts["content"] == "The one."
    assert "stone" in facts["handle"]
    assert "UTC" in facts["time"]
    assert facts["address"].endswith(f"/messages/stone#m{name}")
    assert [line.endswith("Before.") for line in facts["context"]] == [True]
    fields = reader.values(f"/evidence/{name}", "[data-field]", "data-field")
    assert set(fields) == {"content", "address", "time", "handle", "context", "digest"}


def test_nobody_else_gets_it(build: Build) -> None:
    house = build()
    reader, writer = friends(house)
    name = writer.tell(reader).get_json()["id"]
    assert house.person("other").get(f"/evidence/{name}").status_code == 404
    assert house.person("other2").get(f"/evidence/{name}/file").status_code == 404


# ------------------------------------------------------------------ devices


@pytest.mark.parametrize(("switch", "left"), [("", None), ("remote_sign_out_fake", "river")])
def test_a_device_that_is_signed_out_is_out(build: Build, switch: str, left: str | None) -> None:
    house = build(*filter(None, [switch]))
    first = house.person("river")
    second = house.sign_in("river")
    sessions = first.get("/api/sessions").get_json()["sessions"]
    other = [one["id"] for one in sessions if not one["here"]][-1]
    assert second.name_shown() == "river"
    assert first.post(f"/api/sessions/{other}/end").status_code == 200
    assert second.name_shown() == left
    assert first.name_shown() == "river"


def test_nobody_ends_the_session_of_another(build: Build) -> None:
    house = build()
    mine, other = house.person("river"), house.person("stone")
    name = mine.get("/api/sessions").get_json()["sessions"][0]["id"]
    assert other.post(f"/api/sessions/{name}/end").status_code == 404
    assert mine.name_shown() == "river"


@pytest.mark.parametrize(("switch", "told"), [("", 1), ("sign_in_unannounced", 0)])
def test_a_new_device_is_announced_and_the_old_one_is_not(
    build: Build, switch: str, told: int
) -> None:
    house = build(*filter(None, [switch]))
    first = house.person("river")
    before = len(first.notices("sign_in"))
    first.post("/api/login", {"handle": "river", "password": PASSWORD})
    assert len(first.notices("sign_in")) == before
    house.sign_in("river")
    assert len(first.notices("sign_in")) == before + told


def test_the_second_step_lets_in_by_its_code_once(build: Build) -> None:
    house = build()
    house.person("river").post("/settings/security", form={"second_step": "on"})
    device = house.sign_in("river")
    assert device.name_shown() is None
    code = house.state.outbox[-1]["text"]
    wrong = {"handle": "river", "code": "x"}
    assert device.post("/login/code", form=wrong).status_code == 403
    assert device.post("/login/code", form=wrong | {"code": code}).status_code == 403, "used up"
    house.sign_in("river")
    device.post("/login/code", form=wrong | {"code": house.state.outbox[-1]["text"]})
    assert device.name_shown() == "river"


# ------------------------------------------------------------------ many at once


@pytest.mark.parametrize(("switch", "shut"), [("", 3), ("no_bulk_block", 1)])
def test_several_are_blocked_in_one_go(build: Build, switch: str, shut: int) -> None:
    house = build(*filter(None, [switch]))
    names = [house.person(f"n{number}").handle for number in range(3)]
    owner = house.person("owner")
    assert owner.post("/api/blocks", {"who": names}).get_json()["count"] == shut
    assert len(house.state.users["owner"].blocked) == shut
    again = house.person("again")
    again.post("/do/block", form={"who": f"{names[0]}, {names[1]}\n{names[2]}"})
    assert len(house.state.users["again"].blocked) == shut


@pytest.mark.parametrize(
    ("to", "stranger", "friend"), [("friends", 404, 200), ("me", 404, 404), ("all", 200, 200)]
)
def test_old_posts_are_narrowed_together(build: Build, to: str, stranger: int, friend: int) -> None:
    house = build()
    owner, near = friends(house)
    posts = [owner.publish() for _ in range(3)]
    far = house.person("far")
    assert owner.post("/api/posts/narrow", {"to": to}).get_json()["changed"] == 3
    for post in posts:
        assert far.get(f"/p/{post}").status_code == stranger
        assert near.get(f"/p/{post}").status_code == friend
        assert owner.get(f"/p/{post}").status_code == 200


def test_safety_mode_never_opens_and_gives_back_what_was(build: Build) -> None:
    owner = build().person("owner")
    owner.post("/api/settings", {"name": "comments", "value": "none"})
    before = owner.settings()
    changed = owner.post("/api/safety-mode", {"to": "on"}).get_json()["changed"]
    during = owner.settings()
    assert set(changed) == {"messages", "mentions", "tags", "groups"}
    assert during["comments"] == "none"
    assert during["messages"] == "friends"
    owner.post("/api/safety-mode", {"to": "off"})
    assert owner.settings() == before


# ------------------------------------------------------------------ words


WAYS = ["Wabomexu tena.", "This is BOMEXU.", "bómëxu", "b0m3xu", "leo bomexuni, sawa"]


@pytest.mark.parametrize("said", WAYS)
def test_an_unwanted_word_is_kept_out_however_it_is_written(build: Build, said: str) -> None:
    owner, other = friends(build())
    owner.post("/api/filter", {"words": ["bomexu"]})
    post = owner.publish()
    name = other.post(f"/api/posts/{post}/comments", {"text": said}).get_json()["id"]
    kind = other.post(f"/api/posts/{post}/comments", {"text": "Well said."}).get_json()["id"]
    assert not owner.shows(f"/p/{post}", f"#c{name}")
    assert owner.shows(f"/p/{post}", f"#c{kind}")
    assert other.shows(f"/p/{post}", f"#c{name}"), "who wrote it is not told"


def test_a_filter_that_misses_spellings_still_knows_the_word(build: Build) -> None:
    owner, other = friends(build("filter_misses_spellings"))
    owner.post("/api/filter", {"words": ["bomexu"]})
    post = owner.publish()
    names = [
        other.post(f"/api/posts/{post}/comments", {"text": said}).get_json()["id"] for said in WAYS
    ]
    seen = [owner.shows(f"/p/{post}", f"#c{name}") for name in names]
    assert seen == [False, False, True, True, False]


# ------------------------------------------------------------------ helpers


def test_a_helper_clears_up_and_can_do_nothing_else(build: Build) -> None:
    house = build()
    owner, helper = friends(house)
    rude = house.person("rude")
    post = owner.publish()
    comment = rude.post(f"/api/posts/{post}/comments", {"text": "Hm."}).get_json()["id"]
    assert helper.post("/api/for/river/block", {"who": ["rude"]}).status_code == 403, "not asked"
    powers = owner.post("/api/helpers", {"who": "stone"}).get_json()["powers"]
    assert powers == ["hide", "block", "mute", "report"]
    assert helper.post("/api/for/river/hide", {"item": comment}).status_code == 200
    assert not owner.shows(f"/p/{post}", f"#c{comment}")
    assert helper.post("/api/for/river/report", {"item": comment}).status_code == 201
    assert helper.post("/api/for/river/block", {"who": ["rude"]}).get_json()["count"] == 1
    assert house.state.users["river"].blocked == {"rude"}
    assert helper.get("/api/for/river/inbox").status_code == 403
    for act in ("settings", "post", "helpers"):
        assert helper.post(f"/api/for/river/{act}", {"text": "x"}).status_code == 403
    owner.post("/settings/helpers", form={"who": "stone", "act": "remove"})
    assert helper.post("/api/for/river/block", {"who": ["rude"]}).status_code == 403


def test_only_a_friend_can_help(build: Build) -> None:
    house = build()
    owner = house.person("river")
    house.person("far")
    assert owner.post("/api/helpers", {"who": "far"}).status_code == 403


def test_the_removal_form_asks_for_no_more_than_it_needs(build: Build) -> None:
    wanted = {"link", "contact", "whose", "good_faith", "signature"}
    form = "/help/forms/intimate_image?branch=shared"
    assert set(build().visitor().values(form, "#public-form [required]", "name")) == wanted
    more = build("image_form_asks_identity").visitor()
    assert set(more.values(form, "#public-form [required]", "name")) == wanted | {"identity"}


@pytest.mark.parametrize("page", ["security", "defence", "helpers"])
def test_every_page_is_there_in_both_languages(build: Build, page: str) -> None:
    owner, _ = friends(build())
    for code in ("en", "sw"):
        assert owner.get(f"/settings/{page}?lang={code}").status_code == 200
    assert owner.shows("/settings", f"a[href='/settings/{page}']")


def test_a_new_password_shuts_everybody_else_out(build: Build) -> None:
    house = build()
    first = house.person("river")
    second = house.sign_in("river")
    first.post("/settings/security", form={"password": f"{PASSWORD}!"})
    assert (first.name_shown(), second.name_shown()) == ("river", None)
    assert house.sign_in("river").name_shown() is None, "the old password is no longer one"
