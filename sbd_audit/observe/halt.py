"""How a performance ends early: with a result word, or with the reason there is none."""

from __future__ import annotations

from sbd_audit.outcome import INCONCLUSIVE, Reason


class Halt(Exception):
    """Ends a capability with `result` (a word of it, or an inconclusive word) and perhaps a reason.

    `answered`: the platform did answer, with an error that may be gone the next moment.
    """

    def __init__(
        self,
        result: str | None,
        reason: Reason | None = None,
        detail: str = "",
        *,
        answered: bool = False,
    ) -> None:
        super().__init__(detail or str(result))
        self.result = result
        self.reason = reason or INCONCLUSIVE.get(result or "")
        self.detail = detail
        self.answered = answered


def unmapped(detail: str) -> Halt:
    """The platform answered with something the binding does not name; `detail` says what to add."""
    return Halt("unmapped", Reason.unmapped, detail)


def unavailable(detail: str) -> Halt:
    return Halt("unavailable", Reason.unavailable, detail)


PASSING = (429, 500, 502, 503, 504)
"""Statuses that speak of the moment, not of what was asked."""


def passing(status: int, what: str) -> Halt:
    """What was asked met an error that may be gone the next moment."""
    word = "rate_limited" if status == 429 else "unavailable"
    return Halt(word, None, f"{what} answered {status}", answered=True)


def wrong_place(detail: str) -> Halt:
    """We were not where we meant to be, so what follows would be about another page or person."""
    return Halt("unavailable", Reason.wrong_place, detail)
