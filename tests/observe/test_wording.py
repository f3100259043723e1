"""Facts about words on a page that need a second page or a second value beside them."""

from __future__ import annotations

from typing import Any

import pytest

from sbd_audit.library import Library

from .pages import serving
from .stage import playing

ENGLISH = (
    "Somebody is mean to a child, and they do not stop.",
    "A grown-up asks a child to keep it from their parents.",
    "They say that they will share a picture of me with all of my friends.",
    "This is not any of the others.",
)
SWAHILI = (
    "Mtu anamdhulumu mtoto kila siku bila kuacha na hakuna wa kumsaidia.",
    "Mtu mzima anamwomba mtoto afiche siri kwa wazazi wake au wakutane.",
    "Wanasema watasambaza picha yangu kwa watu wote katika kundi hili.",
    "Ni jambo lingine, si moja ya haya.",
)
FRENCH = (
    "Vous ne voulez pas que cette personne vous parle dans la rue.",
    "Les adultes demandent des secrets aux enfants pour une raison.",
    "Nous sommes dans une situation que vous ne pouvez pas accepter.",
    "Est-ce une autre chose qui est pour vous ou pour nous ?",
)
SHARE = """
capabilities:
  list_report_reasons:
    steps:
      - {get: /reasons, query: {lang: en}, name: base}
      - {get: /reasons, query: {lang: "{language}"}}
    result: listed
    outputs: {language_share: {language_share: {of: li, against: base}}}
"""
TIMES = """
capabilities:
  submit_report:
    steps:
      - post: /report
        means: [{status: 200, is: received}]
    outputs: {minutes_to_receipt: {elapsed_minutes: {from: "#sent", to: "#answered"}}}
"""
TOGETHER = """
capabilities:
  open_report_form:
    steps:
      - get: /first
        extract: {one: {css: "input[required]", attr: name, get: values}}
      - get: /second
        extract: {two: {css: "input[required]", attr: name, get: values}}
    result: opened
    outputs: {mandatory_fields: {together: [one, two]}}
"""


def share_of(library: Library, shown: tuple[str, ...], language: str | None = "sw") -> Any:
    def page(texts: tuple[str, ...]) -> str:
        return f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"

    with (
        serving(lambda seen: (200, {}, page(ENGLISH if "lang=en" in seen.path else shown))) as site,
        playing(site.url, SHARE, library) as play,
    ):
        asked = {"language": language} if language else {}
        seen = play.perform("list_report_reasons", surface="post", **asked)
        assert seen.result == "listed", seen.detail
        return seen.outputs.get("language_share")


@pytest.mark.parametrize(
    ("shown", "share"),
    [
        (SWAHILI, "1.00"),
        ((*SWAHILI[:3], ENGLISH[3]), "0.75"),
        (ENGLISH, 0),
        (FRENCH, "0.00"),
        (("Ripoti", "Tuma"), None),
        ((), None),
    ],
    ids=["all", "three of four", "none", "another language", "too short to tell", "nothing there"],
)
def test_the_share_of_a_page_that_is_translated(
    library: Library, shown: tuple[str, ...], share: Any
) -> None:
    assert share_of(library, shown) == share


def test_a_page_in_the_language_it_is_compared_with_says_nothing(library: Library) -> None:
    assert share_of(library, ENGLISH, "en") is None
    assert share_of(library, SWAHILI, None) is None


@pytest.mark.parametrize(
    ("sent", "answered", "minutes"),
    [
        ("2026-11-26T10:00:00+00:00", "2026-11-26T10:00:59+00:00", 0),
        ("2026-11-26T10:00:00+00:00", "2026-11-26T14:00:00+03:00", 60),
        ("2026-11-26T10:00:00+00:00", "2026-11-29T10:00:00+00:00", 4320),
        ("2026-11-26T10:00:00+00:00", "in three days", None),
        ("2026-11-26T10:00:00+00:00", "2026-11-26T10:00:00", None),
    ],
)
def test_minutes_between_two_times_on_a_page(
    library: Library, sent: str, answered: str, minutes: int | None
) -> None:
    page = f"<time id=sent datetime='{sent}'>then</time><time id=answered datetime='{answered}'>now</time>"
    with (
        serving(lambda seen: (200, {}, page)) as site,
        playing(site.url, TIMES, library) as play,
    ):
        seen = play.perform("submit_report", item={"id": "1"}, reason="scam")
    assert seen.result == "received", seen.detail
    assert seen.outputs.get("minutes_to_receipt") == minutes


def test_lists_of_two_pages_are_one(library: Library) -> None:
    fields = {"/first": "<input name=reason required>", "/second": "<input name=more><input name=contact required>"}  # fmt: skip
    with (
        serving(lambda seen: (200, {}, fields.get(seen.path, ""))) as site,
        playing(site.url, TOGETHER, library) as play,
    ):
        seen = play.perform("open_report_form", surface="post", item={"id": "1"})
    assert seen.outputs["mandatory_fields"] == ["reason", "contact"], seen.detail
