"""Nothing recorded can act, hide, turn the line round or make the page heavy."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.report.detail import LIGHT
from sbd_audit.report.render import render_html
from sbd_audit.report.summary import summary
from sbd_audit.report.text import inert, visible
from tests.report.sample import PROFILE, many, sample

HOSTILE = (
    "<script>alert(1)</script><meta http-equiv=refresh content='0;url=http://x.test'></style>"
    "<style>*{display:none}</style><img src=http://x.test/i onerror=a><a href='javascript:a'>x</a>"
    "{{ 7*7 }}{% raw %} &lt;b&gt; \u202egnp.exe\u2066 \x1b[2J \ud800 " + "w" * 10_000
)
KEPT = {"check", "outcome", "severity", "pillar", "tier", "profiles", "profile", "conclusion", "level",
        "status", "basis", "edition", "holds", "part", "bound", "reason", "state", "environment", "covers",
        "started_at", "finished_at", "demonstrated", "possible", "coverage", "weight", "at",
        "bytes", "sha256", "within", "counts_from", "source", "position", "day", "until", "why", "seconds",
        "schema", "market", "lo", "hi", "spread", "notified_on", "due_on", "received_on"}  # fmt: skip


def poisoned(value: Any, text: str = HOSTILE, key: str = "") -> Any:
    """Every free text of a results.json replaced by a hostile one."""
    if isinstance(value, dict):
        return {name: poisoned(item, text, name) for name, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, text, key) for item in value]
    return text if isinstance(value, str) and key not in KEPT and len(value) != 64 else value


def poison(results: dict[str, Any], text: str = HOSTILE) -> dict[str, Any]:
    """Hostile results that still fit the schema."""
    bad: dict[str, Any] = poisoned(results, text)
    bad["profiles"] = [profile | {"id": PROFILE} for profile in bad["profiles"]]
    for stated in (*bad["conclusions"], *bad["target"]["facts"].values()):
        stated["basis"] = text
    for entry in bad["findings"]:
        entry["why"] = text
        for deadline in entry["deadlines"]:
            deadline["basis"] = text
    bad["findings"][0]["good_practice"] = {text: text}
    return bad


@pytest.fixture(scope="module")
def hostile() -> dict[str, Any]:
    return poison(sample())


def test_hostile_text_stays_text(hostile: dict[str, Any]) -> None:
    html = render_html(hostile)
    page = LexborHTMLParser(html)
    assert page.css("script, img, iframe, object, embed, link, base, form, input") == []
    assert len(page.css("meta[http-equiv]")) == 1
    assert len(page.css("style")) == 1
    assert [n for n in page.css("a[href]") if not str(n.attributes["href"]).startswith("#")] == []
    assert {name for node in page.css("*") for name in node.attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "open", "scope", "colspan",
        "aria-label", "aria-labelledby", "aria-hidden", "fill", "viewBox", "preserveAspectRatio", "x", "y", "width", "height",
    }  # fmt: skip
    assert "{{ 7*7 }}" in html
    html.encode()


def test_nothing_unseen_is_left_in_the_page_or_the_terminal(hostile: dict[str, Any]) -> None:
    for text in (render_html(hostile), "\n".join(summary(hostile))):
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "‹U+202E›gnp.exe" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with\ttab and\nline", "plain, with\ttab and\nline"),
        ("a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"),
        ("\u2067right", "‹U+2067›right"),
        ("bell\x07", "bell‹U+0007›"),
        ("tag\U000e0041", "tag‹U+E0041›"),
        ("ukhti, أهلا, 👩\u200d👧", "ukhti, أهلا, 👩\u200d👧"),
    ],
)
def test_unseen_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert inert({text: [text, 1, None, True]}) == {shown: [shown, 1, None, True]}


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    html = render_html(sample())
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    node = LexborHTMLParser(html).css_first("meta[http-equiv=Content-Security-Policy]")
    assert style
    assert node
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert node.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert LexborHTMLParser(html).css_first("meta[name=referrer][content=no-referrer]")
    assert "url(" not in style[1]
    assert "@import" not in style[1]


@pytest.mark.parametrize("count", [26, 120])
def test_a_page_stays_light_and_says_what_it_shortened(count: int) -> None:
    html = render_html(many(count))
    page = LexborHTMLParser(html)
    assert len(html.encode()) <= LIGHT
    assert len(page.css("article.finding")) == count
    assert ("To keep this page light" in html) is (count == 120)


def test_long_answers_are_cut_aloud_and_repeats_are_counted() -> None:
    html = render_html(many(7))
    assert "cut here; the whole text is in the evidence" in html
    assert "To keep this page light" not in html
    assert "(3 times)" in render_html(sample())
