"""JUnit XML for build servers: a suite per pillar, a test case per finding.

JUnit knows no third value. What could not be told is skipped, never passed, and its message begins with the
outcome and the reason; a mistake of the audit itself is an error. A waived failure stays a failure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Xml

from sbd_audit.findings import OURS
from sbd_audit.report.exports.rows import FindingRow, readable, rows
from sbd_audit.report.words import Words


def render(results: Mapping[str, Any], words: Words) -> str:
    """The findings as JUnit XML, valid under the schema build servers use (junit-10.xsd)."""
    results = readable(results)
    listed = list(rows(results, words))
    root = Xml.Element("testsuites", name="sbd-audit")
    for pillar in dict.fromkeys(row.finding["pillar"] for row in listed):
        own = [row for row in listed if row.finding["pillar"] == pillar]
        root.append(_suite(pillar, own, results, words))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    Xml.indent(root)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"
    )


def _suite(
    pillar: str, own: Sequence[FindingRow], results: Mapping[str, Any], words: Words
) -> Xml.Element:
    run = results["run"]
    verdicts = [_verdict(row) for row in own]
    suite = Xml.Element(
        "testsuite",
        name=pillar,
        tests=str(len(own)),
        failures=str(verdicts.count("failure")),
        errors=str(verdicts.count("error")),
        skipped=str(verdicts.count("skipped")),
        timestamp=_seconds(run["started_at"]),
        time=f"{sum(_took(row) for row in own):.3f}",
    )
    properties = Xml.SubElement(suite, "properties")
    for name, value in _facts(results, words):
        Xml.SubElement(properties, "property", name=name, value=value)
    for row in own:
        suite.append(_case(row, words))
    return suite


def _verdict(row: FindingRow) -> str:
    finding = row.finding
    if finding["reason"] in OURS:
        return "error"
    return {"passed": "", "failed": "failure"}.get(finding["outcome"], "skipped")


def _case(row: FindingRow, words: Words) -> Xml.Element:
    finding = row.finding
    case = Xml.Element(
        "testcase",
        classname=finding["check"],
        name=f"{finding['title']} [{row.number} {row.name}]",
        time=f"{_took(row):.3f}",
    )
    if verdict := _verdict(row):
        word, reason = finding["outcome"], finding["reason"]
        said = Xml.SubElement(
            case, verdict, type=reason, message=f"{word} ({reason}): {finding['message']}"
        )
        said.text = "\n".join(_detail(row, words))
    if row.evidence:
        out = Xml.SubElement(case, "system-out")
        out.text = "\n".join(f"evidence sha256:{key}" for key in row.evidence)
    return case


def _detail(row: FindingRow, words: Words) -> list[str]:
    finding = row.finding
    lines = [*finding["messages"], finding["reason_says"]]
    if finding["outcome"] == "failed":
        lines += [words("said_remedy", says=finding["remedy"])]
    if row.deadline:
        lines += [words("said_deadline", says=row.deadline)]
    if waiver := finding["waiver"]:
        lines += [
            words(
                "waiver",
                because=waiver["because"],
                by=waiver["approved_by"],
                until=words.date(waiver["until"]),
                state=words.term("waiver_states", waiver["state"]),
            )
        ]
    return [f"{words.severity(finding['severity'])}", *lines]


def _facts(results: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    run, target = results["run"], results["target"]
    return [
        ("run", run["id"]),
        ("engine", run["engine"]),
        ("edition", run["edition"]),
        ("target", target["id"]),
        ("address", target["base_url"]),
        *(
            (f"profile.{p['id']}", f"{p['version']} sha256:{p['sha256']}")
            for p in results["profiles"]
        ),
        *(
            (f"score.{score['profile']}", f"{score['demonstrated']} to {score['possible']}")
            for score in results["scores"]
            if score["published"]
        ),
        *((f"count.{name}", str(count)) for name, count in results["counts"].items()),
    ]


def _took(row: FindingRow) -> float:
    return sum(float(step["seconds"]) for step in row.finding["steps"])


def _seconds(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%dT%H:%M:%S")
