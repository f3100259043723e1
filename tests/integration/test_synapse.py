"""A chat server nobody here wrote, in two variants, against what is true of it by hand: see FACTS.md.

Every check of two profiles is expected by outcome and by reason: the sentences of a failure are all of them, so that
nothing true of an app, or of our way of asking, is held against the server.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sbd_audit.library import Library
from sbd_audit.models.record import Observation
from sbd_audit.resources import folder
from sbd_audit.run import Audit, Request
from tests.observe.stage import Play, playing

from .synapse_site import ask, start

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
            "An applicant under 13 was created.",
            "The under-age applicant was signed in.",
            "The under-age applicant could sign in afterwards.",
        ),
    ),
    "age.retry-resisted": ("cantTell", CONTROL, ("The first attempt was not turned away",)),
    "age.guardian-consent": (
        "failed",
        None,
        (
            "An applicant under 18 was created without a guardian.",
            "The child was signed in before a guardian had agreed.",
        ),
    ),
    "privacy.private-profile": ("failed", None, ("A new child profile is public.",)),
    "privacy.settings-persist": ("passed", None, ()),
    "privacy.weakening-friction": ("cantTell", CONTROL, ("could not save anything",)),
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
    "reporting.within-reach-of-post": ("untested", "no_binding", (APPS,)),
    "reporting.within-reach-of-messages": ("untested", "no_binding", (APPS,)),
    "reporting.acknowledged": ("failed", None, ("The receipt has no reference.",)),
    "reporting.child-reasons": ("failed", None, ("A child can choose only nothing.",)),
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
    "tfgbv.reasons-selectable": ("failed", None, ("The reasons offered are only nothing.",)),
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
    "support.safety-centre": ("untested", "no_binding", (APPS,)),
    "support.crisis-contacts-in-flow": ("untested", "no_binding", (APPS,)),
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
    "transparency.readable-rules": ("untested", "no_binding", (APPS,)),
    "design.children-can-take-part": ("passed", None, ()),
}


def target_file(path: Path, url: str, *, terms: bool = False) -> Path:
    text = (folder("targets") / "matrix-synapse.yaml").read_text()
    data = yaml.load(text.replace("http://127.0.0.1:8008", url), yaml.BaseLoader)
    if terms:
        data["documents"]["terms_of_service"] = {"fetch": "/_matrix/consent"}
    path.write_text(yaml.safe_dump(data))
    return path


def audited(target: Path, bundle: Path, library: Library, workers: int) -> dict[str, Any]:
    profiles = ["ke-cop-2025", "tfgbv-core"]
    audit = Audit(Request(target, profiles, bundle, workers=workers, library=library))
    audit.prepare()
    audit.observe()
    return audit.finish()


def observed(bundle: Path, capability: str) -> list[dict[str, Any]]:
    lines = (bundle / "data" / "observations.jsonl").read_text().splitlines()
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


def test_the_true_state_of_a_fresh_server_twice(tmp_path: Path, library: Library) -> None:
    with start(tmp_path) as site:
        target = target_file(tmp_path / "target.yaml", site.url)
        first = audited(target, tmp_path / "first", library, workers=2)
        again = audited(target, tmp_path / "again", library, workers=4)
        _, queue = ask(site.url, "GET", "/_synapse/admin/v1/event_reports", token=site.admin)
    assert differing(first, STOCK) == {}
    assert seen(again) == seen(first)
    assert first["refused"] == []
    assert queue["total"] == len(observed(tmp_path / "first", "submit_report")) * 2
    left = [one["result"] for one in observed(tmp_path / "first", "delete_account")]
    assert set(left) == {"deleted"}  # leaving works, having the data does not
    written = [path for path in tmp_path.glob("*/data/**/*") if path.is_file()]
    assert [path.name for path in written if b"syt_" in path.read_bytes()] == []  # no access token


def test_the_true_state_of_a_server_with_terms(tmp_path: Path, library: Library) -> None:
    with start(tmp_path, terms=True) as site:
        target = target_file(tmp_path / "target.yaml", site.url, terms=True)
        results = audited(target, tmp_path / "bundle", library, workers=4)
    assert differing(results, WITH_TERMS) == {}
    opened = [
        one["outputs"]["interactions"]
        for one in observed(tmp_path / "bundle", "open_page")
        if one["args"]["page"] == "terms_of_service"
    ]
    assert opened == [1]
    # The server's own page at sign-up wants a picture from another host, which is refused and noted.
    assert {refusal["origin"] for refusal in results["refused"]} == {"https://matrix.org:443"}


def joined(play: Play, *roles: str) -> None:
    for role in roles:
        assert play.perform("sign_up", actor=role, browser="fresh").result == "created"


def test_closing_the_door_works_as_the_other_person_sees_it(
    tmp_path: Path, library: Library
) -> None:
    binding = (folder("platforms") / "matrix-synapse.yaml").read_text()
    message = {"to": "child", "text": "neutral_text"}
    with start(tmp_path) as site, playing(site.url, binding, library) as play:
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
        patience = {"step_seconds": 8, "watch_seconds": 1, "back_off_seconds": 30}
        with playing(site.url, binding, library, limits=patience) as patient:
            waited = one_more(patient, 5)
    assert waited.result == "created", waited.detail
    assert any(did.did == "slowed down" for did in waited.trace)
