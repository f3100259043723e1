"""Bad input and things that break: one clear message, the right exit code, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from sbd_audit.demo.baraza import Site
from sbd_audit.demo.practice import target_for
from sbd_audit.evidence.bundle import Bundle

TARGET = """
id: t
platform: baraza
title: T
base_url: {url}
market: KE
languages: [en, sw]
kinds: [platform]
limits: {{requests_per_second: 400, workers: 4, step_seconds: 5, watch_seconds: 1}}
authorisation:
  by: Somebody
  reference: X-1
  covers: [public, documents, accounts]
  from: 2026-01-01T00:00:00+03:00
  until: {until}
"""


def command(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sbd_audit", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "NO_COLOR": "1", **environment},
    )


def run(
    target: Path, *words: str, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return command(
        "run", "--target", str(target), "--profile", "ke-cop-2025", *words, cwd=cwd, **environment
    )


def write(
    folder: Path,
    url: str = "http://127.0.0.1:9",
    until: str = "2036-01-01T00:00:00+03:00",
    more: str = "",
) -> Path:
    path = folder / "t.yaml"
    path.write_text(TARGET.format(url=url, until=until) + more)
    return path


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (
            ["run", "--target", "none.yaml", "--profile", "ke-cop-2025"],
            2,
            "none.yaml: no such file",
        ),
        (["run"], 2, "Missing option '--target'"),
        (["list", "chekcs"], 2, "'chekcs' is not one of"),
        (["explain", "contact.stranger-mesages"], 2, 'did you mean "contact.stranger-messages"?'),
        (["demo", "--defect", "dm_open"], 2, "there is no switch dm_open"),
        (
            ["demo", "--safe", "--defect", "deletion_hidden"],
            2,
            "--safe and --defect exclude one another",
        ),
        (["judge", "nowhere"], 3, "not a bundle"),
        (["report", "nowhere"], 3, "not a bundle"),
        (["lint", "none.yaml"], 2, "no such file"),
        (["nothing"], 2, "No such command"),
    ],
)
def test_a_wrong_argument_ends_in_one_message(
    tmp_path: Path, words: list[str], code: int, says: str
) -> None:
    done = command(*words, cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_an_unknown_profile_names_the_ones_there_are(tmp_path: Path) -> None:
    target = write(tmp_path)
    done = command("run", "--target", str(target), "--profile", "ke-cop-2026", cwd=tmp_path)
    assert done.returncode == 2
    assert 'did you mean "ke-cop-2025"?' in done.stderr


def test_a_wrong_key_is_named_with_its_place(tmp_path: Path) -> None:
    done = run(write(tmp_path, more="marktet: KE\n"), cwd=tmp_path)
    assert done.returncode == 2
    assert "t.yaml:16:1: unknown key marktet" in done.stderr
    assert 'did you mean "market"?' in done.stderr


def test_a_platform_that_is_down(tmp_path: Path) -> None:
    done = run(write(tmp_path), cwd=tmp_path)
    assert done.returncode == 3
    assert "cannot be audited: the connection was refused" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_an_authorisation_that_ran_out(tmp_path: Path) -> None:
    done = run(write(tmp_path, until="2026-02-01T00:00:00+03:00"), cwd=tmp_path)
    assert done.returncode == 2
    assert "X-1 ran out on 2026-02-01" in done.stderr


def test_an_unknown_capability_in_a_check(tmp_path: Path) -> None:
    from sbd_audit.resources import folder

    text = (folder("checks") / "contact" / "stranger-messages.yaml").read_text()
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("send_message", "send_mesage", 1))
    done = command("lint", str(path), cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown capability send_mesage" in done.stderr
    assert 'did you mean "send_message"?' in done.stderr


def test_a_browser_that_is_not_there(tmp_path: Path, site: Site) -> None:
    with target_for(site) as target:
        done = run(target, "--out", "b", cwd=tmp_path, SBD_BROWSER="/nowhere/chromium")
        assert done.returncode == 2
        assert "SBD_BROWSER=/nowhere/chromium" in done.stderr + done.stdout


def test_without_any_browser_the_rest_is_audited(tmp_path: Path, site: Site) -> None:
    from sbd_audit.run import Audit, Request

    with target_for(site) as target:
        audit = Audit(Request(target, ["ke-cop-2025"], tmp_path / "b", browser=None))
        audit.prepare()
        audit.observe()
        results = audit.finish()
    outcomes = {f["check"]: (f["outcome"], f["reason"]) for f in results["findings"]}
    assert outcomes["reporting.within-reach-of-post"] == ("untested", "no_browser")
    assert outcomes["contact.stranger-messages"] == ("passed", None)
    assert results["counts"]["failed"] == 0


def test_a_finished_audit_is_not_overwritten(tmp_path: Path, recorded: Path, site: Site) -> None:
    with target_for(site) as target:
        done = run(target, "--out", str(recorded), cwd=tmp_path)
    assert done.returncode == 2
    assert "already holds an audit" in done.stderr + done.stdout


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.usefixtures("needs_browser")
def test_a_stopped_run_can_be_resumed(tmp_path: Path, site: Site, blow: signal.Signals) -> None:
    """Whatever was observed before the blow is kept, and the resumed run reports every check."""
    out = tmp_path / "bundle"
    with target_for(site) as target:
        words = ["run", "--target", str(target), "--profile", "ke-cop-2025", "--out", str(out)]
        started = subprocess.Popen(
            [sys.executable, "-m", "sbd_audit", *words],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A shell that runs the tests in the background has Ctrl-C ignored, and its children inherit that.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        log = out / "data" / "observations.jsonl"
        for _ in range(1200):
            if log.exists() and log.read_bytes().count(b"\n") >= 40:
                break
            time.sleep(0.05)
        started.send_signal(blow)
        output = started.communicate(timeout=60)[0].decode()
        before = {line["id"] for line in Bundle(out).lines("observations.jsonl")}
        assert len(before) >= 40
        assert not (out / "manifest-sha256.txt").exists()
        if blow is signal.SIGINT:
            assert "--resume" in output
            assert "Traceback" not in output
        done = run(target, "--out", str(out), "--resume", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    results = Bundle(out).json("results.json")
    assert results["counts"]["passed"] == len(results["findings"])
    assert [entry["kind"] for entry in results["deviations"]] == ["resumed"]
    assert Bundle(out).problems() == []
