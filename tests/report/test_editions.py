"""Editions and answers: what is left out is said, what is claimed stays true, and no outcome moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sbd_audit.canonical import dumps
from sbd_audit.cli import cli
from sbd_audit.errors import BundleError, DefinitionError, UsageError
from sbd_audit.models.results import Results
from sbd_audit.report.edition import narrowed
from sbd_audit.report.formats import FORMATS
from sbd_audit.report.render import render_html
from sbd_audit.report.responses import with_responses
from sbd_audit.report.seal import seal_of
from sbd_audit.report.words import Words
from tests.report.bundles import DEVICE, sealed
from tests.report.sample import sample
from tests.report.test_page import one, parsed

AUTHORISED = {"by": "The service", "reference": "SECRET-REF", "covers": ["accounts"], "from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}  # fmt: skip
RESPONSES = """\
target: sample-staging
by: The platform
role: Head of safety
notified_on: 2026-11-25
due_on: 2026-12-23
received_on: 2026-12-10
responses:
  - check: failed.sample-1
    position: disputes
    says: |
      This was mended <b>before</b> the audit.
    decision: {by: The auditor, day: 2026-12-14, says: The record shows the message; the finding stands.}
"""


def audited() -> dict[str, Any]:
    results = sample()
    results["target"]["authorisation"] = AUTHORISED
    results["findings"][1]["steps"][0] |= {
        "args": {"text": "SECRET-ARGS"},
        "outputs": {"id": "SECRET-OUT"},
        "trace": [{"did": "SECRET-DID", "saw": "SECRET-SAW"}],
        "detail": "SECRET-DETAIL",
    }
    results["left_behind"][0]["account"] = "SECRET-HANDLE"
    Results.model_validate(results)
    return results


def test_the_public_edition_leaves_out_what_it_says_and_nothing_else() -> None:
    whole, public = audited(), narrowed(audited(), "public")
    Results.model_validate(public)
    assert public["run"]["edition"] == "public"
    for name in ("conclusions", "scores", "counts", "limits", "evidence", "not_audited"):
        assert public[name] == whole[name]
    for before, after in zip(whole["findings"], public["findings"], strict=True):
        for key in ("check", "outcome", "reason", "messages", "remedy", "provisions", "deadlines"):
            assert after[key] == before[key]
    assert "SECRET" in json.dumps(whole)
    for name in sorted(set(FORMATS) - {"pdf"}):
        assert b"SECRET" not in FORMATS[name].make(public, Words("en")), name


def test_an_edition_says_what_it_is_and_claims_nothing_false() -> None:
    shown = one(parsed(narrowed(audited(), "public")), "body")
    assert "public edition" in shown
    assert "It leaves out what was typed and answered in each step" in shown
    assert "1 test account was made and may be closed." in shown
    assert "reference withheld in this edition" in shown
    assert "it leaves nothing out" in one(parsed(audited()), "#what ~ p:nth-of-type(4)")


def test_the_device_is_named_to_the_regulator_and_not_to_the_public(tmp_path: Path) -> None:
    seal = seal_of(sealed(tmp_path / "bundle", audited(), DEVICE))
    assert "serial number: SN-0001" in render_html(audited(), seal=seal)
    assert "SN-0001" not in render_html(narrowed(audited(), "public"), seal=seal)


@pytest.mark.parametrize(
    ("held", "asked", "says"),
    [
        ("public", "regulator", "the regulator edition holds more"),
        ("platform", "regulator", "the regulator edition holds more"),
        ("regulator", "pubic", 'did you mean "public"'),
    ],
)
def test_an_edition_is_never_widened(held: str, asked: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        narrowed(sample(run=sample()["run"] | {"edition": held}), asked)


def test_commitments_read_as_withheld() -> None:
    results = sample()
    results["findings"][1]["steps"][0]["outputs"] = {"id": {"$redacted": "ab" * 32, "class": "pii"}}
    assert "withheld in this edition (personal data)" in one(parsed(results), "#F-001")


# ------------------------------------------------------------------ the service's answers


def answers(tmp_path: Path, text: str = RESPONSES) -> Path:
    path = tmp_path / "responses.yaml"
    path.write_text(text)
    return path


def test_answers_stand_beside_their_findings_and_change_nothing(tmp_path: Path) -> None:
    before = sample()
    before["findings"][2]["response"] = None
    after = with_responses(before, answers(tmp_path))
    Results.model_validate(after)
    for name in ("conclusions", "scores", "counts"):
        assert dumps(after[name]) == dumps(before[name])
    assert [f["outcome"] for f in after["findings"]] == [f["outcome"] for f in before["findings"]]
    page = parsed(after)
    shown = one(page, "#F-001")
    assert "disputes the finding · The platform, 10 December 2026" in shown
    assert "This was mended <b>before</b> the audit." in shown
    assert "The auditor's decision: The record shows the message; the finding stands." in shown
    body = one(page, "body")
    assert (
        "was given the findings on 25 November 2026 and asked to answer by 23 December 2026" in body
    )
    assert "1 answer came, on 10 December 2026" in body
    assert "No response recorded." in one(page, "#F-002")


def test_silence_is_printed_as_silence(tmp_path: Path) -> None:
    text = RESPONSES.partition("received_on")[0] + "responses: []\n"
    body = one(parsed(with_responses(sample(), answers(tmp_path, text))), "body")
    assert "the time to answer ended without an answer" in body


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("failed.sample-1", "failed.sample-3", r'responses.yaml:8:\d+: failed.sample-3 is not among the findings — did you mean'),
        ("sample-staging", "another", r"responses.yaml:1:\d+: target is another — this audit has target sample-staging"),
        ("disputes", "denies", "position cannot be 'denies'"),
        ("2026-12-23", "2026-11-01", "due_on lies before notified_on"),
        ("received_on: 2026-12-10\n", "", "say on which day they came"),
        ("2026-11-25", "yesterday", "yesterday is not a day"),
        ("role:", "rolle:", 'unknown key rolle — did you mean "role"'),
    ],
)  # fmt: skip
def test_a_wrong_file_of_answers_is_refused_where_it_is_wrong(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(DefinitionError, match=says):
        with_responses(sample(), answers(tmp_path, RESPONSES.replace(old, new)))


# ------------------------------------------------------------------ the command


def report(*arguments: object) -> list[Path]:
    done = CliRunner().invoke(cli, ["report", *map(str, arguments)], standalone_mode=False)
    if done.exception:
        raise done.exception
    return [Path(line) for line in done.stdout.splitlines()]


def test_the_command_writes_every_format_beside_the_seal(tmp_path: Path) -> None:
    bundle = sealed(tmp_path / "bundle", audited(), DEVICE)
    names = sorted(set(FORMATS) - {"pdf", "json"})
    written = report(bundle, "--format", ",".join(names), "--edition", "public", "--lang", "sw")
    # Only what shows the sealed results, no more and no less, bears their name.
    public = [FORMATS[name].file.replace("report.", "report.public.") for name in names]
    assert [path.name for path in written] == public
    assert not any(b"SECRET" in path.read_bytes() for path in written)
    assert 'lang="sw"' in (bundle / "report.public.html").read_text()
    from sbd_audit.evidence.bundle import Bundle, zip_bundle

    assert Bundle(bundle).problems() == []
    zip_bundle(bundle, tmp_path / "bundle.zip")
    beside = report(tmp_path / "bundle.zip")
    assert beside == [tmp_path / "report.html"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "docx"], "no format docx — accepted: csv"),
        (["--format", ","], "no format"),
        (["--lang", "xx"], "no report in xx — there is: en, sw"),
        (["--edition", "secret"], "no edition secret"),
    ],
)
def test_wrong_arguments_are_named(tmp_path: Path, arguments: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        report(sealed(tmp_path / "bundle", audited()), *arguments)


def test_results_of_another_shape_are_refused_without_a_traceback(tmp_path: Path) -> None:
    results = sample()
    del results["findings"][0]["deadlines"]
    with pytest.raises(BundleError, match=r"findings.0.deadlines: field required"):
        report(sealed(tmp_path / "bundle", results))


def test_whose_key_signs_is_said_and_that_it_is_self_made() -> None:
    key = {"keyid": "ab12", "name": "The desk", "self_made": True}
    results = sample()
    results["run"]["signing"] = key
    results["withheld"] = [{"path": "/findings/0"}, {"path": "/findings/1"}]
    body = one(parsed(results), "body")
    assert "the key ab12 of The desk. It is self-made; only its maker vouches for it." in body
    assert "2 parts of the results are withheld" in body
