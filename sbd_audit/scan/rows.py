"""What was found, as rows: found, not found (and where it was looked for), or could not be told (and why)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from sbd_audit.capabilities import Vocabulary
from sbd_audit.documents.contacts import contacts_in, numbers_in, same_form
from sbd_audit.documents.language import language_of
from sbd_audit.models.results import SurfaceRow
from sbd_audit.scan.forms import forms_of
from sbd_audit.scan.security_txt import parse
from sbd_audit.scan.survey import ORDER, SECURITY, Survey, alternates
from sbd_audit.scan.visit import Seen, Unseen, absolute
from sbd_audit.scan.words import says

SHOWN = (*ORDER, "cookie_policy")


class Rows:
    """Builds the rows of one survey."""

    def __init__(self, survey: Survey, vocabulary: Vocabulary, market: str, now: datetime) -> None:
        self.survey = survey
        self.visitor = survey.visitor
        self.vocabulary = vocabulary
        self.market = market
        self.now = now

    @cached_property
    def all(self) -> list[SurfaceRow]:
        """Every row, in the order they are shown."""
        return [
            self._sign_up(),
            self._age(),
            *(self._page(kind) for kind in SHOWN if kind != "report_route"),
            self._report_route(),
            *self._forms(),
            self._languages(),
            self._third_parties(),
            self._cookies(),
            *self._helplines(),
            self._security(),
            self._data(),
        ]

    @property
    def looked(self) -> int:
        """Addresses that gave a page or an answer about one."""
        return len({page.asked for page in self.visitor.pages.values()})

    def _nowhere(self, what: str, because: str = "") -> SurfaceRow:
        """Not found, or not to be told when something on the way could not be seen."""
        row = f"{because} " if because else ""
        if not self.survey.complete:
            return SurfaceRow(
                what=what,
                state="unclear",
                says=f"{row}No link to it on {_pages(self.looked)}; then the pages or the time of the scan were used up.",
            )
        return SurfaceRow(
            what=what, state="not_found", says=f"{row}Not found; looked at {_pages(self.looked)}."
        )

    # ------------------------------------------------------------------ joining

    def _sign_up(self) -> SurfaceRow:
        if self.survey.sign_up is None:
            return self._unseen("sign_up") or self._nowhere("sign_up")
        page, form = self.survey.sign_up
        says_so = f"A form with {_count(len(form.fields), 'field')}"
        says_so += f" and the button “{form.button}”." if form.button else "."
        return SurfaceRow(what="sign_up", state="found", says=says_so, where=page.url)

    def _age(self) -> SurfaceRow:
        if self.survey.sign_up is None:
            return SurfaceRow(
                what="age_question", state="unclear", says="No sign-up form was seen."
            )
        page, form = self.survey.sign_up
        if form.age is None:
            return SurfaceRow(
                what="age_question", state="not_found", where=page.url,
                says=f"None of the {_count(len(form.fields), 'field')} of the form asks for it; a later step, which a scan does not reach, may.",
            )  # fmt: skip
        how = "a box to tick" if form.age.tick_box else "a field"
        notes = ["it comes filled in with an adult value"] if form.age.prefilled else []
        return SurfaceRow(
            what="age_question",
            state="found",
            where=page.url,
            says=f"Asked by {how}: “{form.age.says}”. Nothing was entered.",
            notes=tuple(notes),
        )

    # ------------------------------------------------------------------ pages

    def _page(self, kind: str) -> SurfaceRow:
        found = self.survey.found.get(kind)
        if not found:
            return self._unseen(kind) or self._nowhere(kind)
        first = found[0]
        codes = [one.language for one in found if one.language]
        says_so = f"By the link “{first.link}”." if first.link else "By its address in the sitemap."
        notes = [f"in {self._language(code)}" for code in codes]
        notes += [f"also {other.page.url}" for other in found[1:]]
        return SurfaceRow(
            what=kind, state="found", says=says_so, where=first.page.url, notes=tuple(notes)
        )

    def _unseen(self, kind: str) -> SurfaceRow | None:
        """Why what a link promises was not seen; None when no link promises it, or the site says it is gone."""
        if away := self.survey.elsewhere.get(kind):
            return SurfaceRow(
                what=kind,
                state="unclear",
                where=away.url,
                says="A link leads to another address, which a scan does not look at.",
            )
        reasons = []
        for candidate in self.survey.candidates(kind):
            if not (candidate.exact or candidate.url in self.survey.tried.get(kind, ())):
                continue
            page = self.visitor.recall(candidate.url)
            if page is None:
                reasons.append((candidate.url, "it was not looked at", False))
            elif isinstance(page, Unseen):
                reasons.append((candidate.url, page.because, page.gone))
            elif candidate.exact:
                reasons.append((candidate.url, "the page there does not show it", False))
        open_ = [(url, because) for url, because, gone in reasons if not gone]
        if open_:
            return SurfaceRow(
                what=kind,
                state="unclear",
                where=open_[0][0],
                says=f"A link leads there, but {open_[0][1]}.",
            )
        if reasons:
            return self._nowhere(
                kind, f"A link leads to {urlsplit(reasons[0][0]).path}, but {reasons[0][1]}."
            )
        return None

    def _report_route(self) -> SurfaceRow:
        found = self.survey.found.get("report_route")
        if not found:
            walls = [
                url for url in self.survey.tried.get("report_route", ())
                if isinstance(page := self.visitor.recall(url), Unseen) and page.wall
            ]  # fmt: skip
            if walls:
                return SurfaceRow(
                    what="report_route",
                    state="unclear",
                    where=walls[0],
                    says="A link leads there, but it asks to sign in.",
                )
            return self._unseen("report_route") or self._nowhere("report_route")
        page = found[0].page
        form = next(
            (one for one in forms_of(page.html, self.survey.cues) if one.kind == "report"), None
        )
        what = "with a form anybody can open" if form else "without a form on it"
        return SurfaceRow(
            what="report_route",
            state="found",
            where=page.url,
            says=f"A page {what}. Nothing was sent.",
        )

    def _forms(self) -> Iterator[SurfaceRow]:
        for route, forms in self.survey.forms.items():
            page, form = forms[0]
            ends = "up to the button that sends" if form.sends else "whose first step was seen"
            yield SurfaceRow(
                what=f"form_{route}",
                state="found",
                where=page.url,
                says=f"A form {ends}, open to anybody. Nothing was sent.",
            )

    # ------------------------------------------------------------------ languages, third parties, cookies

    def _languages(self) -> SurfaceRow:
        if self.survey.home is None:
            return SurfaceRow(
                what="languages", state="unclear", says="The front page was not seen."
            )
        codes = Counter(code for page in self.visitor.seen() if (code := language_of(page.text)))
        offered = sorted(
            {*alternates(self.survey.home, self.survey.cues), *self.survey.alternates} | set(codes)
        )
        if not offered:
            return SurfaceRow(
                what="languages",
                state="unclear",
                says="No page declares a language that is known here.",
            )
        notes = [
            f"{_pages(count)} read in {self._language(code)}"
            for code, count in sorted(codes.items())
        ]
        return SurfaceRow(
            what="languages",
            state="found",
            where=self.survey.home.url,
            says=f"{', '.join(map(self._language, offered))}.",
            notes=tuple(notes),
        )

    def _language(self, code: str) -> str:
        return str(self.vocabulary.tables["language_names"].get(code, code))

    def _joining_page(self) -> Seen | None:
        """The sign-up page as a browser saw it, or the front page when there is none."""
        page = self.survey.sign_up[0] if self.survey.sign_up else self.survey.home
        return None if page is None else self.survey.in_browser(page)

    def _third_parties(self) -> SurfaceRow:
        page = self._joining_page()
        if page is None:
            return SurfaceRow(what="third_parties", state="unclear", says="No page was seen.")
        where = "the sign-up page" if self.survey.sign_up else "the front page"
        if page.through != "browser":
            away = (url for url in _embedded(page) if not self.visitor.scope.inside(url))
            hosts = sorted({_host(url) for url in away})
            tail = "Read from the source without a browser; scripts may call more."
            if not hosts:
                return SurfaceRow(
                    what="third_parties",
                    state="unclear",
                    where=page.url,
                    says=f"The source of {where} names none. {tail}",
                )
            return SurfaceRow(
                what="third_parties",
                state="found",
                where=page.url,
                says=f"{_count(len(hosts), 'host')} named in the source of {where}. {tail}",
                notes=tuple(hosts),
            )
        calls: Counter[str] = Counter()
        for call in page.called:
            if not self.visitor.scope.inside(str(call["origin"])):
                calls[_host(str(call["origin"]))] += int(call["count"])
        if not calls:
            return SurfaceRow(
                what="third_parties",
                state="not_found",
                where=page.url,
                says=f"None was called while {where} stood open.",
            )
        return SurfaceRow(
            what="third_parties", state="found", where=page.url, notes=tuple(f"{host} ({count})" for host, count in sorted(calls.items())),
            says=f"{where[0].upper()}{where[1:]} tried to call {_count(len(calls), 'other host')}, {_count(sum(calls.values()), 'attempt')}; all were refused, and what they would have loaded was not seen.",
        )  # fmt: skip

    def _cookies(self) -> SurfaceRow:
        page = self._joining_page()
        if page is None:
            return SurfaceRow(what="cookies", state="unclear", says="No page was seen.")
        if page.cookies:
            return SurfaceRow(
                what="cookies",
                state="found",
                where=page.url,
                notes=page.cookies,
                says=f"{_count(len(page.cookies), 'cookie')} set before anybody agreed to anything.",
            )
        if page.through != "browser":
            return SurfaceRow(
                what="cookies",
                state="unclear",
                where=page.url,
                says="None came with the page; without a browser, those set by scripts are not seen.",
            )
        return SurfaceRow(
            what="cookies",
            state="not_found",
            where=page.url,
            says="None was set before anybody agreed to anything.",
        )

    # ------------------------------------------------------------------ helplines

    def _helplines(self) -> Iterator[SurfaceRow]:
        pages = self.visitor.seen()
        names: dict[str, str] = {}
        unlisted: dict[str, str] = {}
        known = {
            same_form(number)
            for service in self.vocabulary.referrals.values()
            for number in service.get("phone") or []
        }
        for page in pages:
            links = (
                [
                    node.attributes.get("href") or ""
                    for node in LexborHTMLParser(page.html).css("a[href]")
                ]
                if page.html
                else []
            )
            read = contacts_in(
                page.text,
                links,
                self.vocabulary.referrals,
                self.vocabulary.tables["contacts"],
                self.market,
            )
            for name in read.found:
                names.setdefault(name.replace("_", " "), page.url)
            for number in numbers_in(page.text, links) - known:
                if _near(page.text, number, self.survey.cues.pages["helpline"]):
                    unlisted.setdefault(number, page.url)
        if names:
            first = next(iter(names.values()))
            yield SurfaceRow(
                what="helplines",
                state="found",
                where=first,
                says=f"{_count(len(names), 'service')} of the {self.market} registry. No number was dialled.",
                notes=tuple(sorted(names)),
            )
        else:
            yield self._nowhere("helplines", f"None of the {self.market} registry.")
        if unlisted:
            yield SurfaceRow(
                what="unlisted_numbers", state="found", where=next(iter(unlisted.values())), notes=tuple(sorted(unlisted)),
                says="Given as a helpline and in no registry held here; a person has to look.",
            )  # fmt: skip

    # ------------------------------------------------------------------ files

    def _security(self) -> SurfaceRow:
        what = "security_txt"
        page = self.visitor.fetch(self.survey.base + SECURITY)
        if isinstance(page, Unseen):
            if page.gone:
                return SurfaceRow(
                    what=what,
                    state="not_found",
                    says=f"{SECURITY} {page.because.removeprefix('it ')}.",
                )
            return SurfaceRow(what=what, state="unclear", says=f"{SECURITY}: {page.because}.")
        reply = self.visitor.http.kept[page.asked]
        read = None if "html" in page.media_type else parse(reply.text, self.now)
        if read is None:
            return SurfaceRow(
                what=what,
                state="not_found",
                says=f"{SECURITY} answers with something that is no such file.",
            )
        until = (
            f", valid until {read.expires.date().isoformat()}"
            if read.expires and not read.problems
            else ""
        )
        wrong = [
            *read.problems,
            *(
                []
                if page.media_type == "text/plain"
                else [f"it comes as {page.media_type}, not text/plain"]
            ),
        ]
        good = f"A contact is named{until}." if read.contacts else "It is there."
        return SurfaceRow(what=what, state="found", where=page.url, says=good, notes=tuple(wrong))

    def _data(self) -> SurfaceRow:
        """Machine-readable figures linked from the transparency pages."""
        kinds = ("transparency_report", "transparency_data")
        pages = [found.page for kind in kinds for found in self.survey.found.get(kind, ())]
        files, services = set(), set()
        for page in pages:
            for node in LexborHTMLParser(page.html).css("a[href]"):
                url = absolute(page.url, node.attributes.get("href") or "")
                if urlsplit(url).path.lower().rpartition(".")[2] in self.survey.cues.data_files:
                    files.add(url)
                if _host(url) in self.survey.cues.data_services:
                    services.add(url)
        if files or services:
            return SurfaceRow(
                what="transparency_data",
                state="found",
                where=pages[0].url,
                says=f"{_count(len(files | services), 'link')} to figures a program can read; not fetched.",
                notes=tuple(sorted(files | services)),
            )
        if (
            not pages
            and (row := self._unseen("transparency_report")) is not None
            and row.state == "unclear"
        ):
            return row.model_copy(update={"what": "transparency_data"})
        return self._nowhere("transparency_data")


def _pages(count: int) -> str:
    return _count(count, "page")


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _embedded(page: Seen) -> Iterator[str]:
    """Addresses a page loads by itself."""
    for node in LexborHTMLParser(page.html).css(
        "script[src], img[src], iframe[src], link[href][rel~=stylesheet], link[href][rel~=preconnect]"
    ):
        url = absolute(page.url, node.attributes.get("src") or node.attributes.get("href") or "")
        if url.startswith("http"):
            yield url


def _near(text: str, number: str, words: Iterable[str]) -> bool:
    """True when a number stands beside a word for a helpline, and is no year."""
    if re.fullmatch(r"(19|20)\d\d", number) or not 3 <= len(number) <= 13:
        return False
    digits = r"[\s()-]*".join(number.lstrip("0"))
    for match in re.finditer(
        rf"(?<!\d){digits}(?!\d)|(?<!\d)\+?\d{{1,3}}[\s-]*{digits}(?!\d)|0{digits}(?!\d)", text
    ):
        if says(text[max(0, match.start() - 60) : match.end() + 40], words):
            return True
    return False


def listed(pages: dict[Any, Seen | Unseen]) -> list[dict[str, str]]:
    """Every address asked for, how, and what came."""
    return [
        {
            "url": page.asked,
            "through": how,
            "came": f"status {page.status}, {page.media_type}"
            if isinstance(page, Seen)
            else page.because,
            "sha256": page.sha256 if isinstance(page, Seen) else "",
        }
        for (how, _), page in pages.items()
    ]
