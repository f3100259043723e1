"""Facts about words on a page: their language, how hard they read, which helplines and times they name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.canonical import decimal
from sbd_audit.documents.contacts import contacts_in
from sbd_audit.documents.language import language_of
from sbd_audit.documents.readability import grade
from sbd_audit.models.binding import Between, Extractor
from sbd_audit.models.signs import Locator
from sbd_audit.observe.extract import MISSING, Page, ReplyPage
from sbd_audit.observe.halt import PASSING, passing

if TYPE_CHECKING:
    from sbd_audit.observe.world import World

MOST_LINKS = 30


def speaks_of_words(extractor: Extractor) -> bool:
    """True for a source that is read here."""
    return any(
        (
            extractor.language,
            extractor.language_share,
            extractor.grade,
            extractor.contacts,
            extractor.broken_links,
            extractor.elapsed_minutes,
        )
    )


def words_of(
    extractor: Extractor,
    page: Page,
    world: World,
    pages: Mapping[str, Page],
    args: Mapping[str, Any],
) -> Any:
    """The value of such a source; MISSING where it cannot be told.

    `pages` are the ones kept by name, `args` say in which language the page was asked for.
    """
    if isinstance(extractor.elapsed_minutes, Between):
        return _minutes(page, extractor.elapsed_minutes)
    if share := extractor.language_share:
        other = pages.get(share.against)
        asked = args.get("language")
        if other is None or asked is None:
            return MISSING
        return _share(page, other, share.of, str(asked))
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


def _minutes(page: Page, between: Between) -> Any:
    """Whole minutes from one time the page states to another; MISSING unless both are machine-readable."""
    moments = [
        page.raw(Extractor(css=css, attr="datetime")) for css in (between.start, between.end)
    ]
    try:
        start, end = (datetime.fromisoformat(str(moment)) for moment in moments)
        return int((end - start).total_seconds() // 60)
    except (ValueError, TypeError):
        return MISSING


def _share(page: Page, other: Page, css: str, language: str) -> Any:
    """The share of a page's texts that are in a language (decimal text), beside the same page in another one.

    Single labels are too short to tell a language by, so a text counts as translated when the other page does not
    hold it word for word, and the translated texts together must be in the language asked for: nothing of another
    one counts. MISSING when the page has no such texts, when their language cannot be told, or when the other page
    is in the language asked for.
    """
    texts, originals = _texts(page, css), _texts(other, css)
    if not texts or language_of(". ".join(originals)) in (None, language):
        return MISSING
    known = {text.casefold() for text in originals}
    translated = [text for text in texts if text.casefold() not in known]
    if not translated:
        return 0
    found = language_of(". ".join(translated))
    if found is None:
        return MISSING
    return decimal(Fraction(len(translated) if found == language else 0, len(texts)), 2)


def _texts(page: Page, css: str) -> list[str]:
    found = page.raw(Extractor(css=css, get="texts"))
    kept = [" ".join(str(text).split()) for text in found] if isinstance(found, list) else []
    return [text for text in kept if any(sign.isalpha() for sign in text)]
