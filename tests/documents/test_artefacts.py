"""Signs against a text: every one is seen where it is, and healthy pages are left alone."""

from __future__ import annotations

from datetime import date

import pytest

from sbd_audit.documents.artefacts import Asked, flags_of, kind_of
from sbd_audit.documents.dates import dating_of
from sbd_audit.documents.html import page_text
from sbd_audit.documents.language import language_of
from sbd_audit.documents.region import region_of
from sbd_audit.documents.signs import Signs
from sbd_audit.documents.text import DocumentText, plain_text
from sbd_audit.library import Library
from tests.documents.site import FILLER, FILLER_SW, article

BODY = FILLER * 8


@pytest.fixture(scope="module")
def signs(library: Library) -> Signs:
    return Signs.of(library.vocabulary.tables)


def page(
    html: str, kind: str = "community_guidelines", url: str = "https://a.test/rules"
) -> DocumentText:
    return page_text(html.encode(), kind=kind, url=url)


def names(text: DocumentText, signs: Signs, **asked: object) -> list[str]:
    given = {"kind": text.kind, "language": "en", "market": "KE", **asked}
    return [flag.name for flag in flags_of(text, Asked(**given), signs)]  # type: ignore[arg-type]


HEALTHY = {
    "an ordinary policy": article("You may not threaten anyone."),
    "a policy that speaks of signing in and of errors": article(
        "Log in to your account to change it. If a page is not found, tell us. Enable JavaScript for the best view."
    ),
    "two slips of the pen": article("See the . Read our , too."),
    "sentences that end in small words": article(
        "This is what you agree to. Ask who it is for. Look at where you are from, please. You may log in."
    ),
    "a menu that unfolds": article().replace(
        "<main>", "<header><button aria-expanded=false aria-controls=m>Menu</button></header><main>"
    ),
    "a select with a popup": article("<button aria-haspopup=listbox aria-expanded=false>EN</button>"),
    "an accordion whose text is there": article(
        f"<details><summary>Threats</summary>{FILLER}</details>"
        f"<h3><button aria-expanded=false aria-controls=p1>Abuse</button></h3><div id=p1 hidden>{FILLER}</div>"
    ),
    "questions with answers": article(
        *(f"<h3>What about {word}?</h3><p>{FILLER}</p>" for word in ("age", "abuse", "names", "spam"))
    ),
    "a question as a chapter": article(
        *(f"<h2>What about {word}?</h2><h3>In short</h3><p>{FILLER}</p>" for word in ("age", "abuse", "spam"))
    ),
    "links by picture and by label": article(
        *(f'Share <a href="/s{n}" aria-label="share"></a> or <a href="/p{n}"><img src=x alt=print></a>.' for n in range(5))
    ),
    "a section for one region": article(
        "If you live in the European Economic Area, Example Ireland Limited provides the services to you. "
        "If you live elsewhere, Example Inc. provides the services to you."
    ),
    "our name for everybody": article(title="About us: community rules"),
    "rules within the terms": article(title="Terms of service and community rules"),
    "one more below a long text": article(*["<p>Learn more</p>"] * 2),
    "unclosed paragraphs": "<title>Rules</title>" + "<p>" + ("<p>" + FILLER) * 600,
}  # fmt: skip


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_pages_are_not_flagged(name: str, signs: Signs) -> None:
    assert names(page(HEALTHY[name]), signs) == []


