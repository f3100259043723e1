"""How many strangers an account may approach within an hour; people who know each other are not held up by it."""

from __future__ import annotations

import time

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import fault

FIRST_CONTACTS = 15
HOUR = 3600.0


def too_many(user: User) -> bool:
    """Counts one more first contact of this person; True when there were too many within the hour."""
    now = time.time()
    user.first_contacts = [at for at in user.first_contacts if now - at < HOUR]
    if len(user.first_contacts) >= FIRST_CONTACTS and not fault("no_first_contact_limit"):
        return True
    user.first_contacts.append(now)
    return False


def at_once(user: User) -> bool:
    """Whether somebody who has just approached another is connected without a yes; never, here."""
    return bool(user.first_contacts) and fault("fresh_account_connects_at_once")
