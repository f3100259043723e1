"""The fence: nothing is asked of any address outside the target's declared origins.

Both drivers go through one `Scope`. What it refuses is recorded and reported, never silently dropped.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from sbd_audit.models.target import origin

READS = ("GET", "HEAD")


class Scope:
    """Allowed origins, and a thread-safe tally of what was refused.

    `aliases` are origins the site believes to be its own; what they are asked for is asked of `base_url`.
    `read_only` keeps everything but GET and HEAD inside as well, also what pages send by themselves.
    """

    def __init__(
        self,
        origins: Iterable[str],
        aliases: Iterable[str] = (),
        base_url: str = "",
        *,
        read_only: bool = False,
    ) -> None:
        self.origins = frozenset(origin(url) for url in origins)
        self.aliases = frozenset(origin(url) for url in aliases)
        self.read_only = read_only
        self._base = base_url.rstrip("/")
        self._refused: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def allows(self, url: str) -> bool:
        """True for the target's own origins, and for addresses that leave no machine (data, blob, about)."""
        scheme = url.partition(":")[0].lower()
        if scheme in ("data", "blob", "about"):
            return True
        try:
            return scheme in ("http", "https", "ws", "wss") and origin(url) in (
                self.origins | self.aliases
            )
        except ValueError:
            return False

    def permits(self, method: str) -> bool:
        """True when requests of this method may be sent at all."""
        return not self.read_only or method.upper() in READS

    def home(self, url: str) -> str:
        """`url`, or the same address at `base_url` when it names an alias of the site."""
        try:
            known = bool(self.aliases) and origin(url) in self.aliases
        except ValueError:
            known = False
        if not known:
            return url
        parts = urlsplit(url)
        return self._base + parts.path + (f"?{parts.query}" if parts.query else "")

    def refuse(self, url: str, kind: str) -> None:
        """Notes a refused request; `kind` is what it was: redirect, image, websocket, request ..."""
        try:
            where = origin(url)
        except ValueError:
            where = url.partition(":")[0]
        with self._lock:
            self._refused[(where, kind)] += 1

    def refusals(self) -> list[dict[str, str | int]]:
        """What was refused so far: origin, kind and count, in a stable order."""
        with self._lock:
            pairs = sorted(self._refused.items())
        return [{"origin": where, "kind": kind, "count": count} for (where, kind), count in pairs]
