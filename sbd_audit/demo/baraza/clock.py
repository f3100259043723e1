"""Time on the practice platform: for the people an operator names, and all that is theirs, it can be moved on.

Nobody else's clock moves, so that tests side by side do not disturb one another. What falls due on the way is done
when the clock is moved: removals that were asked for, the end of what is kept for investigators.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sbd_audit.demo.baraza.state import ADULT, State, User

REMOVAL_HOURS = 24
LATE_HOURS = 96
KEPT_HOURS = 365 * 24


def now(user: User) -> datetime:
    return datetime.now(UTC) + timedelta(hours=user.ahead)


def move(house: State, people: Iterable[str], hours: int) -> None:
    """Moves the clocks of these people, and does what has fallen due for them."""
    for user in [house.users[name] for name in people if name in house.users]:
        child = house.minor(user)
        user.ahead += hours
        if child and user.age(now(user).date()) >= ADULT and house.fault("birthday_opens_messages"):
            user.chosen["messages"] = "all"
        _removals(house, user)
        _purge(house, user)


def _removals(house: State, user: User) -> None:
    """Pictures of this person whose removal was asked for, once its time has come."""
    for name, since in house.records.removals:
        item = house.items.get(name)
        if item is None or item.author != user.handle or item.removed:
            continue
        late = house.fault("image_removed_late")
        if user.ahead - since >= (LATE_HOURS if late else REMOVAL_HOURS):
            item.removed = True


def _purge(house: State, user: User) -> None:
    for case in house.records.cases.values():
        if case.author == user.handle and user.ahead >= case.kept_until and not case.purged:
            case.content, case.account = b"", {}
            if not house.fault("purge_without_record"):
                case.purged = now(user).date().isoformat()
