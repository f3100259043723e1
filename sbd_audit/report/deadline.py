"""Deadlines in words, and days counted from a notice."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sbd_audit.report.words import Words


def within(deadline: Mapping[str, Any], words: Words) -> str:
    """A deadline in words, such as 'within 3 months of written notice'."""
    return words(f"within_{deadline['counts_from']}", period=period(deadline["within"], words))


def period(duration: str, words: Words) -> str:
    """An ISO 8601 duration of whole months, weeks or days in words."""
    number, unit = int(duration[1:-1]), duration[-1]
    return words.count({"M": "months", "W": "weeks", "D": "days"}[unit], number)


def after(day: date, duration: str) -> date:
    """The day a duration later; a month without that day ends on its last."""
    number, unit = int(duration[1:-1]), duration[-1]
    if unit == "M":
        years, month = divmod(day.month - 1 + number, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return day + timedelta(days=number * (7 if unit == "W" else 1))
