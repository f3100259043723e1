"""SARIF 2.1.0 for code hosts: failures as results, everything else as notifications of the run.

Code hosts show every result as an alert, whatever its kind. Only failures are therefore results; passes and
what could not be told stand in the invocation's notifications, with outcome and reason, so that none is lost.
Locations must be files there: a finding points at the check that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sbd_audit.canonical import digest, pretty
from sbd_audit.findings import OURS
from sbd_audit.report.exports.markdown import plain
from sbd_audit.report.exports.rows import FindingRow, readable, rows
from sbd_audit.report.words import Words

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_NOTICE = {"passed": "none", "inapplicable": "none", "cantTell": "warning", "untested": "note"}


def render(results: Mapping[str, Any], words: Words) -> str:
    """The findings as one SARIF run."""
    results = readable(results)
    listed = list(rows(results, words))
    rules = {row.finding["check"]: row for row in listed}
    places = {name: number for number, name in enumerate(rules)}
    run = results["run"]
    return pretty(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": _driver(run, rules.values(), results, words)},
                    "taxonomies": _taxonomies(results),
                    "automationDetails": {"id": f"sbd-audit/{results['target']['id']}/{run['id']}"},
                    "invocations": [_invocation(listed, places, run)],
                    "results": [
                        _result(row, places, results, words)
                        for row in listed
                        if row.finding["outcome"] == "failed"
                    ],
                    "properties": {
                        "counts": results["counts"],
                        "edition": run["edition"],
                        "target": results["target"]["id"],
                        "address": results["target"]["base_url"],
                        "scores": [
                            {
                                key: score[key]
                                for key in ("profile", "demonstrated", "possible", "published")
                            }
                            for score in results["scores"]
                        ],
                    },
                }
            ],
        }
    )


def _driver(
    run: Mapping[str, Any], rules: Any, results: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    name, _, version = run["engine"].partition(" ")
    return {
        "name": name,
        "version": version or "unknown",
        "supportedTaxonomies": [
            {"name": taxonomy["name"], "index": number}
            for number, taxonomy in enumerate(_taxonomies(results))
        ],
        "rules": [_rule(row, words) for row in rules],
    }


def _rule(row: FindingRow, words: Words) -> dict[str, Any]:
    finding = row.finding
    remedy = words("said_remedy", says=finding["remedy"])
    return {
        "id": finding["check"],
        "shortDescription": {"text": finding["title"]},
        "fullDescription": {"text": finding["why"] or finding["title"]},
        "help": {
            "text": f"{finding['why']}\n\n{remedy}",
            "markdown": f"{plain(finding['why'])}\n\n**{plain(remedy)}**",
        },
        "defaultConfiguration": {"level": _LEVELS[finding["severity"]]},
        "relationships": [
            {
                "target": {"id": entry["id"], "toolComponent": {"name": entry["instrument"]}},
                "kinds": ["relevant"],
            }
            for entry in finding["provisions"]
        ],
        "properties": {
            "version": finding["version"],
            "tags": sorted(
                {"safety-by-design", finding["pillar"], finding["severity"], finding["tier"]}
            ),
            "problem.severity": {"error": "error", "warning": "warning"}.get(
                _LEVELS[finding["severity"]], "recommendation"
            ),
        },
    }


def _taxonomies(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The instruments the findings point to, each with the provisions named."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for finding in results["findings"]:
        for entry in finding["provisions"]:
            found.setdefault(entry["instrument"], {})[entry["id"]] = entry
    return [
        {
            "name": instrument,
            "shortDescription": {"text": next(iter(entries.values()))["short_title"]},
            "taxa": [
                {
                    "id": name,
                    "name": entry["clause"],
                    "shortDescription": {"text": entry["obligation"] or entry["clause"]},
                }
                for name, entry in sorted(entries.items())
            ],
        }
        for instrument, entries in sorted(found.items())
    ]


def _result(
    row: FindingRow, places: Mapping[str, int], results: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    finding, target = row.finding, results["target"]
    entry = {
        "ruleId": finding["check"],
        "ruleIndex": places[finding["check"]],
        "kind": "fail",
        "level": _LEVELS[finding["severity"]],
        "message": {"text": " ".join(finding["messages"]) or finding["message"]},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": check_file(finding["check"])},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": f"{target['base_url']} {finding['pillar']}"}
                ],
            }
        ],
        # The same failure on the same service is the same alert, whatever the words of the message.
        "partialFingerprints": {
            "check/v1": digest([target["id"], finding["check"], list(finding["profiles"])])
        },
        "properties": _properties(row) | {"remedy": finding["remedy"], "deadline": row.deadline},
    }
    if waiver := finding["waiver"]:
        entry["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted" if waiver["state"] == "active" else "rejected",
                "justification": words(
                    "waiver",
                    because=waiver["because"],
                    by=waiver["approved_by"],
                    until=words.date(waiver["until"]),
                    state=words.term("waiver_states", waiver["state"]),
                ),
            }
        ]
    return entry


def _invocation(
    listed: Sequence[FindingRow], places: Mapping[str, int], run: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "executionSuccessful": not any(row.finding["reason"] in OURS for row in listed),
        "startTimeUtc": run["started_at"],
        "endTimeUtc": run["finished_at"] or run["started_at"],
        "toolExecutionNotifications": [
            {
                "associatedRule": {
                    "id": row.finding["check"],
                    "index": places[row.finding["check"]],
                },
                "level": "error"
                if row.finding["reason"] in OURS
                else _NOTICE[row.finding["outcome"]],
                "message": {
                    "text": f"{row.finding['outcome']}"
                    f"{' (' + row.finding['reason'] + ')' if row.finding['reason'] else ''}: {row.finding['message'] or row.finding['title']}"
                },
                "properties": _properties(row),
            }
            for row in listed
            if row.finding["outcome"] != "failed"
        ],
    }


def _properties(row: FindingRow) -> dict[str, Any]:
    finding = row.finding
    keys = ("outcome", "reason", "severity", "tier", "pillar")
    return {key: finding[key] for key in keys} | {
        "number": row.number,
        "version": finding["version"],
        "profiles": list(finding["profiles"]),
        "evidence": list(row.evidence),
    }


def check_file(check: str) -> str:
    """Where the definition of a check stands, below the root of this project."""
    return f"checks/{check.replace('.', '/', 1)}.yaml"
