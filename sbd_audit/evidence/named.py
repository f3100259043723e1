"""Secrets told by where they stand: under a telling name, in JSON, forms, headers, addresses and HTML fields.

Texts come as platforms send them: JSON, HTML, forms, headers, and each of these inside a JSON string. So quotes
and escapes are kept as they stand, and what is put between them is valid in all of these. Every pattern begins
with a word or a character that is rare, and looks around only from there: a page of 10 KB costs well under 1 ms.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from sbd_audit.evidence.spans import MASK, Span, masked, merged

_WORDS = (
    "password|passwd|passphrase|passcode|secret|token|authorization|cookie|csrf|xsrf|jwt|"
    "api[-_]?key|session[-_]?id|sess[-_]?id|(?<![a-z])(?:pwd|sid|otp|session)"
)
_BEGINNINGS = (
    "pass", "secret", "token", "auth", "cookie", "csrf", "xsrf", "jwt", "api", "sess", "pwd", "sid", "otp",
)  # searched for one by one, which is several times faster than one pattern  # fmt: skip
_NAME = rf"(?:{_WORDS})(?:[-_]?(?:confirmation|confirm|repeat|again|hash|[12]))?(?:\]|%5d)?"
_TEXT = r'"(?:[^"\\]|\\.)*"'
_TEXT_IN_TEXT = r'\\"(?:[^"\\]|\\\\(?:\\["\\]|[^"\\]))*\\"'  # JSON inside a JSON string
_QUOTES = ('\\"', '"', "'", "&quot;", "&#34;")
_NUMBER = r"-?\d[\d.e+-]*"
_NAMED = re.compile(
    rf"""{_NAME}(?:
      "\s*:\s*(?P<json>{_TEXT}|{_NUMBER}|\[\s*{_TEXT}(?:\s*,\s*{_TEXT})*\s*\])
    | \\"\s*:\s*(?P<inner>{_TEXT_IN_TEXT}|{_NUMBER})
    | (?P<entity>&quot;|&\#34;)\s*:\s*(?P<escaped>(?P=entity)[^"<>\n]*?(?P=entity))
    | '\s*:\s*(?P<single>'[^'"\\\n]*')
    | (?:=|%3d)(?P<pair>"[^"<>\\\n]*"|\\"[^"<>\\\n]*\\"|'[^'"<>\\\n]*'|[^\s"'<>&;,)\\%]+(?:%(?!26)[^\s"'<>&;,)\\%]*)*)
    | (?P<header>[ \t]*:[ \t]*)(?=\S)
    )""",
    re.VERBOSE,
)
_ENDS_TELLING = re.compile(rf"{_NAME}\Z")
_HEADER = re.compile(r"(?:^|(?P<inside>\\n|[\"']))[ \t<>*-]*(?P<name>x-[\w-]*|)(?:set-|proxy-)?\Z")
_HEADER_NAMES = ("cookie", "authorization", "api")
_INSIDE_END = re.compile(r"[\"\\\n]")
_LOOK_BACK = 80
_TAG = re.compile(r"<(?:input|meta)\b[^<>]{0,2000}>")
_TELLING_TAG = re.compile(rf"""\b(?:name|id|property|type)=\\?["']?[^\s"'>\\]*?{_NAME}["'\s>\\]""")
_VALUE = re.compile(
    r"""\b(?:value|content)=(?:"([^"<>\\]*)|\\"([^"<>\\]*)|'([^'"<>\\]*)|([^\s"'<>\\]+))"""
)


def telling(name: str) -> bool:
    """True for the name of a field that holds a secret: ``csrf_token``, ``Set-Cookie``, ``newPassword``."""
    return _ENDS_TELLING.search(name.lower()) is not None


def without_named(text: str) -> str:
    """Masks values under telling names: JSON members, form and query pairs, headers, HTML fields."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals have longer small letters; places must agree
        lower = text.translate(_ASCII_LOWER)
    return masked(text, merged(sorted([*_named_values(lower), *_field_values(lower)])))


def _named_values(lower: str) -> Iterator[Span]:
    for beginning in _BEGINNINGS:
        at = lower.find(beginning)
        while at >= 0:
            found = _NAMED.match(lower, at)
            start, end = _value(lower, found) if found else (0, 0)
            if found and end:
                yield start, end, _quoted_mask(found)
            at = lower.find(beginning, end or at + 1)


def _value(lower: str, found: re.Match[str]) -> tuple[int, int]:
    """Where the value stands; (0, 0) for what only looks like a header."""
    kind = str(found.lastgroup)
    if kind != "header":
        return found.span(kind)
    return found.end(), _header_end(lower, found)


def _header_end(lower: str, found: re.Match[str]) -> int:
    """Where the value of a header ends; 0 when the words before it do not make it one."""
    start = found.start()
    reach = max(0, start - _LOOK_BACK)
    line = lower.rfind("\n", reach, start) + 1
    # A mark that fits nowhere stands for what is too far away to be looked at.
    before = lower[line:start] if line or not reach else "\0" + lower[reach:start]
    head = _HEADER.search(before)
    if head is None or not (head["name"] or found.group().startswith(_HEADER_NAMES)):
        return 0
    if not head["inside"]:
        end = lower.find("\n", found.end())
        return end if end >= 0 else len(lower)
    stop = _INSIDE_END.search(lower, found.end())
    return stop.start() if stop else len(lower)


def _quoted_mask(found: re.Match[str]) -> str:
    """The mask between the quotes the value had; a JSON number becomes a text, a list keeps one item."""
    kind = str(found.lastgroup)
    if kind == "json":
        return f'["{MASK}"]' if found[kind].startswith("[") else f'"{MASK}"'
    if kind == "inner":
        return f'\\"{MASK}\\"'
    quote = next((q for q in _QUOTES if found[kind].startswith(q)), "")
    return f"{quote}{MASK}{quote}"


def _field_values(lower: str) -> Iterator[Span]:
    if "<input" not in lower and "<meta" not in lower:
        return
    for tag in _TAG.finditer(lower):
        if _TELLING_TAG.search(tag.group()):
            for value in _VALUE.finditer(tag.group()):
                start, end = value.span(value.lastindex or 0)
                if end > start:
                    yield tag.start() + start, tag.start() + end, MASK


_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
