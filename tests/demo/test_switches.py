"""Every switch of the practice platform makes one observable difference, asked for where it does.

Each row says what is looked at, what is seen with no switch thrown, and what with this one thrown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.demo.baraza.switchboard import SWITCHES
from sbd_audit.library import Library

if TYPE_CHECKING:
    from conftest import House, Visitor

Look = Callable[["House"], Any]
CHECKS = set(Library().checks)
OUTCOMES: dict[str, set[str]] = {
    "fault": {"failed", "cantTell"},
    "trap": {"cantTell"},
    "absence": {"inapplicable"},
    "decoy": set(),
}


# ------------------------------------------------------------------ ways of looking


def status(path: str) -> Look:
    """What a visitor without an account is answered."""
    return lambda house: house.visitor().get(path).status_code


def visible(path: str, css: str) -> Look:
    return lambda house: house.visitor().shows(path, css)


def by(age: int, look: Callable[[Visitor], Any]) -> Look:
    """The same look by somebody of that age who has an account."""
    return lambda house: look(house.person("river", age))


def setting(name: str, age: int) -> Look:
    return by(age, lambda person: person.settings()[name])


def sees(path: str, css: str, age: int = 30) -> Look:
    return by(age, lambda person: person.shows(path, css))


def own_post(css: str, age: int = 30) -> Look:
    return by(age, lambda person: person.shows(f"/p/{person.publish()}", css))


def offers(reason: str, age: int) -> Look:
    return sees("/report/house0", f"input[value={reason}]", age)


def helpline(number: str, reason: str) -> Look:
    return sees(f"/report/house0/{reason}", f"a[href='tel:{number}']")


def posted(path: str, age: int = 30, **data: str) -> Look:
    return by(age, lambda person: person.post(path, data).status_code)


def receipt(css: str) -> Look:
    def look(person: Visitor) -> bool:
        return LexborHTMLParser(person.post("/report/house0/scam").text).css_first(css) is not None

    return by(30, look)


def joining(age: int) -> Look:
    return lambda house: house.fill_in_form(house.visitor(), "river", age, guardian="g@x.test")


def says(path: str, words: str) -> Look:
    return lambda house: words in house.visitor().page(path).css("main")[0].text()


def heading(path: str) -> Look:
    return lambda house: house.visitor().page(path).css("#document h1")[0].text()


def report_page(age: int, css: str, reason: str = "", language: str = "en") -> Look:
    """Whether a screen of the way to report shows something."""
    return sees(f"/report/house0/{reason}".rstrip("/") + f"?lang={language}", css, age)


def picture_of_message(house: House) -> bool:
    owner, friend = house.person("owner"), house.person("friend")
    house.befriend(owner, friend)
    held = friend.client.get_cookie("csrf")
    assert held is not None
    sent = friend.client.post(
        "/api/messages",
        data={"to": "owner", "picture": (BytesIO(b"\x89PNG\r\n"), "card.png")},
        headers={"X-CSRF": held.value},
    )
    return owner.shows(f"/report/{sent.get_json()['id']}", "img")


def message_form(css: str) -> Look:
    """Whether the second screen shows something when a message is reported."""

    def look(house: House) -> bool:
        owner = house.person("owner")
        letter = house.person("stranger").tell(owner).get_json()["id"]
        return owner.shows(f"/report/{letter}/scam", css)

    return look


def deleted_reportable(house: House) -> bool:
    owner, friend = house.person("owner"), house.person("friend")
    house.befriend(owner, friend)
    letter = friend.tell(owner).get_json()["id"]
    friend.post(f"/api/items/{letter}/delete")
    return owner.shows("/messages/friend", "article.message a.report")


def blocker_reportable(house: House) -> bool:
    owner, friend = house.person("owner"), house.person("friend")
    house.befriend(owner, friend)
    friend.tell(owner)
    friend.post("/api/blocks", {"who": ["owner"]})
    return owner.shows("/messages/friend", "aside a[href='/report/@friend']")


def author_told(house: House) -> int:
    author, reporter = house.person("author"), house.person("reporter")
    reporter.post(f"/report/{author.publish()}/scam")
    return len(author.notices("report"))


def reported_hidden(house: House) -> bool:
    author, reporter = house.person("author"), house.person("reporter")
    post = author.publish()
    reporter.post(f"/report/{post}/scam")
    return reporter.shows(f"/p/{post}", "#reported")


def relief_offered(house: House) -> list[str]:
    author, reporter = house.person("author"), house.person("reporter")
    sent = LexborHTMLParser(reporter.post(f"/report/{author.publish()}/scam").text)
    return [str(form.attributes["action"]) for form in sent.css("#relief form")]


def minutes_to_receipt(person: Visitor) -> int:
    times = LexborHTMLParser(person.post("/report/house0/scam").text).css("time[datetime]")
    arrived, written = (datetime.fromisoformat(str(t.attributes["datetime"])) for t in times)
    return round((written - arrived).total_seconds() / 60)


def receipt_language(person: Visitor) -> str:
    sent = LexborHTMLParser(person.post("/report/house0/scam?lang=sw").text)
    return str(sent.css("#receipt")[0].attributes["lang"])


def heavy(person: Visitor) -> bool:
    return len(person.get("/report/house0/something_else").data) > 500_000


def second_try(house: House) -> str:
    browser = house.visitor()
    house.fill_in_form(browser, "first", 12)
    return house.fill_in_form(browser, "second", 30)


def refused_account_works(house: House) -> bool:
    house.fill_in_form(house.visitor(), "river", 12)
    return house.sign_in("river").name_shown() == "river"


def stranger_reads_childs_post(house: House) -> int:
    post = house.person("child", 14).publish()
    return house.person("stranger").get(f"/api/posts/{post}").status_code


def location_later(house: House) -> str:
    house.person("child", 14).post("/settings/location", form={"to": "friends", "choice": "change"})
    return house.sign_in("child").settings()["location"]


def second_device_messages(house: House) -> str:
    house.person("child", 14)
    return house.sign_in("child").settings()["messages"]


def second_device(house: House) -> str | None:
    house.person("river")
    return house.sign_in("river").name_shown()


def stranger_to_child(house: House) -> int:
    child = house.person("child", 14)
    return house.person("stranger").tell(child).status_code


def announced_to_child(house: House) -> int:
    child = house.person("child", 14)
    house.person("stranger").tell(child)
    return len(child.notices("message"))


def suggested_to(age: int, others: int) -> Look:
    def look(house: House) -> Any:
        person, other = house.person("person", age), house.person("other", others)
        house.group(person, other)
        return person.get("/api/suggestions").get_json().get("people")

    return look


def blocked(act: Callable[[Visitor, Visitor, str], Any]) -> Look:
    """What a blocked person can still do."""

    def look(house: House) -> Any:
        owner, other = house.person("owner"), house.person("blocked")
        post = owner.publish()
        owner.post("/api/blocks", {"who": ["blocked"]})
        return act(other, owner, post)

    return look


def commenting(one: Visitor, other: Visitor, post: str) -> int:
    return one.post(f"/api/posts/{post}/comments", {"text": "Hm."}).status_code


def inviting(one: Visitor, other: Visitor, post: str) -> int:
    group = one.post("/api/groups").get_json()["id"]
    return one.post(f"/api/groups/{group}/invite", {"who": other.handle}).status_code


def looking(one: Visitor, other: Visitor, post: str) -> int:
    return one.get(f"/api/users/{other.handle}").status_code


def being_told(one: Visitor, other: Visitor, post: str) -> int:
    return len(one.notices("blocked"))


def friends_comment(house: House) -> int:
    owner, friend = house.person("owner"), house.person("friend")
    return commenting(friend, owner, owner.publish())


def message_reportable(house: House) -> bool:
    owner, friend = house.person("owner"), house.person("friend")
    house.befriend(owner, friend)
    friend.tell(owner)
    return owner.shows("/messages/friend", "article.message a[href^='/report/']")


def request_reportable(house: House) -> bool:
    owner = house.person("owner")
    house.person("stranger").tell(owner)
    return owner.shows("/messages/stranger", "article.message a[href^='/report/']")


def message_sent(house: House) -> int:
    other = house.person("other")
    return house.person("river").tell(other).status_code


def message_arrives(house: House) -> list[str]:
    other = house.person("other")
    house.person("river").tell(other)
    return other.letters()


def withdrawable(house: House) -> bool:
    person = house.person("river")
    sent = LexborHTMLParser(person.post("/report/house0/scam").text)
    return person.shows(f"/reports/{sent.css('#reference')[0].text()}", "button#withdraw")


def hits(age: int) -> Look:
    return by(age, lambda person: len(person.get("/api/search?q=weather").get_json()["hits"]))


def first_reason_is_short(person: Visitor) -> bool:
    return len(person.page("/report/house0").css("#reasons label")[0].text()) < 60


def report_label(person: Visitor) -> str:
    return person.page(f"/p/{person.publish()}").css("article.post a")[0].text()


def topics(house: House) -> int:
    return len(house.apply(house.visitor(), "river", 30).css("ul.welcome li"))


def rules_have_text(house: House) -> bool:
    return bool(house.visitor().page("/legal/rules").css("main")[0].text())


def people_found(house: House) -> list[str]:
    return list(house.person("river").get("/api/people?q=baraza").get_json()["people"])


def rules_agree(house: House) -> bool:
    pages = [house.visitor().page(f"/legal/rules?lang={code}") for code in ("en", "sw")]
    return len({page.css("#version time")[0].text() for page in pages}) == 1


IMAGE = "/help/forms/intimate_image"
UNDER_18, THREAT = f"{IMAGE}?branch=under_18", f"{IMAGE}?branch=threat_to_share"
KANUNI = "/legal/rules?lang=sw"
REPORT_LINK = "article.post a[href^='/report/']"
FIGURES = "/transparency.json"


def figures(**dims: str) -> Look:
    """The values of all rows with exactly these dimensions."""
    return lambda house: [
        row["value"]
        for row in house.visitor().get(FIGURES).get_json()["observations"]
        if row["dims"] == dims
    ]


def days_late(house: House) -> int:
    report = house.visitor().get(FIGURES).get_json()["report"]
    ended, published = report["period"]["end"], report["published_on"]
    return (date.fromisoformat(published) - date.fromisoformat(ended)).days


def cells_for(harm: str) -> Look:
    return lambda house: sum(
        cell["harm"] == harm for cell in house.visitor().get(FIGURES).get_json()["detection"]
    )


def is_json(house: House) -> bool:
    return house.visitor().get(FIGURES).get_json(silent=True) is not None


ROWS: dict[str, tuple[Look, Any, Any]] = {
    # joining and age
    "age_tick_box_only": (visible("/join", "#birth_date"), True, False),
    "age_prefilled_adult": (visible("/join", "#birth_date[value]"), False, True),
    "age_limit_hinted": (says("/join", "13"), False, True),
    "under_age_accepted": (joining(12), "refused", "joined"),
    "under_age_account_lingers": (refused_account_works, False, True),
    "age_gate_retry_allowed": (second_try, "refused", "joined"),
    "guardian_step_skipped": (joining(17), "guardian-step", "joined"),
    "data_taken_before_guardian": (visible("/join", "#school"), False, True),
    # privacy
    "minor_profile_public": (setting("profile", 14), "friends", "all"),
    "private_profile_reads_safe_but_leaks": (stranger_reads_childs_post, 404, 200),
    "weakening_without_warning": (sees("/settings/profile?to=all", "#warning", 14), True, False),
    "weaker_choice_louder": (sees("/settings/profile?to=all", "button.loud", 14), False, True),
    "location_sharing_never_ends": (location_later, "off", "friends"),
    "settings_reset_on_second_device": (second_device_messages, "friends", "all"),
    # contact
    "dm_open_to_strangers_for_minors": (setting("messages", 14), "friends", "all"),
    "setting_reads_safe_but_not_enforced": (stranger_to_child, 403, 202),
    "refused_message_previewed": (announced_to_child, 0, 1),
    "adults_suggested_to_minors": (suggested_to(14, 30), [], ["other"]),
    "minors_suggested_to_adults": (suggested_to(30, 14), [], ["other"]),
    "block_leaves_comments_open": (blocked(commenting), 403, 201),
    "block_leaves_groups_open": (blocked(inviting), 403, 202),
    "block_leaves_profile_open": (blocked(looking), 404, 200),
    "block_is_announced": (blocked(being_told), 0, 1),
    # reporting
    "report_control_far": (own_post(REPORT_LINK), True, False),
    "report_harder_for_children": (own_post(REPORT_LINK, 14), True, False),
    "report_not_by_keyboard": (own_post(REPORT_LINK), True, False),
    "messages_not_reportable": (message_reportable, True, False),
    "request_needs_reply": (request_reportable, True, False),
    "no_reason_for_threats_to_children": (offers("sextortion_minor", 14), True, False),
    "reasons_in_legal_words": (by(14, first_reason_is_short), True, False),
    "impersonation_form_needs_account": (status("/help/forms/impersonation"), 200, 302),
    "no_under_age_form": (status("/help/forms/underage_account"), 200, 404),
    "report_ack_missing": (receipt("#receipt"), True, False),
    "receipt_without_reference": (receipt("#reference"), True, False),
    "group_not_reportable": (sees("/g/gardens", "a.report"), True, False),
    "livestream_not_reportable": (sees("/live/lake", "article.live a.report"), True, False),
    "deleted_message_unreportable": (deleted_reportable, True, False),
    "blocker_unreportable": (blocker_reportable, True, False),
    "dead_end_for_stalking": (report_page(30, "#send", "cyber_stalking"), True, False),
    "no_time_told": (report_page(30, "#time", "something_else"), True, False),
    "silent_on_who_will_know": (report_page(30, "#who-knows"), True, False),
    "reported_picture_in_full": (picture_of_message, False, True),
    "report_demands_identity_document": (message_form("[required]"), False, True),
    "only_for_oneself": (report_page(30, "[value=someone_i_know]"), True, False),
    "receipt_late": (by(30, minutes_to_receipt), 0, 4320),
    "reported_item_stays": (reported_hidden, True, False),
    "no_relief_offered": (relief_offered, ["/do/block", "/do/mute"], []),
    "notice_names_reporter": (author_told, 0, 1),
    "report_flow_keyboard_trap": (report_page(30, "[onkeydown]", "something_else"), False, True),
    "report_flow_heavy": (by(30, heavy), False, True),
    "receipt_in_english_only": (by(30, receipt_language), "sw", "en"),
    "no_evidence_help": (report_page(30, "#evidence-help", "bullying"), True, False),
    "longer_way_in_swahili": (sees("/p/house0?lang=sw", "article.post a.report"), True, False),
    "fewer_reasons_in_swahili": (report_page(30, "[value=scam]", "", "sw"), True, False),
    "helpline_in_english_only": (report_page(30, "a[href^=tel]", "bullying", "sw"), True, False),
    "reasons_not_recognised": (offers("scam", 30), True, False),
    "pages_unscannable": (report_page(30, "#restless", "something_else"), False, True),
    "no_status_page": (by(30, lambda person: person.get("/reports").status_code), 200, 404),
    "no_withdrawal": (withdrawable, True, False),
    # abuse of children, gender-based violence
    "terms_silent_on_synthetic": (says("/legal/rules", "artificial intelligence"), True, False),
    "terms_without_consequences": (says("/legal/rules", "loses the account"), True, False),
    "under_18_kept_in_adult_form": (visible(UNDER_18, "#child-route"), True, False),
    "no_sextortion_reason": (offers("sextortion_adult", 30), True, False),
    "image_form_buried": (visible("/help/forms", f"main a[href='{IMAGE}']"), True, False),
    "image_form_ignores_threats": (visible(THREAT, "#link[required]"), False, True),
    "image_form_ignores_fakes": (visible(IMAGE, "input[value=synthetic]"), True, False),
    "image_form_english_only": (status(f"{IMAGE}?lang=sw"), 200, 404),
    # the rest
    "search_closed_to_children": (hits(14), 3, 0),
    "child_helpline_missing": (helpline("116", "grooming"), True, False),
    "gender_violence_hotline_missing": (helpline("1195", "ncii"), True, False),
    "outdated_number": (visible("/safety", "a[href='tel:661']"), False, True),
    "onboarding_silent": (topics, 3, 0),
    "no_figures_published": (visible("/legal/transparency", "#figures"), True, False),
    "figures_late": (days_late, 45, 190),
    "figures_do_not_add_up": (
        figures(gender="man_boy", harm="ncii", country="KE"),
        [10, 10],
        [20, 10],
    ),
    "country_row_missing": (figures(harm="tfgbv_total", country="KE"), [18, 18], []),
    "coverage_blank": (cells_for("grooming"), 9, 4),
    "threats_handled_late": (
        figures(harm="threats_violence", country="KE", stat="p50"),
        [3.0],
        [20.0],
    ),
    "translation_stale": (rules_agree, True, False),
    "rules_in_english_only": (heading(KANUNI), "Kanuni za jumuiya", "Community rules"),
    "focal_person_unreachable": (says("/legal/child-safety", "@baraza.test"), True, False),
    "deletion_hidden": (sees("/settings/data", "a[href='/settings/data/delete']"), True, False),
    # traps
    "messaging_broken_for_everyone": (message_sent, 202, 403),
    "messages_arrive_nowhere": (message_arrives, ["Hello."], []),
    "comments_broken_for_everyone": (friends_comment, 201, 403),
    "people_search_finds_nobody": (people_found, ["baraza"], []),
    "suggestions_empty": (suggested_to(30, 31), ["other"], []),
    "sign_up_closed": (joining(30), "joined", "refused"),
    "captcha_at_sign_up": (joining(30), "joined", ""),
    "sign_up_page_down": (status("/join"), 200, 503),
    "settings_cannot_be_saved": (posted("/api/settings", name="messages", value="none"), 200, 403),
    "setting_word_unmapped": (setting("messages", 30), "all", "anyone"),
    "second_device_challenged": (second_device, "river", None),
    "report_form_down": (by(30, lambda person: person.get("/report/house0").status_code), 200, 503),
    "reports_rate_limited": (posted("/report/house0/scam"), 200, 429),
    "public_forms_down": (status("/help/forms"), 200, 503),
    "search_down": (hits(30), 3, 0),
    "figures_unreadable": (status(FIGURES), 200, 503),
    "figures_without_data": (is_json, True, False),
    "documents_unreadable": (rules_have_text, True, False),
    "profiles_down": (by(30, lambda person: person.get("/api/users/baraza").status_code), 200, 503),
    "blocking_down": (posted("/api/blocks"), 200, 500),
    "deletion_down": (posted("/settings/data/delete"), 200, 500),
    # decoys
    "report_control_renamed": (by(30, report_label), "Report", "Tell us about this"),
    "page_redesigned": (lambda house: "#7a3e00" in house.visitor().get("/").text, False, True),
    "at_the_limit": (own_post(REPORT_LINK), True, False),
    "receipt_just_in_time": (by(30, minutes_to_receipt), 0, 1439),
    "stranger_silently_dropped": (stranger_to_child, 403, 201),
    "more_reasons": (offers("location_tracking", 30), False, True),
    "suggestions_off_for_children": (suggested_to(14, 30), [], None),
}


def test_every_decoy_and_every_row_has_the_other() -> None:
    assert {s.id for s in SWITCHES.values() if s.kind == "decoy"} <= set(ROWS) <= set(SWITCHES)


@pytest.mark.parametrize("name", sorted(set(ROWS) & set(SWITCHES)))
def test_a_switch_makes_its_difference(build: Callable[..., House], name: str) -> None:
    look, safe, thrown = ROWS[name]
    plain, switched = build(), build(name)
    assert look(plain) == safe
    assert name in plain.state.fault.consulted, "asked where it matters, thrown or not"
    assert look(switched) == thrown


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_a_switch_says_which_known_checks_it_changes(name: str) -> None:
    switch = SWITCHES[name]
    assert switch.says
    assert set(switch.changes) <= CHECKS
    assert set(switch.changes.values()) <= OUTCOMES[switch.kind]
    assert bool(switch.changes) is (switch.kind != "decoy")
