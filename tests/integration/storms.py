"""The same audit in bad weather, beside the calm one: what may differ, and what must not.

In bad weather a check comes out as in the calm, or is left open for a reason that is the weather's, and nothing else;
the run ends by itself; once the weather has cleared, ``--resume`` finishes it and gives what the calm gave.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sbd_audit.evidence.bundle import Bundle
from sbd_audit.library import Library
from sbd_audit.run import Audit, Request
from tests.weather import Weather, between, browsers

from .matrix import PROFILES

OPEN = (
    "unavailable",
    "rate_limited",
    "set_up_failed",
    "wrong_place",
    "not_run",
    "interrupted",
    "control_unknown",
)
"""Reasons that are true of a check the weather left open."""
FEW = frozenset(
    {
        "age.under-minimum-refused",
        "privacy.private-profile",
        "privacy.settings-persist",
        "contact.stranger-messages",
        "contact.block-complete",
        "reporting.within-reach-of-post",
        "reporting.child-reasons",
        "reporting.acknowledged",
        "governance.data-rights",
        "ocsea.terms-prohibit",
        "design.children-can-take-part",
    }
)
"""Checks of every kind: by request, on pages, in documents; passed and failed, with and without a control."""
FEWER = frozenset({"contact.stranger-messages", "reporting.child-reasons", "ocsea.terms-prohibit"})
"""Where every answer takes two seconds."""
LIMITS = "{requests_per_second: 100, workers: 3, step_seconds: 20, watch_seconds: 2, back_off_seconds: 20}"
Results = dict[str, Any]


def _chance(number: int) -> float:
    return random.Random(number).random()


STOPPED = "the platform stops half-way"
STORMS: dict[str, Callable[[], Weather]] = {
    "no storm": Weather,
    # Half of what is refused was done nevertheless, as when a gateway gives up on the server behind it.
    "every fifth answer is 503": lambda: Weather(
        status=lambda number: 503 if _chance(number) < 0.2 else None,
        late=lambda number: _chance(number) < 0.1,
    ),
    "storms of 429": lambda: Weather(status=lambda n: 429 if 60 < n % 100 < 80 else None),
    STOPPED: lambda: Weather(gone=lambda number: number > 200),
}


@dataclass(frozen=True)
class Place:
    """A running platform: its address, and the text of a target file for the address an audit is to use."""

    url: str
    target: Callable[[str], str]

    def file(self, where: Path, url: str) -> Path:
        kept = [line for line in self.target(url).splitlines() if not line.startswith("limits")]
        path = where / "target.yaml"
        path.write_text("\n".join([*kept, f"limits: {LIMITS}", ""]))
        return path


def audited(
    place: Place, weather: Weather, where: Path, library: Library, **request: Any
) -> tuple[Results, Audit]:
    """The results of an audit of the place in that weather."""
    where.mkdir(exist_ok=True)
    with between(place.url, weather) as address:
        file = place.file(where, address)
        audit = Audit(Request(file, PROFILES, where / "bundle", library=library, **request))
        audit.prepare()
        audit.observe()
        results = audit.finish()
    assert Bundle(where / "bundle").problems() == []
    return results, audit


def weathered(
    place: Place,
    calm: Results,
    weather: Weather,
    where: Path,
    library: Library,
    only: frozenset[str] | None,
) -> Audit:
    """Audits in that weather, then resumes in the calm; neither may say anything but what the calm says."""
    now, audit = audited(place, weather, where, library, only=only, workers=4)
    assert contradictions(calm, now) == []
    # Nothing is left to do where nothing stood in the way.
    later, _ = audited(place, Weather(), where, library, only=only, resume=True, workers=2)
    assert differences(calm, later) == []
    return audit


def browser_killed(
    place: Place, calm: Results, where: Path, library: Library, only: frozenset[str]
) -> None:
    """The browsers of a run are killed when it has observed a little."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.1) and not killed:
            if observed(where) >= 25:
                killed.extend(browsers())
                for process in killed:
                    os.kill(process, signal.SIGKILL)

    watch = threading.Thread(target=kill, daemon=True)
    watch.start()
    try:
        weathered(place, calm, Weather(), where, library, only)
    finally:
        over.set()
        watch.join()
    assert killed


def run_killed(place: Place, calm: Results, where: Path, only: frozenset[str]) -> None:
    """The whole ``sbd-audit run`` is killed half-way, and its --resume finishes it."""
    where.mkdir(exist_ok=True)
    command = [
        *(sys.executable, "-m", "sbd_audit", "run", "--quiet"),
        *("--target", str(place.file(where, place.url)), "--out", str(where / "bundle")),
        *(part for profile in PROFILES for part in ("--profile", profile)),
        *("-k", " or ".join(sorted(only))),
    ]
    with (where / "said").open("w") as said:
        run = subprocess.Popen(command, stdout=said, stderr=said)
        while run.poll() is None and observed(where) < 25:
            time.sleep(0.1)
        assert run.poll() is None, (where / "said").read_text()
        run.kill()
        run.wait()
        assert not (where / "bundle" / "results.json").exists()
        subprocess.run([*command, "--resume"], stdout=said, stderr=said, check=False)
    later = json.loads((where / "bundle" / "results.json").read_text())
    assert {finding["check"] for finding in later["findings"]} == only
    assert differences(calm, later) == []
    assert Bundle(where / "bundle").problems() == []


def observed(where: Path) -> int:
    """How many steps the run in this folder has observed so far."""
    log = where / "bundle/data/observations.jsonl"
    return log.read_bytes().count(b"\n") if log.exists() else 0


def contradictions(calm: Results, now: Results) -> list[str]:
    """Every finding that is neither what the calm gave nor open for a reason that is the weather's."""
    known, wrong = _outcomes(calm), []
    for key, one in _people(now).items():
        left_open = one["outcome"] in ("cantTell", "untested") and one["reason"] in OPEN
        if one["outcome"] != known[key] and not left_open:
            said = f"{one['outcome']} ({one['reason']} {one['message']})"
            wrong.append(f"{' '.join(key)}: {known[key]}, and in bad weather {said}")
    return wrong


def differences(calm: Results, later: Results) -> list[str]:
    """Every finding that the resumed run did not bring to what the calm gave."""
    known = _outcomes(calm)
    return [
        f"{' '.join(key)}: {known[key]}, and resumed {one['outcome']} ({one['reason']} {one['message']})"
        for key, one in _people(later).items()
        if one["outcome"] != known[key]
    ]


def _people(results: Results) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """The verdict on every check as a whole, and for each person it ran for."""
    return {
        (finding["check"], one["member"] if one is not finding else ""): one
        for finding in results["findings"]
        for one in (finding, *finding["members"])
    }


def _outcomes(results: Results) -> Mapping[tuple[str, str], str]:
    return {key: one["outcome"] for key, one in _people(results).items()}
