"""An audit of a single-page forum nobody here wrote, against what is true of it by hand.

The facts were confirmed on Misago 0.39.6 with a browser, a plain http client and its sources: see FACTS.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sbd_audit.library import Library

from .matrix import answers, audited, differences
from .misago_site import start
from .postgres import programs

pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed"),
]

NOT_OFFERED = "no_value Step {}: The step was answered, but without the value the check asks about. (not_offered"
TRUE_STATE = {
    "age.neutral-prompt": ("failed", "does not ask for an age"),
    "age.under-minimum-refused": ("failed", "An applicant under 13 was created"),
    "age.guardian-consent": ("failed", "An applicant under 18 was created without a guardian"),
    "age.retry-resisted": ("cantTell", "control_failed The first attempt was not turned away"),
    "privacy.private-profile": ("failed", "A new child profile is public"),
    "privacy.weakening-friction": ("cantTell", "control_failed The account could not save"),
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


@pytest.mark.parametrize(
    "deletion_allowed", [False, True], ids=["as installed", "deletion allowed"]
)
def test_the_true_state_of_misago(deletion_allowed: bool, tmp_path: Path, library: Library) -> None:
    truth = TRUE_STATE | DELETION if deletion_allowed else TRUE_STATE
    # Only what differs is looked at again.
    only = frozenset(DELETION) if deletion_allowed else None
    with start(tmp_path, deletion_allowed=deletion_allowed) as forum:
        changes = {"http://127.0.0.1:8000": forum.url}
        results = audited("misago", changes, tmp_path, library, only=only)
        mails = [path.read_text() for path in forum.mail.iterdir()]
    assert differences(results, {name: truth[name] for name in only or truth}) == []
    assert results["refused"] == []
    assert answers(tmp_path, "request_data_export") == {"promised"}
    deleted = "scheduled" if deletion_allowed else "not_offered"
    assert answers(tmp_path, "delete_account") == {deleted}
    # Nothing the audit does makes the forum write to anybody but the audit's own people and its keeper.
    to = {address for mail in mails for address in re.findall(r"^To: (\S+)", mail, re.MULTILINE)}
    assert {address.rpartition("@")[2] for address in to} <= {"audit.test", "misago.test"}
