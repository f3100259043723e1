"""Reading documents: stated with a quote, or unknown with a reason; an absence only where nothing speaks against it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.documents.clauses import read
from sbd_audit.documents.contacts import contacts_in, same_form
from sbd_audit.documents.html import page_text
from sbd_audit.documents.language import language_of
from sbd_audit.documents.pdf import pdf_text
from sbd_audit.documents.readability import grade, syllables
from sbd_audit.documents.text import Unreadable, plain_text
from sbd_audit.library import Library
from sbd_audit.models.clause import Clause

FILLER = (
    "We want this to be a place where people talk with one another in good faith and help each other. "
    * 6
)
RULES = f"""# Rules

{FILLER}

## Children are safe here

You may not:

- post or share child sexual abuse material
- groom a child in order to abuse it

Whoever shares child sexual abuse material loses the account at once and is reported to the police.
"""
RULES_SW = f"""# Kanuni

{"Tunataka hapa pawe mahali ambapo watu wanazungumza kwa heshima na kusaidiana kila siku. " * 6}

Hairuhusiwi:

- kuchapisha picha za unyanyasaji wa kingono wa watoto
"""


def level(clause: Clause, text: str, language: str | None = None) -> str:
    document = plain_text(text, kind="rules", url="rules", language=language)
    reading = read([document], clause)
    if reading.quote:
        assert document.text[reading.start : reading.end] == reading.quote
    return reading.level


@pytest.mark.parametrize(
    ("statement", "text", "expected"),
    [
        ("csam_prohibited", RULES, "stated"),
        ("csam_prohibited", RULES_SW, "stated"),
        ("grooming_prohibited", RULES, "stated"),
        ("csam_consequences", RULES, "stated"),
        ("synthetic_csam_prohibited", RULES, "absent"),
        ("csam_prohibited", FILLER, "absent"),
        ("csam_prohibited", FILLER + "\n\nIs child sexual abuse material prohibited?", "absent"),
        (
            "csam_prohibited",
            FILLER + "\n\nWe talk about child sexual abuse material with schools.",
            "unknown",
        ),
        ("csam_prohibited", FILLER + "\n\nChildren may read here.", "absent"),
        ("csam_prohibited", FILLER + "\n\nWe prohibit child sexual abuse material.", "stated"),
        ("csam_prohibited", "Too short.", "unknown"),
        ("csam_prohibited", "Enable JavaScript to see this page. " * 20, "unknown"),
        (
            "csam_prohibited",
            "Les règles de notre service sont les suivantes et valent pour tous. " * 12,
            "unknown",
        ),
    ],
)
def test_levels(library: Library, statement: str, text: str, expected: str) -> None:
    assert level(library.clauses[statement], text) == expected


ONE = Library().clauses["csam_prohibited"]


@given(st.text(max_size=400))
def test_a_quote_is_in_the_text_to_the_letter(text: str) -> None:
    level(ONE, f"{RULES}\n\n{text}", "en")


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_unreadable(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        document = page_text(body, kind="rules", url="x")
        for block in document.blocks:
            assert document.text[block.start : block.end] == block.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"x" * 5_000_001, "larger than"),
        (b"%PDF-1.7 ...", "it is a PDF, not a page of text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a page of text"),
        (b"<div>" * 10_000 + b"x", "nested"),
    ],
)
def test_bad_pages_have_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        page_text(body, kind="rules", url="x")


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\nbroken", b"not a pdf at all"])
def test_bad_pdf_has_a_reason(body: bytes) -> None:
    with pytest.raises(Unreadable):
        pdf_text(body, kind="rules", url="x")


def test_page_text_keeps_blocks_and_drops_what_is_not_text() -> None:
    body = (
        b"<html lang='sw'><title>T</title><nav>menu</nav><main><h1>Head</h1><p>One <b>two</b>.</p><ul><li>a</li><li>b</li></ul>"
        b"<script>x()</script><p hidden>no</p>loose words</main></html>"
    )
    document = page_text(body, kind="rules", url="u", select="main")
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("h1", "Head"),
        ("p", "One two."),
        ("li", "a"),
        ("li", "b"),
        ("p", "loose words"),
    ]
    assert document.language == "sw"
    assert document.blocks[1].section == "Head"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The rules are for all of you and for those who are in the group with us.", "en"),
        ("Kanuni hizi ni za kila mtu na kwa watu wote wa jumuiya yetu hapa na kule.", "sw"),
        ("Hello there", None),
        ("Voici les règles du service pour toutes les personnes qui parlent ici avec nous.", "fr"),
    ],
)
def test_language(text: str, expected: str | None) -> None:
    assert language_of(text) == expected


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("table", 2), ("make", 1), ("wanted", 2), ("children", 2), ("a", 1)],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_grade_rises_with_difficulty_and_is_not_guessed() -> None:
    easy = "You can say no. You can block a person. They are not told. Call for help."
    hard = (
        "Notwithstanding applicable provisions, infringements constituting contraventions necessitate administrative "
        "determination subsequent to comprehensive evaluation."
    )
    assert float(grade(easy, "en") or 99) < 4 < 12 < float(grade(hard, "en") or 0)
    assert grade(easy, "sw") is None
    assert grade("Too short.", "en") is None


REFERRALS = {
    "CH": {"phone": ["116"], "url": None},
    "GV": {"phone": ["1195"], "url": None},
    "TIP": {"phone": ["0800722203"], "url": "https://tips.test/"},
}
CONTACTS = {
    "child_helpline": {"KE": ["CH"]},
    "gender_violence_hotline": {"KE": ["GV"]},
    "police_tip_line": {"KE": ["TIP"]},
}


@pytest.mark.parametrize(
    ("text", "links", "found", "wrong"),
    [
        ("Call 116 for free.", [], ["child_helpline"], 0),
        ("Child helpline", ["tel:116"], ["child_helpline"], 0),
        ("116 people were asked.", [], [], 0),
        ("In 1195 there was a flood; page 116.", [], [], 0),
        ("Piga simu 1195 bila malipo.", [], ["gender_violence_hotline"], 0),
        ("Call +254 800 722 203", [], ["police_tip_line"], 0),
        ("Tips", ["https://tips.test"], ["police_tip_line"], 0),
        ("Help", ["tel:661", "tel:116"], ["child_helpline"], 1),
        ("Version 1.116 of the helpline page", [], [], 0),
    ],
)
def test_contacts(text: str, links: list[str], found: list[str], wrong: int) -> None:
    seen = contacts_in(text, links, REFERRALS, CONTACTS, "KE")
    assert (seen.found, seen.wrong) == (found, wrong)


def test_numbers_have_one_form() -> None:
    assert same_form("+254 800-722 203") == same_form("0800722203") == "0800722203"
