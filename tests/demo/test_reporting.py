"""What a report does on the practice platform: for the one who reports, and to what is reported."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from conftest import House, Visitor

CARD = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def pair(house: House) -> tuple[Visitor, Visitor]:
    """Somebody who reports, and a friend who is reported."""
    reporter, author = house.person("reporter"), house.person("author")
    house.befriend(reporter, author)
    return reporter, author


def picture(sender: Visitor, to: Visitor) -> str:
    """The id of a message that holds a picture and no words."""
    held = sender.client.get_cookie("csrf")
    assert held is not None
    data = {"to": to.handle, "picture": (BytesIO(CARD), "card.png")}
    sent = sender.client.post("/api/messages", data=data, headers={"X-CSRF": held.value})
    return str(sent.get_json()["id"])


def test_a_reported_post_is_out_of_sight_for_its_reporter_alone(
    pair: tuple[Visitor, Visitor], house: House
) -> None:
    reporter, author = pair
    post = author.publish("A lamp near the river.")
    reporter.post(f"/report/{post}/scam")
    assert post not in reporter.values("/", "article.post", "id")
    assert reporter.shows(f"/p/{post}", "#reported")
    assert "A lamp" not in reporter.get(f"/p/{post}").text
    assert "A lamp" in reporter.get(f"/p/{post}?show=1").text
    assert house.person("bystander").shows(f"/p/{post}", "article.post")


@pytest.mark.parametrize(("act", "noticed"), [("block", "blocked"), ("mute", "muted")])
def test_relief_is_one_step_from_the_receipt(
    pair: tuple[Visitor, Visitor], house: House, act: str, noticed: str
) -> None:
    reporter, author = pair
    receipt = LexborHTMLParser(reporter.post(f"/report/{author.publish()}/scam").text)
    form = receipt.css_first(f"#relief form[action='/do/{act}']")
    assert form is not None
    fields = {str(i.attributes["name"]): i.attributes["value"] for i in form.css("input")}
    answer = reporter.post(f"/do/{act}", form=fields, token=False)
    assert answer.headers["Location"] == "/reports"
    assert getattr(house.state.users["reporter"], noticed) == {"author"}


def test_a_report_keeps_who_it_is_about_and_its_evidence(
    pair: tuple[Visitor, Visitor], house: House
) -> None:
    reporter, author = pair
    post = author.publish()
    held = reporter.client.get_cookie("csrf")
    assert held is not None
    data = {"subject": "someone_i_represent", "more": "Seen today.", "link": "http://x.test/1"}
    reporter.client.post(
        f"/report/{post}/bullying",
        data=data | {"file": (BytesIO(CARD), "screen.png")},
        headers={"X-CSRF": held.value},
    )
    [report] = house.state.reports.values()
    assert (report.subject, report.words, report.link) == tuple(data.values())
    assert report.file == CARD
    assert author.notices("report") == [], "the person reported is not told"


def test_what_was_chosen_first_is_kept_to_the_second_screen(house: House) -> None:
    reporter = house.person("reporter")
    chosen = "/report/house0?reason=scam&subject=someone_i_know&lang=sw"
    place = reporter.get(chosen).headers["Location"]
    page = reporter.page(place)
    assert page.css("input[name=subject]")[0].attributes["value"] == "someone_i_know"
    assert page.css("h1")[0].text() == "Ni ulaghai wa kupata pesa."


def test_a_picture_is_not_shown_again_and_only_to_its_recipient(
    pair: tuple[Visitor, Visitor], house: House
) -> None:
    reporter, author = pair
    letter = picture(author, reporter)
    assert reporter.shows(f"/report/{letter}", "[data-picture=covered]")
    assert not reporter.shows(f"/report/{letter}", "main img")
    assert reporter.get(f"/report/{letter}/picture").data == CARD
    for other in (author, house.person("bystander")):
        assert other.get(f"/report/{letter}/picture").status_code == 404


def test_a_deleted_message_is_gone_and_can_still_be_reported(
    pair: tuple[Visitor, Visitor],
) -> None:
    reporter, author = pair
    letter = author.tell(reporter, "A boat near the bridge.").get_json()["id"]
    assert reporter.post(f"/api/items/{letter}/delete").status_code == 403, "not the author"
    assert author.post(f"/api/items/{letter}/delete").get_json() == {"state": "deleted"}
    assert reporter.letters() == []
    assert "A boat" not in reporter.get("/messages/author").text
    assert reporter.shows("/messages/author", f"a[href='/report/{letter}']")
    assert reporter.post(f"/report/{letter}/scam").status_code == 200


def test_a_deleted_post_is_gone_for_everyone(pair: tuple[Visitor, Visitor]) -> None:
    reporter, author = pair
    post = author.publish()
    author.post(f"/api/items/{post}/delete")
    assert {one.get(f"/p/{post}").status_code for one in pair} == {404}
    assert post not in author.values("/", "article.post", "id")
    assert reporter.get(f"/report/{post}").status_code == 200, "kept for whoever has its address"


def test_somebody_who_shut_me_out_can_be_reported_from_the_conversation(
    pair: tuple[Visitor, Visitor],
) -> None:
    reporter, author = pair
    author.tell(reporter)
    author.post("/api/blocks", {"who": ["reporter"]})
    assert reporter.get("/u/author").status_code == 404
    assert reporter.shows("/messages/author", "a[href='/report/@author']")
    assert reporter.post("/report/@author/harassment_targeted").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/u/baraza", "/g/gardens", "/live/lake", "/", "/search?q=weather", "/p/house0"],
)
def test_every_place_leads_to_the_reasons_in_one_step(house: House, path: str) -> None:
    reporter = house.person("reporter")
    links = reporter.values(path, "main a.report", "href")
    assert links
    assert all(reporter.shows(link, "[role=radiogroup]") for link in links)


@pytest.mark.parametrize("name", ["nothing", "@nobody", "@"])
def test_what_does_not_exist_cannot_be_reported(house: House, name: str) -> None:
    assert house.person("reporter").get(f"/report/{name}").status_code == 404


def test_somebody_who_is_signed_in_can_send_a_public_form(house: House) -> None:
    reporter = house.person("reporter")
    form = reporter.page("/help/forms/threats").css_first("#public-form input[name=csrf]")
    assert form is not None
    sent = {"csrf": str(form.attributes["value"]), "link": "here"}
    assert reporter.post("/help/forms/threats", form=sent, token=False).status_code == 200
