"""What a page says: the three questions, every finding once, every conclusion, nothing over-claimed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sbd_audit.outcome import Outcome
from sbd_audit.report.render import render_html
from sbd_audit.report.summary import summary
from tests.report.sample import PROFILE, conclusion, finding, sample


@pytest.fixture(scope="module")
def page() -> LexborHTMLParser:
    return parsed(sample())


def parsed(results: dict[str, Any]) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(results))


def one(page: LexborHTMLParser | LexborNode, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text(separator=" ").split())


def all_of(page: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [" ".join(node.text(separator=" ").split()) for node in page.css(selector)]


def test_the_first_page_answers_three_questions(page: LexborHTMLParser) -> None:
    assert all_of(page, "h2")[:3] == [
        "What is the verdict?",
        "What must be fixed first?",
        "How sure are we?",
    ]
    assert "2 checks failed (1 critical and 1 medium)" in one(page, ".verdict")
    assert all_of(page, ".counts b") == ["2", "1", "1", "2", "1"]
    assert "Kenya" in one(page, ".facts")
    assert "24 November 2026" in one(page, ".facts")
    assert "Sample profile (1.0.0)" in one(page, ".facts")
    assert "Operator: A named person" in one(page, ".facts")


def test_it_gives_no_opinion_and_says_so_first(page: LexborHTMLParser) -> None:
    assert "No assurance opinion." in one(page, ".banner")
    assert "not a statement of compliance" in one(page, ".verdict")
    assert "not a finding that a law was broken" in one(page, "#findings ~ p.small")
    assert "compliant" not in one(page, "body")


def test_the_score_is_an_interval_in_words_and_in_a_drawing(page: LexborHTMLParser) -> None:
    assert one(page, ".score .number") == "33 to 40"
    drawing = page.css_first(".score svg")
    assert drawing is not None
    assert "between 33 (demonstrated) and 40 (still possible)" in str(
        drawing.attributes["aria-label"]
    )
    assert "no more than 40 is possible until this is fixed: F-001 ✗" in one(page, ".score")
    assert "71 % of the evidence in hand" in one(page, ".score")


def test_rounding_never_flatters_and_never_hides_what_is_possible() -> None:
    results = sample()
    results["scores"][0] |= {"demonstrated": "60.9", "possible": "83.1", "coverage": "91.9"}
    shown = one(parsed(results), ".score")
    assert "60 to 84 of 100" in shown
    assert "91 % of the evidence in hand" in shown


def test_without_an_overall_score_the_page_says_why() -> None:
    results = sample()
    results["scores"][0] |= {"published": False, "why_not": "Too little could be observed."}
    shown = one(parsed(results), ".score")
    assert "No overall score" in shown
    assert "Too little could be observed." in shown
    assert "33" not in shown


def test_failures_come_with_their_remedy(page: LexborHTMLParser) -> None:
    first = all_of(page, ".todo > li")
    assert len(first) == 2
    assert "critical" in first[0]
    assert "Remedy 1" in first[0]
    assert "waived (active)" in first[1]


def test_many_failures_are_all_named_on_the_first_page() -> None:
    page = parsed(sample(findings=[finding("failed", number) for number in range(8)]))
    assert len(page.css(".todo > li")) == 5
    assert len(page.css(".others > li")) == 3


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ([finding("passed", 1)], "No failure was found in what could be observed."),
        ([finding("untested", 1)], "Nothing could be decided."),
        ([finding("failed", 1)], "One check failed (1 critical)."),
    ],
)
def test_the_verdict_claims_no_more_than_was_seen(
    findings: list[dict[str, Any]], sentence: str
) -> None:
    assert sentence in one(parsed(sample(findings=findings)), ".verdict")


def test_doubts_name_their_reason_and_their_findings(page: LexborHTMLParser) -> None:
    doubts = " ".join(all_of(page, ".doubts > li"))
    assert "1 check could not be decided." in doubts
    assert (
        "A captcha or proof of humanity stood in the way; it is never bypassed. F-003 ?" in doubts
    )
    assert "1 check was not tested." in doubts
    assert "3 requests to addresses outside the agreed scope were refused" in doubts
    assert "2 planned observations were not made." in doubts


def test_every_finding_is_there_once_with_its_outcome(page: LexborHTMLParser) -> None:
    articles = page.css("article.finding")
    assert [node.attributes["id"] for node in articles] == [
        f"F-{n:03}" for n in range(1, len(articles) + 1)
    ]
    shown = {one(node, ".tags code") for node in articles}
    assert shown == {f"{f['check']}@1" for f in sample()["findings"]}
    assert {one(node, ".tags .mark") for node in articles} == {
        "✗ Failed",
        "? Cannot tell",
        "– Not tested",
        "✓ No failure found",
        "○ Does not apply",
    }
    assert {str(outcome) for outcome in Outcome} == {
        str(node.attributes["class"]).removeprefix("finding ") for node in articles
    }


def test_a_failed_finding_can_be_contested(page: LexborHTMLParser) -> None:
    shown = one(page, "#F-001")
    for part in (
        "Message 1 of a check that is failed.",
        "a child of 14 to 15: ✗ Failed",
        "a child of 16 to 17: ✓ No failure found",
        "Why it matters.",
        "Positive control.",
        "Sends a private message; the answer is what the sender is shown.",
        "stranger, an unknown adult",
        "POST /api/messages as stranger (3 times)",
        "wait minutes: 10 minutes (this project's rule: how long an absence is watched)",
        "Sample Law, s.1 (S-1; shall · in force · read from a primary source)",
        "No response recorded.",
    ):
        assert part in shown
    assert sample()["findings"][1]["steps"][0]["evidence"][0][:12] in shown


def test_what_passed_is_folded_and_what_failed_is_not(page: LexborHTMLParser) -> None:
    assert (
        len(page.css("article.passed > details.whole, article.inapplicable > details.whole")) == 3
    )
    assert page.css("article.failed > details.whole, article.cantTell > details.whole") == []
    assert "No response recorded" not in one(page, "article.passed")


def test_waivers_and_responses_stand_beside_the_finding(page: LexborHTMLParser) -> None:
    shown = one(page, "#F-002")
    assert "Approved by Head of safety, until 31 March 2027 (active)." in shown
    assert "It changes neither the outcome nor the score." in shown
    assert "We will mend this." in shown


def test_conclusions_are_grouped_by_instrument(page: LexborHTMLParser) -> None:
    assert all_of(page, ".instrument") == ["Sample Law", "Other Law"]
    assert all_of(page, ".conclusion") == [
        "✗ not met",
        "? cannot conclude",
        "◐ met with comments",
        "◌ not in force",
        "✓ met",
        "○ not applicable",
    ]
    assert (
        one(page, ".totals") == "1 not met · 1 cannot conclude · 1 met with comments · 1 met · "
        "1 not applicable · 1 not in force"
    )
    assert all_of(page, ".practices li") == [
        "F-006 ✓ A stranger's message does not reach a child, 2. No text asks for it."
    ]


def test_a_check_run_twice_is_linked_under_its_own_profile() -> None:
    results = sample()
    other = results["profiles"][0] | {"id": "other-profile", "title": "Other profile"}
    twin = finding("passed", 1, check="failed.sample-1", profiles=["other-profile"])
    results |= {
        "profiles": [*results["profiles"], other],
        "findings": [*results["findings"], twin],
        "conclusions": [
            conclusion("not met", "S-1", ["failed.sample-1"]),
            conclusion("met", "S-1", ["failed.sample-1"]) | {"profile": "other-profile"},
        ],
    }
    assert [text[-1] for text in all_of(parsed(results), ".provisions .refs")] == ["✗", "✓"]


def test_every_conclusion_says_what_its_provision_was_read_from(page: LexborHTMLParser) -> None:
    for head in all_of(page, ".provisions tbody th[scope=row]"):
        assert "not read from a source" in head


def test_pillars_say_numbers_words_and_glyphs(page: LexborHTMLParser) -> None:
    rows = all_of(page, ".pillars tbody tr")
    assert "✗ 2 Failed ? 1 Cannot tell 0 to 50" in rows[0]
    assert "good practice here, reported and not scored" in rows[1]
    assert "too much of it does not apply to compare it" in rows[2]


def test_scope_accounts_and_evidence_are_listed(page: LexborHTMLParser) -> None:
    text = one(page, "main")
    for part in (
        "None was given; only what anybody can see without an account was looked at.",
        "13 (rests on: Terms of service)",
        "https://elsewhere.test:443 (browser, 3)",
        "1 test account was made and may be closed.",
        "2 exhibits, all listed.",
        "sbd-audit judge BUNDLE",
    ):
        assert part in text
    assert all_of(page, ".exhibits tbody th") == sorted(sample()["evidence"])


def test_every_link_leads_somewhere(page: LexborHTMLParser) -> None:
    names = [node.attributes["id"] for node in page.css("[id]")]
    assert len(names) == len(set(names))
    links = [str(node.attributes["href"]) for node in page.css("a[href]")]
    assert links
    assert all(link.startswith("#") and link[1:] in names for link in links)


def test_headings_go_down_one_at_a_time(page: LexborHTMLParser) -> None:
    levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_terminal_gets_failures_first_and_one_line_of_score() -> None:
    lines = list(summary(sample()))
    assert lines[:3] == [
        "✗ critical  failed.sample-1",
        "    Message 1 of a check that is failed.",
        "    → Remedy 1: let only accepted contacts write.",
    ]
    assert "[waived]" in lines[3]
    assert lines[-1] == (
        f"{PROFILE}: 2 failed · 1 cannot tell · 1 not tested · 2 no failure found · "
        "1 does not apply · score 33.3 to 40.0 of 100 (coverage 71.4 %)"
    )


def test_ages_have_a_row_each_the_youngest_first() -> None:
    results = sample()
    failed = next(f["check"] for f in results["findings"] if f["outcome"] == "failed")
    counts = dict.fromkeys(map(str, Outcome), 0)
    results["age_bands"] = [
        {"band": "14_15", "counts": counts | {"passed": 2}, "failed": []},
        {"band": "12_13", "counts": counts | {"failed": 1, "passed": 1}, "failed": [failed]},
    ]
    page = parsed(results)
    assert all_of(page, ".ages tbody th") == ["12 to 13", "14 to 15"]
    first, second = page.css(".ages tbody tr")
    assert all_of(first, ".mark") == ["✗ 1 Failed", "✓ 1 No failure found"]
    assert all_of(first, "td a") == ["F-001 ✗"]
    assert all_of(second, "td") == ["✓ 2 No failure found", "none"]
    assert page.css_first(".ages") is not None
    assert parsed(sample()).css_first(".ages") is None
