"""Opening the folded parts of a page, so that its whole text is there to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sbd_audit.models.signs import Locator
from sbd_audit.observe.browser.locate import describe, locate
from sbd_audit.observe.halt import unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found

    from sbd_audit.observe.browser.flow import Flow

MOST = 200
"""Folded parts opened on one page."""


def unfold(flow: Flow, wheres: Sequence[Locator]) -> tuple[int, int]:
    """Opens every part the locators speak of; gives how many were opened, and how many are folded again.

    A part that folds when another opens is counted among the latter: its text may be gone. Raises `Halt`
    when the page breaks meanwhile.
    """
    from playwright.sync_api import Error

    opened = []
    for where in wheres:
        for part in locate(flow.page, where, flow.locale).all()[:MOST]:
            try:
                if _folded(part) is False or not part.is_visible():
                    continue
                part.click()
            except Error as error:
                raise unavailable(f"{describe(where)} could not be unfolded: {error}") from None
            flow.come_to_rest()
            opened.append(part)
    return len(opened), sum(_folded(part) is True for part in opened)


def _folded(part: Found) -> bool | None:
    """What the element says of itself; None where it does not say."""
    said = part.get_attribute("aria-expanded")
    if said is None and part.evaluate("e => e.tagName") == "SUMMARY":
        return not part.evaluate("e => e.parentElement.open")
    return None if said is None else said == "false"
