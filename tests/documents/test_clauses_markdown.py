"""Markdown as blocks that are slices of the text, and sentences that are slices of the blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.documents.markdown import markdown_text
from sbd_audit.documents.passages import Index, sentences

TEXT = """Rules
=====

Intro line one
goes on here.

What we forbid
--------------

You may not:

*   share nudes;
    of anyone
- threaten people
1\\. lie

### Third level

**Bold head**

Some text.
- - -
> quoted words here
"""


def test_blocks() -> None:
    blocks = markdown_text(TEXT, kind="CG", url="x").blocks
    assert [(block.kind, block.text) for block in blocks] == [
        ("h1", "Rules"),
        ("p", "Intro line one\ngoes on here."),
        ("h2", "What we forbid"),
        ("p", "You may not:"),
        ("li", "share nudes;\n    of anyone"),
        ("li", "threaten people"),
        ("li", "lie"),
        ("h3", "Third level"),
        ("h6", "**Bold head**"),
        ("p", "Some text."),
        ("p", "quoted words here"),
    ]
    assert blocks[4].section == "What we forbid"


@given(st.text(alphabet="ab .!?\n#*-=_>1)[]()|・\u00a0\r\t", max_size=200))
def test_blocks_and_passages_are_slices(text: str) -> None:
    document = markdown_text(text, kind="CG", url="x")
    assert document.text == text
    last = 0
    for block in document.blocks:
        assert document.text[block.start : block.end] == block.text
        assert last <= block.start
        last = block.end
    for passage in Index(document).passages:
        assert 0 <= passage.start < passage.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See e.g. this. And that.", ["See e.g. this.", "And that."]),
        ("In the U.S. law rules. Yes.", ["In the U.S. law rules.", "Yes."]),
        ("Version 1.2 is out.", ["Version 1.2 is out."]),
        ("“Stop.” She left.", ["“Stop.”", "She left."]),
        ("**Bold.** Next one.", ["**Bold.**", "Next one."]),
        ("Soft\nbreak here.", ["Soft\nbreak here."]),
        ("Hard  \nbreak here.", ["Hard", "break here."]),
        ("List:\n・first\n・second", ["List:", "・first", "・second"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    found = [text[start:end] for start, end in sentences(text)]
    assert [each.strip() for each in found] == expected


def test_a_list_item_knows_what_introduces_it() -> None:
    passages = Index(markdown_text(TEXT, kind="CG", url="x")).passages
    item = next(each for each in passages if "threaten" in each.words)
    assert item.lead == " you may not "
    assert item.heads == (" rules ", " what we forbid ")
