"""Editions and answers: what is left out is said, what is claimed stays true, and no outcome moves."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.canonical import dumps
from sbd_audit.cli import cli
from sbd_audit.errors import BundleError, DefinitionError, UsageError
from sbd_audit.evidence.bundle import Bundle, zip_bundle
from sbd_audit.evidence.editions import make, write
from sbd_audit.models.results import Results
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


WAIVER = {"because": "A control ships in March.", "approved_by": "SECRET-APPROVER", "until": "2027-03-31T00:00:00+03:00", "state": "active"}  # fmt: skip
BELOW = ("platform", "public")
SEEN = {"SECRET-ARGS", "SECRET-OUT", "SECRET-DID", "SECRET-SAW", "SECRET-DETAIL", "SECRET-HANDLE", "SECRET-APPROVER", "SECRET-ORIGIN"}  # fmt: skip
"""What is the platform's to see; the public sees none of it."""
FORMS = sorted(set(FORMATS) - {"pdf"})


def audited() -> dict[str, Any]:
    results = sample()
    results["run"] |= {"operator": "SECRET-OPERATOR", "user_agent": "SECRET-AGENT"}
    results["target"] |= {
        "authorisation": AUTHORISED,
        "facts": {"minimum_age": {"value": 13, "basis": "SECRET-BASIS"}},
    }
    results["findings"][1]["steps"][0] |= {
        "args": {"text": "SECRET-ARGS"},
        "outputs": {"id": "SECRET-OUT"},
        "trace": [{"did": "SECRET-DID", "saw": "SECRET-SAW"}],
        "detail": "SECRET-DETAIL",
    }
    results["findings"][2]["waiver"] = WAIVER
    results["left_behind"][0]["account"] = "SECRET-HANDLE"
    results["refused"][0]["origin"] = "SECRET-ORIGIN"
    Results.model_validate(results)
    return results


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return sealed(tmp_path / "bundle", audited(), DEVICE)


def shown(bundle: Path, name: str) -> dict[str, Any]:
    """The results of an edition."""
    return dict(make(Bundle(bundle), name).results)


def secrets(text: str | bytes) -> set[str]:
    return set(re.findall(r"SECRET-[A-Z]+", text if isinstance(text, str) else text.decode()))


@pytest.mark.parametrize("name", BELOW)
def test_an_edition_leaves_out_what_it_says_and_nothing_else(bundle: Path, name: str) -> None:
    whole, edition = audited(), shown(bundle, name)
    Results.model_validate(edition)
    assert edition["run"]["edition"] == name
    for key in ("conclusions", "scores", "counts", "limits", "not_audited", "deviations"):
        assert edition[key] == whole[key]
    for before, after in zip(whole["findings"], edition["findings"], strict=True):
        for key in ("check", "outcome", "reason", "messages", "remedy", "provisions", "deadlines"):
            assert after[key] == before[key]
        assert [s["result"] for s in after["steps"]] == [s["result"] for s in before["steps"]]
    assert secrets(json.dumps(whole)) > SEEN
    may = SEEN if name == "platform" else set()
    assert secrets(json.dumps(edition)) == may
    for form in FORMS:
        assert secrets(FORMATS[form].make(edition, Words("en"))) <= may, form


def test_the_pdf_of_the_public_edition_holds_none_of_it_either(bundle: Path) -> None:
    from pypdf import PdfReader

    made = PdfReader(io.BytesIO(FORMATS["pdf"].make(shown(bundle, "public"), Words("en"))))
    text = "".join(page.extract_text() for page in made.pages)
    assert "public edition" in " ".join(text.split())
    attached = b"".join(body for bodies in made.attachments.values() for body in bodies)
    assert attached
    assert secrets(text) | secrets(attached) == set()


