"""Links ranked by what they say: the right page of a kind, in both languages, and no look-alike."""

from __future__ import annotations

import pytest

from sbd_audit.documents.discovery import (
    LinkCues,
    PageLink,
    best,
    links_of,
    ranked,
    sitemap_links,
)
from sbd_audit.library import Library

HOME = """<html><head><base href="/app/"></head><body>
<header><nav><a href="/help">Help</a><a href="/login">Sign in</a></nav></header>
<main><a href="/post/1">My terms for a good friendship</a><a href="/blog/privacy-tips">Ten privacy tips for you</a>
<a href="#top">Terms</a><a href="mailto:x@example.test">Contact us</a><a href="javascript:void(0)">Report</a></main>
<footer>
<a href="/legal/terms">Terms of Service</a> <a href="/legal/developer-terms">Developer Terms of Service</a>
<a href="/legal/privacy">Privacy</a> <a href="/legal/cookies">Cookies</a> <a href="/settings/privacy">Privacy settings</a>
<a href="https://other.test/rules">Community Guidelines</a> <a href="safety">Safety Centre</a>
<a href="/transparency/2026.html">Transparency report</a> <a href="/kids">For children</a>
<a href="/parents">Parents’ guide</a> <a href="/contact"><img src="x.png" alt="Contact us"></a>
<a href="/report-abuse" aria-label="Report abuse"></a>
</footer></body></html>"""
HOME_SW = """<footer><a href="/a">Vigezo na Masharti</a><a href="/b">Sera ya faragha</a><a href="/c">Kanuni za jamii</a>
<a href="/d">Usalama</a><a href="/e">Msaada</a><a href="/f">Kwa wazazi</a><a href="/g">Ulinzi wa watoto</a>
<a href="/h">Ripoti unyanyasaji</a><a href="/i">Ripoti ya uwazi</a><a href="/j">Wasiliana nasi</a></footer>"""


@pytest.fixture(scope="module")
def cues(library: Library) -> LinkCues:
    return LinkCues.of(library.vocabulary.tables)


def chosen(cues: LinkCues, page: str, **options: object) -> dict[str, str]:
    found = best(ranked(links_of(page, "https://site.test/"), cues, **options))  # type: ignore[arg-type]
    return {kind: candidate.url for kind, candidate in found.items()}


def test_the_pages_of_an_english_footer(cues: LinkCues) -> None:
    assert chosen(cues, HOME) == {
        "terms_of_service": "https://site.test/legal/terms",
        "privacy_policy": "https://site.test/legal/privacy",
        "cookie_policy": "https://site.test/legal/cookies",
        "community_guidelines": "https://other.test/rules",
        "safety_centre": "https://site.test/app/safety",
        "transparency_report": "https://site.test/transparency/2026.html",
        "childrens_notice": "https://site.test/kids",
        "parents_guide": "https://site.test/parents",
        "contact": "https://site.test/contact",
        "report_route": "https://site.test/report-abuse",
        "help_centre": "https://site.test/help",
    }


def test_the_pages_of_a_swahili_footer(cues: LinkCues) -> None:
    found = chosen(cues, HOME_SW, languages=("sw",))
    assert {kind: url[-1] for kind, url in found.items()} == {
        "terms_of_service": "a",
        "privacy_policy": "b",
        "community_guidelines": "c",
        "safety_centre": "d",
        "help_centre": "e",
        "parents_guide": "f",
        "child_safety_policy": "g",
        "report_route": "h",
        "transparency_report": "i",
        "contact": "j",
    }


@pytest.mark.parametrize(
    ("links", "kind", "expected"),
    [
        (
            [("Terms", "/terms"), ("Terms of Service", "/legal/tos")],
            "terms_of_service",
            "/legal/tos",
        ),
        ([("Terms", "/eu/terms"), ("Terms", "/legal")], "terms_of_service", "/legal"),
        ([("Terms", "/fr/terms"), ("Terms", "/terms")], "terms_of_service", "/terms"),
        ([("Privacy", "/p?hl=de"), ("Privacy", "/p")], "privacy_policy", "/p"),
        (
            [("Learn more", "/policies/community-guidelines/")],
            "community_guidelines",
            "/policies/community-guidelines/",
        ),
        ([("Brand guidelines", "/brand")], "community_guidelines", None),
        ([("Annual report", "/ir/report")], "report_route", None),
        ([("In terms of numbers we are doing well", "/blog")], "terms_of_service", None),
        ([("Terms & Conditions", "/x")], "terms_of_service", "/x"),
        ([("Our privacy policy, in full", "/x")], "privacy_policy", "/x"),
        (
            [("", "/legal/terms_of_service.html")],
            "terms_of_service",
            "/legal/terms_of_service.html",
        ),
        ([("Children's privacy policy", "/x")], "privacy_policy", None),
        ([("Children’s privacy policy", "/x")], "childrens_notice", "/x"),
    ],
)
def test_the_likelier_link_wins(
    cues: LinkCues, links: list[tuple[str, str]], kind: str, expected: str | None
) -> None:
    page = [PageLink(text, f"https://site.test{path}", "footer") for text, path in links]
    found = best(ranked(page, cues, elsewhere=("eu", "eea")))
    assert (found[kind].url if kind in found else None) == (
        f"https://site.test{expected}" if expected else None
    )


def test_a_sitemap_names_pages_and_further_sitemaps(cues: LinkCues) -> None:
    pages, more = sitemap_links(
        b"<urlset><url><loc> https://site.test/legal/terms-of-service </loc></url>"
        b"<url><loc><![CDATA[https://site.test/x?a=1&amp;b=2]]></loc></url><url><loc>ftp://site.test/y</loc></url></urlset>"
    )
    assert [page.href for page in pages] == [
        "https://site.test/legal/terms-of-service",
        "https://site.test/x?a=1&b=2",
    ]
    assert more == []
    assert best(ranked(pages, cues))["terms_of_service"].where == "sitemap"
    assert sitemap_links(
        "<sitemapindex><sitemap><loc>https://site.test/s1.xml</loc></sitemap></sitemapindex>"
    ) == (
        [],
        ["https://site.test/s1.xml"],
    )


def test_every_document_kind_that_is_published_can_be_found(library: Library) -> None:
    tables = library.vocabulary.tables
    published = {kind for kind, how in tables["document_kinds"].items() if how == "published"}
    assert published - set(tables["document_links"]) == {"risk_assessment"} & published
    known = {*tables["document_kinds"], *tables["page_kinds"]}
    assert set(tables["document_links"]) <= known
