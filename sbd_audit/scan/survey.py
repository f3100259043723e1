"""Where things stand on a site: links followed from the front page, the likeliest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from sbd_audit.documents.discovery import Candidate, PageLink, links_of, ranked, sitemap_links
from sbd_audit.documents.language import language_of
from sbd_audit.scan.address import at_home
from sbd_audit.scan.forms import Form, forms_of
from sbd_audit.scan.visit import PAGES, Seen, Unseen, Visitor
from sbd_audit.scan.words import ROUTE, Cues

ORDER = (
    "terms_of_service", "privacy_policy", "community_guidelines", "safety_centre", "report_route", "help_centre",
    "contact", "child_safety_policy", "childrens_notice", "parents_guide", "transparency_report", "help_reporting",
    "complaints_procedure", "intimate_image_policy", "law_enforcement_guide", "appeals_policy", "enforcement_policy",
)  # fmt: skip
"""What is looked for first; any other published kind comes after these."""
TRIES = 3
LEADING = (
    "report_route",
    "help_reporting",
    "safety_centre",
    "help_centre",
    "complaints_procedure",
    "intimate_image_policy",
)
"""Pages from which a form for people without an account may be reached."""
TRANSLATED = ("community_guidelines", "terms_of_service", "childrens_notice")
"""Kinds of which every language asked for is looked at."""
SECURITY = "/.well-known/security.txt"
FEWEST = {"contact": 3, "report_route": 3, "help_centre": 8, "transparency_data": 3}
FEWEST_WORDS = 25


@dataclass(frozen=True)
class Found:
    """A page that is what its kind says: the page, its language, and the words of the link that led to it."""

    kind: str
    page: Seen
    language: str | None
    link: str


@dataclass
class Survey:
    """The walk and what it found; `pages` holds one entry per kind and language."""

    visitor: Visitor
    cues: Cues
    base: str
    origins: tuple[str, ...]
    languages: tuple[str, ...]
    home: Seen | None = None
    sign_up: tuple[Seen, Form] | None = None
    found: dict[str, list[Found]] = field(default_factory=dict)
    tried: dict[str, list[str]] = field(default_factory=dict)
    elsewhere: dict[str, Candidate] = field(default_factory=dict)
    forms: dict[str, list[tuple[Seen, Form]]] = field(default_factory=dict)
    alternates: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    _links: dict[PageLink, None] = field(default_factory=dict)
    _ranked: tuple[int, dict[str, list[Candidate]]] = (0, {})
    _read: set[str] = field(default_factory=set)
    _on: dict[str, list[PageLink]] = field(default_factory=dict)

    # ------------------------------------------------------------------ the walk

    def walk(self, home: Seen, sitemaps: Iterable[str] = ()) -> None:
        """Everything, in the order that matters; ends early when the pages are used up."""
        self.home = home
        self._take(home)
        self._joining()
        self.visitor.fetch(self.base + SECURITY)
        for url in [*self._other_languages()]:
            page = self.visitor.see(url)
            if isinstance(page, Seen):
                self._take(page)
        for kind in ORDER:
            self._settle(kind)
        self._translated(TRANSLATED[:1])
        for route in self.cues.routes:
            self._route(route)
        self._sitemaps(sitemaps)
        others = [kind for kind in self.cues.published if kind not in ORDER]
        for kind in (*ORDER, *others, "cookie_policy"):  # by what was met on the way
            if kind not in self.found:
                self._settle(kind)
        if self.sign_up is None:
            self._joining()
        self.complete = not self.visitor.spent
        self._translated(TRANSLATED[1:])

    def link_on(self, page: Seen, url: str) -> str | None:
        """The address of `url` exactly as a link on `page` writes it; None when none does."""
        for node in LexborHTMLParser(page.html).css("a[href]"):
            raw = node.attributes.get("href") or ""
            if self._home(urljoin(page.url, raw)) == url and '"' not in raw and "\\" not in raw:
                return raw
        return None

    def candidates(self, kind: str) -> list[Candidate]:
        """Where a kind may stand, the likeliest first; only addresses of this site."""
        if self._ranked[0] != len(self._links):
            found = ranked(self._links, self.cues.links, languages=self.languages)
            self._ranked = (len(self._links), found)
        named = self._ranked[1]
        everywhere = named.get(kind, [])
        inside = [one for one in everywhere if self.visitor.scope.inside(one.url)]
        outside = [
            one for one in everywhere if one.exact and not self.visitor.scope.inside(one.url)
        ]
        if outside and kind not in self.elsewhere:
            self.elsewhere[kind] = outside[0]
        owned = {
            one.url
            for other, listed in named.items()
            if other != kind and not other.startswith(ROUTE) and not kind.startswith(ROUTE)
            for one in listed[:1]
            if one.exact
            and one.weight > max((mine.weight for mine in inside if mine.url == one.url), default=0)
        }
        return [one for one in inside if one.url not in owned]

    # ------------------------------------------------------------------ kinds

    def _settle(self, kind: str) -> None:
        """Looks at the likeliest pages of a kind until one is it; where it is translated, one in every language."""
        for candidate in self.candidates(kind)[: 2 * TRIES]:
            enough = len(self.languages) if kind in TRANSLATED else 1
            if len(self.found.get(kind, ())) >= enough or len(self.tried.get(kind, ())) >= TRIES:
                return
            if candidate.url in self.tried.setdefault(kind, []) or self._is_taken(kind, candidate):
                continue
            self.tried[kind].append(candidate.url)
            page = self.visitor.see(candidate.url)
            if isinstance(page, Unseen):
                continue
            self._take(page)
            if self._is(kind, candidate, page):
                self._add(kind, page, self._link_text(candidate))

    def _is_taken(self, kind: str, candidate: Candidate) -> bool:
        """A page that already is one kind is not another it is only vaguely named as."""
        other = any(
            found.page.asked == candidate.url
            for name, listed in self.found.items()
            if name != kind
            for found in listed
        )
        return other and not candidate.exact

    def _is(self, kind: str, candidate: Candidate, page: Seen) -> bool:
        if self.home is not None and self._home(page.url) == self._home(self.home.url):
            return False
        if page.media_type not in PAGES:
            return candidate.exact and page.media_type == "application/pdf"
        enough = len(page.text.split()) >= FEWEST.get(kind, FEWEST_WORDS)
        return enough and (candidate.exact or self.cues.named(kind, page.headings))

    def _link_text(self, candidate: Candidate) -> str:
        """What the first link that was met to an address says."""
        return next(
            (link.text for link in self._links if link.href == candidate.url), candidate.text
        )

    def _add(self, kind: str, page: Seen, link: str) -> None:
        language = language_of(page.text) or _declared(page)
        known = self.found.setdefault(kind, [])
        if all(language != one.language for one in known):
            known.append(Found(kind, page, language, link))

    def _languages_of(self, kind: str) -> set[str | None]:
        return {found.language for found in self.found.get(kind, ())}

    def _translated(self, kinds: Iterable[str]) -> None:
        for kind in kinds:
            for found in [*self.found.get(kind, ())]:
                self._translations(kind, found.page)

    def _translations(self, kind: str, page: Seen) -> None:
        """The same page in the other languages, where it says itself where they are."""
        for code, url in alternates(page, self.cues).items():
            wanted = code in self.languages and code not in self._languages_of(kind)
            if (
                not wanted
                or self._home(url) in self.tried[kind]
                or not self.visitor.scope.inside(url)
            ):
                continue
            self.tried[kind].append(self._home(url))
            other = self.visitor.see(self._home(url))
            if isinstance(other, Seen) and language_of(other.text) == code:
                self._take(other)
                self._add(kind, other, "")

    def _route(self, route: str) -> None:
        """Forms for one kind of harm: by links on the pages that lead there, or as a choice in a report form."""
        near = {found.page.asked for kind in LEADING for found in self.found.get(kind, ())}
        reachable = {link.href for url in near for link in self._on.get(url, ())}
        listed = [one for one in self.candidates(ROUTE + route) if one.url in reachable]
        for candidate in listed[: len(self.languages)]:
            page = self.visitor.see(candidate.url)
            if isinstance(page, Seen):
                self._take(page)
                self._keep_form(route, page, named=True)
        for url in near:
            known = self.visitor.recall(url)
            if isinstance(known, Seen) and route not in self.forms:
                self._keep_form(route, known, named=False)

    def _keep_form(self, route: str, page: Seen, *, named: bool) -> None:
        for form in forms_of(page.html, self.cues):
            fits = form.kind == "report" and (
                (
                    named
                    and self.cues.named(
                        ROUTE + route, f"{page.headings} · {' · '.join(form.options)}"
                    )
                )
                or self.cues.named(ROUTE + route, " · ".join(form.options))
            )
            if fits:
                self.forms.setdefault(route, []).append((page, form))
                return

    # ------------------------------------------------------------------ joining

    def _joining(self) -> None:
        """The sign-up form: on the front page, or behind a link that says so, or behind the sign-in page."""
        if self.home is not None and self._joins_at(self.home):
            return
        for kind in ("sign_up", "sign_in", "sign_up"):
            for candidate in self.candidates(kind)[: TRIES if kind == "sign_up" else 1]:
                if candidate.url in self.tried.setdefault(kind, []):
                    continue
                self.tried[kind].append(candidate.url)
                page = self.visitor.see(candidate.url)
                if isinstance(page, Seen):
                    self._take(page)
                    if self._joins_at(page):
                        return

    def _joins_at(self, page: Seen) -> bool:
        for form in forms_of(page.html, self.cues):
            if form.kind == "sign_up":
                self.sign_up = (self.in_browser(page), form)
                return True
        return False

    def in_browser(self, page: Seen) -> Seen:
        """The page as a browser shows it, where there is one: with what it calls and the cookies it leaves."""
        if page.through == "browser" or self.visitor.browser is None:
            return page
        looked = self.visitor.look(page.asked)
        return looked if isinstance(looked, Seen) else page

    # ------------------------------------------------------------------ links

    def _take(self, page: Seen) -> None:
        """The links of a page join the pool."""
        if page.asked in self._read or page.media_type not in PAGES:
            return
        self._read.add(page.asked)
        links = [
            PageLink(link.text, self._home(link.href), link.where, link.language)
            for link in links_of(page.html, page.url)
        ]
        self._on[page.asked] = links
        self._links.update(dict.fromkeys(links))
        for code, url in alternates(page, self.cues).items():
            self.alternates.setdefault(code, url)

    def _sitemaps(self, listed: Iterable[str]) -> None:
        """The site's own list of its pages, where links have not led to everything."""
        places = [*listed][:1] or [f"{self.base}/sitemap.xml"]
        for place in places:
            page = self.visitor.fetch(self._home(place))
            if isinstance(page, Unseen):
                return
            reply = self.visitor.http.kept.get(self._home(place))
            pages, further = sitemap_links(
                reply.body if reply and "xml" in reply.media_type else b""
            )
            listing = [PageLink("", self._home(one.href), "sitemap") for one in pages]
            self._links.update(dict.fromkeys(listing))
            places += [one for one in further if len(places) < 2]

    def _other_languages(self) -> Iterator[str]:
        """The front page in the other languages asked for."""
        assert self.home is not None
        own = language_of(self.home.text) or _declared(self.home)
        for code, url in alternates(self.home, self.cues).items():
            if code in self.languages and code != own and self.visitor.scope.inside(url):
                yield self._home(url)

    def _home(self, url: str) -> str:
        return at_home(url, self.base, self.origins)


def alternates(page: Seen, cues: Cues) -> dict[str, str]:
    """The page in other languages, by code: from its head, from marked links, and from links named by a language."""
    tree = LexborHTMLParser(page.html)
    found: dict[str, str] = {}
    for node in tree.css("link[rel=alternate][hreflang], a[hreflang]"):
        code = (node.attributes.get("hreflang") or "")[:2].lower()
        if code.isalpha() and code != "x-":
            found.setdefault(code, urljoin(page.url, node.attributes.get("href") or ""))
    for node in tree.css("a[href]"):
        code = cues.own_names.get(" ".join(node.text().split()).casefold(), "")
        if code:
            found.setdefault(code, urljoin(page.url, node.attributes.get("href") or ""))
    return {code: url.partition("#")[0] for code, url in found.items()}


def _declared(page: Seen) -> str | None:
    html = LexborHTMLParser(page.html).css_first("html[lang]")
    code = (html.attributes.get("lang") or "")[:2].lower() if html else ""
    return code if code.isalpha() else None
