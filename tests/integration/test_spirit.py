"""An audit of software nobody here wrote, with fresh accounts, against what is true of it by hand.

The facts were confirmed on django-spirit 0.14.3 with a browser and a plain http client: see FACTS.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sbd_audit.library import Library
from tests.weather import Weather

from .matrix import audited, differences, target_text
from .spirit_site import start
from .storms import (
    FEW,
    FEWER,
    STOPPED,
    STORMS,
    Place,
    Results,
    browser_killed,
    run_killed,
    weathered,
)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
]

TRUE_STATE = {
    "age.neutral-prompt": ("failed", "does not ask for an age"),
    "age.under-minimum-refused": ("failed", "An applicant under 13 was not turned away: created"),
    "age.guardian-consent": (
        "failed",
        "An applicant under 18 got this far without a guardian: created",
    ),
    "age.retry-resisted": ("cantTell", "control_failed The first attempt was not turned away"),
    "privacy.private-profile": ("failed", "A stranger opened the child's post: shown"),
    "privacy.weakening-friction": (
        "cantTell",
        "control_failed There was no harmless change to compare with (not offered)",
    ),
    "privacy.settings-persist": ("cantTell", "control_failed The setting could not be tightened"),
    "contact.stranger-messages": ("failed", "A stranger's message lay in the child's inbox"),
    "contact.adult-suggestions": ("inapplicable", "feature_absent"),
    "contact.block-complete": ("failed", "There is no way to block anybody"),
    "reporting.within-reach-of-post": ("passed", ""),
    "reporting.within-reach-of-messages": ("passed", ""),
    "reporting.child-reasons": (
        "failed",
        "Some reasons are missing; a child can choose: scam and something else",
    ),
    "reporting.without-account": ("failed", "There is no way to report"),
    "reporting.acknowledged": ("failed", "The receipt has no reference"),
    "reporting.status-visible": ("failed", "cannot see what became of the report"),
    "ocsea.under-18-branch": ("cantTell", "(not_found, without leads to)"),
    "ocsea.terms-prohibit": ("failed", "The terms and guidelines do not state"),
    "tfgbv.reasons-selectable": ("failed", "offered are: scam and something else"),
    "tfgbv.image-route-open": ("failed", "no such form for people without an account: not found"),
    "design.children-can-take-part": ("passed", ""),
    "support.crisis-contacts-in-flow": ("cantTell", "(not_offered, without contacts)"),
    "support.safety-centre": ("failed", "From home the safety centre is unreachably many steps"),
    "transparency.readable-rules": ("failed", "The terms are unreachably many steps from sign-up"),
    "governance.data-rights": ("failed", "The account's data cannot be had: not offered"),
    "governance.focal-person": ("cantTell", "unreadable Step text"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start(tmp_path_factory.mktemp("spirit")) as forum:
        mail = {"mail_folder: mail": f"mail_folder: {forum.mail}"}
        yield Place(
            forum.url,
            lambda url: target_text("django-spirit", {"http://127.0.0.1:8000": url, **mail}),
        )


@pytest.fixture(scope="module")
def calm(place: Place, tmp_path_factory: pytest.TempPathFactory, library: Library) -> Results:
    return audited(place.target(place.url), tmp_path_factory.mktemp("calm"), library)


def test_the_true_state_of_spirit(calm: Results) -> None:
    assert differences(calm, TRUE_STATE) == []
    assert calm["refused"] == []


@pytest.mark.parametrize("storm", STORMS)
def test_in_bad_weather_spirit_says_less_and_never_the_opposite(
    storm: str, place: Place, calm: Results, tmp_path: Path, library: Library
) -> None:
    audit = weathered(place, calm, STORMS[storm](), tmp_path, library, FEW)
    stopped = any(entry["kind"] == "stopped" for entry in audit.deviations)
    assert stopped is (storm == STOPPED)


def test_with_two_seconds_for_every_answer_spirit_is_found_the_same(
    place: Place, calm: Results, tmp_path: Path, library: Library
) -> None:
    weathered(place, calm, Weather(pause=2), tmp_path, library, FEWER)


def test_a_run_that_is_killed_is_finished_later(
    place: Place, calm: Results, tmp_path: Path
) -> None:
    run_killed(place, calm, tmp_path, FEW)


def test_a_browser_that_is_killed(
    place: Place, calm: Results, tmp_path: Path, library: Library
) -> None:
    browser_killed(place, calm, tmp_path, library, FEW)
