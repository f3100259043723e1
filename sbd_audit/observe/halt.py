"""How a performance ends early: with a result word, or with the reason there is none."""

from __future__ import annotations

from sbd_audit.outcome import INCONCLUSIVE, Reason


class Halt(Exception):
    """Ends a capability with `result` (a word of it, or an inconclusive word) and perhaps a reason."""

    def __init__(self, result: str | None, reason: Reason | None = None, detail: str = "") -> None:
        super().__init__(detail or str(result))
        self.result = result
        self.reason = reason or INCONCLUSIVE.get(result or "")
        self.detail = detail


def unmapped(detail: str) -> Halt:
    """The platform answered with something the binding does not name; `detail` says what to add."""
    return Halt("unmapped", Reason.unmapped, detail)


def unavailable(detail: str) -> Halt:
    return Halt("unavailable", Reason.unavailable, detail)


def wrong_place(detail: str) -> Halt:
    """We were not where we meant to be, so what follows would be about another page or person."""
    return Halt("unavailable", Reason.wrong_place, detail)