def test_an_edition_says_what_it_is_and_claims_nothing_false(bundle: Path) -> None:
    results = shown(bundle, "public")
    page = parsed(results)
    body = one(page, "body")
    assert "It leaves out what was sent and seen in each step" in body
    count = len(results["withheld"])
    kinds = Counter(entry["class"] for entry in results["withheld"])
    assert (
        f"{count} parts of the results are withheld (what was sent and seen: {kinds['evidence']}; "
        f"exhibits and lists of them: {kinds['exhibit']}; names of people: 3; how the audit was set up: 4)"
        in body
    )
    assert "delivered (what was sent and seen is withheld in this edition)" in body
    assert "Who gave it, and what it covers, is withheld in this edition." in body
    assert "Approved by withheld in this edition" in body
    exhibits = len(audited()["evidence"])
    assert f"No exhibit is listed; {exhibits} are withheld in this edition" in body
    assert "The test accounts that were made are withheld in this edition." in body
    assert "Operator: withheld in this edition" in body
    assert "sent as “withheld in this edition”" in body
    assert one(page, "#verify ~ p.small code") == "withheld in this edition"
    for false in ("None was given", "No account was left behind", "Operator not recorded"):
        assert false not in body
    assert "sbd-audit verify ." in body
    assert "sbd-audit judge" not in body
    whole = one(parsed(audited()), "body")
    assert "it leaves nothing out" in whole
    assert "withheld" not in whole
    assert "sbd-audit judge" in whole


def test_the_platform_sees_its_accounts_and_what_its_failures_rest_on(bundle: Path) -> None:
    body = one(parsed(shown(bundle, "platform")), "body")
    assert "1 test account was made and may be closed." in body
    assert "SECRET-HANDLE" in body
    assert "Who gave it, and what it covers, is withheld in this edition." in body


def test_swahili_says_the_same(bundle: Path) -> None:
    body = one(LexborHTMLParser(render_html(shown(bundle, "public"), language="sw")), "body")
    assert "Aliyeitoa, na yale inayohusu, yamezuiwa katika toleo hili." in body
    assert "Haikutiwa sahihi na aliyeitengeneza." in body
    assert "withheld" not in body


def test_the_machine_is_named_to_the_regulator_alone(bundle: Path) -> None:
    assert "serial number: SN-0001" in render_html(audited(), seal=seal_of(bundle))
    for name in BELOW:
        (path,) = report(bundle, "--edition", name)
        assert "SN-0001" not in path.read_text()
        assert "shown in the regulator&#39;s edition" in path.read_text()


@pytest.mark.parametrize("held", BELOW)
@pytest.mark.parametrize("asked", ["regulator", "platform", "public"])
def test_an_edition_is_never_widened_nor_made_from_another(
    tmp_path: Path, held: str, asked: str
) -> None:
    bundle = sealed(tmp_path / "bundle", sample(run=sample()["run"] | {"edition": held}))
    if asked == held:
        assert report(bundle, "--edition", asked) == [bundle / "report.html"]
        return
    with pytest.raises(UsageError, match=f"this bundle is the {held} edition"):
        report(bundle, "--edition", asked)


def test_an_edition_itself_is_no_bundle(bundle: Path, tmp_path: Path) -> None:
    write(make(Bundle(bundle), "public"), tmp_path / "public")
    with pytest.raises(BundleError, match="needs the regulator's bundle"):
        report(tmp_path / "public", "--edition", "regulator")


