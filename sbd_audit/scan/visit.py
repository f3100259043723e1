"""Going to pages politely: each address once, by http, or in a browser where scripts make the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.canonical import digest
from sbd_audit.errors import AuditError
from sbd_audit.models.binding import BindingStep
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import BrowserWorker
from sbd_audit.observe.browser.guard import errors_as_halts
from sbd_audit.observe.extract import ReplyPage
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.http import HttpDriver, Reply
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.recognise import UnknownPages
from sbd_audit.scan.forms import forms_of
from sbd_audit.scan.robots import PublicScope
from sbd_audit.scan.words import Cues, says

FEW_WORDS = 40
"""A page of fewer words that has scripts is made by them."""
PAGES = ("text/html", "application/xhtml+xml")


class Memory(HttpDriver):
    """An http driver that asks each address once; what a browser saw there counts as the answer too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept: dict[str, Reply] = {}

    def send(
        self,
        method: str,
        url: str,
        *,
        jar: RequestsCookieJar,
        headers: dict[str, str] | None = None,
        idempotent: bool | None = None,
        **body: Any,
    ) -> Reply:
        if method.upper() != "GET" or body:
            return super().send(
                method, url, jar=jar, headers=headers, idempotent=idempotent, **body
            )
        if url not in self.kept:
            self.kept[url] = super().send(
                method, url, jar=jar, headers=headers, idempotent=idempotent
            )
        return self.kept[url]

    def keep(self, url: str, html: str) -> None:
        """What a browser made of an address, for whoever asks for it by http later."""
        headers = CaseInsensitiveDict({"Content-Type": "text/html; charset=utf-8"})
        self.kept[url] = Reply(200, url, headers, html.encode(), html, RequestsCookieJar())


@dataclass(frozen=True)
class Seen:
    """A page that was looked at; `text` is what a person reads, `through` how it was seen."""

    asked: str
    url: str
    status: int
    media_type: str
    html: str
    text: str
    through: str
    sha256: str
    cookies: tuple[str, ...] = ()
    called: tuple[dict[str, Any], ...] = ()

    @property
    def headings(self) -> str:
        """Title and first headings in one line."""
        tree = LexborHTMLParser(self.html)
        parts = [*tree.css("title")[:1], *tree.css("h1")[:2]]
        return " · ".join(" ".join(node.text(separator=" ").split()) for node in parts)

    def visible_text(self) -> str:
        return self.text


@dataclass(frozen=True)
class Unseen:
    """An address that gave no page, and why; `gone` when the site says there is none."""

    asked: str
    because: str
    gone: bool = False
    wall: bool = False


