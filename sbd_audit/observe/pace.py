"""How fast the target is asked: one rate limit and one request budget for the whole run."""

from __future__ import annotations

import threading
import time
from fractions import Fraction

from sbd_audit.errors import AuditError


class Pace:
    """Spaces requests evenly over all workers; `wait` blocks until the caller may send one.

    `per_second` is the limit for the target; `gap` the seconds between two requests. `patience` is for how many seconds in all the run may hold still
    because the platform asks it to.
    """

    def __init__(self, per_second: Fraction, budget: int, patience: float = 0) -> None:
        self.gap = float(1 / per_second)
        self._budget = budget
        self._next = 0.0
        self._patience = patience
        self._longest_alone = patience
        self._lock = threading.Lock()
        self.sent = 0
        self.until: float | None = None
        """The moment (of the monotonic clock) after which nothing more is sent."""

    def wait(self) -> None:
        with self._lock:
            if self.sent >= self._budget:
                raise AuditError(
                    f"the run has sent its budget of {self._budget} requests; raise limits.requests to allow more"
                )
            if self.until is not None and time.monotonic() >= self.until:
                raise AuditError("its time is over; give it more to look at the rest")
            self.sent += 1
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self.gap
        if start > now:
            time.sleep(start - now)

    def back_off(self, seconds: float, *, alone: bool = False) -> bool:
        """Nobody sends anything for so long; False, and no wait, when the run has no patience left for it.

        `alone`: only the caller waits, at once and here, and the run's patience is not spent on it.
        """
        if alone:
            if seconds > self._longest_alone:
                return False
            time.sleep(seconds)
            return True
        with self._lock:
            until = time.monotonic() + seconds
            # Several workers are told to wait for the same reason: only what comes on top is spent.
            more = until - max(self._next, time.monotonic())
            if more > self._patience:
                return False
            self._patience -= max(0.0, more)
            self._next = max(self._next, until)
        return True
