"""One scan from an address to a sealed bundle: look around, then plan, observe, judge and score as any audit does."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.canonical import decimal
from sbd_audit.errors import AuditError, UsageError
from sbd_audit.library import Library
from sbd_audit.models.run_facts import Surface
from sbd_audit.observe.browser import BrowserBuild, BrowserWorker, find_browser
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.world import World
from sbd_audit.run import AGENT, Audit, Request
from sbd_audit.scan.address import home_of, site_origins, start_of
from sbd_audit.scan.binding import RESERVE, Binding
from sbd_audit.scan.robots import PublicScope, Robots
from sbd_audit.scan.rows import Rows, listed
from sbd_audit.scan.survey import Survey
from sbd_audit.scan.visit import PAGES, Memory, Seen, Unseen, Visitor
from sbd_audit.scan.words import Cues

PROFILE = "public-surface"
STEP_SECONDS = 15.0
PATIENCE = 30.0
Progress = Callable[[int, int, str], None]


@dataclass
class ScanRequest:
    """What to look at, and how gently: requests a second, pages and minutes at most."""

    url: str
    out: Path
    market: str = "KE"
    languages: tuple[str, ...] = ("en", "sw")
    pace: Fraction = Fraction(1)
    pages: int = 40
    minutes: int = 15
    operator: str = ""
    library: Library = field(default_factory=Library)
    browser: BrowserBuild | bool | None = True
    say: Callable[[str], None] = lambda text: None


def scan(
    request: ScanRequest, progress: Progress = lambda done, total, what: None
) -> dict[str, Any]:
    """Looks at a site's public pages and judges them; gives the results, `surface` among them.

    Raises `UsageError` for an address that is no site, `AuditError` for one that cannot be looked at.
    """
    url = start_of(request.url)
    if (request.out / "data/plan.json").exists():
        raise UsageError(f"{request.out} already holds an audit — give another --out")
    build = find_browser() if request.browser is True else (request.browser or None)
    ground = _Ground(request, url, build)
    try:
        survey = ground.survey()
        rows = Rows(survey, request.library.vocabulary, request.market, datetime.now(UTC))
        surface = ground.surface(rows)
        binding = Binding(survey, rows)
        platform = binding.platform()
        target = binding.target(_name(url), request.market, decimal(request.pace, 3), request.pages)
    finally:
        ground.close()
    with tempfile.TemporaryDirectory(prefix="sbd-audit-scan-") as name:
        place = Path(name)
        (place / "platforms").mkdir()
        _written(place / "platforms" / "site.yaml", platform)
        _written(place / "target.yaml", target)
        library = Library(
            request.library.checks_folder, request.library.profiles_folder, place / "platforms"
        )
        audit = _SiteAudit(
            Request(
                place / "target.yaml",
                [PROFILE],
                request.out,
                workers=1,
                operator=request.operator,
                library=library,
                browser=build or False,
            ),
            ground,
        )
        audit.prepare()
        ground.pace.until = ground.until  # judging, too, has only what time is left
        audit.writer.write("platform.json", platform)
        try:
            audit.observe(progress)
        except AuditError as error:
            # Pages or time are used up: what was not looked at stays untested, and is named.
            audit.deviations.append({"kind": "cap", "says": f"The scan ended early: {error}."})
        surface["pages"] = listed(ground.visitor.pages)
        checked = Surface.model_validate(surface).model_dump(mode="json")
        audit.writer.write("surface.json", checked)
        audit.surface = checked
        return audit.finish()


class _Ground:
    """What looking around and judging share: one fence, one pace, one memory of answers."""

    def __init__(self, request: ScanRequest, url: str, build: BrowserBuild | None) -> None:
        self.request = request
        self.url = url
        self.build = build
        self.origins = site_origins(url)
        self.base = home_of(url)
        self.cues = Cues.of(request.library.vocabulary)
        self.until = time.monotonic() + 60 * request.minutes
        self._fenced(Pace(request.pace, request.pages, PATIENCE))

    def _fenced(self, pace: Pace) -> None:
        self.pace = pace
        self.scope = PublicScope(self.origins, self.base)
        self.http = Memory(self.scope, pace, AGENT, STEP_SECONDS, pool=2)

    def survey(self) -> Survey:
        """Robots first, then the front page, then what it leads to."""
        robots = self._robots()
        self.scope.robots = robots
        if robots.delay > float(1 / self.request.pace):
            sent, self.pace = (
                self.pace.sent,
                Pace(Fraction(1) / Fraction(str(robots.delay)), self.request.pages, PATIENCE),
            )
            self.pace.sent = sent
            self.http.pace = self.pace
        worker = None
        if self.build is not None:
            worker = BrowserWorker(
                self.build, self.scope, self.base, STEP_SECONDS, AGENT, pace=self.pace
            )
        self.visitor = Visitor(
            self.http, self.scope, self.pace, self.cues, worker,
            most=max(self.request.pages - RESERVE, self.request.pages // 2), until=self.until, languages=self.request.languages,
        )  # fmt: skip
        home = self._front()
        self.visitor.missing = f"{self.base}/no-such-page-{int(time.time()) % 100000:05}"
        survey = Survey(self.visitor, self.cues, self.base, self.origins, self.request.languages)
        if home is not None:
            survey.walk(home, robots.sitemaps)
        return survey

    def _robots(self) -> Robots:
        try:
            reply = self.http.send("GET", f"{self.base}/robots.txt", jar=RequestsCookieJar())
        except Halt as halt:
            if "outside the scope" in halt.detail:
                return Robots(404, "")
            raise AuditError(f"{self.url} cannot be looked at: {halt.detail}") from None
        robots = Robots(reply.status, "" if "html" in reply.media_type else reply.text)
        if not robots.readable:
            raise AuditError(
                f"{self.url} is not looked at: its robots.txt answers {reply.status}, which forbids everything until it can be read"
            )
        if not robots.allows(self.url):
            raise AuditError(
                f"{self.url} is not looked at: its robots.txt asks programs to stay away"
            )
        return robots

    def _front(self) -> Seen | None:
        """The page at the address; raises when there is none to look at, None when one stands behind a proof."""
        page = self.visitor.fetch(self.url)
        if isinstance(page, Unseen):
            if "outside the scope" in page.because:
                raise UsageError(
                    f"{self.url} leads to {page.because.removesuffix(' is outside the scope')} — scan that address, if it is the service meant"
                )
            if "humanity" in page.because or "429" in page.because:
                return None
            raise AuditError(f"{self.url} cannot be looked at: {page.because}")
        if page.media_type not in PAGES:
            raise UsageError(
                f"{self.url} is no web page: it comes as {page.media_type} — give the address of the front page"
            )
        self.base = home_of(page.url)
        seen = self.visitor.see(self.url)
        if (
            self.visitor.browser is not None
            and not isinstance(seen, Unseen)
            and not seen.text.split()
        ):
            seen = self.visitor.look(self.url)
        return seen if isinstance(seen, Seen) else None

    def surface(self, rows: Rows) -> dict[str, Any]:
        """The findings as data; its pages are filled in at the end."""
        unseen = [
            f"{page.asked}: {page.because}"
            for page in self.visitor.pages.values()
            if isinstance(page, Unseen)
        ]
        return {
            "address": self.url,
            "site": self.base,
            "looked_at": rows.looked,
            "most_pages": self.request.pages,
            "requests_per_second": _rate(self.pace.gap),
            "browser": self.build is not None,
            "rows": [row.model_dump() for row in rows.all],
            "pages": [],
            "unseen": unseen,
        }

    def close(self) -> None:
        if hasattr(self, "visitor") and self.visitor.browser is not None:
            self.visitor.browser.close()


class _SiteAudit(Audit):
    """An ordinary audit on ground already known: the same fence, pace and answers."""

    def __init__(self, request: Request, ground: _Ground) -> None:
        super().__init__(request)
        self._ground = ground

    def _world(self, attempt: int) -> World:
        world = super()._world(attempt)
        self.pace, self.scope = self._ground.pace, self._ground.scope
        return replace(world, scope=self.scope, http=self._ground.http)

    def _knock(self) -> None:
        """The site answered already."""


def _written(path: Path, data: dict[str, Any]) -> None:
    # Every JSON text is YAML, and quotes leave nothing to be taken for another type.
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def _rate(gap: float) -> str:
    """Requests a second as decimal text, without noughts at the end."""
    return decimal(1 / Fraction(str(gap)), 3).rstrip("0").rstrip(".")


def _name(url: str) -> str:
    return urlsplit(url).netloc.replace(":", "-")
