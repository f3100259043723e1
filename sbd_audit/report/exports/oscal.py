"""OSCAL assessment results (NIST), for governance tools.

OSCAL has two states for a finding, satisfied and not-satisfied. A finding is written only for what passed or
failed; what could not be told, was not tested or does not apply is an observation with our outcome and reason
as properties, because to call it either would be untrue. Identifiers are derived, never random.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sbd_audit.canonical import pretty
from sbd_audit.report.exports.markdown import plain
from sbd_audit.report.exports.rows import FindingRow, readable, rows
from sbd_audit.report.words import Words

OSCAL = "1.2.1"
NAMESPACE = "urn:sbd-audit:oscal"
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
_METHODS = {"observed": "TEST", "documented": "EXAMINE", "attested": "INTERVIEW"}
BINARY = (
    "OSCAL states a finding as satisfied or not-satisfied. A check that passed is written as satisfied and means "
    "only that no failure was found. Checks that could not be told, were not tested or do not apply have no "
    "finding; their observations carry the outcome and its reason as properties."
)


class _Ids:
    """Derived identifiers: the same results give the same document."""

    def __init__(self, run: str) -> None:
        self._space = uuid.uuid5(_ROOT, run)

    def __call__(self, *what: str) -> str:
        return str(uuid.uuid5(self._space, "\n".join(what)))


def render(results: Mapping[str, Any], words: Words) -> str:
    """The results as one OSCAL assessment-results document, valid under NIST's JSON schema."""
    results = readable(results)
    listed, ids = list(rows(results, words)), _Ids(results["run"]["id"])
    run = results["run"]
    ended = _moment(run["finished_at"] or run["started_at"])
    document = {
        "uuid": ids("document", run["edition"]),
        "metadata": {
            "title": plain(words("page_title", name=results["platform"]["title"])),
            "last-modified": ended,
            "version": run["id"],
            "oscal-version": OSCAL,
            "props": _props(
                {"engine": run["engine"], "edition": run["edition"], "schema": results["schema"]}
            ),
            "roles": [{"id": "assessor", "title": "Assessor"}],
            "parties": [
                {
                    "uuid": ids("party"),
                    "type": "organization",
                    "name": plain(run["operator"] or run["engine"]),
                }
            ],
            "responsible-parties": [{"role-id": "assessor", "party-uuids": [ids("party")]}],
            "remarks": f"{plain(words('no_opinion_says'))} {BINARY}",
        },
        "import-ap": {"href": f"#{ids('plan')}"},
        "results": [_result(listed, results, ids, words, ended)],
        "back-matter": {"resources": _resources(listed, results, ids)},
    }
    return pretty({"assessment-results": document})


def _result(
    listed: Sequence[FindingRow],
    results: Mapping[str, Any],
    ids: _Ids,
    words: Words,
    ended: str,
) -> dict[str, Any]:
    run = results["run"]
    decided = [row for row in listed if row.finding["outcome"] in ("passed", "failed")]
    failed = [row for row in listed if row.finding["outcome"] == "failed"]
    result: dict[str, Any] = {
        "uuid": ids("result"),
        "title": plain(words("page_title", name=results["platform"]["title"])),
        "description": " ".join(plain(says) for says in results["limits"]) or BINARY,
        "start": _moment(run["started_at"]),
        "end": ended,
        "props": _props({f"count-{name}": count for name, count in results["counts"].items()})
        + [
            {
                "name": "conclusion",
                "ns": NAMESPACE,
                "value": entry["conclusion"],
                "remarks": plain(f"{entry['provision']} ({entry['profile']}): {entry['basis']}"),
            }
            for entry in results["conclusions"]
        ],
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": name} for name in _controls(listed)]}
                if listed
                else {"include-all": {}}
            ]
        },
        "observations": [_observation(row, ids, words, ended) for row in listed],
        "risks": [_risk(row, ids, words, ended) for row in failed],
        "findings": [_finding(row, ids) for row in decided],
    }
    return {key: value for key, value in result.items() if value != []}


def _controls(listed: Sequence[FindingRow]) -> list[str]:
    return sorted({row.finding["check"] for row in listed})


