"""The pytest side: examples are tests with places, audits speak our words, JUnit carries what CI needs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from sbd_audit.demo.baraza import start
from sbd_audit.demo.practice import target_for
from sbd_audit.resources import folder


def test_every_example_is_a_test(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest("-q", "-p", "no:cacheprovider", str(folder("checks") / "contact"))
    done.assert_outcomes(passed=done.parseoutcomes()["passed"])
    assert done.parseoutcomes()["passed"] >= 20


def test_a_wrong_example_fails_at_its_line(pytester: pytest.Pytester) -> None:
    text = (folder("checks") / "contact" / "stranger-messages.yaml").read_text()
    broken = text.replace(
        "change: {arrived: {preview_shown: true}}", "change: {arrived: {preview_shown: false}}"
    )
    assert broken != text
    path = pytester.path / "stranger-messages.yaml"
    path.write_text(broken)
    done = pytester.runpytest("-q", "-p", "no:cacheprovider", str(path))
    done.assert_outcomes(failed=1, passed=done.parseoutcomes()["passed"])
    line = broken.splitlines().index("  - failed: A refused message is still previewed") + 1
    done.stdout.fnmatch_lines([f"*stranger-messages.yaml:{line}:*comes out as passed, not failed*"])


def test_a_wrong_key_is_one_message(pytester: pytest.Pytester) -> None:
    text = (folder("checks") / "contact" / "stranger-messages.yaml").read_text()
    path = pytester.path / "stranger-messages.yaml"
    path.write_text(text.replace("severity: critical", "severty: critical"))
    done = pytester.runpytest("-q", "-p", "no:cacheprovider", str(path))
    done.stdout.fnmatch_lines(["*stranger-messages.yaml:5:1: unknown key severty*severity*"])
    assert "Traceback" not in done.stdout.str()


def test_a_profile_needs_a_target(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest("--sbd-profile=ke-cop-2025", str(folder("checks")))
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--sbd-profile needs --sbd-target*"])


def test_a_selection_is_audited_and_says_that_it_is_one(
    pytester: pytest.Pytester, tmp_path: Path
) -> None:
    """-k selects what is observed; JUnit carries outcome, pillar, severity and provisions."""
    xml, out = tmp_path / "junit.xml", tmp_path / "bundle"
    with start(["setting_reads_safe_but_not_enforced"]) as site, target_for(site) as target:
        done = pytester.runpytest_subprocess(
            *(
                "-p",
                "no:cacheprovider",
                "-v",
                "-k",
                "stranger-messages or terms-prohibit or retry-resisted",
            ),
            *(
                f"--sbd-target={target}",
                "--sbd-profile=ke-cop-2025",
                f"--sbd-out={out}",
                f"--junitxml={xml}",
            ),
            str(folder("checks")),
        )
    text = done.stdout.str()
    assert done.ret == 1
    assert "contact.stranger-messages FAILED" in text
    assert "ocsea.terms-prohibit NO FAILURE FOUND" in text
    assert "Only part of the profile was run; 23 checks were left out." in text
    cases = {case.attrib["name"]: case for case in ET.parse(xml).getroot().iter("testcase")}
    assert set(cases) == {"contact.stranger-messages", "ocsea.terms-prohibit", "age.retry-resisted"}
    properties = {
        p.attrib["name"]: p.attrib["value"]
        for p in cases["contact.stranger-messages"].iter("property")
    }
    assert properties["outcome"] == "failed"
    assert properties["severity"] == "critical"
    assert properties["pillar"] == "contact-safety"
    assert "KE-COP-T9" in properties["provisions"].split()
    assert cases["contact.stranger-messages"].find("failure") is not None
    assert (out / "report.html").exists()
