"""Personal data told by its shape: e-mail addresses and telephone numbers of people, in any encoding of text.

Helplines stay: toll-free numbers and short codes are not of these shapes, and published numbers are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from sbd_audit.evidence.spans import MAIL, PHONE, Span, masked, merged

_LABEL = r"[^\W_](?:[\w-]{0,62})\."
_AT = re.compile(
    r"[@%&\\](?:(?<=@)|(?<=%)(?:25)?40|(?<=&)#(?:64|x40);|(?<=\\)u0040)(?!\dx\.)"
    rf"(?:{_LABEL})+[^\W\d_][\w-]{{1,62}}"
)
_SPELT = re.compile(  # name [at] example [dot] org
    r"[\[({]\s?at\s?[\])}]\s?[A-Za-z0-9-]+"
    r"(?:\s?(?:\.|[\[({]\s?(?:dot|\.)\s?[\])}])\s?[A-Za-z0-9-]+)+",
    re.IGNORECASE,
)
_LONGEST = 320
_ESCAPE = re.compile(r"u[0-9a-fA-F]{4}|[bfnrt]")
_GAP = r"(?:[ \u00a0\u2009\u202f\u2010\u2011\u2013.-]|%20|&nbsp;|&#160;|\\u00a0)"
_PERSON = (
    re.compile(  # +254 7xx xxx xxx, 07xx xxx xxx, 01xx...; toll-free 0800 and short codes are not
        rf"[0+2%](?:(?<=0)(?:0254)?|(?<=\+)254|(?<=2)54|(?<=%)2[Bb]254)(?:{_GAP}?\(0\))?{_GAP}?"
        rf"([17]\d\d)\)?(?:{_GAP}?(\d\d\d){_GAP}?(\d\d\d)|{_GAP}(\d\d){_GAP}(\d\d){_GAP}(\d\d))"
        r"(?!\w)(?!-\w)(?!\.\d)"
    )
)
_FREE = r"(?:1\D{0,3}8(?:00|33|44|55|66|77|88)|800)"
_ABROAD = re.compile(  # +CC and 7 to 13 digits more; numbers free to call are nobody's own
    rf"(?:\+|%2[Bb])(?!254|{_FREE})[1-9](?:{_GAP}?[()]?{_GAP}?\d){{8,14}}(?!\w)(?!\.\d)"
)
_PART_OF_MORE = re.compile(r"(?:[\w/%]|\d[.]|[0-9a-f]-)\Z", re.IGNORECASE)
_MAY_STAND_BEFORE = re.compile(r"(?:\\[nrt]|wa\.me/|%(?:20|3d|3a|0a|22))\Z", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(r"[:,\[]\s*\Z")
_AFTER_NUMBER = re.compile(r"\s*[,\]}]")


def without_addresses(text: str) -> str:
    """Masks e-mail addresses, in plain, URL-encoded, HTML-escaped and JSON-escaped text, and spelt with (at)."""
    text = masked(text, merged(_addresses(text, _AT)))
    return masked(text, merged(_addresses(text, _SPELT, gap=True)))


def without_phones(text: str, public: Container[str] = ()) -> str:
    """Masks telephone numbers of people, except `public` ones (their last nine digits each)."""
    text = masked(text, _kenyan(text, public))
    return masked(text, _abroad(text, public))


def _addresses(text: str, at: re.Pattern[str], *, gap: bool = False) -> Iterator[Span]:
    for found in at.finditer(text):
        start = found.start() - (gap and text[found.start() - 1 : found.start()] == " ")
        begin, farthest = start, max(0, start - _LONGEST)
        while start > farthest and (text[start - 1].isalnum() or text[start - 1] in "._%+-"):
            start -= 1
        # In JSON the letter after a backslash belongs to the escape and not to the address.
        if start and text[start - 1] == "\\" and (escape := _ESCAPE.match(text, start)):
            start = escape.end()
        if start < begin:
            yield start, found.end(), MAIL


def _kenyan(text: str, public: Container[str]) -> Iterator[Span]:
    for found in _PERSON.finditer(text):
        start, end = found.span()
        before = text[max(0, start - 8) : start]
        if _inside(before) or "".join(filter(None, found.groups())) in public:
            continue
        # A bare JSON number has to stay one.
        number = found.group().isdigit() and found.group()[0] != "0"
        bare = number and _BEFORE_NUMBER.search(before) and _AFTER_NUMBER.match(text, end)
        yield start, end, "0" if bare else PHONE


def _abroad(text: str, public: Container[str]) -> Iterator[Span]:
    for found in _ABROAD.finditer(text):
        start, end = found.span()
        digits = "".join(filter(str.isdigit, found.group().replace("%20", " ")))
        if not _inside(text[max(0, start - 8) : start]) and digits[-9:] not in public:
            yield start, end, PHONE


def _inside(before: str) -> bool:
    """Whether what follows is the end of a longer word, path or number."""
    return bool(_PART_OF_MORE.search(before)) and not _MAY_STAND_BEFORE.search(before)
