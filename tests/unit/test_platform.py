"""A platform file on top of another: what is given is changed, and nothing else."""

from __future__ import annotations

from sbd_audit.models.platform import Platform

BASE = {
    "id": "base",
    "version": 1,
    "title": "Base",
    "software": {"name": "x", "versions": "1"},
    "missing_page": "/none",
    "throttled": [{"text": "slow down"}],
    "csrf": {"cookie": "c", "header": "h"},
    "prepare": {"account": [{"get": "/a"}], "session": [{"get": "/s"}]},
    "features": {"posts": True},
    "documents": {"terms_of_service": {"absent": "nobody wrote one", "looked_for": "/terms"}},
}


def test_what_a_variant_does_not_say_stays_as_it_was() -> None:
    base = Platform.model_validate(BASE)
    near = Platform.model_validate(
        {
            **{key: BASE[key] for key in ("version", "title", "software")},
            "id": "near",
            "extends": "base",
            "prepare": {"session": [{"get": "/other"}]},
            "documents": {"terms_of_service": {"fetch": "/consent"}},
        }
    )
    whole = near.folded_into(base)
    assert whole.id == "near"
    assert whole.missing_page == "/none"
    assert whole.throttled == base.throttled
    assert whole.csrf == base.csrf
    assert whole.features == base.features
    assert whole.prepare.account == base.prepare.account
    assert whole.prepare.session is not None
    assert whole.prepare.session[0].get == "/other"
    assert whole.documents["terms_of_service"].fetch == "/consent"
