"""What speaks against a text before it is judged: lost links, folded sections, a sign-in page, another document.

A text that is not what was published must never make a platform look silent. Which signs there are, what
each forbids and from how many on it counts is data (``checks/vocabulary/artefacts.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit

from sbd_audit.documents.discovery import PageLink, ranked
from sbd_audit.documents.language import language_of, title_of
from sbd_audit.documents.region import region_of
from sbd_audit.documents.signs import Signs
from sbd_audit.documents.text import DocumentText

_EMPTY_LINK = re.compile(r"(?<![!\n])(?<=\w )\[\]\((?!#)[^)\s]*\)")
_QUESTION = re.compile(r"\?\W*$")
_SIGN_IN = re.compile(r"(?:^|/)(?:log-?in|sign-?in|signin|auth|sso|checkpoint|ingia)(?:/|\.|$)")


@dataclass(frozen=True)
class Flag:
    """One sign: its word in the list, what was seen, and whether the text can be used at all."""

    name: str
    says: str
    unusable: bool


@dataclass(frozen=True)
class Asked:
    """What was asked for: the kind of document, in which language, from which market, how long at least."""

    kind: str
    language: str | None = None
    market: str = ""
    least: int = 0
    challenged: bool = False


def flags_of(text: DocumentText, asked: Asked, signs: Signs) -> list[Flag]:
    """Every sign against this text, those that make it unusable first."""
    found = [
        _flag(signs, name, **given)
        for name, given in (
            *_of_the_page(text, signs),
            *_of_the_request(text, asked, signs),
            *_of_the_text(text, signs),
            *((name, {"sample": says}) for name, says in text.trouble),
        )
    ]
    return sorted(found, key=lambda flag: not flag.unusable)


def spoken(text: DocumentText) -> str | None:
    """The language a text is in, or what it declares where its words do not tell."""
    return language_of(text.text) or text.language


def _of_the_page(text: DocumentText, signs: Signs) -> Iterator[tuple[str, dict[str, Any]]]:
    """Another page came instead: signs count on bare pages and in titles; a policy may speak of signing in."""
    size, limits = len(text.text), signs.limits
    heads = [text.title, *(block.text for block in text.blocks[:2] if block.heading)]
    opening = " ".join([*heads, text.text if size < limits["bare_page"] else ""]).lower()
    for name in ("challenge", "not_there", "login_wall"):
        said = next((phrase for phrase in signs.pages[name] if phrase in opening), "")
        if said or (name == "not_there" and any(re.match(r"404\b", head) for head in heads)):
            yield name, {"sample": said or "404"}
            return
    asks = text.noticed.get("passwords") or _SIGN_IN.search(urlsplit(text.url).path)
    if asks and size < limits["short_page"]:
        yield "login_wall", {}
        return
    told = any(phrase in opening for phrase in signs.pages["script_page"])
    if told or (size < limits["shortest"] and text.noticed.get("scripts")):
        yield "script_page", {}


def _of_the_request(
    text: DocumentText, asked: Asked, signs: Signs
) -> Iterator[tuple[str, dict[str, Any]]]:
    language = spoken(text)
    if asked.language and language != asked.language and len(text.text.split()) >= 30:
        yield (
            "other_language",
            {"sample": title_of(language), "wanted": title_of(asked.language)},
        )
    if asked.market and (found := region_of(text, signs, asked.market)):
        own = next(
            (r.says for r in signs.regions.values() if asked.market in r.markets), asked.market
        )
        region, why = found
        yield "other_region", {"sample": f"{region.says} ({why})", "market": own}
    if other := _other_document(text, asked.kind, signs):
        yield "other_document", {"sample": other}
    if len(text.text) < asked.least * signs.limits["shrunken_percent"] // 100:
        yield "shrunken", {"count": len(text.text), "least": asked.least}


def _of_the_text(text: DocumentText, signs: Signs) -> Iterator[tuple[str, dict[str, Any]]]:
    limits = signs.limits
    if len(text.text) < limits["shortest"]:
        yield "too_little", {"count": len(text.text)}
    pattern = signs.unfinished.get(spoken(text) or "")
    broken = [match for match in pattern.finditer(text.text)] if pattern else []
    if len(broken) >= limits["lost_links"]:
        first = broken[0]
        yield (
            "lost_links",
            {
                "count": len(broken),
                "sample": text.text[max(0, first.start() - 40) : first.end()]
                .split("\n")[-1]
                .strip(),
            },
        )
    empty = text.noticed.get("empty_links", 0) + len(_EMPTY_LINK.findall(text.text))
    if empty >= limits["empty_links"]:
        yield "empty_links", {"count": empty}
    if folded := text.noticed.get("folded_empty", 0):
        yield "folded", {"count": folded}
    stubs = [b.text for b in text.blocks if b.text.strip(" .…›»>:").lower() in signs.stubs]
    if len(stubs) >= limits["stubs"]:
        yield "stubs", {"count": len(stubs), "sample": stubs[0]}
    unanswered = _unanswered(text)
    if len(unanswered) >= limits["unanswered_headings"]:
        yield "unanswered_headings", {"count": len(unanswered), "sample": unanswered[0][:80]}


def _unanswered(text: DocumentText) -> list[str]:
    """Questions that stand as headings with another heading, or nothing, right below them."""
    found = []
    for block, following in zip_longest(text.blocks, text.blocks[1:]):
        if not block.heading or not _QUESTION.search(block.text):
            continue
        if following is None or 0 < following.heading <= block.heading:
            found.append(block.text)
    return found


def kind_of(text: DocumentText, signs: Signs) -> str:
    """The kind of document a text calls itself in its title or first headings; empty where it does not say."""
    return next(iter(_named(text, signs)), "")


def _other_document(text: DocumentText, kind: str, signs: Signs) -> str:
    """The name a text gives itself, where it is that of another kind and nowhere that of the kind asked for."""
    named = _named(text, signs) if kind in signs.links.names else {}
    if not named or kind in named:
        return ""
    own = frozenset().union(*(family for family in signs.families if kind in family))
    return "" if own & set(named) else next(iter(named.values()))[:80]


def _named(text: DocumentText, signs: Signs) -> dict[str, str]:
    """Kinds a text is named as, each with the words, the surest first."""
    heads = [block.text for block in text.blocks if block.heading][:3]
    named: dict[str, str] = {}
    for head in (text.title, *heads):
        links = ranked([PageLink(head, "https://none.invalid/")], signs.links)
        sure = sorted(links.items(), key=lambda item: -item[1][0].weight)
        for kind, candidates in sure:
            if candidates[0].weight >= signs.links.weights["most"]:
                named.setdefault(kind, head)
    return named


def _flag(signs: Signs, name: str, **given: Any) -> Flag:
    entry = signs.artefacts[name]
    return Flag(name, entry["says"].format(**given), entry["effect"] == "unusable")
