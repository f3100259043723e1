"""An audit of software nobody here wrote, with fresh accounts, against what is true of it by hand.

The facts were confirmed on django-spirit 0.14.3 with a browser and a plain http client: see FACTS.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sbd_audit.library import Library
from sbd_audit.resources import folder
from sbd_audit.run import Audit, Request

from .spirit_site import start

pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_browser"),
]

TRUE_STATE = {
    "age.neutral-prompt": "failed",
    "age.under-minimum-refused": "failed",
    "age.guardian-consent": "failed",
    "age.retry-resisted": "cantTell",
    "privacy.private-profile": "failed",
    "privacy.weakening-friction": "cantTell",
    "privacy.settings-persist": "cantTell",
    "contact.stranger-messages": "failed",
    "contact.adult-suggestions": "inapplicable",
    "contact.block-complete": "cantTell",
    "reporting.within-reach-of-post": "passed",
    "reporting.within-reach-of-messages": "passed",
    "reporting.child-reasons": "failed",
    "reporting.without-account": "failed",
    "reporting.acknowledged": "failed",
    "reporting.status-visible": "failed",
    "ocsea.under-18-branch": "cantTell",
    "ocsea.terms-prohibit": "cantTell",
    "tfgbv.reasons-selectable": "failed",
    "tfgbv.image-route-open": "failed",
    "design.children-can-take-part": "cantTell",
    "support.crisis-contacts-in-flow": "cantTell",
    "support.safety-centre": "failed",
    "transparency.readable-rules": "failed",
    "governance.data-rights": "failed",
    "governance.focal-person": "cantTell",
}


def test_the_true_state_of_spirit(tmp_path: Path, library: Library) -> None:
    with start(tmp_path) as forum:
        text = (folder("targets") / "django-spirit.yaml").read_text()
        target = tmp_path / "spirit.yaml"
        target.write_text(text.replace("http://127.0.0.1:8000", forum.url))
        audit = Audit(Request(target, ["ke-cop-2025"], tmp_path / "bundle", library=library))
        audit.prepare()
        audit.observe()
        results = audit.finish()
    seen = {f["check"]: f["outcome"] for f in results["findings"]}
    why = {f["check"]: f["message"] for f in results["findings"]}
    wrong = {name: (seen[name], why[name]) for name in seen if seen[name] != TRUE_STATE[name]}
    assert wrong == {}
    assert set(seen) == set(TRUE_STATE)
    assert sum(outcome in ("passed", "failed") for outcome in seen.values()) >= 8
    assert results["refused"] == []
    assert all(f["reason"] for f in results["findings"] if f["outcome"] != "passed")
