"""Exports: valid where the format has a schema, the same bytes each time, and no outcome lost in any of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import jsonschema_rs
import junitparser
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import Graph, URIRef

from sbd_audit.library import Library
from sbd_audit.models.results import Results
from sbd_audit.outcome import Outcome, Reason
from sbd_audit.report.exports import sarif
from sbd_audit.report.exports.earl import EARL, OURS
from sbd_audit.report.exports.markdown import plain
from sbd_audit.report.exports.table import cell
from sbd_audit.report.formats import FORMATS
from sbd_audit.report.words import Words
from tests.report.sample import finding, many, sample
from tests.report.test_safety import poison

SCHEMAS = Path(__file__).parent / "schemas"
TEXT_FORMATS = sorted(set(FORMATS) - {"html", "pdf", "json"})
Found = Counter[tuple[str, str, str | None]]


def export(name: str, results: dict[str, Any]) -> str:
    return FORMATS[name].make(results, Words("en")).decode()


def found(results: dict[str, Any]) -> Found:
    """Check, outcome and reason of every finding, counted."""
    return Counter((f["check"], str(f["outcome"]), f["reason"]) for f in results["findings"])


# ------------------------------------------------------------------ reading each format back


def from_csv(text: str) -> Found:
    rows = list(csv.DictReader(io.StringIO(text)))
    return Counter((row["check"], row["outcome"], row["reason"] or None) for row in rows)


def from_markdown(text: str) -> Found:
    rows = re.findall(r"^\| F-\d+ \| \S+ (\w+) \| (\S*) ?\| (\S+)@\d+ \|", text, re.M)
    return Counter(
        (check.replace("\\", ""), outcome, reason.replace("\\", "") or None)
        for outcome, reason, check in rows
    )


def from_junit(text: str) -> Found:
    cases = [case for suite in junitparser.JUnitXml.fromstring(text.encode()) for case in suite]
    return Counter((case.classname, *_junit_verdict(case)) for case in cases)


def _junit_verdict(case: junitparser.TestCase) -> tuple[str, str | None]:
    if not case.result:
        return "passed", None
    said = re.match(r"(\w+) \((\w+)\)", case.result[0].message)
    assert said
    return said[1], said[2]


def from_sarif(text: str) -> Found:
    run = json.loads(text)["runs"][0]
    entries = [(e["ruleId"], e["properties"]) for e in run["results"]] + [
        (e["associatedRule"]["id"], e["properties"])
        for e in run["invocations"][0]["toolExecutionNotifications"]
    ]
    counted = Counter((check, own["outcome"], own["reason"]) for check, own in entries)
    totals = Counter[str]()
    for (_, outcome, _), count in counted.items():
        totals[outcome] += count
    assert run["properties"]["counts"] == {str(o): totals[str(o)] for o in Outcome}
    return counted


def from_oscal(text: str) -> Found:
    result = json.loads(text)["assessment-results"]["results"][0]
    seen = [
        {prop["name"]: prop["value"] for prop in entry["props"]}
        for entry in result.get("observations", [])
    ]
    states = Counter(f["target"]["status"]["state"] for f in result.get("findings", []))
    outcomes = Counter(own["outcome"] for own in seen)
    assert (states["satisfied"], states["not-satisfied"]) == (
        outcomes["passed"],
        outcomes["failed"],
    )
    return Counter(
        (own["check"].rpartition("@")[0], own["outcome"], own.get("reason")) for own in seen
    )


def from_earl(text: str) -> Found:
    graph = Graph().parse(data=text, format="json-ld")
    outcome, reason = URIRef(f"{EARL}outcome"), URIRef(f"{OURS}reason")
    counted: Found = Counter()
    for assertion, result in graph.subject_objects(URIRef(f"{EARL}result")):
        test = graph.value(assertion, URIRef(f"{EARL}test"))
        name = str(graph.value(test, URIRef("http://purl.org/dc/terms/identifier")))
        why = graph.value(result, reason)
        word = str(graph.value(result, outcome)).removeprefix(EARL)
        counted[name.rpartition("@")[0], word, str(why) if why else None] += 1
    return counted


READERS: dict[str, Callable[[str], Found]] = {
    "csv": from_csv,
    "md": from_markdown,
    "junit": from_junit,
    "sarif": from_sarif,
    "oscal": from_oscal,
    "earl": from_earl,
}


# ------------------------------------------------------------------ validating each format


@lru_cache(maxsize=1)
def oscal_validator() -> Any:
    schema = json.loads((SCHEMAS / "oscal-assessment-results-1.2.3.json").read_text())
    return jsonschema_rs.validator_for(schema)


@lru_cache(maxsize=1)
def sarif_validator() -> Any:
    return jsonschema.Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()))


@lru_cache(maxsize=1)
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def valid_oscal(text: str) -> list[str]:
    return [error.message for error in oscal_validator().iter_errors(json.loads(text))]


def valid_sarif(text: str) -> list[str]:
    return [f"{e.json_path} {e.message}" for e in sarif_validator().iter_errors(json.loads(text))]


def valid_junit(text: str) -> list[str]:
    return [str(error.reason) for error in junit_schema().iter_errors(Xml.fromstring(text))]


def valid_earl(text: str) -> list[str]:
    def refuse(url: str, options: Any) -> Any:
        raise AssertionError(f"asked for {url}")

    expanded = jsonld.expand(json.loads(text), {"documentLoader": refuse})
    kinds = {kind for node in expanded for kind in node.get("@type", [])}
    lost = [key for node in expanded for key in node if ":" not in key and not key.startswith("@")]
    wanted = {f"{EARL}Assertor", f"{EARL}TestSubject"}
    return lost + sorted(wanted - kinds)


def valid_csv(text: str) -> list[str]:
    rows = list(csv.reader(io.StringIO(text)))
    return [f"{len(row)} cells" for row in rows if len(row) != len(rows[0])]


VALID: dict[str, Callable[[str], list[str]]] = {
    "oscal": valid_oscal,
    "sarif": valid_sarif,
    "junit": valid_junit,
    "earl": valid_earl,
    "csv": valid_csv,
    "md": lambda text: [],
}


# ------------------------------------------------------------------ the tests


def test_every_format_is_read_back_and_validated() -> None:
    assert set(TEXT_FORMATS) == set(READERS) == set(VALID)
    assert len({form.file for form in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_sample_is_valid_whole_and_the_same_each_time(name: str) -> None:
    results = sample()
    text = export(name, results)
    assert VALID[name](text) == []
    assert READERS[name](text) == found(results)
    assert export(name, sample()) == text


@pytest.mark.usefixtures("needs_browser")
@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_real_audit_is_valid_and_whole(name: str, recorded: Path) -> None:
    results = json.loads((recorded / "results.json").read_text())
    text = export(name, results)
    assert VALID[name](text) == []
    assert READERS[name](text) == found(results)


@st.composite
def any_results(draw: st.DrawFn) -> dict[str, Any]:
    """Results with any mix of outcomes, reasons, waivers and severities, and one hostile text all over."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
    findings = []
    for number in range(draw(st.integers(0, 6))):
        reason = draw(st.sampled_from([None, *Reason]))
        outcome = str(reason.outcome) if reason else "passed"
        findings.append(
            finding(
                outcome,
                number,
                reason=reason.value if reason else None,
                reason_says=reason.meaning if reason else "",
                title=text,
                message=text if reason else "",
                messages=[text] if reason else [],
                remedy=text,
                severity=draw(st.sampled_from(["critical", "high", "medium", "low"])),
                tier=draw(st.sampled_from(["observed", "documented", "attested"])),
                waiver=draw(st.sampled_from([None, {"because": text, "approved_by": text, "until": "2027-03-31T00:00:00+03:00", "state": "expired"}])),
            )
        )  # fmt: skip
    counts = Counter(str(f["outcome"]) for f in findings)
    return sample(
        findings=findings, conclusions=[], counts={str(o): counts[str(o)] for o in Outcome}
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_results())
def test_no_outcome_is_lost_in_any_format(results: dict[str, Any]) -> None:
    for name in TEXT_FORMATS:
        text = export(name, results)
        assert VALID[name](text) == [], name
        assert READERS[name](text) == found(results), name


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_hostile_text_is_inert(name: str) -> None:
    results = poison(sample())
    Results.model_validate(results)
    text = export(name, results)
    assert VALID[name](text) == []
    assert READERS[name](text) == found(results)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", text)
    assert len(text) < 400_000


