"""The cue language: what a cue matches, what it refuses, and that the index never hides a match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.documents.cues import BadCue, Families, cue, rule, words_of
from sbd_audit.documents.markdown import markdown_text
from sbd_audit.documents.passages import Index
from sbd_audit.documents.recogniser import recogniser
from sbd_audit.library import Library

FAMILIES = Families({"child": ("child", "minor*", "under <age>"), "age": ("13", "eighteen")})


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("groom*", "No grooming here", "grooming"),
        ("groom*", "The bridegroom waits", ""),
        ("*ripoti*", "Tunaripoti kila tukio", "tunaripoti"),
        ("lure", "a failure", ""),
        ("someone", "someone's name", "someone's"),
        ("share .. nudes", "share any of their nudes", "share any of their nudes"),
        ("share .. nudes", "share any one of their nudes", ""),
        ("share ..4 nudes", "share any one of their nudes", "share any one of their nudes"),
        ("we .. notify", "we will notify you", "we will notify"),
        ("we .. notify", "we will not notify you", ""),
        ("we .. notify", "we don't notify you", ""),
        ("we .. notify", "we, without fail, notify you", ""),
        ("(post|share) (it)? now", "share now", "share now"),
        ("(post|share) (it)? now", "Post it now!", "post it now"),
        ("a <child>", "a minor's face", "a minor's"),
        ("<child>", "people under eighteen", "under eighteen"),
        ("within <number> hours", "within 24 hours", "within 24 hours"),
        ("within <number> hours", "within some hours", ""),
        ("gender [not identity|expression]", "their gender or race", "gender"),
        ("gender [not identity|expression]", "their gender identity", ""),
        ("non-consensual", "Non-consensual images", "non consensual"),
        ("don't", "Don’t do it", "don't"),
    ],
)
def test_what_a_cue_matches(phrase: str, text: str, found: str) -> None:
    assert cue(phrase, FAMILIES).find(words_of(text)) == found


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("", "no word|empty"),
        ("..", "no word"),
        ("(a)?", "no word"),
        ("(a|b", "expected"),
        ("a | ", "empty alternative"),
        ("a)", "expected"),
        ("<children>", "no family <children>"),
        ("a {b}", "does not have"),
        ("gr*m", "where a word should"),
        ("*", "where a word should"),
        ("a .. .. b", "as one"),
    ],
)
def test_a_bad_cue_says_what_is_wrong(phrase: str, problem: str) -> None:
    with pytest.raises(BadCue, match=problem):
        cue(phrase, FAMILIES)


def test_a_family_cannot_hold_itself() -> None:
    with pytest.raises(BadCue, match="holds itself"):
        cue("<a>", Families({"a": ("b <a>",)}))


def test_a_rule_keeps_its_parts() -> None:
    parts = rule("share* & nude* + <child> but not news", FAMILIES)
    assert parts.first.source == "share*"
    assert [each.source for each in parts.same] == ["nude*"]
    assert [each.source for each in parts.near] == ["<child>"]
    assert [each.source for each in parts.never] == ["news"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't *share* [nudes](https://x.test/a).", " don't share nudes "),
        ("[mail](mailto:a@b.test) us", " mail emailaddress us "),
        (
            "Write to a.b@c.test or see https://x.test/y?z.",
            " write to emailaddress or see webaddress ",
        ),
        ("non-consensual\u00a0and __bold__", " non consensual and bold "),
        ("a\\_b \\(c\\)", " a b c "),
        ("", "  "),
    ],
)
def test_words(text: str, words: str) -> None:
    assert words_of(text) == words


def test_the_index_never_hides_a_match() -> None:
    """The prefilter is only a filter: over all worked examples, every first cue that matches is found by it."""
    clauses = Library().clauses
    texts = [
        text
        for clause in clauses.values()
        for samples in clause.examples.values()
        for text in (*samples.stated, *samples.partial, *samples.near_miss)
    ]
    index = Index(markdown_text("\n\n".join(texts), kind="CG", url="x"))
    hidden = []
    for clause in clauses.values():
        for language in clause.cues:
            reader = recogniser(clause, language)
            for each in reader.stated + reader.partial:
                seen = set(index.holding(each.first.anchors))
                hidden += [
                    (clause.statement, each.source, passage.words)
                    for passage in index.passages
                    if passage.number not in seen and each.first.find(passage.words)
                ]
    assert hidden == []


@given(st.text(max_size=300))
def test_any_text_has_words(text: str) -> None:
    words = words_of(text)
    assert words.startswith(" ")
    assert words.endswith(" ")
    assert words == words.lower()
