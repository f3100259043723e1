"""The names every template may use, whatever the platform: the run, the moment, the case's people, the target."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from sbd_audit.models.record import Planned
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.world import Stage, World


def known_names(
    stage: Stage, planned: Planned, world: World, actor: Account | None
) -> dict[str, Any]:
    """What ``{run}``, ``{awaited}`` and the like stand for in one performance; `born` and `contact` only where known."""
    args, target = planned.args, world.target
    contacts = stage.contacts(actor)
    minutes, age = args.get("within_minutes"), args.get("age")
    watch = target.limits.watch_seconds
    return {
        **({"born": world.people.born(actor, age)} if actor and age else {}),
        "run": world.run,
        "moment": time.time_ns(),
        "people": [one.handle for one in stage.accounts.values() if not one.anonymous],
        **({"contact": contacts[0]} if contacts else {}),
        "base_url": target.base_url.rstrip("/"),
        "host": urlsplit(target.base_url).netloc,
        "watch_seconds": min(watch, int(minutes) * 60) if minutes is not None else watch,
        "awaited": stage.sent.get((str(args.get("from")), str(args.get("as"))), ""),
        "today": world.stamp()[:10],
        "market": target.market,
        "language": target.languages[0],
    }
