"""What a site asks of programs (RFC 9309), as part of the fence: what it forbids us is out of scope."""

from __future__ import annotations

from collections.abc import Iterable

from protego import Protego

from sbd_audit.models.target import origin
from sbd_audit.observe.scope import Scope

TOKEN = "sbd-audit"  # noqa: S105 - the name we go by
LONGEST_DELAY = 30.0


class Robots:
    """The rules for us. Without a file everything is allowed; where it cannot be had, nothing is."""

    def __init__(self, status: int | None, text: str) -> None:
        self.status = status
        absent = status is not None and 400 <= status < 500 and status not in (401, 403, 429)
        self.readable = status == 200 or absent
        self._rules = Protego.parse(text if status == 200 else "")

    def allows(self, url: str) -> bool:
        return self.readable and bool(self._rules.can_fetch(url, TOKEN))

    @property
    def delay(self) -> float:
        """Seconds the site wants between two requests, at most half a minute; 0 when it says nothing."""
        return min(float(self._rules.crawl_delay(TOKEN) or 0), LONGEST_DELAY)

    @property
    def sitemaps(self) -> list[str]:
        return list(self._rules.sitemaps)


class PublicScope(Scope):
    """One site, GET and HEAD only, less what its robots.txt forbids us."""

    def __init__(self, origins: Iterable[str], base_url: str) -> None:
        super().__init__(origins, base_url=base_url, read_only=True)
        self.robots: Robots | None = None

    def inside(self, url: str) -> bool:
        """True for an address of the site, allowed to us or not."""
        try:
            return origin(url) in self.origins
        except ValueError:
            return False

    def allows(self, url: str) -> bool:
        if not super().allows(url):
            return False
        return self.robots is None or not self.inside(url) or self.robots.allows(url)
