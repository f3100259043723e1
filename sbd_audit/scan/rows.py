"""What was found, as rows: found, not found (and where it was looked for), or could not be told (and why)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from sbd_audit.capabilities import Vocabulary
from sbd_audit.documents.language import language_of
from sbd_audit.models.run_facts import SurfaceRow
from sbd_audit.scan.extras import count_of, data, helplines, host, pages, security
from sbd_audit.scan.forms import buttons_of, first_button, forms_of
from sbd_audit.scan.survey import ORDER, Survey, alternates
from sbd_audit.scan.visit import Seen, Unseen, absolute

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
            *helplines(self),
            security(self),
            data(self),
        ]

    @property
    def looked(self) -> int:
        """Addresses that gave a page or an answer about one."""
        return len({page.asked for page in self.visitor.pages.values()})

    def nowhere(self, what: str, because: str = "") -> SurfaceRow:
        """Not found, or not to be told when something on the way could not be seen."""
        row = f"{because} " if because else ""
        if not self.survey.complete:
            return SurfaceRow(
                what=what,
                state="unclear",
                says=f"{row}No link to it on {pages(self.looked)}; then the pages or the time of the scan were used up.",
            )
        return SurfaceRow(
            what=what, state="not_found", says=f"{row}Not found; looked at {pages(self.looked)}."
        )

    # ------------------------------------------------------------------ joining

    def _sign_up(self) -> SurfaceRow:
        if self.survey.sign_up is None:
            return self.unseen("sign_up") or self._behind_a_button() or self.nowhere("sign_up")
        page, form = self.survey.sign_up
        says_so = f"A form with {count_of(len(form.fields), 'field')}"
        says_so += f" and the button “{form.button}”." if form.button else "."
        return SurfaceRow(what="sign_up", state="found", says=says_so, where=page.url)

    def _behind_a_button(self) -> SurfaceRow | None:
        """A button that says one can join: what it opens is not known, since a scan presses nothing."""
        words = self.survey.cues.forms["joins"]
        for page in self.visitor.pages.values():
            if isinstance(page, Seen) and (button := first_button(buttons_of(page.html), words)):
                says_so = f"There is a button “{button}”; a scan presses nothing, so what is behind it was not seen."
                return SurfaceRow(what="sign_up", state="unclear", says=says_so, where=page.url)
        return None

    def _age(self) -> SurfaceRow:
        if self.survey.sign_up is None:
            return SurfaceRow(
                what="age_question", state="unclear", says="No sign-up form was seen."
            )
        page, form = self.survey.sign_up
        if form.age is None:
            return SurfaceRow(
                what="age_question", state="not_found", where=page.url,
                says=f"None of the {count_of(len(form.fields), 'field')} of the form asks for it; a later step, which a scan does not reach, may.",
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
            return self.unseen(kind) or self.nowhere(kind)
        first = found[0]
        codes = [one.language for one in found if one.language]
        says_so = f"By the link “{first.link}”." if first.link else "By its address in the sitemap."
        notes = [f"in {self._language(code)}" for code in codes]
        notes += [f"also {other.page.url}" for other in found[1:]]
        return SurfaceRow(
            what=kind, state="found", says=says_so, where=first.page.url, notes=tuple(notes)
        )

    def unseen(self, kind: str) -> SurfaceRow | None:
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
            return self.nowhere(
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
            return self.unseen("report_route") or self.nowhere("report_route")
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
            f"{pages(count)} read in {self._language(code)}"
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
            hosts = sorted({host(url) for url in away})
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
                says=f"{count_of(len(hosts), 'host')} named in the source of {where}. {tail}",
                notes=tuple(hosts),
            )
        calls: Counter[str] = Counter()
        for call in page.called:
            if not self.visitor.scope.inside(str(call["origin"])):
                calls[host(str(call["origin"]))] += int(call["count"])
        if not calls:
            return SurfaceRow(
                what="third_parties",
                state="not_found",
                where=page.url,
                says=f"None was called while {where} stood open.",
            )
        return SurfaceRow(
            what="third_parties", state="found", where=page.url, notes=tuple(f"{host} ({count})" for host, count in sorted(calls.items())),
            says=f"{where[0].upper()}{where[1:]} tried to call {count_of(len(calls), 'other host')}, {count_of(sum(calls.values()), 'attempt')}; all were refused, and what they would have loaded was not seen.",
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
                says=f"{count_of(len(page.cookies), 'cookie')} set before anybody agreed to anything.",
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


def _embedded(page: Seen) -> Iterator[str]:
    """Addresses a page loads by itself."""
    for node in LexborHTMLParser(page.html).css(
        "script[src], img[src], iframe[src], link[href][rel~=stylesheet], link[href][rel~=preconnect]"
    ):
        url = absolute(page.url, node.attributes.get("src") or node.attributes.get("href") or "")
        if url.startswith("http"):
            yield url


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
