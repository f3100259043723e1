"""Drafts: every fact from the bundle, nothing declared, nothing without a device, DRAFT on every page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.cli import cli
from sbd_audit.errors import BundleError, DefinitionError, SbdError, UsageError
from sbd_audit.evidence.bundle import MANIFEST
from sbd_audit.report.deadline import after
from sbd_audit.report.text import visible
from tests.report.bundles import DEVICE, sealed
from tests.report.sample import finding, sample
from tests.report.test_safety import HOSTILE, poison


def certify(*arguments: object) -> str:
    """The text of the page a certify command writes; its errors are raised."""
    done = CliRunner().invoke(
        cli, ["certify", *map(str, arguments), "--format", "html"], standalone_mode=False
    )
    if done.exception:
        raise done.exception
    return Path(done.stdout.split()[0]).read_text(encoding="utf-8")


def text_of(html: str) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return sealed(tmp_path / "bundle", sample(), DEVICE)


def test_the_certificate_names_every_device_file_and_step(bundle: Path) -> None:
    shown = text_of(certify(bundle))
    for value in (*DEVICE.values(), "Linux-6", "x86_64", "3.11.7", "sbd-audit 0.1.0"):
        assert value in shown
    manifest = (bundle / MANIFEST).read_text().splitlines()
    for line in manifest:
        digest, _, name = line.partition("  ")
        assert digest in shown
        assert name in shown
    assert f"{len(manifest)} files" in shown
    for event in map(json.loads, (bundle / "data/custody.jsonl").read_text().splitlines()):
        for digest in event["out"]:
            assert digest in shown
    for part in ("The plan was fixed", "judged and scored", "section 106B(4)", "section 78A"):
        assert part in shown
    assert "Counsel must review it" in shown


def test_it_declares_nothing_and_signs_nothing(bundle: Path) -> None:
    page = LexborHTMLParser(certify(bundle))
    assert len(page.css(".tick")) >= 8
    assert page.css("input, [checked]") == []
    blanks = {node.text(): node for node in page.css(".blanks dt")}
    assert {"Name", "Position", "Date", "Signature"} <= set(blanks)
    assert [node.text() for node in page.css(".blanks dd")] == [""] * len(blanks)
    assert "The bundle is not signed." in text_of(page.html or "")


@pytest.mark.parametrize("missing", DEVICE)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_it_refuses_an_empty_device_field(tmp_path: Path, missing: str, empty: str | None) -> None:
    bundle = sealed(tmp_path / "bundle", sample(), DEVICE | {missing: empty})
    with pytest.raises(UsageError, match=f"empty: {missing} — .*--device FILE") as caught:
        certify(bundle)
    assert caught.value.exit_code == 2
    assert not (bundle / "report.certificate.html").exists()


def test_a_device_file_fills_what_the_bundle_lacks_and_contradicts_nothing(tmp_path: Path) -> None:
    bundle = sealed(tmp_path / "bundle", sample(), DEVICE | {"serial": None})
    file = tmp_path / "device.yaml"
    file.write_text("".join(f"{name}: {value}\n" for name, value in DEVICE.items()))
    shown = text_of(certify(bundle, "--device", file))
    assert "SN-0001 stated when this draft was made" in shown
    assert "Laptop 3 recorded in the bundle" in shown
    file.write_text(file.read_text().replace("Laptop 3", "Laptop 4"))
    with pytest.raises(UsageError, match="model is Laptop 3 in the bundle and Laptop 4"):
        certify(bundle, "--device", file)
    file.write_text("make: Example\n")
    with pytest.raises(DefinitionError, match="missing key serial"):
        certify(bundle, "--device", file)


@pytest.mark.parametrize("kind", [(), ("--notice",)])
def test_nothing_is_drafted_from_a_bundle_that_was_changed(bundle: Path, kind: tuple[str]) -> None:
    path = bundle / "data/environment.json"
    path.write_bytes(path.read_bytes().replace(b"SN-0001", b"SN-0002"))
    with pytest.raises(BundleError, match="not as it was sealed"):
        certify(bundle, *kind)


def test_drafts_stand_beside_the_seal_and_do_not_break_it(bundle: Path) -> None:
    first = certify(bundle)
    certify(bundle, "--notice")
    assert certify(bundle) == first


def test_the_notice_tells_every_failure_with_its_provision_period_and_rights(bundle: Path) -> None:
    shown = text_of(certify(bundle, "--notice", "--dated", "2026-11-30"))
    for part in (
        "F-001 A stranger's message does not reach a child, 1",
        "F-002",
        "Sample Law, s.1: Protect children by default.",
        "Remedy 1: let only accepted contacts write.",
        "within 3 months of written notice",
        "The last day to remedy is 28 February 2027.",
        "Sample Regulations, r.9(2)",
        "For counsel: Whether it reaches this service is a question for counsel.",
        "A waiver is recorded",
        "disputes the finding: We will mend this.",
        "to be heard",
        "Counsel must review it",
    ):
        assert part in shown
    assert "F-003" not in shown
    assert "The last day to remedy depends on the date" in text_of(certify(bundle, "--notice"))


@pytest.mark.parametrize(
    ("results", "arguments", "says"),
    [
        (sample(findings=[finding("passed", 1)]), ["--notice"], "nothing to give notice of"),
        (sample(findings=[finding("failed", 1, deadlines=[])]), ["--notice"], "nothing to give notice of"),
        (sample(platform=sample()["platform"] | {"market": "UG"}), [], "no draft certificate for the market UG"),
        (sample(), ["--notice", "--dated", "soon"], "soon is not a day"),
    ],
)  # fmt: skip
def test_what_cannot_be_drafted_is_said_in_one_sentence(
    tmp_path: Path, results: dict[str, Any], arguments: list[str], says: str
) -> None:
    bundle = sealed(tmp_path / "bundle", results, DEVICE)
    with pytest.raises(SbdError, match=says) as caught:
        certify(bundle, *arguments)
    assert caught.value.exit_code == 2


def test_hostile_text_stays_text_in_drafts(tmp_path: Path) -> None:
    results = json.loads(json.dumps(poison(sample())).replace("\\ud800", ""))
    results["platform"]["market"] = "KE"
    text = HOSTILE.replace("\ud800", "")
    bundle = sealed(tmp_path / "bundle", results, dict.fromkeys(DEVICE, text))
    for kind in ([], ["--notice"]):
        html = certify(bundle, *kind)
        page = LexborHTMLParser(html)
        assert page.css("script, img, a, iframe, link, base, form, input") == []
        assert len(page.css("meta[http-equiv]")) == 1
        assert len(page.css("style")) == 1
        assert "\u202e" not in html
        assert visible("\u202egnp.exe") in html


@pytest.mark.parametrize(
    ("day", "period", "last"),
    [
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2027-11-30", "P3M", "2028-02-29"),
        ("2026-12-01", "P1M", "2027-01-01"),
        ("2026-01-31", "P12M", "2027-01-31"),
        ("2026-12-20", "P2W", "2027-01-03"),
        ("2026-12-20", "P28D", "2027-01-17"),
    ],
)
def test_days_after_a_notice(day: str, period: str, last: str) -> None:
    from datetime import date

    assert after(date.fromisoformat(day), period).isoformat() == last