@dataclass
class Visitor:
    """Looks at pages of one site until its pages or its time run out."""

    http: Memory
    scope: PublicScope
    pace: Pace
    cues: Cues
    browser: BrowserWorker | None
    most: int
    until: float
    languages: tuple[str, ...] = ("en",)
    clock: Callable[[], float] = time.monotonic
    pages: dict[tuple[str, str], Seen | Unseen] = field(default_factory=dict)
    unlike: UnknownPages = field(default_factory=UnknownPages)
    missing: str = ""

    @property
    def spent(self) -> bool:
        """True when the share of pages for looking around, or the time, is used up."""
        return self.pace.sent >= self.most or self.clock() >= self.until

    def see(self, url: str) -> Seen | Unseen:
        """A page as a person would find it: by http, in the browser when scripts make it."""
        plain = self.fetch(url)
        if isinstance(plain, Unseen) or plain.media_type not in PAGES:
            return plain
        made_by_scripts = (
            len(plain.text.split()) < FEW_WORDS
            and "<script" in plain.html
            and not forms_of(plain.html, self.cues)
        )
        if not made_by_scripts and not folded_away(plain.html):
            return self._note("http", url, self._judged(plain))
        if self.browser is None:
            if made_by_scripts:
                plain_view = Unseen(url, "it is made by scripts, and there is no browser")
                return self._note("http", url, plain_view)
            return self._note("http", url, self._judged(plain))
        return self.look(url)

    def fetch(self, url: str) -> Seen | Unseen:
        """A page, or any file, by http."""
        return self._once("http", url, self._fetched)

    def look(self, url: str) -> Seen | Unseen:
        """A page in a browser of its own, with what it called elsewhere and which cookies it left."""
        return self._once("browser", url, self._looked)

    def recall(self, url: str) -> Seen | Unseen | None:
        """What came of an address, without asking again: the browser's view of it before the plain one."""
        if not self.scope.inside(url):
            return Unseen(url, "it stands at another address, which is not looked at")
        return self.pages.get(("browser", url)) or self.pages.get(("http", url))

    def seen(self) -> list[Seen]:
        """Every page that came, in order."""
        return [page for page in self.pages.values() if isinstance(page, Seen)]

    # ------------------------------------------------------------------ inside

    def _once(self, how: str, url: str, go: Callable[[str], Seen | Unseen]) -> Seen | Unseen:
        if (how, url) in self.pages:
            return self.pages[how, url]
        if not self.scope.inside(url):
            return Unseen(url, "it stands at another address, which is not looked at")
        if not self.scope.allows(url):
            return self._note(how, url, Unseen(url, "robots.txt asks programs not to look at it"))
        if self.spent:
            return Unseen(url, "the pages or the time of this scan were used up")
        try:
            page = go(url)
        except Halt as halt:
            page = Unseen(url, halt.detail or str(halt.result))
        except AuditError as error:
            page = Unseen(url, str(error))
        return self._note(how, url, page)

    def _note(self, how: str, url: str, page: Seen | Unseen) -> Seen | Unseen:
        self.pages[how, url] = page
        return page

    def _fetched(self, url: str) -> Seen | Unseen:
        jar = RequestsCookieJar()
        reply = self.http.send("GET", url, jar=jar, headers={"Accept-Language": self.languages[0]})
        if reply.status >= 400:
            return self._refused(url, reply.status, ReplyPage(reply).visible_text(), reply.text)
        text = ReplyPage(reply).visible_text() if reply.media_type in PAGES else ""
        html = reply.text if reply.media_type in PAGES else ""
        return Seen(
            url,
            reply.url,
            reply.status,
            reply.media_type,
            html,
            text,
            "http",
            digest(reply.body),
            tuple(sorted(cookie.name for cookie in jar)),
        )

    def _looked(self, url: str) -> Seen | Unseen:
        assert self.browser is not None
        before = _tally(self.scope)
        visitor = Account("visitor", "logged_out", "", "", "", "")
        flow = self.browser.flow(visitor, "first", self.languages[0])
        try:
            flow.run(BindingStep(open=url))
            with errors_as_halts():
                rested = flow.settle()
                flow.unfold()
                rested = flow.settle() and rested
                html, text, status = flow.html(), flow.visible_text(), flow.status or 0
                final = flow.url.partition("#")[0]
            self.browser.sync_back(visitor, "first")
        finally:
            self.browser.release([visitor])
        if status >= 400:
            return self._refused(url, status, text, html)
        if not rested and len(text.split()) < FEW_WORDS:
            return Unseen(url, "the page never came to rest")
        after = _tally(self.scope)
        called = tuple(
            {"origin": place, "kind": kind, "count": count - before.get((place, kind), 0)}
            for (place, kind), count in sorted(after.items())
            if count > before.get((place, kind), 0)
        )
        cookies = tuple(sorted({cookie.name for cookie in visitor.device().jar}))
        page = Seen(
            url,
            final,
            status,
            "text/html",
            html,
            text,
            "browser",
            digest(html.encode()),
            cookies,
            called,
        )
        judged = self._judged(page)
        if isinstance(judged, Seen):
            self.http.keep(url, html)
        return judged

    def _refused(self, url: str, status: int, text: str, html: str) -> Unseen:
        if challenged(html, text, self.cues):
            return Unseen(url, "a proof of humanity stood in front of it; it is not solved")
        return Unseen(url, f"it answered {status}", gone=status in (404, 410))

    def _judged(self, page: Seen) -> Seen | Unseen:
        """The page, unless it is a wall, a captcha or what an unknown address is answered with."""
        if len(page.text.split()) < 80 and challenged(page.html, page.text, self.cues):
            return Unseen(page.asked, "a proof of humanity stood in front of it; it is not solved")
        if says(page.headings, self.cues.pages["missing"]):
            return Unseen(page.asked, "its own heading says that it is missing", gone=True)
        if (
            self.missing
            and page.asked != self.missing
            and self.unlike.alike(page.through, page, lambda: self._unknown(page.through))
        ):
            return Unseen(page.asked, "it shows what an unknown address shows", gone=True)
        if walled(page, self.cues):
            return Unseen(page.asked, "it asks to sign in", wall=True)
        return page

    def _unknown(self, through: str) -> str:
        page = self.fetch(self.missing)
        if through == "browser" and not (isinstance(page, Unseen) and page.gone):
            page = self.look(self.missing)
        return page.text if isinstance(page, Seen) else ""


def walled(page: Seen, cues: Cues) -> bool:
    """True for a page that is a sign-in form and was asked for as something else."""
    here, asked = urlsplit(page.url).path, urlsplit(page.asked).path
    if not any(form.kind == "sign_in" for form in forms_of(page.html, cues)):
        return False
    moved = here.rstrip("/") != asked.rstrip("/")
    parts = {part for part in here.lower().split("/") if part}
    at_door = bool(parts & cues.links.paths["sign_in"]) or cues.named("sign_in", page.headings)
    return moved and at_door


def challenged(html: str, text: str, cues: Cues) -> bool:
    """True for a page that holds a proof of humanity and hardly anything else."""
    if len(text.split()) >= 80:
        return False
    tree = LexborHTMLParser(html)
    return says(text, cues.pages["challenge"]) or any(
        tree.css_first(css) is not None for css in cues.pages["challenge_css"]
    )


def folded_away(html: str) -> bool:
    """True when something folded on the page came without its text, so that only a browser can show it."""
    tree = LexborHTMLParser(html)
    for node in tree.css(
        "button[aria-expanded=false][aria-controls], [role=button][aria-expanded=false][aria-controls]"
    ):
        name = node.attributes.get("aria-controls") or ""
        if '"' in name or any(up.tag in ("nav", "header", "form") for up in _above(node)):
            continue
        part = tree.css_first(f'[id="{name}"]')
        if part is None or not part.text().strip():
            return True
    return False


def _above(node: Any) -> list[Any]:
    found, parent = [], node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _tally(scope: PublicScope) -> dict[tuple[str, str], int]:
    return {(str(one["origin"]), str(one["kind"])): int(one["count"]) for one in scope.refusals()}


def absolute(base: str, href: str) -> str:
    """An address in full, without its fragment; empty for what is none."""
    try:
        return urljoin(base, href).partition("#")[0]
    except ValueError:
        return ""
