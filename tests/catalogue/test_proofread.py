"""Slips in what checks say are found, and the pages of the catalogue can be read without the files."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from sbd_audit.library import Library
from sbd_audit.models.check import Condition
from sbd_audit.proofread import slips
from tools import catalogue, crosswalk, docs
from tools.sentences import sentence

LIBRARY = Library()
PAGES = dict(catalogue.pages(LIBRARY, Path("catalogue")))


@pytest.mark.parametrize(
    ("part", "text", "complaint"),
    [
        ("why", "It matters.", ""),
        ("why", "It  matters.", "two spaces in “It  matters.”"),
        ("why", "It matters", "“It matters” does not end with a full stop"),
        ("if_failed", "Mend it", "“Mend it” does not end with a full stop"),
        ("why", "It it matters.", "a word twice in “It it matters.”"),
        ("why", "It matters , much.", "a space before a stop in “It matters , much.”"),
        ("if_failed", "Mend it..", "two stops in “Mend it..”"),
        (
            "if_failed",
            "Mend {each}.",
            "“Mend {each}.” holds a reference, which is filled in under else only",
        ),
        (
            "why",
            "After $wait_minutes minutes it matters.",
            "“After $wait_minutes minutes it matters.” holds a reference, which is filled in under else only",
        ),
        ("title", "It is good.", "a title ends without a full stop"),
        ("why", 'It says "so."', ""),
    ],
)
def test_slips_are_found(part: str, text: str, complaint: str) -> None:
    defined = LIBRARY.checks["contact.stranger-messages"]
    check = defined.model.model_copy(update={part: text})
    found = [problem.what for problem in slips(dataclasses.replace(defined, model=check))]
    assert found == ([complaint] if complaint else [])


@pytest.mark.parametrize("name", LIBRARY.checks)
def test_every_check_has_a_page_that_says_everything(name: str) -> None:
    check = LIBRARY.check(name)
    area, own = name.split(".", 1)
    page = PAGES[Path("catalogue") / area / f"{own}.md"]
    for text in (
        check.title,
        check.why.strip(),
        check.if_failed.strip(),
        f"version {check.version}",
    ):
        assert text in page
    rows = page.count("\n| ") - page.count("|---|")
    examples, _, versions = page.partition("## Worked examples")[2].partition("## Versions")
    assert examples.count("\n| ") == len(check.examples) + 1
    assert versions.count("\n| ") == check.version + 1
    assert rows >= len(check.expect) + len(check.only_if) + len(check.provisions)
    for provision in check.provisions:
        assert f"`{provision}`" in page
    assert not re.search(r"\{[a-z_]+[.}]|\$[a-z]", page), (
        "a reference is left as it stands in the file"
    )


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [
        *catalogue.pages(LIBRARY, docs.DOCS / "catalogue"),
        *crosswalk.pages(LIBRARY, docs.DOCS / "reference"),
    ]
    made = {path.resolve(): text for path, text in pages}
    for path, text in made.items():
        for target in re.findall(r"\]\(([^)#]+\.md)\)", text):
            assert (path.parent / target).resolve() in made, (path.name, target)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"the": "arrived.found", "is": False}, "*arrived*: found is no"),
        (
            {"the": "arrived.folder", "is_one_of": ["inbox", "requests"]},
            "*arrived*: folder is one of inbox, requests",
        ),
        (
            {
                "any_of": [
                    {"the": "arrived.found", "is": True},
                    {"the": "other.result", "is": "held"},
                ]
            },
            "one of these holds: *arrived*: found is yes; *other*: result is held",
        ),
    ],
)
def test_conditions_are_said_in_words(condition: dict[str, object], words: str) -> None:
    check = LIBRARY.check("contact.stranger-messages")
    read = Condition.model_validate({**condition, "else": "Otherwise."})
    assert sentence(read, check) == words
