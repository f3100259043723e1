"""Said and done: a contradiction needs a plain statement, a working control and an observation against it."""

from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.evidence.bundle import Bundle
from sbd_audit.findings import Finding, Record
from sbd_audit.judge import Verdict
from sbd_audit.library import Library
from sbd_audit.models.document import StatementRead
from sbd_audit.models.record import PROMISES, Observation, Planned, PlannedCase
from sbd_audit.outcome import Outcome
from sbd_audit.promises import contradictions
from sbd_audit.report.render import render_html

CHECK = "contact.stranger-messages"
STATEMENT = "strangers_cannot_message_children"
SAID = StatementRead(
    statement=STATEMENT,
    level="stated",
    explains="act: “cannot message”",
    quote="Strangers cannot message children.",
    end=34,
    kind="terms_of_service",
    link="https://a.test/t#:~:text=Strangers",
    exhibit="e" * 64,
)


def broken(library: Library, *, level: str = "stated", **outputs: dict[str, Any]) -> list[Any]:
    """Contradictions of one case of the check, its first example changed by `outputs` per step."""
    check = library.check(CHECK)
    given = copy.deepcopy(dict(check.examples[0].given))
    for name, values in outputs.items():
        given[name] |= values
    steps, seen = [], []
    for number, (name, step) in enumerate(check.observe.items()):
        steps.append(Planned(id=f"o{number}", capability=step.capability, args={}, step=name))
        outputs_of = {key: value for key, value in given[name].items() if key != "result"}
        works = library.vocabulary.capabilities[step.capability].works[0]
        seen.append(
            Observation(
                id=f"o{number}", case="c", capability=step.capability,
                result=given[name].get("result", works), outputs=outputs_of,
            )
        )  # fmt: skip
    reading = SAID.model_copy(update={"level": level})
    seen.append(
        Observation(
            id="p", case="s", capability="read_document", result="read", readings=(reading,)
        )
    )
    uses = {step.step: (step.id,) for step in steps}
    case = PlannedCase(
        id="c",
        check=CHECK,
        member="child_14_15",
        steps=tuple(steps),
        uses={**uses, PROMISES: ("p",)},
    )
    record = Record(SimpleNamespace(cases=[case]), seen)  # type: ignore[arg-type]
    verdict = Verdict(Outcome.failed)
    finding = Finding(check, verdict, (verdict,), case.profiles, check.defaults, case)
    return contradictions(record, finding, library.vocabulary)


DELIVERED = {"found": True, "folder": "inbox"}


def test_a_broken_promise_is_named_with_its_quote(library: Library) -> None:
    (one,) = broken(library, arrived=DELIVERED)
    assert one.said.quote == "Strangers cannot message children."
    assert one.message.endswith("a stranger's message lay in the child's inbox.")
    assert one.member == "child_14_15"
    assert one.observations[0] == "p"
    assert len(one.observations) == 2


@pytest.mark.parametrize(
    ("level", "changes"),
    [
        ("stated", {}),  # what is promised was seen to hold
        ("partial", {"arrived": DELIVERED}),
        ("unknown", {"arrived": DELIVERED}),
        ("absent", {"arrived": DELIVERED}),
        ("stated", {"arrived": DELIVERED, "friend_arrives": {"found": False}}),  # the control failed
        ("stated", {"arrived": {"result": "unavailable"}}),
    ],
)  # fmt: skip
def test_anything_less_is_no_contradiction(
    library: Library, level: str, changes: dict[str, Any]
) -> None:
    assert broken(library, level=level, **changes) == []


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_the_practice_platform_says_one_thing_and_does_another(recorded: Path) -> None:
    results = Bundle(recorded).json("results.json")
    found = {f["check"]: f["contradictions"] for f in results["findings"] if f["contradictions"]}
    assert set(found) == {CHECK}
    (one,) = found[CHECK]
    assert one["statement"] == STATEMENT
    said = one["said"]
    exhibit = (recorded / "data/evidence" / f"{said['exhibit']}.txt").read_text("utf-8")
    assert exhibit[said["start"] : said["end"]] == said["quote"]
    page = LexborHTMLParser(render_html(results))
    (box,) = page.css(".saydo")
    assert said["quote"] in box.text()
    assert [a.attributes["href"] for a in box.css("a")] == [said["link"]]


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_every_statement_of_the_report_leads_to_its_quote(recorded: Path) -> None:
    results = Bundle(recorded).json("results.json")
    readings = [r for f in results["findings"] for s in f["steps"] for r in s["readings"]]
    assert len(readings) > 8
    page = LexborHTMLParser(render_html(results))
    links = {node.attributes["href"] for node in page.css(".quotes a")}
    for reading in readings:
        if reading["level"] == "stated":
            assert reading["link"] in links or not reading["link"]
            exhibit = recorded / "data/evidence" / f"{reading['exhibit']}.txt"
            text = exhibit.read_text("utf-8")
            assert text[reading["start"] : reading["end"]] == reading["quote"]
