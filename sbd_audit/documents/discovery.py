"""Where a service publishes its documents: links ranked by what they say and where they stand.

Pure: the links of a page, or of a sitemap, go in and candidates per kind come out. What such links say, in
which language, and how much each sign weighs is data (``checks/vocabulary/discovery.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

Where = Literal["header", "footer", "body", "sitemap"]
MOST_LINKS = 5000
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LOCATION = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\s\]]+)", re.IGNORECASE)
_FILES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".css", ".js", ".zip", ".mp4", ".xml")
_LANGUAGE = re.compile(r"(?:^|/)([a-z]{2})(?:[-_][a-zA-Z]{2})?(?=/|$)")
_LANGUAGE_KEYS = ("lang", "hl", "locale", "language", "lugha")


@dataclass(frozen=True)
class PageLink:
    """A link as a reader meets it: its text, its absolute address, the part of the page it stands in."""

    text: str
    href: str
    where: Where = "body"
    language: str = ""


@dataclass(frozen=True)
class Candidate:
    """A link that may lead to a kind of document; the heavier, the likelier. `why` says what spoke for it."""

    kind: str
    url: str
    text: str
    where: Where
    weight: int
    why: str
    exact: bool = False


@dataclass(frozen=True)
class LinkCues:
    """The names of each kind in one form, ready to compare."""

    names: Mapping[str, tuple[tuple[str, ...], ...]]
    paths: Mapping[str, frozenset[str]]
    never: Mapping[str, tuple[tuple[str, ...], ...]]
    weights: Mapping[str, int]

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> LinkCues:
        """From the tables of the vocabulary (``document_links`` and ``link_weights``)."""
        kinds = tables["document_links"]
        return cls(
            {
                kind: tuple(_words(name) for names in cue["names"].values() for name in names)
                for kind, cue in kinds.items()
            },
            {kind: frozenset(cue.get("paths") or ()) for kind, cue in kinds.items()},
            {
                kind: tuple(_words(word) for word in cue.get("never") or ())
                for kind, cue in kinds.items()
            },
            {name: int(value) for name, value in tables["link_weights"].items()},
        )


def links_of(body: bytes | str, url: str) -> list[PageLink]:
    """The links of a page in its own order, with absolute addresses; http and https only."""
    tree = LexborHTMLParser(body)
    base = tree.css_first("base[href]")
    root = urljoin(url, (base.attributes.get("href") or "") if base else "")
    footer = _inside(tree, "footer, [role=contentinfo]")
    header = _inside(tree, "header, nav, [role=banner], [role=navigation]")
    found = []
    for node in tree.css("a[href]")[:MOST_LINKS]:
        picture = node.css_first("img[alt]")
        text = " ".join((node.text() or "").split())
        text = text or node.attributes.get("aria-label") or node.attributes.get("title") or ""
        text = text or ((picture.attributes.get("alt") or "") if picture else "")
        href = _absolute(root, node.attributes.get("href") or "")
        if href is None:
            continue
        where: Where = (
            "footer" if node.mem_id in footer else "header" if node.mem_id in header else "body"
        )
        found.append(PageLink(text, href, where, (node.attributes.get("hreflang") or "")[:2]))
    return found


def sitemap_links(body: bytes | str) -> tuple[list[PageLink], list[str]]:
    """The pages of a sitemap as links without text, and the further sitemaps an index names."""
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    places = [place.replace("&amp;", "&") for place in _LOCATION.findall(text)[:MOST_LINKS]]
    places = [place for place in places if place.startswith(("http://", "https://"))]
    if "<sitemapindex" in text[:2000].lower():
        return [], places
    return [PageLink("", place, "sitemap") for place in places], []


def ranked(
    links: Iterable[PageLink],
    cues: LinkCues,
    *,
    languages: Sequence[str] = ("en",),
    elsewhere: Sequence[str] = (),
) -> dict[str, list[Candidate]]:
    """Candidates per kind, the likeliest first; each address once, at its best.

    `languages` are those asked for, `elsewhere` names of regions the market does not belong to ("eu", "eea"):
    a link made for such a region is passed over where there is another.
    """
    best: dict[tuple[str, str], Candidate] = {}
    for link in links:
        for candidate in _weighed(link, cues, languages, {word.lower() for word in elsewhere}):
            key = (candidate.kind, candidate.url)
            if key not in best or best[key].weight < candidate.weight:
                best[key] = candidate
    found: dict[str, list[Candidate]] = {}
    for candidate in best.values():
        found.setdefault(candidate.kind, []).append(candidate)
    for kind in found:
        found[kind].sort(key=lambda one: (-one.weight, len(one.url), one.url))
    return found


def best(found: Mapping[str, Sequence[Candidate]]) -> dict[str, Candidate]:
    """The likeliest candidate of each kind.

    A page that is named outright as one kind is not also taken for another it is only vaguely named as.
    """
    owner = {
        candidate.url: kind
        for kind, candidates in found.items()
        for candidate in candidates[:1]
        if candidate.exact
    }
    chosen = {}
    for kind, candidates in found.items():
        own = [one for one in candidates if owner.get(one.url, kind) == kind]
        if own:
            chosen[kind] = own[0]
    return chosen


def _weighed(
    link: PageLink, cues: LinkCues, languages: Sequence[str], elsewhere: set[str]
) -> Iterator[Candidate]:
    words, parts, weigh = _words(link.text), _parts(link.href), cues.weights
    told = {*words, *parts, *(word for part in parts for word in part.split("-"))}
    common = weigh[link.where]
    if told & elsewhere:
        common += weigh["other_region"]
    if language := link.language or _language(link.href):
        common += weigh["language" if language in languages else "other_language"]
    for kind, names in cues.names.items():
        if any(_within(never, words) or "-".join(never) in parts for never in cues.never[kind]):
            continue
        said, why = _said(words, names, weigh)
        named = cues.paths[kind]
        path = (
            weigh["path"]
            if parts and parts[-1] in named
            else weigh["path_inside"]
            if named & set(parts)
            else 0
        )
        if not said and not path:
            continue
        total = max(said, path) + (weigh["both"] if said and path else 0)
        if total >= weigh["least"]:
            yield Candidate(
                kind,
                link.href,
                link.text,
                link.where,
                total + common,
                why or f"the address is called {parts[-1] if parts else link.href}",
                said >= weigh["whole"],
            )


def _said(
    words: tuple[str, ...], names: Sequence[tuple[str, ...]], weigh: Mapping[str, int]
) -> tuple[int, str]:
    """How strongly the words of a link name the kind, and in which words."""
    found = (0, "")
    for name in names:
        if words == name:
            return weigh["whole"] + weigh["word"] * len(name), f"says exactly “{' '.join(name)}”"
        if _within(name, words):
            few = len(words) - len(name) <= weigh["few_words"]
            strength = weigh["most" if few else "part"]
            if len(name) == 1 and len(words) > 2:
                strength = weigh["part"] if few else 0
            found = max(found, (strength, f"says “{' '.join(name)}”"))
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(
        word.replace("’", "'") for word in _WORD.findall(text.casefold().replace("&", " and "))
    )


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    size = len(part)
    return size > 0 and any(
        tuple(whole[at : at + size]) == tuple(part) for at in range(len(whole) - size + 1)
    )


def _parts(url: str) -> list[str]:
    """The parts of a path in one form: lower case, - for _, without endings such as .html."""
    path = unquote(urlsplit(url).path).lower().replace("_", "-")
    return [re.sub(r"\.(html?|php|aspx?|md|pdf)$", "", part) for part in path.split("/") if part]


def _language(url: str) -> str:
    parts = urlsplit(url)
    for key, value in parse_qsl(parts.query):
        if key.lower() in _LANGUAGE_KEYS:
            return value[:2].lower()
    match = _LANGUAGE.match(parts.path)
    return match[1] if match else ""


def _absolute(root: str, href: str) -> str | None:
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    try:
        url = urljoin(root, href)
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return None if parts.path.lower().endswith(_FILES) else urldefrag(url)[0]


def _inside(tree: LexborHTMLParser, css: str) -> set[int]:
    return {link.mem_id for part in tree.css(css) for link in part.css("a[href]")}
