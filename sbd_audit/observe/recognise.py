"""Where we are: a sign-in page, a captcha, a throttle or the page of an unknown address is never an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from sbd_audit.models.platform import Platform
from sbd_audit.models.record import Planned
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.extract import Missing, Page, fits_page
from sbd_audit.observe.halt import Halt, passing, unmapped, wrong_place
from sbd_audit.observe.http import Reply

JOINING = ("sign_in", "sign_up", "prepare")
NOT_THERE = (404, 405, 410, 501)
"""Statuses that say an address, or what was asked of it, does not exist."""
ALIKE = 0.9
"""The share of words two pages must have in common to be the same page with another address in it."""


def look_around(platform: Platform, planned: Planned, page: Page, actor: Account | None) -> None:
    """Raises `Halt` when a captcha or a sign-in page stands in front of us."""
    challenge, wall = platform.challenge, platform.login_wall
    if challenge and (
        (challenge.css and page.has(challenge.css))
        or (
            challenge.text
            and any(word.casefold() in page.visible_text().casefold() for word in challenge.text)
        )
    ):
        raise Halt("challenged", None, "a proof of humanity was asked for")
    if wall and actor and not actor.anonymous and planned.capability not in JOINING:
        path = urlsplit(page.url).path
        if any(path.startswith(part) for part in wall.url) or (wall.css and page.has(wall.css)):
            raise wrong_place(
                f"{actor.role} was shown the sign-in page instead of what was asked for"
            )


@dataclass(frozen=True)
class Asked:
    """A platform that asks us to wait: for how many seconds (0 when it does not say), this account or everybody."""

    seconds: float = 0
    alone: bool = False


def asked_to_wait(platform: Platform, page: Page, fill: Callable[[Any], Any]) -> Asked | None:
    """What the platform asks when it wants us slower; None when it does not ask."""
    for sign in platform.throttled:
        if not fits_page(page, sign, fill):
            continue
        for source, unit in ((sign.wait_seconds, 1), (sign.wait_milliseconds, 1000)):
            if source is None:
                continue
            constant = "value" in source.model_fields_set
            value = source.value if constant else page.raw(source)
            if not isinstance(value, Missing):
                return Asked(float(value) / unit, sign.alone)
        return Asked(alone=sign.alone)
    return Asked() if page.status == 429 else None


def classify(reply: Reply, must_mean: bool, allowed: tuple[int, ...] = ()) -> None:
    """What an answer no rule names amounts to; returns only when it is an ordinary success."""
    path = urlsplit(reply.url).path
    if reply.status in allowed:
        return
    if reply.status >= 500:
        raise passing(reply.status, path)
    if reply.status == 401:
        raise wrong_place(f"{path} answered 401: the session was not accepted")
    if reply.status >= 400 or must_mean:
        raise unmapped(f"{path} answered {reply.status}; add a rule for it under means")


class Readable(Protocol):
    """Whatever shows text."""

    def visible_text(self) -> str: ...


class UnknownPages:
    """What an address that cannot exist is answered with, asked once per driver and run."""

    def __init__(self) -> None:
        self._seen: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()

    def alike(self, driver: str, page: Readable, ask: Callable[[], str]) -> bool:
        """True when `page` says what an unknown address is told; `ask` gives that text, or nothing for an error."""
        with self._lock:
            if driver not in self._seen:
                self._seen[driver] = _words(ask())
            known = self._seen[driver]
        words = _words(page.visible_text())
        if not known or not words:
            return False
        return len(known & words) / len(known | words) >= ALIKE


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())
