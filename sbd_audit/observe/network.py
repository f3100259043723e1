"""Which hosts a page called, and what for: told from the addresses and names of parameters alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from sbd_audit.observe.extract import MISSING

if TYPE_CHECKING:
    from sbd_audit.observe.browser import Flow
    from sbd_audit.observe.world import World


@dataclass(frozen=True)
class Call:
    """One request of a client: its address without the query, and the names of what it sent along."""

    url: str
    names: frozenset[str]


def call(url: str, body: bytes | None) -> Call | None:
    """The call of a request; None for one that leaves no machine. Values are not kept."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "ws", "wss"):
        return None
    sent = parse_qsl(parts.query, keep_blank_values=True)
    names = {name.lower() for name, _ in sent} | set(
        _body_names((body or b"").decode(errors="replace"))
    )
    return Call(f"{parts.scheme}://{parts.netloc}{parts.path}", frozenset(names))


def _body_names(body: str) -> Iterable[str]:
    try:
        data: Any = json.loads(body)
    except ValueError:
        return [name.lower() for name, _ in parse_qsl(body)]
    return _keys(data)


def _keys(data: Any) -> Iterable[str]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield str(name).lower()
            yield from _keys(value)
    elif isinstance(data, list):
        for value in data:
            yield from _keys(value)


def network_of(what: str, flow: Flow | None, world: World) -> Any:
    """`calls`, `trackers` or `advertising_ids` of the page in front of us; MISSING until it has come to rest.

    Trackers are MISSING too when a host outside the site is neither listed nor shows by its name what it is: nobody
    can say then that there are none.
    """
    if flow is None or not flow.settled(world.target.limits.step_seconds):
        return MISSING
    calls, tables = flow.calls, world.vocabulary.tables
    if what == "calls":
        return len(calls)
    if what == "advertising_ids":
        return any(one.names & set(tables["advertising_ids"]) for one in calls)
    hosts = {urlsplit(one.url).hostname or "" for one in calls if not world.scope.allows(one.url)}
    found = sorted(host for host in hosts if _tracks(host, tables["trackers"]))
    return found if found or not hosts else MISSING


def _tracks(host: str, known: Mapping[str, Sequence[str]]) -> bool:
    listed = any(host == name or host.endswith(f".{name}") for name in known["suffixes"])
    return listed or bool(set(host.split(".")) & set(known["labels"]))
