"""A chat server nobody here wrote, in two variants, against what is true of it by hand: see FACTS.md.

Every check of two profiles is expected by outcome and by reason: the sentences of a failure are all of them, so that
nothing true of an app, or of our way of asking, is held against the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sbd_audit.library import Library
from sbd_audit.models.record import Observation
from sbd_audit.resources import folder
from tests.observe.stage import Play, playing
from tests.weather import Weather

from .matrix import audited, target_text
from .storms import FEW, FEWER, STOPPED, STORMS, Place, Results, run_killed, weathered
from .synapse_site import Site, ask, start

pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
]

APPS = "none is part of this target"
CONTROL = "control_failed"
FORMS = ("intimate image", "impersonation", "threats", "child safety", "underage account")
UNSTATED = (
    "that sexual images of children are forbidden",
    "that sexual images of children are forbidden also when drawn or made by software",
    "that grooming is forbidden",
    "that sextortion is forbidden",
    "that sexualising children is forbidden",
    "what happens to whoever uploads, shares or stores such material, referral to the police included",
)

# outcome, reason, and all sentences of a failure or a part of any other message
STOCK: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "age.neutral-prompt": (
        "failed",
        None,
        ("Sign-up does not ask for an age or a date of birth.",),
    ),
    "age.under-minimum-refused": (
        "failed",
        None,
        (
            "An applicant under 13 was not turned away: created.",
            "The under-age applicant was signed in.",
            "The under-age applicant could sign in afterwards.",
        ),
    ),
    "age.retry-resisted": ("cantTell", CONTROL, ("The first attempt was not turned away",)),
    "age.guardian-consent": (
        "failed",
        None,
        (
            "An applicant under 18 got this far without a guardian: created.",
            "The child was signed in before a guardian had agreed.",
        ),
    ),
    "privacy.private-profile": ("failed", None, ("A new child profile is public.",)),
    "privacy.settings-persist": ("passed", None, ()),
    "privacy.weakening-friction": (
        "cantTell",
        CONTROL,
        ("no harmless change to compare with (not offered)",),
    ),
    "contact.stranger-messages": (
        "failed",
        None,
        (
            "A new child account accepts messages from everyone.",
            "A stranger's message lay in the child's requests; the sender was told it was delivered.",
            "The child was shown a preview of a stranger's message.",
            "A notice or badge announced a stranger's message to the child.",
        ),
    ),
    "contact.block-complete": (
        "failed",
        None,
        (
            "The blocked person still sees the profile.",
            "The blocked person still finds the account.",
            "The blocked person could comment.",
        ),
    ),
    "contact.adult-suggestions": ("inapplicable", "feature_absent", ("proposes accounts",)),
    "reporting.within-reach-of-post": ("untested", "elsewhere", (APPS,)),
    "reporting.within-reach-of-messages": ("untested", "elsewhere", (APPS,)),
    "reporting.acknowledged": ("failed", None, ("The receipt has no reference.",)),
    "reporting.child-reasons": (
        "failed",
        None,
        ("Some reasons are missing; a child can choose: nothing.",),
    ),
    "reporting.status-visible": (
        "failed",
        None,
        ("The reporter cannot see what became of the report.",),
    ),
    "reporting.without-account": (
        "failed",
        None,
        (" ".join(f"There is no way to report {form} without signing in." for form in FORMS),),
    ),
    "tfgbv.reasons-selectable": (
        "failed",
        None,
        ("Some reasons are missing; offered are: nothing.",),
    ),
    "tfgbv.image-route-open": (
        "failed",
        None,
        (
            " ".join(
                f"In {language} there is no such form for people without an account: sign in required."
                for language in ("English", "Swahili")
            ),
        ),
    ),
    "ocsea.under-18-branch": ("cantTell", "no_value", ("sign_in_required",)),
    "ocsea.terms-prohibit": (
        "failed",
        None,
        (" ".join(f"The terms and guidelines do not state {what}." for what in UNSTATED),),
    ),
    "governance.data-rights": (
        "failed",
        None,
        ("The account's data cannot be had: not offered.",),
    ),
    "governance.focal-person": ("cantTell", "unreadable", ("it was not handed over",)),
    "support.safety-centre": ("untested", "elsewhere", (APPS,)),
    "support.crisis-contacts-in-flow": ("untested", "elsewhere", (APPS,)),
    "transparency.readable-rules": (
        "failed",
        None,
        ("The terms are unreachably many steps from sign-up.",),
    ),
    "design.children-can-take-part": ("cantTell", CONTROL, ("An adult found nothing either",)),
}
# People agree to terms at sign-up, and there is a room to find: what was missing is there, the rest as before.
WITH_TERMS = STOCK | {
    "ocsea.terms-prohibit": ("passed", None, ()),
    "transparency.readable-rules": ("untested", "elsewhere", (APPS,)),
    "design.children-can-take-part": ("passed", None, ()),
}


def target(url: str, *, terms: bool = False) -> str:
    data = yaml.load(target_text("matrix-synapse", {"http://127.0.0.1:8008": url}), yaml.BaseLoader)
    if terms:
        data["documents"]["terms_of_service"] = {"fetch": "/_matrix/consent"}
    return yaml.safe_dump({name: data[name] for name in data if name != "limits"}) + (
        "limits: {requests_per_second: 100, workers: 3, step_seconds: 15, watch_seconds: 2}\n"
    )


def observed(where: Path, capability: str) -> list[dict[str, Any]]:
    lines = (where / "bundle" / "data" / "observations.jsonl").read_text().splitlines()
    return [one for line in lines if (one := json.loads(line))["capability"] == capability]


def seen(results: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    return {f["check"]: (f["outcome"], f["reason"], f["message"]) for f in results["findings"]}


def differing(
    results: dict[str, Any], expected: dict[str, tuple[str, str | None, tuple[str, ...]]]
) -> dict[str, Any]:
    """Every finding that is not as expected, by outcome, reason or sentence."""
    wrong = {}
    for finding in results["findings"]:
        outcome, reason, says = expected[finding["check"]]
        if outcome == "failed":
            right = finding["messages"] == list(says)
        else:
            right = finding["reason"] == reason and all(say in finding["message"] for say in says)
        if finding["outcome"] != outcome or not right:
            wrong[finding["check"]] = finding["outcome"], finding["reason"], finding["messages"]
    assert set(expected) == {finding["check"] for finding in results["findings"]}
    return wrong


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with start(tmp_path_factory.mktemp("synapse")) as running:
        yield running


@pytest.fixture(scope="module")
def place(site: Site) -> Place:
    return Place(site.url, target)


@pytest.fixture(scope="module")
def calm_run(
    site: Site, tmp_path_factory: pytest.TempPathFactory, library: Library
) -> tuple[Results, Path]:
    where = tmp_path_factory.mktemp("calm")
    return audited(target(site.url), where, library, workers=2), where


@pytest.fixture(scope="module")
def calm(calm_run: tuple[Results, Path]) -> Results:
    return calm_run[0]


def reports_in_the_queue(site: Site) -> int:
    _, queue = ask(site.url, "GET", "/_synapse/admin/v1/event_reports", token=site.admin)
    return int(queue["total"])


def test_the_true_state_of_a_fresh_server_twice(
    site: Site, calm_run: tuple[Results, Path], tmp_path: Path, library: Library
) -> None:
    first, where = calm_run
    before = reports_in_the_queue(site)
    again = audited(target(site.url), tmp_path, library, workers=4)
    assert differing(first, STOCK) == {}
    assert seen(again) == seen(first)
    assert first["refused"] == []
    assert reports_in_the_queue(site) == before + len(observed(tmp_path, "submit_report"))
    left = [one["result"] for one in observed(where, "delete_account")]
    assert set(left) == {"deleted"}  # leaving works, having the data does not
    written = [path for path in where.glob("bundle/data/**/*") if path.is_file()]
    assert [path.name for path in written if b"syt_" in path.read_bytes()] == []  # no access token


def test_the_true_state_of_a_server_with_terms(tmp_path: Path, library: Library) -> None:
    with start(tmp_path, terms=True) as site:
        results = audited(target(site.url, terms=True), tmp_path, library, workers=4)
    assert differing(results, WITH_TERMS) == {}
    opened = [
        one["outputs"]["interactions"]
        for one in observed(tmp_path, "open_page")
        if one["args"]["page"] == "terms_of_service"
    ]
    assert opened == [1]
    # The server's own page at sign-up wants a picture from another host, which is refused and noted.
    assert {refusal["origin"] for refusal in results["refused"]} == {"https://matrix.org:443"}


def joined(play: Play, *roles: str) -> None:
    for role in roles:
        assert play.perform("sign_up", actor=role, browser="fresh").result == "created"


def test_closing_the_door_works_as_the_other_person_sees_it(site: Site, library: Library) -> None:
    binding = (folder("platforms") / "matrix-synapse.yaml").read_text()
    message = {"to": "child", "text": "neutral_text"}
    with playing(site.url, binding, library) as play:
        joined(play, "child", "stranger")
        look = {"setting": "dm_permission"}
        assert play.perform("read_setting", **look).outputs == {"value": "everyone"}
        assert play.perform("change_setting", to="nobody", **look).result == "changed"
        assert play.perform("send_message", actor="stranger", **message).result == "refused"
        assert play.perform("add_to_group", actor="stranger", whom="child").result == "refused"
        assert play.perform("change_setting", to="everyone", **look).result == "changed"
        assert play.perform("send_message", actor="stranger", **message).result == "delivered"
        group = {"from": "stranger", "kind": "group"}
        assert play.perform("read_invitations", **group).outputs == {"found": True}
        assert play.perform("mute_user", whom="stranger", mode="mute").result == "done"
        assert play.perform("list_security_tools").result == "listed"
        post = play.perform("create_post", text="neutral_text").outputs["post"]
        assert post["id"].startswith("$")
        assert play.perform("sign_in", device="second").result == "signed_in"
        tokens = {name: d.saved.get("token") for name, d in play.account("child").devices.items()}
        assert tokens["second"] != play.account("child").saved["token"]


def test_a_server_that_slows_us_down_has_refused_nobody(tmp_path: Path, library: Library) -> None:
    binding = (folder("platforms") / "matrix-synapse.yaml").read_text()

    def one_more(play: Play, number: int) -> Observation:
        play.account("child").handle = f"sbd-child-{number}"
        return play.perform("sign_up", browser="fresh")

    with start(tmp_path, limited=True) as site:
        with playing(site.url, binding, library) as hurried:
            results = [one_more(hurried, number).result for number in range(5)]
        assert set(results) == {"created", "rate_limited"}
        patience = {"step_seconds": 8, "watch_seconds": 1, "back_off_seconds": 60}
        with playing(site.url, binding, library, limits=patience) as patient:
            # On a machine slower than the server's patience the first ones are not slowed down.
            waited = [one_more(patient, number) for number in range(5, 9)]
    assert {one.result for one in waited} == {"created"}, [one.detail for one in waited]
    assert any(did.did == "slowed down" for one in waited for did in one.trace)


@pytest.mark.parametrize("storm", STORMS)
def test_in_bad_weather_synapse_says_less_and_never_the_opposite(
    storm: str, place: Place, calm: Results, tmp_path: Path, library: Library
) -> None:
    audit = weathered(place, calm, STORMS[storm](), tmp_path, library, FEW)
    stopped = any(entry["kind"] == "stopped" for entry in audit.deviations)
    assert stopped is (storm == STOPPED)


def test_with_two_seconds_for_every_answer_synapse_is_found_the_same(
    place: Place, calm: Results, tmp_path: Path, library: Library
) -> None:
    weathered(place, calm, Weather(pause=2), tmp_path, library, FEWER)


def test_a_run_that_is_killed_is_finished_later(
    place: Place, calm: Results, tmp_path: Path
) -> None:
    run_killed(place, calm, tmp_path, FEW)
