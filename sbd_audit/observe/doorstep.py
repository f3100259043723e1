"""Whether there is a platform to audit at all: asked before a run begins, and when much goes unanswered."""

from __future__ import annotations

from requests.cookies import RequestsCookieJar

from sbd_audit.errors import AuditError
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.world import World

ASKED_AGAIN = 3
"""How often in a row a platform may answer with an error before it counts as gone; each time a read is tried thrice."""


def knock(world: World) -> None:
    """Raises `AuditError` for a platform that is down; one that is busy (503) may yet answer."""
    url = world.target.base_url
    try:
        status = _asked(world)
    except Halt as halt:
        raise AuditError(f"{url} cannot be audited: {halt.detail}") from None
    if status >= 500 and status != 503:
        raise AuditError(f"{url} cannot be audited: it answers {status}")


def alive(world: World) -> bool:
    """True while the platform still answers with something other than an error, if not at once."""
    return any(_answers(world) for _ in range(ASKED_AGAIN))


def _answers(world: World) -> bool:
    try:
        return _asked(world) < 500
    except Halt:
        return False


def _asked(world: World) -> int:
    return world.http.send("GET", world.target.base_url, jar=RequestsCookieJar()).status
