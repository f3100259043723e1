"""The machine an audit ran on, as a certificate of electronic evidence has to name it."""

from __future__ import annotations

import platform
import sys
from typing import Any


def environment(engine: str, browser: str | None) -> dict[str, Any]:
    """Facts this program can know; the device's particulars are left for the operator to enter."""
    return {
        "engine": engine,
        "python": sys.version.split()[0],
        "system": platform.platform(terse=True),
        "machine": platform.machine(),
        "browser": browser,
        "clock": "system clock, UTC",
        "device": {"make": None, "model": None, "serial": None, "in_custody_of": None},
    }
