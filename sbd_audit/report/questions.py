"""What a recorded audit leaves to people, as a file of answers to fill in.

The file is valid as it is written: what is still ``open`` in it is as good as not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sbd_audit.report.text import shorten, visible

LONGEST = 300
_HEAD = """\
# Questions this audit left open. Replace “open” where you know the answer; what stays open is ignored.
# answer: yes_with_evidence (list it under shown), yes_without_evidence, partly, negative or declined
# level:  stated or partial, with the quote it rests on; or absent
# The target file names this file:  attestations: <its name>
"""


@dataclass
class Open:
    """What is open in one audit: questions by role and name, statements with the texts that were read for them."""

    questions: dict[tuple[str, str], str] = field(default_factory=dict)
    statements: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


def still_open(results: Mapping[str, Any]) -> Open:
    """Every question without an answer, and every statement left to a person without a decision that counts."""
    found = Open()
    for finding in results["findings"]:
        for step in finding["steps"]:
            if step["reason"] == "not_answered":
                asked = (str(step["args"]["role"]), str(step["args"]["question"]))
                found.questions.setdefault(asked, finding["check"])
            else:
                _statements(finding["check"], step, found)
    return found


def _statements(check: str, step: Mapping[str, Any], found: Open) -> None:
    texts = {one["kind"]: one["exhibit"] for one in step["documents"] if one["exhibit"]}
    usable = [one["kind"] for one in step["documents"] if one["usable"] and one["exhibit"]]
    counted = {one["about"] for one in step["given"] if one["counts"]}
    for reading in step["readings"]:
        if reading["level"] != "unknown" or reading["statement"] in counted or not usable:
            continue
        kind = reading["kind"] if reading["kind"] in usable else usable[0]
        entry = found.statements.setdefault(
            (reading["statement"], kind), {"check": check, "texts": {}, "reading": reading}
        )
        entry["texts"] |= texts


def form(
    results: Mapping[str, Any],
    questions: Mapping[str, Any],
    statements: Mapping[str, Any],
    today: str,
) -> str:
    """The file to fill in; `questions` and `statements` are the words behind their names."""
    left = still_open(results)
    lines = [_HEAD, f"target: {results['target']['id']}", "people:"]
    roles = {role for role, _ in left.questions} | ({"reviewer"} if left.statements else set())
    for role in sorted(roles or {"operator"}):
        lines += [f"  {role}:", "    name: open", f"    role: {role}"]
        lines += ["    position: open", "    organisation: open"]
    if left.questions:
        lines.append("answers:")
    for (role, name), check in left.questions.items():
        lines += _comment(f"{questions[name]} (for {check})")
        lines += [f"  - question: {name}", f"    by: {role}", f"    answered_on: {today}"]
        lines += ["    answer: open", '    note: ""', "    shown: []"]
    if left.statements:
        lines.append("decisions:")
    for (name, kind), entry in left.statements.items():
        lines += _decision(name, kind, entry, statements, today)
    return "\n".join(lines) + "\n"


def _decision(
    name: str, kind: str, entry: Mapping[str, Any], statements: Mapping[str, Any], today: str
) -> Iterator[str]:
    reading = entry["reading"]
    asks = statements.get(name, {}).get("says") or name.replace("_", " ")
    yield from _comment(f"{asks} (for {entry['check']})")
    yield from _comment(f"left open because: {reading['explains']}")
    if reading["quote"]:
        yield from _comment(f"nearest: “{reading['quote']}”")
    for other, exhibit in entry["texts"].items():
        yield from _comment(f"{other.replace('_', ' ')}: data/evidence/{exhibit}.txt")
    yield f"  - statement: {name}"
    yield "    by: reviewer"
    yield f"    decided_on: {today}"
    yield "    level: open"
    yield f"    document: {kind}"
    yield "    texts:"
    for other, exhibit in entry["texts"].items():
        yield f"      {other}: {exhibit}"
    yield '    quote: ""'
    yield '    note: ""'


def _comment(text: str) -> Iterator[str]:
    """One line, whatever the text: it may come from the audited service."""
    yield f"  # {shorten(visible(' '.join(text.split())), LONGEST, ' …')}"
