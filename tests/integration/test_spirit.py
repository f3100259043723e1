"""An audit of software nobody here wrote, with fresh accounts, against what is true of it by hand.

The facts were confirmed on django-spirit 0.14.3 with a browser and a plain http client: see FACTS.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sbd_audit.library import Library

from .matrix import audited, differences
from .spirit_site import start

pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
]

TRUE_STATE = {
    "age.neutral-prompt": ("failed", "does not ask for an age"),
    "age.under-minimum-refused": ("failed", "An applicant under 13 was created"),
    "age.guardian-consent": ("failed", "An applicant under 18 was created without a guardian"),
    "age.retry-resisted": ("cantTell", "control_failed The first attempt was not turned away"),
    "privacy.private-profile": ("failed", "A stranger opened the child's post: shown"),
    "privacy.weakening-friction": ("cantTell", "control_failed The account could not save"),
    "privacy.settings-persist": ("cantTell", "control_failed The setting could not be tightened"),
    "contact.stranger-messages": ("failed", "A stranger's message lay in the child's inbox"),
    "contact.adult-suggestions": ("inapplicable", "feature_absent"),
    "contact.block-complete": ("failed", "There is no way to block anybody"),
    "reporting.within-reach-of-post": ("passed", ""),
    "reporting.within-reach-of-messages": ("passed", ""),
    "reporting.child-reasons": ("failed", "A child can choose only scam and something else"),
    "reporting.without-account": ("failed", "There is no way to report"),
    "reporting.acknowledged": ("failed", "The receipt has no reference"),
    "reporting.status-visible": ("failed", "cannot see what became of the report"),
    "ocsea.under-18-branch": ("cantTell", "(not_found, without leads to)"),
    "ocsea.terms-prohibit": ("failed", "The terms and guidelines do not state"),
    "tfgbv.reasons-selectable": ("failed", "The reasons offered are only scam and something else"),
    "tfgbv.image-route-open": ("failed", "no such form for people without an account: not found"),
    "design.children-can-take-part": ("passed", ""),
    "support.crisis-contacts-in-flow": ("cantTell", "(not_offered, without contacts)"),
    "support.safety-centre": ("failed", "From home the safety centre is unreachably many steps"),
    "transparency.readable-rules": ("failed", "The terms are unreachably many steps from sign-up"),
    "governance.data-rights": ("failed", "The account's data cannot be had: not offered"),
    "governance.focal-person": ("cantTell", "unreadable Step text"),
}


def test_the_true_state_of_spirit(tmp_path: Path, library: Library) -> None:
    with start(tmp_path) as forum:
        changes = {
            "http://127.0.0.1:8000": forum.url,
            "mail_folder: mail": f"mail_folder: {forum.mail}",
        }
        results = audited("django-spirit", changes, tmp_path, library)
    assert differences(results, TRUE_STATE) == []
    assert results["refused"] == []
