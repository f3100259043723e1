"""Facts about words on a page: their language, how hard they read, which helplines they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.documents.contacts import contacts_in
from sbd_audit.documents.language import language_of
from sbd_audit.documents.readability import grade
from sbd_audit.models.binding import Extractor
from sbd_audit.models.signs import Locator
from sbd_audit.observe.extract import MISSING, Page, ReplyPage
from sbd_audit.observe.halt import PASSING, passing

if TYPE_CHECKING:
    from sbd_audit.observe.world import World

MOST_LINKS = 30


def words_of(extractor: Extractor, page: Page, world: World) -> Any:
    """The value of a `language`, `grade` or `contacts` source; MISSING where it cannot be told."""
    if extractor.language:
        found = language_of(_text(page, extractor.language))
        return MISSING if found is None else found
    if extractor.grade:
        where = (
            Locator(css=extractor.grade) if isinstance(extractor.grade, str) else extractor.grade
        )
        text = _text(page, where)
        value = grade(text, language_of(text) or "en")
        return MISSING if value is None else value
    if extractor.broken_links:
        return _broken(page, extractor.broken_links, world)
    contacts, market = world.vocabulary.tables["contacts"], world.target.market
    if not any(markets.get(market) for markets in contacts.values()):
        return MISSING  # nobody has listed this country's services, so none can be right or wrong
    found_contacts = contacts_in(
        _text(page, extractor.contacts),
        _links(page),
        world.vocabulary.referrals,
        contacts,
        market,
    )
    return found_contacts.wrong if extractor.get == "wrong" else found_contacts.found


def _text(page: Page, where: Any) -> str:
    if not isinstance(where, Locator):
        return page.visible_text()
    if isinstance(page, ReplyPage):
        node = page.html.css_first(where.css or "body")
        return " ".join(node.text(separator=" ").split()) if node else ""
    return page.visible_text(where)  # type: ignore[call-arg]


def _broken(page: Page, where: Any, world: World) -> int:
    """How many of the page's own links answer 404 or 410; read politely, in-scope only, thirty at most."""
    inside = where.css if isinstance(where, Locator) and where.css else "body"
    urls = {urljoin(page.url, link).partition("#")[0] for link in _links(page, f"{inside} a[href]")}
    own = sorted(url for url in urls if url.startswith("http") and world.scope.allows(url))[
        :MOST_LINKS
    ]
    answers = {url: world.http.send("GET", url, jar=RequestsCookieJar()).status for url in own}
    for url, status in answers.items():
        if status in PASSING:
            raise passing(status, urlsplit(url).path)
    return sum(status in (404, 410) for status in answers.values())


def _links(page: Page, css: str = "a[href]") -> list[str]:
    if isinstance(page, ReplyPage):
        return [node.attributes.get("href") or "" for node in page.html.css(css)]
    found = page.raw(Extractor(locator=Locator(css=css), get="attrs:href"))
    return [str(link) for link in found] if isinstance(found, list) else []
