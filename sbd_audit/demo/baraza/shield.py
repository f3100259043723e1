"""Pictures in messages: what nobody asked for and looks intimate is covered until the receiver chooses to see it.

What looks intimate is told by a list; on the practice platform an operator puts plain test cards on it. A child's
stays covered whoever sent it.
"""

from __future__ import annotations

from sbd_audit.demo.baraza.matching import on_list
from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import fault, state

CHOICES = ("accept", "decline", "block", "report")
"""What somebody can do with a message that waits."""


def cover(item: Item, reader: User) -> str:
    """How the picture of a message lies there: clear, blurred, or none."""
    if not item.picture or item.removed or fault("media_host_down"):
        return "none"
    if not on_list(state().records.intimate, item.picture):
        return "clear"
    if state().minor(reader):
        return "clear" if fault("shield_for_adults_only") else "blurred"
    asked = state().friends(reader, state().users[item.author])
    return "clear" if asked or fault("trigger_image_uncovered") else "blurred"