def test_a_name_of_five_megabytes_does_not_make_a_file_of_five() -> None:
    results = sample()
    results["platform"]["title"] = results["findings"][0]["title"] = "x" * 5_000_000
    for name in set(FORMATS) - {"json", "pdf"}:
        assert len(export(name, results)) < 400_000, name


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "|calc", "%0A=1", "＝1", "\n@x"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text)[0] == "'"
    row = next(csv.reader(io.StringIO(export("csv", sample(findings=[finding("failed", 1, title=text)])).split("\r\n")[1])))  # fmt: skip
    assert all(not value.startswith(("=", "+", "-", "@", "\t", "|", "%")) for value in row)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("<img src=x>", "<img"),
        ("[click](javascript:x)", "](j"),
        ("![x](http://a.test/i.png)", "!["),
        ("https://a.test/x", "https://"),
        ("www.a.test", "www."),
        ("@octocat", "@octocat"),
        ("| cell | cell |", "| cell"),
        ("`code`", " `"),
        ("</details>", "</details"),
        ("# head", "# head\n"),
    ],
)
def test_markdown_shows_text_and_does_nothing(text: str, absent: str) -> None:
    assert absent not in plain(text).replace("\\" + absent[0], "")


def test_a_summary_for_a_pull_request_stays_postable() -> None:
    text = export("md", many(400))
    assert len(text) <= 65_536
    assert from_markdown(text) == found(many(400))


def test_code_hosts_see_failures_only_and_find_the_check() -> None:
    results = sample()
    run = json.loads(export("sarif", results))["runs"][0]
    assert {entry["kind"] for entry in run["results"]} == {"fail"}
    assert all(entry["locations"][0]["physicalLocation"] for entry in run["results"])
    waived = [entry for entry in run["results"] if entry.get("suppressions")]
    assert [entry["ruleId"] for entry in waived] == ["failed.sample-2"]
    for check, defined in Library().checks.items():
        assert defined.source.path.as_posix().endswith(sarif.check_file(check)), check


def test_a_mistake_of_ours_is_an_error_and_not_a_skip() -> None:
    own = finding("cantTell", 1, reason="harness_error", reason_says="Ours.")
    suite = next(
        iter(junitparser.JUnitXml.fromstring(export("junit", sample(findings=[own])).encode()))
    )
    assert (suite.errors, suite.failures, suite.skipped) == (1, 0, 0)


def test_the_validators_notice_what_is_wrong() -> None:
    oscal = json.loads(export("oscal", sample()))
    oscal["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = (
        "cantTell"
    )
    assert valid_oscal(json.dumps(oscal))
    broken = json.loads(export("sarif", sample()))
    broken["runs"][0]["results"][0]["kind"] = "unknown"
    assert valid_sarif(json.dumps(broken))
    assert valid_junit("<testsuites><testsuite name='x'/></testsuites>")
