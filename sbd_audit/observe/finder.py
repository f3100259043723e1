"""Looks for documents nobody named: on the home page, on the help and safety pages it links to, in the sitemap.

A handful of polite requests inside the fence, made once per run. What is found says how it was found and how
many links lead to it from the home page and from the page where one joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from requests.cookies import RequestsCookieJar

from sbd_audit.documents.discovery import (
    Candidate,
    LinkCues,
    PageLink,
    best,
    links_of,
    ranked,
    sitemap_links,
)
from sbd_audit.observe.halt import PASSING, Halt
from sbd_audit.observe.http import Reply
from sbd_audit.outcome import AGAIN

ON_THE_WAY = ("help_centre", "safety_centre", "sign_up")
"""Pages that are opened to look for links on them."""
MOST_SITEMAPS = 3


class Driver(Protocol):
    def send(self, method: str, url: str, *, jar: RequestsCookieJar, headers: dict[str, str] | None = None) -> Reply: ...  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Where a kind of document seems to stand; `clicks` from home and from the page where one joins."""

    kind: str
    url: str
    how: str
    clicks: int | None
    from_sign_up: int | None = None


@dataclass
class Finding:
    """Everything found on one site, and what could not be looked at."""

    found: dict[str, Found] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)
    """Those of the troubles that may be gone another time."""
    looked_at: list[str] = field(default_factory=list)


def find_documents(
    driver: Driver,
    home: str,
    cues: LinkCues,
    *,
    languages: Sequence[str],
    elsewhere: Iterable[str] = (),
) -> Finding:
    """Looks round a site from its home page; `elsewhere` are names of regions the market is not in."""
    finding = Finding()
    away = tuple(elsewhere)

    def look(url: str) -> list[PageLink]:
        reply = _asked(driver, url, languages, finding)
        return links_of(reply.body, reply.url) if reply else []

    def choose(links: Iterable[PageLink]) -> Mapping[str, Candidate]:
        return best(ranked(links, cues, languages=languages, elsewhere=away))

    first = choose(look(home))
    pages = {kind: first[kind] for kind in ON_THE_WAY if kind in first}
    further = {kind: choose(look(page.url)) for kind, page in pages.items()}
    for kind, candidate in first.items():
        finding.found[kind] = _found(candidate, "the home page", 1)
    joining = further.pop("sign_up", {})
    for page, candidates in further.items():
        for kind, candidate in candidates.items():
            if kind not in finding.found:
                where = f"the {page.replace('_', ' ')}"
                finding.found[kind] = _found(candidate, where, 2)
    for kind, candidate in choose(_sitemap(driver, home, languages, finding)).items():
        if kind not in finding.found:
            finding.found[kind] = Found(
                kind, candidate.url, "it stands in the sitemap; no link to it was seen", None
            )
    for kind, candidate in joining.items():
        if kind in finding.found:
            known = finding.found[kind]
            finding.found[kind] = Found(kind, known.url, known.how, known.clicks, 1)
        else:
            finding.found[kind] = Found(
                kind,
                candidate.url,
                f"its link “{candidate.text}” on the page where one joins",
                2,
                1,
            )
    return finding


def _found(candidate: Candidate, page: str, clicks: int) -> Found:
    part = {"footer": "the footer of ", "header": "the head of "}.get(candidate.where, "")
    text = candidate.text or candidate.url
    return Found(candidate.kind, candidate.url, f"its link “{text}” in {part}{page}", clicks)


def _sitemap(
    driver: Driver, home: str, languages: Sequence[str], finding: Finding
) -> list[PageLink]:
    """Pages of the sitemap that robots.txt names, or that stands at its usual place."""
    robots = _asked(driver, urljoin(home, "/robots.txt"), languages, None)
    named = [
        line.partition(":")[2].strip()
        for line in (robots.text if robots else "").splitlines()
        if line.lower().startswith("sitemap:")
    ]
    waiting = [urljoin(home, place) for place in named] or [urljoin(home, "/sitemap.xml")]
    links: list[PageLink] = []
    for _ in range(MOST_SITEMAPS):
        if not waiting:
            break
        reply = _asked(driver, waiting.pop(0), languages, None)
        if reply is None:
            continue
        pages, more = sitemap_links(reply.body)
        links += pages
        waiting += more
    return links


def _asked(
    driver: Driver, url: str, languages: Sequence[str], finding: Finding | None
) -> Reply | None:
    try:
        reply = driver.send(
            "GET", url, jar=RequestsCookieJar(), headers={"Accept-Language": ", ".join(languages)}
        )
    except Halt as halt:
        if finding is not None:
            finding.troubles.append(f"{url}: {halt.detail}")
            finding.passing += finding.troubles[-1:] if halt.reason in AGAIN else []
        return None
    if reply.status != 200:
        if finding is not None:
            finding.troubles.append(f"{url} answered {reply.status}")
            finding.passing += finding.troubles[-1:] if reply.status in PASSING else []
        return None
    if finding is not None:
        finding.looked_at.append(url)
    return reply
