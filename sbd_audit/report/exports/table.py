"""CSV: one row per finding, for spreadsheets; no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from sbd_audit.report.exports.rows import FindingRow, readable, rows
from sbd_audit.report.words import Words

_FORMULA = tuple("=+-@|%＝＋－＠\t\r\n")
COLUMNS = (
    "number", "check", "version", "title", "outcome", "reason", "reason_says", "message", "severity", "pillar",
    "tier", "environment", "member", "profiles", "provisions", "remedy", "deadline", "deadline_basis", "waiver",
    "waiver_until", "waiver_because", "response", "response_says", "evidence", "platform", "target", "market",
    "address", "run", "observed_on", "engine", "edition",
)  # fmt: skip


def render(results: Mapping[str, Any], words: Words) -> str:
    """The findings as comma-separated values, every cell quoted, rows ended by CR LF (RFC 4180)."""
    results = readable(results)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    about = _about(results)
    for row in rows(results, words):
        cells = _cells(row) | about
        writer.writerow([cell(cells[name]) for name in COLUMNS])
    return out.getvalue()


def cell(value: Any) -> str:
    """A value on one line; what a spreadsheet could run is made text by an apostrophe in front."""
    text = " ".join(str("" if value is None else value).split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(row: FindingRow) -> dict[str, Any]:
    finding = row.finding
    waiver, response = finding["waiver"] or {}, finding["response"] or {}
    keys = ("check", "version", "title", "outcome", "reason", "reason_says", "severity", "pillar", "tier",
            "environment", "member")  # fmt: skip
    return {key: finding[key] for key in keys} | {
        "number": row.number,
        "message": " ".join(finding["messages"]) or finding["message"],
        "profiles": " ".join(finding["profiles"]),
        "provisions": " ".join(entry["id"] for entry in finding["provisions"]),
        "remedy": finding["remedy"] if finding["outcome"] == "failed" else "",
        "deadline": row.deadline,
        "deadline_basis": "; ".join(entry["basis"] for entry in finding["deadlines"]),
        "waiver": waiver.get("state"),
        "waiver_until": waiver.get("until"),
        "waiver_because": waiver.get("because"),
        "response": response.get("position"),
        "response_says": response.get("says"),
        "evidence": " ".join(row.evidence),
    }


def _about(results: Mapping[str, Any]) -> dict[str, Any]:
    run = results["run"]
    return {
        "platform": results["platform"]["id"],
        "target": results["target"]["id"],
        "market": results["platform"]["market"],
        "address": results["target"]["base_url"],
        "run": run["id"],
        "observed_on": run["started_at"],
        "engine": run["engine"],
        "edition": run["edition"],
    }
