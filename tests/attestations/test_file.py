"""The file of answers: what it refuses and where, and that it can be filled in bit by bit."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbd_audit.attestations import latest_day, load_attestations
from sbd_audit.canonical import digest
from sbd_audit.cli.definitions import lint
from sbd_audit.errors import DefinitionError, UsageError
from sbd_audit.library import Library, load_target
from sbd_audit.lint import target_problems
from sbd_audit.resources import folder

TODAY = date(2026, 11, 20)
SHA = "a" * 64
FILE = f"""\
target: house
people:
  boss: {{name: The head of safety, role: operator, position: head of safety, organisation: House}}
  reader: {{name: The second reader, role: reviewer, position: lawyer, organisation: Authority}}
answers:
  - question: staff_wellbeing
    by: boss
    answered_on: 2026-11-19
    answer: yes_with_evidence
    shown: [{{what: The contract, file: contract.txt}}]
  - question: child_safety_training
    by: boss
    answered_on: 2026-11-20
    answer: partly
decisions:
  - statement: cop_values
    by: reader
    decided_on: 2026-11-18
    level: stated
    document: child_safety_policy
    texts: {{child_safety_policy: {SHA}}}
    quote: We put children first in everything.
"""


def written(place: Path, text: str = FILE) -> Path:
    (place / "contract.txt").write_text("four hours a day", encoding="utf-8")
    path = place / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_answers_are_found_by_role_and_files_are_hashed(tmp_path: Path, library: Library) -> None:
    held = load_attestations(written(tmp_path), library.vocabulary, "house", TODAY)
    answer = held.answer("operator", "staff_wellbeing")
    assert answer is not None
    assert held.answer("reviewer", "staff_wellbeing") is None
    given = held.answered(answer, library.vocabulary)
    assert (given.by, given.role, given.day) == ("The head of safety", "operator", "2026-11-19")
    (shown,) = given.shown
    assert (shown.what, shown.where) == ("The contract", "contract.txt")
    assert (shown.sha256, shown.bytes) == (digest(b"four hours a day"), 16)


REFUSED = [
    ("by: boss\n    answered_on: 2026-11-19", "by: bos\n    answered_on: 2026-11-19", (7, 5), "unknown person bos", 'did you mean "boss"?'),
    ("staff_wellbeing", "staff_welbeing", (6, 5), "unknown question staff_welbeing", 'did you mean "staff_wellbeing"?'),
    ("2026-11-20", "2026-11-21", (13, 5), "2026-11-21 is still to come", "a day that has been"),
    ("2026-11-18", "2027-01-01", (18, 5), "2027-01-01 is still to come", "a day that has been"),
    ("2026-11-19", "yesterday", (8, 5), "yesterday is not a day", ""),
    ("answer: partly", "answer: maybe", (14, 5), "cannot be 'maybe'", "yes_with_evidence"),
    ("    shown: [{what: The contract, file: contract.txt}]\n", "", (6, 5), "yes_with_evidence names no evidence", ""),
    ("answer: yes_with_evidence", "answer: yes_without_evidence", (6, 5), "evidence is listed under shown", ""),
    ("file: contract.txt", "file: other.txt", (10, 34), "other.txt: no such file beside this one", ""),
    (", file: contract.txt", "", (10, 13), "has a file or a reference", ""),
    ("child_safety_training", "staff_wellbeing", (11, 5), "staff_wellbeing is answered twice for operator", "the first stands on line 6"),
    ("by: reader", "by: boss", (17, 5), "boss is no reviewer", ""),
    ("cop_values", "cop_valuess", (16, 5), "unknown statement cop_valuess", 'did you mean "cop_values"?'),
    ("document: child_safety_policy", "document: terms", (16, 5), "texts does not hold the SHA-256 of terms", ""),
    (SHA, "abc", (21, 13), "texts.child_safety_policy", ""),
    ("quote: We put children first in everything.", "quote: children", (16, 5), "stated needs the quote it rests on", ""),
    ("The second reader", "The  Head of safety", (4, 3), "is both operator and reviewer", "a reviewer is somebody else"),
    ("The head of safety", "open", (3, 3), "boss has answered, and name, position or organisation is still open", ""),
    ("target: house", "target: hut", (1, 1), "target is hut", "this target is house"),
    ("answers:\n", "answrs:\n", (5, 1), "unknown key answrs", 'did you mean "answers"?'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "what", "accepted"), REFUSED)
def test_refused_with_its_place(
    tmp_path: Path, library: Library, old: str, new: str, place: tuple[int, int], what: str, accepted: str
) -> None:  # fmt: skip
    assert old in FILE
    path = written(tmp_path, FILE.replace(old, new, 1))
    with pytest.raises(DefinitionError) as caught:
        load_attestations(path, library.vocabulary, "house", TODAY)
    problem = next(one for one in caught.value.problems if what in one.what)
    assert (problem.place.line, problem.place.column) == place
    assert accepted in problem.accepted


def test_one_statement_is_decided_once_on_a_document(tmp_path: Path, library: Library) -> None:
    again = FILE[FILE.index("  - statement") :]
    path = written(tmp_path, FILE + again)
    with pytest.raises(DefinitionError, match="cop_values is answered twice for child safety"):
        load_attestations(path, library.vocabulary, "house", TODAY)


def test_what_is_open_is_as_good_as_not_there(tmp_path: Path, library: Library) -> None:
    text = FILE.replace("answer: partly", "answer: open").replace("level: stated", "level: open")
    text = text.replace("The second reader", "open")
    held = load_attestations(written(tmp_path, text), library.vocabulary, "house", TODAY)
    assert list(held.answers) == [("operator", "staff_wellbeing")]
    assert held.decisions == ()


def test_no_day_is_still_to_come_where_it_has_begun_somewhere() -> None:
    assert date.today() <= latest_day() <= date.today() + timedelta(days=1)


def test_lint_checks_the_file_and_the_target_that_names_it(
    tmp_path: Path, library: Library
) -> None:
    path = written(tmp_path, FILE.replace("by: reader", "by: reder"))
    found = CliRunner().invoke(lint, [str(path)])
    assert isinstance(found.exception, DefinitionError)
    assert "answers.yaml:17:5: unknown person reder" in str(found.exception)
    target = tmp_path / "target.yaml"
    text = (folder("targets") / "baraza.yaml").read_text()
    target.write_text(text.replace("baraza-answers.yaml", "answers.yaml"))
    (tmp_path / "baraza-ocsea-procedure.md").write_text("x")
    says = [str(one) for one in target_problems(load_target(target), library.vocabulary)]
    assert any("answers.yaml:17:5: unknown person reder" in one for one in says)
    assert any("target is house — this target is baraza-practice" in one for one in says)
    path.unlink()
    (problem,) = target_problems(load_target(target), library.vocabulary)
    assert "answers.yaml: no such file" in str(problem)


def test_the_shipped_example_is_without_a_problem(library: Library) -> None:
    defined = load_target(folder("targets") / "baraza.yaml")
    assert list(target_problems(defined, library.vocabulary)) == []


def test_a_missing_file_is_the_users_mistake(tmp_path: Path, library: Library) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_attestations(tmp_path / "none.yaml", library.vocabulary, "house")
