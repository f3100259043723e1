"""What changed between two versions: clauses, not layout; and nothing is removed by a broken copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbd_audit.cli import cli
from tests.documents.site import FILLER

OLD = f"""# Community guidelines

Last updated: 2 March 2025

{FILLER * 8}

## Children

You may not post or share child sexual abuse material. You must not groom a child in order to abuse it.

## Contact

The child protection officer can be reached at our office in Nairobi by telephone or by post. Call us on any day.
"""
GROOMING = " You must not groom a child in order to abuse it."


def moved(text: str) -> str:
    head, *sections = text.split("\n## ")
    return "\n## ".join([head, *reversed([section.rstrip() + "\n" for section in sections])])


CASES = {
    "the same": (OLD, {}),
    "another date": (OLD.replace("2 March 2025", "November 9, 2026"), {}),
    "moved sections": (moved(OLD), {}),
    "other white space and quotes": (OLD.replace(". ", ".\n").replace("  ", "   "), {}),
    "another case and dashes": (OLD.replace("child protection officer", "Child-Protection Officer"), {}),
    "a clause removed": (OLD.replace(GROOMING, ""), {"grooming_prohibited": "removed"}),
    "a clause added": (
        OLD + "\nYou may not post child sexual abuse material that is AI-generated.\n",
        {"synthetic_csam_prohibited": "added"},
    ),
}  # fmt: skip


def diff(tmp_path: Path, old: str, new: str) -> tuple[int, dict[str, object]]:
    for name, text in (("old.md", old), ("new.md", new)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = ["documents", "--diff", str(tmp_path / "old.md"), str(tmp_path / "new.md")]
    done = CliRunner().invoke(cli, [*words, "--format", "json"], standalone_mode=False)
    assert done.exception is None, done.output
    return done.return_value, json.loads(done.stdout)


@pytest.mark.parametrize("name", CASES)
def test_changes(tmp_path: Path, name: str) -> None:
    new, expected = CASES[name]
    code, told = diff(tmp_path, OLD, new)
    changes = {
        one["statement"]: one["change"]
        for one in told["changes"]  # type: ignore[attr-defined]
        if one["change"] in ("removed", "weakened", "added", "strengthened", "reworded")
    }
    assert {name: changes.get(name) for name in expected} == expected
    assert not {"removed", "weakened"} & {c for n, c in changes.items() if n not in expected}
    assert code == (1 if "removed" in expected.values() else 0)
    if not expected:
        assert changes == {}
        assert told["sentences_removed"] == told["sentences_added"] == []


def test_the_way_back_is_the_opposite(tmp_path: Path) -> None:
    code, told = diff(tmp_path, OLD.replace(GROOMING, ""), OLD)
    changes = {one["statement"]: one["change"] for one in told["changes"]}  # type: ignore[attr-defined]
    assert changes["grooming_prohibited"] == "added"
    assert code == 0
    assert told["sentences_added"] == [GROOMING.strip()]


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (OLD[:300], "looks like a failed copy"),
        ("# Page not found\n\nTry again.", "“page not found”"),
        ("# Regeln\n\n" + "Wir wollen, dass die Menschen hier freundlich sind und sich helfen. " * 20, ""),
    ],
)  # fmt: skip
def test_a_broken_copy_removes_nothing(tmp_path: Path, new: str, why: str) -> None:
    code, told = diff(tmp_path, OLD, new)
    assert why in str(told["why_not"])
    assert code in (0, 3)
    assert {one["change"] for one in told["changes"]} <= {"same", "unclear"}  # type: ignore[attr-defined]


def test_lost_links_make_a_removal_unclear(tmp_path: Path) -> None:
    broken = OLD.replace(GROOMING, " See our . Read the . Please visit . You find more in the .")
    code, told = diff(tmp_path, OLD, broken)
    changes = {one["statement"]: one["change"] for one in told["changes"]}  # type: ignore[attr-defined]
    assert changes["grooming_prohibited"] == "unclear"
    assert code == 0