BROKEN = {
    "lost_links": article("See the . Read our . You agree to this and that in . Please visit ."),
    "empty_links": article('We live in the <a href="/r"></a> as said. Read the <a href="/g"></a> too.'),
    "folded": article("<details><summary>What is not allowed</summary></details>"),
    "folded ": article("<h3><button aria-expanded=false aria-controls=p1>Abuse</button></h3><div id=p1></div>"),
    "folded  ": article("<div><button aria-expanded=false>Abuse</button></div><div></div>"),
    "stubs": article(*["More information"] * 3),
    "unanswered_headings": article(*(f"<h3>What about {word}?</h3>" for word in ("age", "abuse", "spam"))),
    "too_little": article("You may not threaten anyone.", filler=0),
    "other_document": article(title="Privacy policy"),
    "other_language": article(FILLER_SW * 9, title="Kanuni", filler=0),
    "other_region": article(title="Guidelines for the European Union"),
    "other_region ": article("This policy applies only to users in the United Kingdom."),
    "other_region  ": article(
        "Example Ireland Limited provides the services described below to you if you live in a country in the EEA."
    ),
    "part_missing": "",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_pages_are_flagged(name: str, signs: Signs) -> None:
    if name == "part_missing":
        text = page_text(article().encode(), kind="", url="u", select="#policy")
    else:
        text = page(BROKEN[name])
    assert name.strip() in names(text, signs)


def test_a_shrunken_text_is_flagged(signs: Signs) -> None:
    text = page(article())
    assert names(text, signs, least=len(text.text)) == []
    assert names(text, signs, least=len(text.text) * 3) == ["shrunken"]


def test_every_sign_has_its_words(signs: Signs) -> None:
    for name, entry in signs.artefacts.items():
        assert entry["effect"] in ("unusable", "no_absence"), name
        entry["says"].format(count=1, sample="x", least=1, wanted="y", market="z")


@pytest.mark.parametrize(
    ("url", "title", "text", "market", "region"),
    [
        ("https://a.test/tos/eu", "Terms", "", "KE", "EU"),
        ("https://a.test/legal/terms-of-service-eea", "Terms", "", "KE", "EU"),
        ("https://a.test/us/terms", "Terms", "", "KE", "US"),
        ("https://a.test/about/us", "Terms", "", "KE", None),
        ("https://a.test/terms", "CONTACT US", "", "KE", None),
        ("https://a.test/terms", "Terms for the EU", "", "DE", None),
        ("https://a.test/terms", "Terms for the EU and Kenya", "", "KE", None),
        ("https://a.test/terms", "Terms", "This notice is for residents of California.", "KE", "US"),
        ("https://a.test/terms", "Terms", "This notice is for people in Kenya and the European Union.", "KE", None),
        ("https://a.test/terms", "Terms", "We comply with the laws of the European Union.", "KE", None),
        ("https://a.test/ke/terms", "Terms", "", "KE", None),
        ("https://a.test/ke/terms", "Terms", "", "DE", "KE"),
        ("https://a.test/terms", "Masharti", "Sera hii inahusu watumiaji wa Umoja wa Ulaya.", "KE", "EU"),
    ],
)  # fmt: skip
def test_whom_a_text_is_for(
    signs: Signs, url: str, title: str, text: str, market: str, region: str | None
) -> None:
    document = page_text(
        f"<h1>{title}</h1><p>{FILLER}</p><p>{text}</p>".encode(), kind="terms_of_service", url=url
    )
    found = region_of(document, signs, market)
    assert (found[0].id if found else None) == region


@pytest.mark.parametrize(
    ("text", "effective", "updated", "version"),
    [
        ("Effective: 1 March 2026\nLast updated: February 2, 2026\nVersion 4.2", "2026-03-01", "2026-02-02", "4.2"),
        ("Toleo 3. Imesasishwa tarehe 5 Machi 2026.", None, "2026-03-05", "3"),
        ("2026-01-05\n" + BODY, None, "2026-01-05", None),
        ("Updated 03/04/2026", None, None, None),
        ("Updated 23/04/2026, earlier 04/30/2025", None, "2026-04-23", None),
        ("Effective 31 December 2030. Until then those effective 1 May 2026 hold.", "2026-05-01", None, None),
        (BODY + " Regulation 2022/2065 of 19 October 2022 applies. " + BODY, None, None, None),
        ("Updated 31 February 2026", None, None, None),
        ("Kuanzia 1 Julai 2026", "2026-07-01", None, None),
    ],
)  # fmt: skip
def test_dates_with_their_roles(
    signs: Signs, text: str, effective: str | None, updated: str | None, version: str | None
) -> None:
    found = dating_of(text, signs, date(2026, 11, 1))
    days = [day.isoformat() if day else None for day in (found.effective, found.updated)]
    assert [*days, found.version] == [effective, updated, version]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Terms of Service", "terms_of_service"),
        ("Sera ya faragha", "privacy_policy"),
        ("Our children's notice", "childrens_notice"),
        ("Ten recipes", ""),
    ],
)
def test_a_text_says_what_kind_it_is(signs: Signs, title: str, kind: str) -> None:
    assert kind_of(page(article(title=title)), signs) == kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FILLER, "en"),
        (FILLER_SW, "sw"),
        ("Les règles de notre service sont les suivantes et valent pour tous les membres.", "fr"),
        ("Wir wollen, dass die Menschen hier freundlich sind und sich nicht bedrohen.", "de"),
        ("يجب على جميع المستخدمين الالتزام بهذه القواعد في كل وقت", "ar"),
        ("zz qq xx vv " * 10, None),
        ("Too short", None),
    ],
)
def test_languages_are_told_apart(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_a_declared_language_is_not_believed_against_the_words() -> None:
    german = (
        "<html lang=en><p>"
        + "Wir wollen, dass die Menschen hier freundlich sind und sich helfen. " * 5
    )
    assert page(german).language == "de"
    assert page("<html lang=sw><p>Karibu").language == "sw"
    assert plain_text(FILLER_SW, kind="", url="").language == "sw"


@pytest.mark.parametrize(
    ("word", "count"),
    [("mtoto", 3), ("nyumba", 2), ("mbwa", 2), ("anaendelea", 6), ("kumtisha", 4), ("mbili", 2), ("na", 1), ("nchi", 2)],
)  # fmt: skip
def test_swahili_syllables(word: str, count: int) -> None:
    from sbd_audit.documents.readability import swahili_syllables

    assert swahili_syllables(word) == count


def test_readability_gives_its_counts_and_no_year_where_there_is_no_formula() -> None:
    from sbd_audit.documents.readability import readability

    text = "Watoto wako salama hapa. Hairuhusiwi kumtisha mtu yeyote kwenye huduma hii. Piga simu."
    found = readability(text, "sw")
    assert found is not None
    assert (found.words, found.sentences, found.grade) == (13, 3, None)
    assert found.words_per_sentence == "4.3"
    assert found.hardest == "Hairuhusiwi kumtisha mtu yeyote kwenye huduma hii"
    english = readability("You can say no. You can block a person. They are not told.", "en")
    assert english is not None
    assert english.grade is not None
    assert readability(text, "de") is None


def test_texts_are_told_apart_by_their_content_so_that_indexes_of_them_can_be_kept() -> None:
    one, same = page(article()), page(article())
    assert one == same
    assert len({one, same, page(article("More."))}) == 2
