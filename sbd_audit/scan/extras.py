"""Rows about what stands on pages and in files: helplines, security.txt, figures a program can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from sbd_audit.documents.contacts import contacts_in, numbers_in, same_form
from sbd_audit.models.run_facts import SurfaceRow
from sbd_audit.scan.security_txt import parse
from sbd_audit.scan.survey import SECURITY
from sbd_audit.scan.visit import Unseen, absolute
from sbd_audit.scan.words import says

if TYPE_CHECKING:
    from sbd_audit.scan.rows import Rows


def helplines(rows: Rows) -> Iterator[SurfaceRow]:
    pages = rows.visitor.seen()
    names: dict[str, str] = {}
    unlisted: dict[str, str] = {}
    known = {
        same_form(number)
        for service in rows.vocabulary.referrals.values()
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
            rows.vocabulary.referrals,
            rows.vocabulary.tables["contacts"],
            rows.market,
        )
        for name in read.found:
            names.setdefault(name.replace("_", " "), page.url)
        for number in numbers_in(page.text, links) - known:
            if _near(page.text, number, rows.survey.cues.pages["helpline"]):
                unlisted.setdefault(number, page.url)
    if names:
        first = next(iter(names.values()))
        yield SurfaceRow(
            what="helplines",
            state="found",
            where=first,
            says=f"{count_of(len(names), 'service')} of the {rows.market} registry. No number was dialled.",
            notes=tuple(sorted(names)),
        )
    else:
        yield rows.nowhere("helplines", f"None of the {rows.market} registry.")
    if unlisted:
        yield SurfaceRow(
            what="unlisted_numbers", state="found", where=next(iter(unlisted.values())), notes=tuple(sorted(unlisted)),
            says="Given as a helpline and in no registry held here; a person has to look.",
        )  # fmt: skip


def security(rows: Rows) -> SurfaceRow:
    what = "security_txt"
    page = rows.visitor.fetch(rows.survey.base + SECURITY)
    if isinstance(page, Unseen):
        if page.gone:
            return SurfaceRow(
                what=what,
                state="not_found",
                says=f"{SECURITY} {page.because.removeprefix('it ')}.",
            )
        return SurfaceRow(what=what, state="unclear", says=f"{SECURITY}: {page.because}.")
    reply = rows.visitor.http.kept[page.asked]
    read = None if "html" in page.media_type else parse(reply.text, rows.now)
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


def data(rows: Rows) -> SurfaceRow:
    """Machine-readable figures linked from the transparency pages."""
    kinds = ("transparency_report", "transparency_data")
    pages = [found.page for kind in kinds for found in rows.survey.found.get(kind, ())]
    files, services = set(), set()
    for page in pages:
        for node in LexborHTMLParser(page.html).css("a[href]"):
            url = absolute(page.url, node.attributes.get("href") or "")
            if urlsplit(url).path.lower().rpartition(".")[2] in rows.survey.cues.data_files:
                files.add(url)
            if host(url) in rows.survey.cues.data_services:
                services.add(url)
    if files or services:
        return SurfaceRow(
            what="transparency_data",
            state="found",
            where=pages[0].url,
            says=f"{count_of(len(files | services), 'link')} to figures a program can read; not fetched.",
            notes=tuple(sorted(files | services)),
        )
    if (
        not pages
        and (row := rows.unseen("transparency_report")) is not None
        and row.state == "unclear"
    ):
        return row.model_copy(update={"what": "transparency_data"})
    return rows.nowhere("transparency_data")


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


def pages(count: int) -> str:
    return count_of(count, "page")


def count_of(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
