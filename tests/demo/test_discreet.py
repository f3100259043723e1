"""Asking for help on a telephone somebody else looks at: a way out, plain titles, drafts, and many in one report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from conftest import House

Build = Callable[..., "House"]
FIRST = "/report/house0/bullying"


def test_no_page_of_a_report_says_so_in_its_title(build: Build) -> None:
    person = build().person("river")
    sent = LexborHTMLParser(person.post("/report/house0/scam").text)
    reference = sent.css("#reference")[0].text()
    pages = [person.page(p) for p in ("/report/house0", FIRST, "/reports", f"/reports/{reference}")]
    assert {page.css("title")[0].text() for page in (*pages, sent)} == {"Baraza"}


@pytest.mark.parametrize(("switch", "there"), [("", True), ("no_quick_exit", False)])
def test_one_click_leads_away_to_a_page_that_tells_nothing(
    build: Build, switch: str, there: bool
) -> None:
    person = build(*filter(None, [switch])).person("river")
    assert person.shows(FIRST, "a#leave[href='/away']") is there
    away = person.page("/away")
    assert "river" not in away.html
    assert "Baraza" not in away.html


def test_a_report_that_was_left_goes_on_where_it_stopped_until_it_is_sent(build: Build) -> None:
    house = build()
    person, other = house.person("river"), house.person("stone")
    assert not person.shows("/report/house0", "#resume")
    person.get("/report/house0/scam")
    person.post("/report/house0/scam/draft", form={"more": "It began on Monday."})
    assert person.values("/report/house0", "#resume", "href") == ["/report/house0/scam"]
    assert person.page("/report/house0/scam").css("#more")[0].text() == "It began on Monday."
    assert not other.shows("/report/house0", "#resume"), "nobody else's business"
    person.post("/report/house0/scam")
    assert not person.shows("/report/house0", "#resume")


@pytest.mark.parametrize(("switch", "says"), [("", False), ("report_on_lock_screen", True)])
def test_the_lock_screen_does_not_tell_of_a_report(build: Build, switch: str, says: bool) -> None:
    person = build(*filter(None, [switch])).person("river")
    person.post("/report/house0/scam")
    [notice] = person.notices("news")
    assert ("report" in notice["text"]) is says


@pytest.mark.parametrize(("switch", "most"), [("", (10, 5)), ("one_item_per_report", (1, 1))])
def test_an_attack_by_many_is_one_report(build: Build, switch: str, most: tuple[int, int]) -> None:
    house = build(*filter(None, [switch]))
    person = house.person("river")
    page = person.page(FIRST)
    assert tuple(len(page.css(f"input[name={name}]")) for name in ("item", "account")) == most
    assert page.css("#more")[0].attributes["maxlength"] == "2000"


def test_what_else_belongs_to_a_report_is_kept_with_it(build: Build) -> None:
    house = build()
    person = house.person("river")
    form = {"item": ["house0", "/p/house1", ""], "account": ["baraza", "far"]}
    sent = LexborHTMLParser(person.post("/report/house0/pile_on", form=form).text)
    [report] = house.state.reports.values()
    assert (report.items, report.accounts) == (["house0", "/p/house1"], ["baraza", "far"])
    shown = person.page(f"/reports/{sent.css('#reference')[0].text()}").css("#more-items li")
    assert [line.text() for line in shown] == ["/p/house1", "far"]
