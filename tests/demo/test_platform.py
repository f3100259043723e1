"""The practice platform protects people as it says, in its safe configuration."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.demo.baraza import start
from sbd_audit.documents.readability import grade
from sbd_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import House, Visitor

ROUTES = ("intimate_image", "impersonation", "threats", "child_safety", "underage_account")
DOCUMENTS = ("terms", "rules", "privacy", "child-safety", "children", "transparency")
PUBLIC_PAGES = (
    "/", "/join", "/login", "/safety", "/help", "/help/forms",
    *(f"/help/forms/{route}" for route in ROUTES),
    *(f"/legal/{name}" for name in DOCUMENTS),
)  # fmt: skip


# ------------------------------------------------------------------ joining


@pytest.mark.parametrize(
    ("age", "answer"),
    [(12, "refused"), (13, "guardian-step"), (17, "guardian-step"), (18, "joined"), (40, "joined")],
)
def test_joining_depends_on_age(house: House, age: int, answer: str) -> None:
    assert house.fill_in_form(house.visitor(), "river-stone", age, guardian="g@x.test") == answer


def test_a_refused_browser_cannot_try_another_age(house: House) -> None:
    browser = house.visitor()
    assert house.fill_in_form(browser, "first-try", 12) == "refused"
    assert house.fill_in_form(browser, "second-try", 30) == "refused"
    assert house.fill_in_form(house.visitor(), "someone-else", 30) == "joined"


def test_the_form_hints_at_no_age(house: House) -> None:
    form = house.visitor().page("/join")
    assert form.css("#birth_date")[0].attributes.get("value") is None
    assert not any(number in form.css("main")[0].text() for number in ("13", "18"))


def test_a_childs_account_waits_for_the_guardian(house: House) -> None:
    child = house.visitor()
    house.fill_in_form(child, "river-child", 14, guardian="g@x.test")
    assert child.client.get_cookie("baraza") is None
    assert house.sign_in("river-child").name_shown() is None
    link = house.guardian_link("g@x.test")
    assert house.visitor().post(link).status_code == 200
    assert house.sign_in("river-child").name_shown() == "river-child"
    assert house.visitor().post(link).status_code == 404, "a link works once"


# ------------------------------------------------------------------ sessions


def test_programs_are_told_and_people_are_sent_to_sign_in(house: House) -> None:
    assert house.visitor().get("/api/settings").status_code == 401
    assert house.visitor().get("/settings").headers["Location"] == "/login"


def test_changes_need_the_sessions_token(house: House) -> None:
    someone = house.person("river-stone")
    assert someone.post("/api/posts", {"text": "Hello."}, token=False).status_code == 403
    assert someone.post("/api/posts", {"text": "Hello."}).status_code == 201


def test_the_session_cookie_is_closed_to_scripts(house: House) -> None:
    someone = house.person("river-stone")
    cookie = someone.client.get_cookie("baraza")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


# ------------------------------------------------------------------ defaults and settings


@pytest.mark.parametrize(
    ("name", "child", "adult"),
    [
        ("messages", "friends", "all"),
        ("profile", "friends", "all"),
        ("comments", "friends", "all"),
        ("mentions", "friends", "all"),
        ("found_by", "none", "all"),
        ("friends_list", "me", "all"),
        ("location", "off", "off"),
    ],
)
def test_children_start_protected(house: House, name: str, child: str, adult: str) -> None:
    assert house.person("river-child", 14).settings()[name] == child
    assert house.person("stone-adult").settings()[name] == adult


def test_a_child_is_warned_fairly_and_may_stay_or_undo(house: House) -> None:
    child = house.person("river-child", 14)
    asked = child.post("/api/settings", {"name": "profile", "value": "all"})
    assert (asked.status_code, child.settings()["profile"]) == (409, "friends")
    buttons = child.page(asked.get_json()["page"]).css("form.pair button")
    assert [button.attributes["value"] for button in buttons] == ["keep", "change"]
    assert len({button.attributes["class"] for button in buttons}) == 1, "neither is louder"
    child.post("/settings/profile", form={"to": "all", "choice": "keep"})
    assert child.settings()["profile"] == "friends"
    changed = child.post("/settings/profile", form={"to": "all", "choice": "change"})
    assert child.settings()["profile"] == "all"
    undo = LexborHTMLParser(changed.text).css("form[action='/settings/profile']")[0]
    child.post("/settings/profile", form={"to": undo.css("[name=to]")[0].attributes["value"]})
    assert child.settings()["profile"] == "friends"


def test_location_is_shown_while_shared_and_ends_with_the_session(house: House) -> None:
    child = house.person("river-child", 14)
    assert not child.shows("/", ".sharing")
    child.post("/settings/location", form={"to": "friends", "choice": "change"})
    assert child.shows("/", ".sharing[role=status]")
    assert child.settings()["location"] == "friends"
    assert house.sign_in("river-child").settings()["location"] == "off"


# ------------------------------------------------------------------ contact


def test_a_stranger_does_not_reach_a_child_but_a_friend_does(house: House) -> None:
    child, friend = house.person("child", 14), house.person("friend", 14)
    stranger, open_adult = house.person("stranger"), house.person("open-adult")
    assert stranger.tell(open_adult).status_code == 202, "the stranger can write to somebody"
    assert stranger.tell(child).status_code == 403
    assert (child.letters(), child.notices("message")) == ([], [])
    house.befriend(friend, child)
    assert friend.tell(child, "From a friend.").status_code == 201
    assert child.letters() == ["From a friend."]


def test_only_pictures_are_taken(house: House) -> None:
    one, other = house.person("river"), house.person("stone")
    form = {"to": "stone", "text": "Look."}
    for head, status in ((b"\x89PNG\r\n\x1a\n", 202), (b"GIF89a", 400)):
        picture = (BytesIO(head + b"0" * 20), "a.png")
        assert one.post("/api/messages", form=form | {"picture": picture}).status_code == status
    assert other.letters() == ["Look."]


def _profile(blocked: Visitor, owner: Visitor, place: str) -> bool:
    return blocked.get(f"/api/users/{owner.handle}").status_code == 200


def _found(blocked: Visitor, owner: Visitor, place: str) -> bool:
    return owner.handle in blocked.get(f"/api/people?q={owner.handle}").get_json()["people"]


def _message(blocked: Visitor, owner: Visitor, place: str) -> bool:
    return blocked.tell(owner).status_code < 300


def _comment(blocked: Visitor, owner: Visitor, place: str) -> bool:
    return blocked.post(f"/api/posts/{place}/comments", {"text": "Hm."}).status_code < 300


def _mention(blocked: Visitor, owner: Visitor, place: str) -> bool:
    return blocked.post("/api/mentions", {"who": owner.handle}).status_code < 300


def _invite(blocked: Visitor, owner: Visitor, place: str) -> bool:
    group = blocked.post("/api/groups").get_json()["id"]
    return blocked.post(f"/api/groups/{group}/invite", {"who": owner.handle}).status_code < 300


@pytest.mark.parametrize("way", [_profile, _found, _message, _comment, _mention, _invite])
def test_a_block_closes_every_way(
    house: House, way: Callable[[Visitor, Visitor, str], bool]
) -> None:
    owner, blocked = house.person("owner"), house.person("blocked")
    house.befriend(owner, blocked)
    place = owner.publish()
    assert way(blocked, owner, place), "open before the block"
    told = blocked.get("/api/notices").json
    owner.post("/api/blocks", {"who": ["blocked"]})
    assert not way(blocked, owner, place)
    assert blocked.get("/api/notices").json == told, "the other side is not told"


def test_children_and_unknown_adults_are_not_suggested_to_each_other(house: House) -> None:
    child, adult, other = house.person("child", 14), house.person("adult"), house.person("other")
    house.group(child, adult, other)
    assert child.get("/api/suggestions").json == {"people": []}
    assert adult.get("/api/suggestions").json == {"people": ["other"]}


# ------------------------------------------------------------------ reporting


def test_a_report_is_acknowledged_followed_and_managed(house: House) -> None:
    reporter = house.person("river-child", 14)
    receipt = LexborHTMLParser(reporter.post("/report/house0/bullying").text)
    for part in ("#reference", "#arrived", "#timeframe", "#outcomes"):
        assert receipt.css(part)[0].text().strip(), part
    place = f"/reports/{receipt.css('#reference')[0].text()}"
    assert reporter.shows("/reports", f"a[href='{place}']")
    assert not reporter.shows(place, "#appeal"), "nothing is decided yet"
    reporter.post(f"/practice/decide/{place.split('/')[-1]}")
    for act in ("add", "quiet", "appeal", "withdraw"):
        assert reporter.shows(place, f"button#{act}")
        reporter.post(f"{place}/{act}")
    assert reporter.page(place).css("#status")[0].text() == "You took it back"
    assert len(reporter.page(place).css("#history li")) == 6
    assert house.person("stone-adult").get(place).status_code == 404, "not theirs"


def test_a_waiting_message_can_be_reported_without_accepting_it(house: House) -> None:
    owner, stranger = house.person("owner"), house.person("stranger")
    stranger.tell(owner)
    assert owner.shows("/messages/stranger", "#request")
    assert owner.shows("/messages/stranger", "article.message a[href^='/report/']")


def test_reasons_are_plain_enough_for_children(house: House) -> None:
    child = house.person("river-child", 14)
    reasons = "\n".join(label.text() for label in child.page("/report/house0").css("label.choice"))
    assert float(grade(reasons, "en") or "99") <= 7


@pytest.mark.parametrize(
    ("reason", "numbers"),
    [
        ("grooming", {"116", "999"}),
        ("ncii", {"1195", "999"}),
        ("threats_violence", {"1195", "999"}),
        ("scam", set()),
    ],
)
def test_help_fits_the_harm(house: House, reason: str, numbers: set[str]) -> None:
    shown = house.person("river").values(f"/report/house0/{reason}", "a[href^='tel:']", "href")
    assert {link.removeprefix("tel:") for link in shown} == numbers


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("route", ROUTES)
def test_public_forms_need_no_account(house: House, route: str, language: str) -> None:
    visitor = house.visitor()
    assert visitor.shows("/", "footer a[href='/help/forms']")
    assert visitor.shows("/help/forms", f"main a[href='/help/forms/{route}']")
    assert visitor.shows(f"/help/forms/{route}?lang={language}", "main form button")
    assert LexborHTMLParser(visitor.post(f"/help/forms/{route}").text).css_first("#received")


@pytest.mark.parametrize(
    ("branch", "needs_link"), [("shared", True), ("threat_to_share", False), ("synthetic", True)]
)
def test_a_threat_needs_no_address(house: House, branch: str, needs_link: bool) -> None:
    form = f"/help/forms/intimate_image?branch={branch}"
    assert house.visitor().shows(form, "#link[required]") is needs_link


@pytest.mark.parametrize("language", ["en", "sw"])
def test_under_18_leads_to_the_child_route(house: House, language: str) -> None:
    route = house.visitor().page(f"/help/forms/intimate_image?branch=under_18&lang={language}")
    assert route.css_first("#child-route")
    assert route.css_first("a[href='tel:116']")
    assert route.css_first("input[type=file]") is None


# ------------------------------------------------------------------ pages, documents, one's data


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_pages_hold_together(house: House, path: str, language: str) -> None:
    visitor = house.visitor()
    shown = visitor.page(f"{path}?lang={language}")
    assert shown.css("html")[0].attributes["lang"] == language
    for link in shown.css("a[href^='/']"):
        assert visitor.get(str(link.attributes["href"])).status_code == 200, link.html


@pytest.mark.parametrize("name", DOCUMENTS)
def test_both_languages_carry_the_same_version(house: House, name: str) -> None:
    english, swahili = (
        house.visitor().page(f"/legal/{name}?lang={code}").css("#version")[0].text()
        for code in ("en", "sw")
    )
    assert english.split()[1:] == swahili.split()[1:]


def test_a_person_gets_and_deletes_their_data(house: House) -> None:
    someone = house.person("river")
    assert someone.shows("/settings", "a[href='/settings/data']")
    assert someone.shows("/settings/data", "a[href='/settings/data/delete']")
    assert LexborHTMLParser(someone.post("/settings/data/export").text).css_first("#export-ready")
    assert LexborHTMLParser(someone.post("/settings/data/delete").text).css_first("#scheduled")


# ------------------------------------------------------------------ serving


def test_it_serves_loopback_and_notes_what_was_asked() -> None:
    with start(["age_limit_hinted"]) as site:
        assert site.url.startswith("http://127.0.0.1:")
        assert site.consulted == set()
        site.state.fault("search_down")
        assert site.consulted == {"search_down"}
        site.reset()
        assert site.state.fault.thrown == frozenset()
        with pytest.raises(UsageError, match="search_down"):
            site.throw(["serch_down"])