def _observation(row: FindingRow, ids: _Ids, words: Words, ended: str) -> dict[str, Any]:
    finding = row.finding
    props = {
        "number": row.number,
        "check": row.name,
        "outcome": finding["outcome"],
        "reason": finding["reason"],
        "severity": finding["severity"],
        "pillar": finding["pillar"],
        "tier": finding["tier"],
    }
    observation: dict[str, Any] = {
        "uuid": ids("observation", row.number),
        "title": plain(finding["title"]),
        "description": plain(
            " ".join(finding["messages"]) or finding["message"] or finding["title"]
        ),
        "props": _props(props),
        "methods": [_METHODS[finding["tier"]]],
        "types": ["finding"],
        "relevant-evidence": [
            {"href": f"#{ids('exhibit', key)}", "description": f"SHA-256 {key}"}
            for key in row.evidence
        ],
        "collected": ended,
    }
    if finding["reason_says"]:
        observation["remarks"] = plain(finding["reason_says"])
    if response := finding["response"]:
        observation["remarks"] = " ".join(
            (
                observation.get("remarks", ""),
                plain(
                    words(
                        "response_by", by=response["by"], day=response["day"], says=response["says"]
                    )
                ),
            )
        ).strip()
    return {key: value for key, value in observation.items() if value != []}


def _finding(row: FindingRow, ids: _Ids) -> dict[str, Any]:
    finding, passed = row.finding, row.finding["outcome"] == "passed"
    entry: dict[str, Any] = {
        "uuid": ids("finding", row.number),
        "title": plain(finding["title"]),
        "description": plain(finding["message"] or finding["title"]),
        "target": {
            "type": "objective-id",
            "target-id": finding["check"],
            "title": plain(finding["title"]),
            "props": [
                {"name": "provision", "ns": NAMESPACE, "value": linked["id"]}
                for linked in finding["provisions"]
            ],
            "status": {
                "state": "satisfied" if passed else "not-satisfied",
                "reason": "pass" if passed else "fail",
            },
        },
        "related-observations": [{"observation-uuid": ids("observation", row.number)}],
    }
    if not entry["target"]["props"]:
        del entry["target"]["props"]
    if not passed:
        entry["related-risks"] = [{"risk-uuid": ids("risk", row.number)}]
    return entry


def _risk(row: FindingRow, ids: _Ids, words: Words, ended: str) -> dict[str, Any]:
    finding, waiver = row.finding, row.finding["waiver"]
    risk: dict[str, Any] = {
        "uuid": ids("risk", row.number),
        "title": plain(finding["title"]),
        "description": plain(finding["message"]),
        "statement": plain(finding["why"] or finding["title"]),
        "props": _props({"severity": finding["severity"]}),
        "status": "deviation-approved" if waiver and waiver["state"] == "active" else "open",
        "remediations": [
            {
                "uuid": ids("remedy", row.number),
                "lifecycle": "recommendation",
                "title": "Remedy",
                "description": plain(finding["remedy"] or finding["title"]),
            }
        ],
        "related-observations": [{"observation-uuid": ids("observation", row.number)}],
    }
    if row.deadline:
        risk["remediations"][0]["remarks"] = plain(words("said_deadline", says=row.deadline))
    if waiver:
        risk["mitigating-factors"] = [
            {
                "uuid": ids("waiver", row.number),
                "description": plain(
                    f"{waiver['because']} ({waiver['approved_by']}, {waiver['state']}, {waiver['until']})"
                ),
            }
        ]
    return risk


def _resources(
    listed: Sequence[FindingRow], results: Mapping[str, Any], ids: _Ids
) -> list[dict[str, Any]]:
    cited = dict.fromkeys(key for row in listed for key in row.evidence)
    return [
        {
            "uuid": ids("plan"),
            "title": "The plan of the audit",
            "rlinks": [{"href": "data/plan.json", "media-type": "application/json"}],
        },
        *(
            {
                "uuid": ids("exhibit", key),
                "title": plain(results["evidence"].get(key, {}).get("says", key)),
                "rlinks": [
                    {
                        "href": f"data/evidence/{key}",
                        "hashes": [{"algorithm": "SHA-256", "value": key}],
                    }
                ],
            }
            for key in cited
        ),
    ]


def _props(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "ns": NAMESPACE, "value": str(value)}
        for name, value in values.items()
        if value is not None and str(value).strip()
    ]


def _moment(text: str) -> str:
    """A moment as OSCAL writes it; a day alone is its first second, UTC."""
    moment = datetime.fromisoformat(text)
    if "T" not in text:
        return f"{date.fromisoformat(text).isoformat()}T00:00:00Z"
    return text if moment.tzinfo else f"{text}Z"
