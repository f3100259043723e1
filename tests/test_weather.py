"""In bad weather an audit knows less, and says so; it never says the opposite."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sbd_audit.demo.baraza import Site, start
from sbd_audit.demo.practice import target_for
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.library import Library
from sbd_audit.run import Audit, Request

from .weather import Weather, between, browsers

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

FAULTS = ("setting_reads_safe_but_not_enforced", "deletion_hidden", "no_sextortion_reason")
CHECKS = frozenset(
    {
        "contact.stranger-messages",
        "contact.block-complete",
        "age.under-minimum-refused",
        "privacy.private-profile",
        "reporting.within-reach-of-post",
        "reporting.child-reasons",
        "reporting.status-visible",
        "governance.data-rights",
        "ocsea.terms-prohibit",
    }
)
Outcomes = dict[str, str]


def audited(
    upstream: str, weather: Weather, out: Path, library: Library, **options: object
) -> tuple[Outcomes, Audit]:
    """The outcomes of one audit in that weather."""
    with between(upstream, weather) as url, target_for(Site(url, None)) as target:  # type: ignore[arg-type]
        limits = "\nlimits: {requests_per_second: 400, workers: 4, step_seconds: 6, watch_seconds: 1, back_off_seconds: 4}\n"
        lines = [line for line in target.read_text().splitlines() if not line.startswith("limits")]
        target.write_text("\n".join(lines) + limits)
        request = Request(
            target,
            ["ke-cop-2025"],
            out,
            library=library,
            **{"only": CHECKS, **options},  # type: ignore[arg-type]
        )
        audit = Audit(request)
        audit.prepare()
        audit.observe()
        results = audit.finish()
    assert Bundle(out).problems() == []
    return {f["check"]: f["outcome"] for f in results["findings"]}, audit


@pytest.fixture(scope="module")
def faulty() -> Iterator[Site]:
    with start(FAULTS) as site:
        yield site


@pytest.fixture(scope="module")
def clear(faulty: Site, library: Library, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    out = tmp_path_factory.mktemp("clear") / "bundle"
    return audited(faulty.url, Weather(), out, library)[0]


def flips(clear: Outcomes, now: Outcomes) -> dict[str, tuple[str, str]]:
    """Checks that came out as the opposite of what they are."""
    opposite = {"passed": "failed", "failed": "passed"}
    return {name: (clear[name], now[name]) for name in clear if now[name] == opposite[clear[name]]}


def test_in_clear_weather_everything_is_decided(clear: Outcomes) -> None:
    assert set(clear.values()) == {"passed", "failed"}
    assert set(clear) == CHECKS


def test_one_case_after_the_other_it_comes_out_the_same(
    faulty: Site, clear: Outcomes, library: Library, tmp_path: Path
) -> None:
    assert audited(faulty.url, Weather(), tmp_path / "alone", library, workers=1)[0] == clear


STORMS = {
    "every fifth answer is 503": Weather(status=lambda number: 503 if number % 5 == 0 else None),
    "a storm of 429": Weather(status=lambda number: 429 if 60 < number < 140 else None),
}


@pytest.mark.parametrize("storm", STORMS)
def test_no_finding_turns_into_its_opposite(
    storm: str, faulty: Site, clear: Outcomes, library: Library, tmp_path: Path
) -> None:
    now, _ = audited(faulty.url, STORMS[storm], tmp_path / "bundle", library)
    assert flips(clear, now) == {}
    assert set(now) == set(clear)
    # When the storm is over, a resumed run finishes what it could not see.
    later, _ = audited(faulty.url, Weather(), tmp_path / "bundle", library, resume=True)
    assert later == clear


def test_two_seconds_for_every_answer(
    faulty: Site, clear: Outcomes, library: Library, tmp_path: Path
) -> None:
    few = frozenset({"ocsea.terms-prohibit", "age.under-minimum-refused"})
    now, _ = audited(faulty.url, Weather(pause=2), tmp_path / "bundle", library, only=few)
    assert now == {name: clear[name] for name in few}


def test_a_platform_that_goes_away_ends_the_run_and_resume_finishes_it(
    faulty: Site, clear: Outcomes, library: Library, tmp_path: Path
) -> None:
    gone = Weather(gone=lambda number: number > 150)
    now, audit = audited(faulty.url, gone, tmp_path / "bundle", library)
    assert flips(clear, now) == {}
    assert any(entry["kind"] == "stopped" for entry in audit.deviations)
    assert set(now.values()) - {"passed", "failed"}
    later, _ = audited(faulty.url, Weather(), tmp_path / "bundle", library, resume=True)
    assert later == clear


def test_a_browser_that_dies_in_the_middle(
    faulty: Site, clear: Outcomes, library: Library, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill() -> None:
        while not killed:
            time.sleep(0.1)
            log = tmp_path / "bundle/data/observations.jsonl"
            if log.exists() and log.read_bytes().count(b"\n") >= 30:
                killed.extend(browsers())
                for process in killed:
                    os.kill(process, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    now, _ = audited(faulty.url, Weather(), tmp_path / "bundle", library)
    assert killed
    assert flips(clear, now) == {}
    later, _ = audited(faulty.url, Weather(), tmp_path / "bundle", library, resume=True)
    assert later == clear
