"""Every clause reads its own worked examples as they say, in English and Swahili, and quotes to the letter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sbd_audit.documents.clauses import read
from sbd_audit.documents.markdown import markdown_text
from sbd_audit.library import Library
from sbd_audit.models.clause import Clause
from sbd_audit.resources import folder
from sbd_audit.source import load

AROUND = {
    "en": "We made this place so that people can talk with one another about the things that they like. "
    "It is open all day, and it is free. " * 5,
    "sw": "Tumetengeneza mahali hapa ili watu waweze kuongea kuhusu mambo wanayopenda kila siku. "
    "Ni wazi kwa siku nzima, na ni bure kwa watu wote wa hapa na kule. " * 5,
}
LIBRARY = Library()


def samples() -> Iterator[tuple[Clause, str, str, str]]:
    for clause in LIBRARY.clauses.values():
        for language, by_level in clause.examples.items():
            for level in ("stated", "partial", "absent", "near_miss"):
                for text in getattr(by_level, level):
                    yield clause, language, level, text


@pytest.mark.parametrize(
    ("clause", "language", "level", "text"),
    [pytest.param(*each, id=f"{each[0].statement}-{each[2]}-{each[3][:40]}") for each in samples()],
)
def test_example(clause: Clause, language: str, level: str, text: str) -> None:
    document = markdown_text(
        f"{AROUND[language]}\n\n{text}\n\n{AROUND[language]}", kind="CG", url="rules"
    )
    reading = read([document], clause)
    assert document.text[reading.start : reading.end] == reading.quote
    if level == "near_miss":
        assert reading.level != "stated", reading.explains
    else:
        assert reading.level == level, reading.explains


def test_every_labelled_requirement_has_its_clause() -> None:
    statements = load(folder("checks") / "vocabulary" / "documents.yaml").data["statements"]
    labelled = {
        name: entry["label"] for name, entry in statements.items() if entry["label"] != "none"
    }
    assert len(labelled) == 53
    assert labelled == {
        name: clause.requirement for name, clause in LIBRARY.clauses.items() if clause.requirement
    }


def test_every_clause_is_tried_in_each_language_it_has_cues_for() -> None:
    for clause in LIBRARY.clauses.values():
        assert set(clause.examples) == set(clause.cues), clause.statement
        for language, by_level in clause.examples.items():
            assert by_level.stated, clause.statement
            assert by_level.absent, clause.statement
            if clause.requirement and language == "en":
                assert by_level.near_miss, clause.statement


def test_plain_surroundings_state_nothing() -> None:
    for language, text in AROUND.items():
        document = markdown_text(text, kind="CG", url="rules", language=language)
        for clause in LIBRARY.clauses.values():
            if language in clause.cues:
                assert read([document], clause).level == "absent", clause.statement
