"""An audit of a single-page forum nobody here wrote, against what is true of it by hand.

The facts were confirmed on Misago 0.39.6 with a browser, a plain http client and its sources: see FACTS.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sbd_audit.library import Library
from tests.weather import Weather

from .matrix import answers, audited, differences, target_text
from .misago_site import Site, start
from .postgres import programs
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
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed"),
]

NOT_OFFERED = "no_value Step {}: The step was answered, but without the value the check asks about. (not_offered"
TRUE_STATE = {
    "age.neutral-prompt": ("failed", "does not ask for an age"),
    "age.under-minimum-refused": ("failed", "An applicant under 13 was not turned away: created"),
    "age.guardian-consent": (
        "failed",
        "An applicant under 18 got this far without a guardian: created",
    ),
    "age.retry-resisted": ("cantTell", "control_failed The first attempt was not turned away"),
    "privacy.private-profile": ("failed", "A new child profile is public"),
    "privacy.weakening-friction": (
        "cantTell",
        "control_failed There was no harmless change to compare with (not offered)",
    ),
    "privacy.settings-persist": ("passed", ""),
    "contact.stranger-messages": ("failed", "accepts messages from everyone"),
    "contact.adult-suggestions": ("inapplicable", "feature_absent"),
    "contact.block-complete": ("failed", "There is no way to block anybody"),
    "reporting.within-reach-of-post": ("failed", "A post cannot be reported: not offered"),
    "reporting.within-reach-of-messages": ("failed", "A message cannot be reported: not offered"),
    "reporting.child-reasons": ("cantTell", NOT_OFFERED.format("tree")),
    "reporting.without-account": ("failed", "There is no way to report"),
    "reporting.acknowledged": ("failed", "The report was not offered"),
    "reporting.status-visible": ("cantTell", "the step report gave no report"),
    "ocsea.under-18-branch": ("cantTell", "(not_found, without leads to)"),
    "ocsea.terms-prohibit": ("failed", "The terms and guidelines do not state"),
    "tfgbv.reasons-selectable": ("cantTell", NOT_OFFERED.format("tree")),
    "tfgbv.image-route-open": ("failed", "no such form for people without an account: not found"),
    "design.children-can-take-part": ("passed", ""),
    "support.crisis-contacts-in-flow": ("cantTell", NOT_OFFERED.format("child_path")),
    "support.safety-centre": ("failed", "From home the safety centre is unreachably many steps"),
    "transparency.readable-rules": ("failed", "The terms are unreachably many steps from sign-up"),
    "governance.data-rights": ("failed", "The account cannot be deleted: not offered"),
    "governance.focal-person": ("cantTell", "unreadable Step text"),
}
# Deletion works once an operator allows it, and is never confirmed: the forum just shows its front page.
DELETION = {"governance.data-rights": ("failed", "The deletion got no answer")}


def target(url: str) -> str:
    return target_text("misago", {"http://127.0.0.1:8000": url})


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with start(tmp_path_factory.mktemp("misago")) as site:
        yield site


@pytest.fixture(scope="module")
def place(forum: Site) -> Place:
    return Place(forum.url, target)


@pytest.fixture(scope="module")
def calm_run(
    forum: Site, tmp_path_factory: pytest.TempPathFactory, library: Library
) -> tuple[Results, Path]:
    where = tmp_path_factory.mktemp("calm")
    return audited(target(forum.url), where, library), where


@pytest.fixture(scope="module")
def calm(calm_run: tuple[Results, Path]) -> Results:
    return calm_run[0]


def test_the_true_state_of_misago(forum: Site, calm_run: tuple[Results, Path]) -> None:
    results, where = calm_run
    assert differences(results, TRUE_STATE) == []
    assert results["refused"] == []
    assert answers(where, "request_data_export") == {"promised"}
    assert answers(where, "delete_account") == {"not_offered"}
    # Nothing the audit does makes the forum write to anybody but the audit's own people and its keeper.
    mails = [path.read_text() for path in forum.mail.iterdir()]
    to = {address for mail in mails for address in re.findall(r"^To: (\S+)", mail, re.MULTILINE)}
    assert {address.rpartition("@")[2] for address in to} <= {"audit.test", "misago.test"}


def test_the_true_state_of_misago_where_accounts_can_be_deleted(
    tmp_path: Path, library: Library
) -> None:
    with start(tmp_path, deletion_allowed=True) as forum:  # only what differs is looked at again
        results = audited(target(forum.url), tmp_path, library, only=frozenset(DELETION))
    assert differences(results, DELETION) == []
    assert answers(tmp_path, "delete_account") == {"scheduled"}


@pytest.mark.parametrize("storm", STORMS)
def test_in_bad_weather_misago_says_less_and_never_the_opposite(
    storm: str, place: Place, calm: Results, tmp_path: Path, library: Library
) -> None:
    audit = weathered(place, calm, STORMS[storm](), tmp_path, library, FEW)
    stopped = any(entry["kind"] == "stopped" for entry in audit.deviations)
    assert stopped is (storm == STOPPED)


def test_with_two_seconds_for_every_answer_misago_is_found_the_same(
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
