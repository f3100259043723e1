"""One real audit of the practice platform, from the target file to the sealed bundle and back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sbd_audit.canonical import dumps, loads
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.library import Library
from sbd_audit.rejudge import rejudge

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

EXPECTED = {
    "contact.stranger-messages": "failed",
    "governance.data-rights": "failed",
    "contact.block-complete": "cantTell",
}


def test_exactly_the_faults_are_found(recorded: Path) -> None:
    results = Bundle(recorded).json("results.json")
    outcomes = {f["check"]: f["outcome"] for f in results["findings"]}
    assert {name: o for name, o in outcomes.items() if o != "passed"} == EXPECTED
    assert results["counts"]["passed"] == len(outcomes) - len(EXPECTED)
    assert results["deviations"] == []


def test_every_planned_check_is_reported(recorded: Path) -> None:
    bundle = Bundle(recorded)
    planned, results = bundle.json("plan.json"), bundle.json("results.json")
    assert set(planned["checks"]) == {f["check"] for f in results["findings"]}
    steps = {step["id"] for case in planned["cases"] for step in case["steps"]}
    assert {line["id"] for line in bundle.lines("observations.jsonl")} == steps


def test_no_secret_and_no_address_reaches_the_disk(recorded: Path) -> None:
    """Passwords are made as Aa1! and a token; sessions and request tokens have their own marks."""
    for path in recorded.rglob("*"):
        if path.is_file() and path.suffix not in (".jpg",):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"Aa1!\S{6}|Aa1%21", text), path
            assert "@audit.test" not in text, path
            assert not re.search(r'name="csrf" value="(?!\[redacted\])', text), path
            assert not re.search(r"^(?:set-)?cookie: (?!\[redacted\])", text, re.I | re.M), path


def test_the_manifest_checks_with_ordinary_tools(recorded: Path) -> None:
    subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=recorded, check=True)
    assert Bundle(recorded).problems() == []


@pytest.mark.parametrize(
    "name",
    [
        "data/plan.json",
        "data/observations.jsonl",
        "data/results.json",
        "data/custody.jsonl",
        "bag-info.txt",
    ],
)
def test_one_flipped_byte_is_noticed(recorded: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(recorded, copy)
    body = bytearray((copy / name).read_bytes())
    body[len(body) // 2] ^= 1
    (copy / name).write_bytes(bytes(body))
    assert Bundle(copy).problems()


def test_a_file_nobody_listed_is_noticed(recorded: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(recorded, copy)
    (copy / "data" / "extra.txt").write_text("x")
    assert any("extra.txt" in problem for problem in Bundle(copy).problems())


def test_judged_again_it_is_the_same_to_the_byte(recorded: Path, library: Library) -> None:
    assert (
        dumps(rejudge(recorded, library)) + b"\n" == (recorded / "data/results.json").read_bytes()
    )


def test_judging_needs_no_network_and_no_browser(recorded: Path) -> None:
    code = (
        "import sys, socket\n"
        "for name in ('requests', 'playwright', 'flask', 'urllib3'): sys.modules[name] = None\n"
        "def refuse(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from sbd_audit.canonical import dumps\n"
        "from sbd_audit.library import Library\n"
        "from sbd_audit.rejudge import rejudge\n"
        "import sbd_audit.judge, sbd_audit.score, sbd_audit.conclude\n"
        f"sys.stdout.buffer.write(dumps(rejudge(Path({str(recorded)!r}), Library())) + b'\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == (recorded / "data/results.json").read_bytes()


def test_another_profile_judges_the_same_record(recorded: Path, library: Library) -> None:
    results = rejudge(recorded, library, ["tfgbv-core"])
    assert [score["profile"] for score in results["scores"]] == ["tfgbv-core"]
    assert {f["check"] for f in results["findings"]} == set(library.profile("tfgbv-core").checks)


def test_observations_keep_the_contract_of_their_capability(
    recorded: Path, library: Library
) -> None:
    vocabulary = library.vocabulary
    for seen in Bundle(recorded).lines("observations.jsonl"):
        if seen["result"] is not None:
            assert vocabulary.misfits(seen["capability"], seen["result"], seen["outputs"]) == []
        assert seen["result"] is not None or seen["reason"]


def test_each_failure_can_be_followed_step_by_step(recorded: Path) -> None:
    results = Bundle(recorded).json("results.json")
    for finding in results["findings"]:
        if finding["outcome"] == "failed":
            assert finding["messages"]
            assert finding["remedy"]
            assert finding["provisions"] or finding["good_practice"]
            assert any(step["trace"] for step in finding["steps"])
            held = {key for step in finding["steps"] for key in step["evidence"]}
            assert held
            assert all(list((recorded / "data/evidence").glob(f"{key}.*")) for key in held)


def test_results_are_strict_canonical_json(recorded: Path) -> None:
    body = (recorded / "data/results.json").read_bytes()
    assert dumps(loads(body)) + b"\n" == body
    assert json.loads((recorded / "results.json").read_text()) == loads(body)


def test_it_is_verified_in_every_edition(recorded: Path, library: Library, tmp_path: Path) -> None:
    """The real thing, screenshots and all: signed, judged again, and passed on without a secret."""
    from sbd_audit.evidence.editions import NAMES, edition
    from sbd_audit.evidence.keys import signing_key
    from sbd_audit.verify import verify_bundle
    from tests.evidence.conftest import trust_text

    key = signing_key("2026-01-01T00:00:00Z")
    assert key
    (tmp_path / "trust.yaml").write_text(trust_text(("auditor", key)).replace(key.name, "Auditor"))
    for name in NAMES:
        edition(recorded, name, tmp_path / name, public=library.vocabulary.helplines)
        found = verify_bundle(tmp_path / name, tmp_path / "trust.yaml", library=library)
        assert found.exit_code == 0, "\n".join(found.lines())
        shown = b"".join(p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file())
        assert b"Aa1!" not in shown
        assert b"@audit.test" not in shown