def test_a_report_of_an_edition_is_refused_when_it_holds_personal_data(tmp_path: Path) -> None:
    results = audited()
    results["findings"][1]["message"] = "stone@example.org was shown"
    bundle = sealed(tmp_path / "bundle", results)
    with pytest.raises(BundleError, match="the public edition is not written") as refused:
        report(bundle, "--edition", "public")
    assert "stone" not in str(refused.value)
    assert not list(bundle.glob("report*"))


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


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("public", "Attached: withheld in this edition"),
        ("platform", "Attached: SECRET-FILE"),
        ("regulator", "Attached: SECRET-FILE"),
    ],
)
def test_the_public_reads_an_answer_and_not_its_attachments(
    bundle: Path, tmp_path: Path, name: str, says: str
) -> None:
    text = RESPONSES.replace("    decision:", "    attachments: [SECRET-FILE]\n    decision:")
    words = ("--edition", name, "--responses", answers(tmp_path, text))
    made = report(bundle, *words, "--format", ",".join(FORMS))
    variant = "" if name == "regulator" else f".{name}"
    assert {path.name.partition(".answered")[0].removesuffix(variant) for path in made} == {
        "report",
        "results",
    }
    page = (bundle / f"report{variant}.answered.html").read_text()
    shown = one(LexborHTMLParser(page), "#F-001")
    assert "This was mended <b>before</b> the audit." in shown
    assert says in shown
    if name == "public":
        assert not any(secrets(path.read_bytes()) for path in made)


# ------------------------------------------------------------------ the command


def report(*arguments: object) -> list[Path]:
    done = CliRunner().invoke(cli, ["report", *map(str, arguments)], standalone_mode=False)
    if done.exception:
        raise done.exception
    return [Path(line) for line in done.stdout.splitlines()]


def test_the_command_writes_every_format_beside_the_seal(bundle: Path, tmp_path: Path) -> None:
    names = sorted(set(FORMATS) - {"pdf", "json"})
    written = report(bundle, "--format", ",".join(names), "--edition", "public", "--lang", "sw")
    # Only what shows the sealed results, no more and no less, bears their name.
    public = [FORMATS[name].file.replace("report.", "report.public.") for name in names]
    assert [path.name for path in written] == public
    assert not any(b"SECRET" in path.read_bytes() for path in written)
    assert 'lang="sw"' in (bundle / "report.public.html").read_text()
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


KEY = {"algorithm": "Ed25519", "keyid": "ab12", "public_key": "", "name": "The desk", "made": "made by this program on first use", "made_at": "2026-11-01T00:00:00Z", "self_made": True}  # fmt: skip
VOUCHED = "nobody but its maker vouches for it. Get its fingerprint from the auditor"


@pytest.mark.parametrize(
    ("signing", "says", "not_said"),
    [
        (KEY, f"the key ab12 of The desk. It is self-made; {VOUCHED}", "Not signed"),
        (KEY | {"self_made": False}, "the key ab12 of The desk.", "self-made"),
        (None, "Not signed by whoever made it.", "the key"),
    ],
)
def test_whose_key_signs_is_said(signing: dict[str, Any] | None, says: str, not_said: str) -> None:
    results = sample()
    results["run"]["signing"] = signing
    Results.model_validate(results)
    custody = one(parsed(results), "section[aria-labelledby=custody]")
    assert says in custody
    assert not_said not in custody


def begun(*sealed: str | None) -> dict[str, Any]:
    """Earlier runs r0, r1 …, each with the digest of its end or None."""
    last = [
        {"run": f"r{n}", "planned_at": "2026-11-20T09:00:00Z", "plan": "p", "sealed": end}
        for n, end in enumerate(sealed)
    ]
    return {"count": len(last), "last": last}


@pytest.mark.parametrize(
    ("earlier", "says"),
    [
        (None, "Earlier runs not recorded"),
        (begun(), "names no run on this service under these profiles before this one"),
        (begun("e"), "1 run on this service under these profiles was begun before this one. None was left unfinished."),
        (begun("e", None), "2 runs on this service under these profiles were begun before this one. Never finished: r1 (planned 20 November 2026, 09:00 UTC)."),
        (begun(None) | {"count": 30}, "The last 1 are named in results.json; of those: Never finished: r0"),
    ],
)  # fmt: skip
def test_earlier_runs_are_counted_and_unfinished_ones_named(earlier: Any, says: str) -> None:
    results = sample()
    results["run"]["earlier_runs"] = earlier
    Results.model_validate(results)
    assert says in one(parsed(results), "section[aria-labelledby=custody]")
