"""Verification: what a stranger can establish about a bundle or an edition, offline and without trusting either."""

from __future__ import annotations

from sbd_audit.verify.api import verify_bundle
from sbd_audit.verify.report import State, Step, Verification

__all__ = ["State", "Step", "Verification", "verify_bundle"]
