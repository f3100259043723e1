"""EARL 1.0 as JSON-LD, the W3C's vocabulary for test results; its five outcomes are ours.

The context stands in the document, so that reading it asks no other machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbd_audit.canonical import pretty
from sbd_audit.report.exports.rows import FindingRow, readable, rows
from sbd_audit.report.given import decided
from sbd_audit.report.words import Words

EARL = "http://www.w3.org/ns/earl#"
OURS = "urn:sbd-audit:terms:"
CONTEXT: dict[str, Any] = {
    "earl": EARL,
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sbd": OURS,
    **{
        name: {"@id": f"earl:{name}", "@type": "@id"}
        for name in ("assertedBy", "subject", "test", "result", "mode", "outcome")
    },
    "info": "earl:info",
    "title": "dct:title",
    "description": "dct:description",
    "identifier": "dct:identifier",
    "date": {"@id": "dct:date", "@type": "xsd:dateTime"},
    "isPartOf": {"@id": "dct:isPartOf", "@type": "@id"},
    "source": {"@id": "dct:source", "@type": "@id"},
    "release": "doap:release",
    "revision": "doap:revision",
    "reason": "sbd:reason",
    "severity": "sbd:severity",
    "pillar": "sbd:pillar",
    "tier": "sbd:tier",
    "number": "sbd:number",
    "waiver": "sbd:waiver",
}
_MODES = {"observed": "earl:automatic", "documented": "earl:automatic", "attested": "earl:manual"}


def render(results: Mapping[str, Any], words: Words) -> str:
    """One assertion per finding, by this program, about the audited service."""
    results = readable(results)
    run, target = results["run"], results["target"]
    by, subject = (
        f"urn:sbd-audit:run:{_part(run['id'])}",
        f"urn:sbd-audit:target:{_part(target['id'])}",
    )
    name, _, version = run["engine"].partition(" ")
    listed = list(rows(results, words))
    graph: list[dict[str, Any]] = [
        {
            "@id": by,
            "@type": ["earl:Assertor", "earl:Software"],
            "title": name,
            "release": {"@type": "doap:Version", "revision": version},
            "description": words("no_opinion_says"),
        },
        {
            "@id": subject,
            "@type": ["earl:TestSubject"],
            "title": target["title"],
            "description": target["base_url"],
        },
        *_tests(listed),
        *(_assertion(row, by, subject, run) for row in listed),
    ]
    return pretty({"@context": CONTEXT, "@graph": graph})


def _tests(listed: list[FindingRow]) -> list[dict[str, Any]]:
    found = {row.name: row.finding for row in listed}
    return [
        {
            "@id": _test(name),
            "@type": ["earl:TestCriterion", "earl:TestCase"],
            "identifier": name,
            "title": finding["title"],
            "description": finding["why"],
            "isPartOf": [_provision(entry["id"]) for entry in finding["provisions"]],
            "severity": finding["severity"],
            "pillar": finding["pillar"],
            "tier": finding["tier"],
        }
        for name, finding in sorted(found.items())
    ]


def _assertion(row: FindingRow, by: str, subject: str, run: Mapping[str, Any]) -> dict[str, Any]:
    finding, own = row.finding, f"{by}:{row.number}"
    result: dict[str, Any] = {
        "@id": f"{own}:result",
        "@type": "earl:TestResult",
        "outcome": f"earl:{finding['outcome']}",
        "description": " ".join(finding["messages"]) or finding["message"],
        "date": run["finished_at"] or run["started_at"],
        "source": [f"urn:sha256:{key}" for key in row.evidence],
    }
    if finding["reason"]:
        result |= {"reason": finding["reason"], "info": finding["reason_says"]}
    if finding["waiver"]:
        result["waiver"] = finding["waiver"]["state"]
    return {
        "@id": own,
        "@type": "earl:Assertion",
        "number": row.number,
        "assertedBy": by,
        "subject": subject,
        "test": _test(row.name),
        "mode": "earl:semiAuto" if decided(finding) else _MODES[finding["tier"]],
        "result": result,
    }


def _test(name: str) -> str:
    return f"urn:sbd-audit:check:{_part(name)}"


def _provision(name: str) -> str:
    return f"urn:sbd-audit:provision:{_part(name)}"


def _part(text: str) -> str:
    """Text as one part of a URN: what may not stand there is percent-encoded."""
    from urllib.parse import quote

    return quote(text, safe="@")
