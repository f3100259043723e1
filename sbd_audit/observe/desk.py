"""Documents without an audit: files and addresses as they are given, read at a polite pace inside their own fence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.documents.artefacts import Asked, kind_of
from sbd_audit.documents.signs import Signs
from sbd_audit.documents.text import Unreadable
from sbd_audit.models.binding import BindingStep
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import BrowserBuild, BrowserWorker
from sbd_audit.observe.finder import Found, find_documents
from sbd_audit.observe.gather import NOTHING, Gathered, Held, held, of_file, of_page, of_reply
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.http import HttpDriver
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.scope import Scope

TIMEOUT = 30.0
MOST_REQUESTS = 500


@dataclass(frozen=True)
class Order:
    """What is asked of every document: its kind ("" when its own title is to say), and the market it is for."""

    market: str
    kind: str = ""


@dataclass
class Desk:
    """Reads documents one after another; close it when done. `per_second` is how fast addresses are asked."""

    signs: Signs
    agent: str
    origins: Sequence[str] = ()
    per_second: Fraction = Fraction(1)
    build: BrowserBuild | None = None
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    def __post_init__(self) -> None:
        self.scope = Scope(self.origins)
        self.pace = Pace(self.per_second, MOST_REQUESTS, 60.0)
        self._http = HttpDriver(self.scope, self.pace, self.agent, TIMEOUT, pool=4)
        self._browser: BrowserWorker | None = None

    def read(
        self, place: str, order: Order, language: str | None, found: Found | None = None
    ) -> Held:
        """The document at a path or an address; raises `Unreadable` with the reason."""
        kind = found.kind if found else order.kind
        if is_address(place):
            gathered = self._fetched(place, kind, language)
        else:
            gathered = of_file(Path(place), kind, language or "en")
        named = kind or kind_of(gathered.text, self.signs)
        if named != gathered.text.kind:
            gathered = gathered.called(named)
        return held(
            gathered,
            Asked(kind, language, order.market),
            self.signs,
            self.today,
            fetched_at=_stamp() if is_address(place) else "",
            found_by=found.how if found else "",
            clicks=found.clicks if found else None,
        )

    def discover(
        self, home: str, languages: Sequence[str], market: str
    ) -> tuple[list[Found], list[str]]:
        """Where a site seems to publish its documents, and what could not be looked at."""
        away = [
            part
            for region in self.signs.regions.values()
            if market not in region.markets
            for part in region.addresses
        ]
        finding = find_documents(
            self._http, home, self.signs.links, languages=languages, elsewhere=away
        )
        return list(finding.found.values()), finding.troubles

    def close(self) -> None:
        self._http.close()
        if self._browser is not None:
            self._browser.close()

    def _fetched(self, url: str, kind: str, language: str | None) -> Gathered:
        try:
            if self.build is not None:
                flow = self._worker(url).flow(_VISITOR, "first", language or "en")
                flow.run(BindingStep(open=url))
                return of_page(flow, kind, NOTHING)
            headers = {"Accept-Language": language} if language else {}
            reply = self._http.send("GET", url, jar=RequestsCookieJar(), headers=headers)
        except Halt as halt:
            raise Unreadable(halt.detail or str(halt.result)) from None
        return of_reply(reply, kind)

    def _worker(self, url: str) -> BrowserWorker:
        if self._browser is None:
            assert self.build is not None
            self._browser = BrowserWorker(
                self.build, self.scope, url, TIMEOUT, self.agent, pace=self.pace
            )
        return self._browser


_VISITOR = Account("visitor", "logged_out", "", "", "", "")


def is_address(place: str) -> bool:
    """True for a web address; everything else is a path."""
    return urlsplit(place).scheme in ("http", "https")


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
