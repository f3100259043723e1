"""Ends calls that would never return: Playwright waits for ever when its browser dies at the wrong moment.

Some of its calls (opening a page, closing a context) have no time-out of their own. When one takes too long, its
driver process is ended; every pending call then fails as it should, and the next page gets a new driver.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sbd_audit.observe.halt import unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Playwright
    from psutil import Process

_STARTING = threading.Lock()


def start_driver() -> tuple[Playwright, Process | None]:
    """Playwright of this thread, and the process behind it; raises `ImportError` without Playwright."""
    import psutil
    from playwright.sync_api import sync_playwright

    with _STARTING:  # the process that is new is the driver's
        before = set(psutil.Process().children())
        playwright = sync_playwright().start()
        new = [child for child in psutil.Process().children() if child not in before]
    return playwright, new[0] if len(new) == 1 else None


@contextmanager
def guarded(driver: Callable[[], Process | None], seconds: float) -> Iterator[None]:
    """Runs a block of browser calls; ends their driver when it takes longer than `seconds`.

    `driver` gives the process in use by then; the block may be what starts it.
    """
    timer = threading.Timer(seconds, lambda: _end(driver()))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def errors_as_halts() -> Iterator[None]:
    """Turns what Playwright raises, as when a browser has died, into an observation that was not possible."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("playwright."):
            raise
        says = (str(error).splitlines() or [""])[0][:160]
        raise unavailable(f"the browser did not go on: {says}") from None


def _end(driver: Process | None) -> None:
    import psutil

    if driver is None:
        return
    for process in (driver, *_below(driver)):
        try:
            process.kill()
        except psutil.Error:
            continue  # it has ended by itself


def _below(driver: Process) -> list[Process]:
    import psutil

    try:
        return driver.children(recursive=True)
    except psutil.Error:
        return []
