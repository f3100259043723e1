"""Answers and decisions in real audits of the practice platform: what they settle, and what they never do."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from sbd_audit.canonical import digest
from sbd_audit.cli.questions import questions
from sbd_audit.cli.records import judge, report
from sbd_audit.demo.baraza import Site
from sbd_audit.demo.practice import target_for
from sbd_audit.errors import DefinitionError
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.editions import edition
from sbd_audit.library import Library
from sbd_audit.rejudge import rejudge
from sbd_audit.report.render import render_html
from sbd_audit.run import Request, run_audit

POLICY = "governance.child-safety-policy"
STAFF, MODERATION, LISTS = (
    "governance.staff-and-suppliers-bound",
    "governance.moderation-capacity",
    "isp.abuse-lists-applied",
)
NETWORK = (
    "member_of_recognised_list",
    "list_updated_daily",
    "takedown_within_own_hosting",
    "errors_can_be_contested",
)
PEOPLE = {
    "operator": {"name": "The head of safety", "role": "operator", "position": "head of safety", "organisation": "Baraza"},
    "reviewer": {"name": "The second reader", "role": "reviewer", "position": "lawyer", "organisation": "Authority"},
}  # fmt: skip
ASKED = [STAFF, MODERATION, LISTS]


class Desk:
    """The practice target in a folder, with a policy handed over and a file of answers."""

    def __init__(self, site: Site, target: Path, library: Library) -> None:
        self.target, self.folder = target, target.parent
        self.answers = self.folder / "baraza-answers.yaml"
        data = yaml.safe_load(target.read_text())
        data["kinds"] = ["platform", "licensee", "isp"]
        data["features"] = {"network_access": True}
        data["documents"]["child_safety_policy"] = {"file": "policy.md"}
        target.write_text(yaml.safe_dump(data))
        self.library = copy.copy(library)
        # Nothing of the policy is defined, so every statement of it is left to a person.
        self.library.__dict__["clauses"] = {}
        self.statements: list[str] = library.check(POLICY).observe["text"].args["statements"]
        self.policy()

    def policy(self, without: str = "") -> None:
        today = datetime.now(UTC).date()
        lines = [f"# Child safety policy\n\nLast updated: {today:%d %B %Y}\n"]
        lines += [self.line(name) + "\n" for name in self.statements if name != without]
        (self.folder / "policy.md").write_text("\n".join(lines), encoding="utf-8")

    def line(self, name: str) -> str:
        return f"On {name.replace('_', ' ')} we hold ourselves to what the guidelines ask of us."

    def answer(self, answers: Mapping[str, str], day: date | None = None, **lists: Any) -> None:
        entries = [
            {
                "question": question,
                "by": "operator",
                "answered_on": (day or datetime.now(UTC).date()).isoformat(),
                "answer": answer,
                **(
                    {"shown": [{"what": "What was shown", "file": "policy.md"}]}
                    if answer == "yes_with_evidence"
                    else {}
                ),
            }
            for question, answer in answers.items()
        ]
        data = {"target": "baraza-practice", "people": PEOPLE, "answers": entries, **lists}
        self.answers.write_text(yaml.safe_dump(data, sort_keys=False))

    def audit(self, out: Path, checks: list[str], *, resume: bool = False) -> dict[str, Any]:
        profiles = ("ke-child-safety", "ke-isp-mno")
        request = Request(
            self.target,
            profiles,
            out,
            library=self.library,
            only=frozenset(checks),
            resume=resume,
            browser=None,
        )
        found = run_audit(request)
        assert not Bundle(out).problems()
        assert rejudge(out, self.library) == found
        return found


@pytest.fixture
def desk(site: Site, library: Library) -> Iterator[Desk]:
    with target_for(site) as target:
        yield Desk(site, target, library)


def finding(results: Mapping[str, Any], check: str) -> dict[str, Any]:
    return next(one for one in results["findings"] if one["check"] == check)


def outcomes(results: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {one["check"]: (one["outcome"], one["reason"]) for one in results["findings"]}


def safe(library: Library, check: str) -> list[str]:
    """The questions of a check."""
    return list(library.check(check).observe["answers"].for_each or ())


# ------------------------------------------------------------------ answers of the operator


def test_the_three_checks_pass_fail_and_cannot_tell(
    desk: Desk, library: Library, tmp_path: Path
) -> None:
    said = dict.fromkeys(NETWORK, "yes_with_evidence")
    said |= dict.fromkeys(safe(library, STAFF), "yes_with_evidence")
    said |= dict.fromkeys(safe(library, MODERATION), "yes_with_evidence")
    said |= {"suppliers_have_policy": "negative", "mixed_language_method": "declined"}
    desk.answer(said)
    results = desk.audit(tmp_path / "out", ASKED)
    assert outcomes(results) == {
        LISTS: ("passed", None),
        STAFF: ("failed", "expectation_not_met"),
        MODERATION: ("cantTell", "no_value"),
    }
    assert finding(results, STAFF)["messages"] == [
        "On “suppliers have policy” the operator answered: negative."
    ]
    assert "declined" in finding(results, MODERATION)["message"]
    passed = finding(results, LISTS)
    assert passed["tier"] == "attested"
    assert passed["message"] == "The answers meet it; the audit saw none of what they say."
    step = passed["steps"][0]
    assert step["outputs"] == {"answer": "yes_with_evidence", "age_days": 0}
    (given,) = step["given"]
    assert given["by"] == "The head of safety"
    policy = (desk.folder / "policy.md").read_bytes()
    assert given["shown"] == [
        {"what": "What was shown", "where": "policy.md", "sha256": digest(policy), "bytes": len(policy)}
    ]  # fmt: skip
    (exhibit,) = step["evidence"]
    kept = yaml.safe_load((tmp_path / f"out/data/evidence/{exhibit}.yaml").read_text())
    assert (kept["by"], kept["says"], kept["shown"]) == (
        "The head of safety",
        "yes_with_evidence",
        given["shown"],
    )


def test_an_answer_grows_old(desk: Desk, library: Library, tmp_path: Path) -> None:
    day = datetime.now(UTC).date() - timedelta(days=400)
    desk.answer(dict.fromkeys(safe(library, MODERATION), "yes_with_evidence"), day)
    results = desk.audit(tmp_path / "out", [MODERATION])
    assert outcomes(results) == {MODERATION: ("failed", "expectation_not_met")}
    assert "is 400 days old" in finding(results, MODERATION)["message"]


def test_what_nobody_answered_is_not_tested_and_a_resumed_run_takes_the_answer(
    desk: Desk, library: Library, tmp_path: Path
) -> None:
    desk.answer({"suppliers_have_policy": "yes_with_evidence"})
    results = desk.audit(tmp_path / "out", [STAFF])
    assert outcomes(results) == {STAFF: ("untested", "not_answered")}
    desk.answer(dict.fromkeys(safe(library, STAFF), "yes_with_evidence"))
    results = desk.audit(tmp_path / "out", [STAFF], resume=True)
    assert outcomes(results) == {STAFF: ("passed", None)}


def test_a_negative_answer_outweighs_what_nobody_answered(desk: Desk, tmp_path: Path) -> None:
    desk.answer({"suppliers_have_policy": "negative"})
    results = desk.audit(tmp_path / "out", [STAFF])
    assert outcomes(results) == {STAFF: ("failed", "expectation_not_met")}


def test_a_reviewers_answer_is_not_the_operators(
    desk: Desk, library: Library, tmp_path: Path
) -> None:
    desk.answer(dict.fromkeys(safe(library, STAFF), "yes_with_evidence"))
    desk.answers.write_text(desk.answers.read_text().replace("by: operator", "by: reviewer"))
    results = desk.audit(tmp_path / "out", [STAFF])
    assert outcomes(results) == {STAFF: ("untested", "not_answered")}


# ------------------------------------------------------------------ decisions of a reviewer


def decided(desk: Desk, sha256: str, **changed: Any) -> list[dict[str, Any]]:
    """A decision on every statement: stated, on its own line; some otherwise."""
    entries = [
        {
            "statement": name,
            "by": "reviewer",
            "decided_on": datetime.now(UTC).date().isoformat(),
            "level": "stated",
            "document": "child_safety_policy",
            "texts": {"child_safety_policy": sha256},
            "quote": desk.line(name),
            "note": "It stands there in so many words.",
        }
        for name in desk.statements
    ]
    for entry in entries:
        entry |= changed.get(str(entry["statement"]), {})
    return entries


def text_of(results: Mapping[str, Any]) -> str:
    (document,) = finding(results, POLICY)["steps"][0]["documents"]
    return str(document["exhibit"])


def test_a_reviewer_decides_what_was_left_open_and_only_on_the_text_that_stands(
    desk: Desk, tmp_path: Path
) -> None:
    desk.answer({})
    open_run = desk.audit(tmp_path / "open", [POLICY])
    assert outcomes(open_run) == {POLICY: ("cantTell", "needs_person")}
    sha256 = text_of(open_run)

    desk.answer({}, decisions=decided(desk, sha256))
    results = desk.audit(tmp_path / "stated", [POLICY])
    assert outcomes(results) == {POLICY: ("passed", None)}
    found = finding(results, POLICY)
    assert found["tier"] == "documented"
    step = found["steps"][0]
    assert set(step["outputs"]["statements"].values()) == {"unknown"}
    text = (tmp_path / f"stated/data/evidence/{sha256}.txt").read_text()
    for given in step["given"]:
        assert (given["by"], given["role"]) == ("The second reader", "reviewer")
        assert text[given["start"] : given["end"]] == given["quote"] == desk.line(given["about"])

    absent = {"cop_values": {"level": "absent", "quote": ""}}
    desk.answer({}, decisions=decided(desk, sha256, **absent))
    results = desk.audit(tmp_path / "absent", [POLICY])
    assert outcomes(results) == {POLICY: ("failed", "expectation_not_met")}
    assert "values and culture" in finding(results, POLICY)["message"]

    desk.policy(without="cop_literacy")
    results = desk.audit(tmp_path / "changed", [POLICY])
    found = finding(results, POLICY)
    # Neither the statement that is gone nor the absence from another text counts; the other quotes still stand.
    assert (found["outcome"], found["reason"]) == ("cantTell", "decision_unfit")
    unused = {
        one["about"]: one["because"] for one in found["steps"][0]["given"] if not one["counts"]
    }
    assert unused == {
        "cop_literacy": "child safety policy: changed since, and the quote no longer stands in it",
        "cop_values": "child safety policy: changed since, and may say more",
    }


def test_where_both_speak_a_reviewer_overrules_nothing_and_the_difference_is_told(
    desk: Desk, library: Library, tmp_path: Path
) -> None:
    desk.library.__dict__["clauses"] = {
        "cop_values": library.clauses["self_harm_promotion_prohibited"]
    }
    desk.answer({})
    sha256 = text_of(desk.audit(tmp_path / "first", [POLICY]))
    all_of_them = decided(desk, sha256)
    desk.answer({}, decisions=[one for one in all_of_them if one["statement"] != "cop_values"])
    results = desk.audit(tmp_path / "alone", [POLICY])
    assert outcomes(results) == {POLICY: ("failed", "expectation_not_met")}
    desk.answer({}, decisions=all_of_them)
    results = desk.audit(tmp_path / "both", [POLICY])
    assert outcomes(results) == {POLICY: ("cantTell", "readings_differ")}
    says = "cop_values: the audit read absent, a reviewer stated"
    assert says in finding(results, POLICY)["message"]


# ------------------------------------------------------------------ what others get to see


def test_the_report_says_whose_word_it_is_and_the_public_edition_keeps_the_name(
    desk: Desk, library: Library, tmp_path: Path
) -> None:
    said = dict.fromkeys(safe(library, STAFF), "yes_with_evidence")
    desk.answer(said)
    out = tmp_path / "out"
    results = desk.audit(out, [STAFF])
    for language, whose in (
        ("en", "This rests on the word of the operator of the service."),
        ("sw", "Hili linategemea neno la mwendeshaji wa huduma."),
    ):
        page = render_html(results, language=language)
        assert whose in page
        assert "The head of safety, head of safety, Baraza" in page
        assert f"SHA-256 {digest((desk.folder / 'policy.md').read_bytes())[:12]}" in page
    for name, seen in (("platform", True), ("public", False)):
        shown = json.dumps(edition(out, name).results, ensure_ascii=False)
        assert ("The head of safety" in shown) is seen
        assert ("What was shown" in shown) is seen
        assert '"organisation": "Baraza"' in shown
        assert whose_is(edition(out, name).results)


def whose_is(results: Mapping[str, Any]) -> bool:
    return "This rests on the word of the operator" in render_html(results)


def test_questions_are_written_filled_in_and_judged_beside_the_sealed_record(
    desk: Desk, tmp_path: Path
) -> None:
    desk.answer({"suppliers_have_policy": "yes_with_evidence"})
    out, form = tmp_path / "out", tmp_path / "form.yaml"
    desk.audit(out, [STAFF, POLICY])
    sealed = Bundle(out).files.read("manifest-sha256.txt")
    runner = CliRunner()
    asked = runner.invoke(questions, [str(out), "--out", str(form)])
    assert asked.exit_code == 0, asked.output
    assert f"3 questions and {len(desk.statements)} statements are open" in asked.output
    # As it was written it answers nothing, and is valid.
    done = runner.invoke(judge, [str(out), "--attestations", str(form)])
    assert done.exception is None, repr(done.exception)
    before = json.loads(done.stdout)
    assert outcomes(before) == {
        STAFF: ("untested", "not_answered"),
        POLICY: ("cantTell", "needs_person"),
    }
    data = yaml.safe_load(form.read_text())
    data["people"] = PEOPLE
    for entry in data["answers"]:
        shown = [{"what": "A paper", "reference": "paper 7"}]
        entry |= {"answer": "yes_with_evidence", "shown": shown}
    for entry in data["decisions"]:
        entry |= {"level": "stated", "quote": desk.line(entry["statement"])}
    form.write_text(yaml.safe_dump(data))
    judged = json.loads(runner.invoke(judge, [str(out), "--attestations", str(form)]).stdout)
    assert outcomes(judged) == {STAFF: ("passed", None), POLICY: ("passed", None)}
    (note,) = [one for one in judged["deviations"] if one["kind"] == "answered later"]
    assert "not the results that were sealed" in note["says"]
    made = runner.invoke(report, [str(out), "--attestations", str(form)])
    page = out / "report.reviewed.html"
    assert made.output.strip() == str(page)
    assert "not the results that were sealed" in page.read_text()
    assert Bundle(out).files.read("manifest-sha256.txt") == sealed
    assert not Bundle(out).problems()
    # A new run with the same file, and what had been answered before, comes to the same.
    first = {**copy.deepcopy(data["answers"][0]), "question": "suppliers_have_policy"}
    data["answers"].append(first)
    desk.answers.write_text(yaml.safe_dump(data))
    assert outcomes(desk.audit(tmp_path / "again", [STAFF, POLICY])) == outcomes(judged)


def test_a_file_for_another_target_ends_before_anything_is_asked(
    desk: Desk, tmp_path: Path
) -> None:
    desk.answer({})
    desk.answers.write_text(desk.answers.read_text().replace("baraza-practice", "elsewhere"))
    with pytest.raises(DefinitionError, match="target is elsewhere — this target is"):
        desk.audit(tmp_path / "out", [STAFF])
    assert not (tmp_path / "out").exists()
