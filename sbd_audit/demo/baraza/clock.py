"""Time on the practice platform: for the people an operator names, and all that is theirs, it can be moved on.

Nobody else's clock moves, so that tests side by side do not disturb one another. What falls due on the way is done
when the clock is moved: removals that were asked for, the end of what is kept for investigators.
"""

from __future__ import annotations

from collections.abc import Iterable

from sbd_audit.demo.baraza.matching import take_down
from sbd_audit.demo.baraza.state import ADULT, State, User

REMOVAL_HOURS = 24
LATE_HOURS = 96
LEAVING_HOURS = 14 * 24


def move(house: State, people: Iterable[str], hours: int) -> None:
    """Moves the clocks of these people, and does what has fallen due for them."""
    for user in [house.users[name] for name in people if name in house.users]:
        child = house.minor(user)
        user.ahead += hours
        if (
            child
            and user.age(house.now_of(user).date()) >= ADULT
            and house.fault("birthday_opens_messages")
        ):
            user.chosen["messages"] = "all"
        _removals(house, user)
        if user.leaving and hours >= LEAVING_HOURS:
            _gone(house, user)
        _purge(house, user)


def ask_removal(house: State, address: str) -> None:
    """Notes that somebody wants the picture at an address removed, from this moment on."""
    item = house.items.get(address.rstrip("/").rpartition("/")[2])
    if item is not None:
        house.records.removals.append((item.id, house.users[item.author].ahead))


def leave(house: State, user: User) -> None:
    """Somebody asks for the account to be deleted; what is kept for investigators stays."""
    for case in house.records.cases.values():
        if case.author == user.handle and house.fault("evidence_deleted_with_account"):
            case.content, case.account = b"", {}


def _gone(house: State, user: User) -> None:
    """The account is deleted, with everything its owner published."""
    user.active = False
    for item in house.items.values():
        if item.author == user.handle:
            item.removed, item.text, item.picture = True, "", b""


def _removals(house: State, user: User) -> None:
    """Pictures of this person whose removal was asked for, once its time has come."""
    for name, since in house.records.removals:
        item = house.items.get(name)
        if item is None or item.author != user.handle or item.removed:
            continue
        late = house.fault("image_removed_late")
        if user.ahead - since >= (LATE_HOURS if late else REMOVAL_HOURS):
            take_down(house, item)


def _purge(house: State, user: User) -> None:
    for case in house.records.cases.values():
        if case.author == user.handle and user.ahead >= case.kept_until and not case.purged:
            case.content, case.account = b"", {}
            if not house.fault("purge_without_record"):
                case.purged = house.now_of(user).date().isoformat()
