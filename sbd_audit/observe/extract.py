"""Values out of what came back, and into our words.

`Extractor` names one source and a chain of transforms. The sources of an http reply are read here; those
of a living page (`locator`, `interactions`, `keyboard`) by the browser driver. The transforms are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import jmespath
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.models.binding import Extractor
from sbd_audit.models.signs import Conditions
from sbd_audit.observe.halt import unmapped
from sbd_audit.observe.http import Reply


class Missing:
    """The source is not there (as against there and empty)."""


MISSING = Missing()


class Page(Protocol):
    """What both drivers offer to extractors and conditions."""

    @property
    def status(self) -> int | None: ...
    @property
    def url(self) -> str: ...
    def raw(self, extractor: Extractor) -> Any: ...
    def visible_text(self) -> str: ...
    def has(self, css: str) -> bool: ...
    def json_at(self, path: str) -> Any: ...


class ReplyPage:
    """An http reply as something values can be read from; parsed once, when first asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self._json: Any = MISSING
        self._html: LexborHTMLParser | None = None

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def url(self) -> str:
        return self.reply.url

    @property
    def data(self) -> Any:
        if self._json is MISSING:
            self._json = self.reply.json()
        return self._json

    @property
    def html(self) -> LexborHTMLParser:
        if self._html is None:
            self._html = LexborHTMLParser(self.reply.text)
        return self._html

    def json_at(self, path: str) -> Any:
        try:
            return jmespath.search(path, self.data)
        except jmespath.exceptions.JMESPathError as error:
            raise unmapped(f"the JMESPath {path!r} is wrong: {error}") from None

    def has(self, css: str) -> bool:
        return self.html.css_first(css) is not None

    def visible_text(self) -> str:
        if "html" not in self.reply.media_type:
            return self.reply.text
        document = LexborHTMLParser(self.reply.text)
        for node in document.css("script, style, noscript, template"):
            node.decompose()
        body = document.body
        return " ".join(body.text(separator=" ").split()) if body else ""

    def raw(self, extractor: Extractor) -> Any:
        if extractor.json_path is not None:
            value = self.json_at(extractor.json_path)
            return MISSING if value is None else value
        if extractor.css is not None:
            return self._css(extractor)
        if extractor.header is not None:
            return self.reply.headers.get(extractor.header, MISSING)
        if extractor.cookie is not None:
            cookie = self.reply.cookies.get(extractor.cookie)
            return MISSING if cookie is None else cookie
        if extractor.script is not None:
            return script_value(self.reply.text, extractor.script)
        if extractor.status:
            return self.reply.status
        if extractor.url:
            return self.reply.url
        return MISSING

    def _css(self, extractor: Extractor) -> Any:
        nodes = self.html.css(extractor.css or "")
        if extractor.count or extractor.get == "count":
            return len(nodes)
        values = [
            node.attributes.get(extractor.attr)
            if extractor.attr
            else " ".join(node.text(separator=" ").split())
            for node in nodes
        ]
        found = [value for value in values if value is not None]
        if extractor.get in ("texts", "values"):
            return found
        return found[0] if found else MISSING


def script_value(text: str, name: str) -> Any:
    """The first plain value given to `name` in a page's scripts or JSON; MISSING when there is none."""
    found = re.search(
        rf"""(?<![\w$]){re.escape(name)}["']?\s*[:=]\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|-?\d[\d.]*|true|false)""",
        text,
    )
    if found is None:
        return MISSING
    plain = found[1]
    if plain.startswith("'"):
        plain = '"' + plain[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    try:
        return json.loads(plain)
    except ValueError:
        return MISSING


def transform(
    value: Any,
    extractor: Extractor,
    words: Mapping[str, Mapping[str, str]],
    fill: Callable[[Any], Any],
) -> Any:
    """The raw value turned into our words; MISSING when there is none.

    `words` is the platform's vocabulary; a word it does not name raises `Halt` (unmapped).
    """
    if extractor.exists is not None:
        return (value is not MISSING and value not in (None, "", [], {})) is extractor.exists
    if extractor.count and isinstance(value, list):
        value = len(value)
    if value is MISSING:
        if "default" in extractor.model_fields_set:
            return fill(extractor.default)
        if "equals" in extractor.model_fields_set or extractor.contains is not None:
            return False
        return MISSING
    if extractor.split is not None and isinstance(value, str):
        value = [part.strip() for part in value.split(extractor.split) if part.strip()]
    if extractor.map is not None:
        value = _mapped(value, str(fill(extractor.map)), words)
    if extractor.contains is not None:
        return _contains(value, [str(fill(word)) for word in extractor.contains])
    if "equals" in extractor.model_fields_set:
        return same(value, fill(extractor.equals))
    if "differs" in extractor.model_fields_set:
        return not same(value, fill(extractor.differs))
    return value


def _mapped(value: Any, table: str, words: Mapping[str, Mapping[str, str]]) -> Any:
    if table not in words:
        raise unmapped(f"the platform file has no vocabulary for {table}")
    if isinstance(value, list):
        return list(dict.fromkeys(_mapped(item, table, words) for item in value))
    if str(value) not in words[table]:
        raise unmapped(f"{table}: the platform says {value!r}; add it under vocabulary.{table}")
    return words[table][str(value)]


def _contains(value: Any, wanted: Iterable[str]) -> bool:
    if isinstance(value, list):
        return any(word in [str(item) for item in value] for word in wanted)
    text = " ".join(str(value).split()).casefold()
    return any(word.casefold() in text for word in wanted)


def fits_page(
    page: Page,
    signs: Conditions,
    fill: Callable[[Any], Any],
    missing: Callable[[], bool] | None = None,
) -> bool:
    """True when every sign fits; `missing` tells whether this is the page an unknown address gets.

    Locators are the browser driver's to check.
    """
    return (
        (signs.status is None or page.status in signs.status)
        and (signs.url is None or any(str(fill(part)) in page.url for part in signs.url))
        and _json_fits(page, signs.json_values, fill)
        and (signs.text is None or _says(page, signs.text, fill))
        and (signs.no_text is None or not _says(page, signs.no_text, fill))
        and (
            signs.words_at_least is None or len(page.visible_text().split()) >= signs.words_at_least
        )
        and (signs.css is None or page.has(str(fill(signs.css))))
        and (
            signs.missing_page is None or (missing is not None and missing() is signs.missing_page)
        )
    )


def _says(page: Page, words: Iterable[str], fill: Callable[[Any], Any]) -> bool:
    return _contains(page.visible_text(), [str(fill(word)) for word in words])


def _json_fits(page: Page, wanted: Mapping[str, Any] | None, fill: Callable[[Any], Any]) -> bool:
    return all(
        same(page.json_at(str(fill(path))), fill(value)) for path, value in (wanted or {}).items()
    )


def same(left: Any, right: Any) -> bool:
    """Equal as words; true and false are equal only to themselves, never to text or numbers."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return str(left) == str(right)


def filled_sources(extractor: Extractor, fill_in: Callable[[Any], Any]) -> dict[str, str]:
    """Where a value is to be found, with its references filled in."""
    names = ("json_path", "css", "header", "cookie", "script")
    return {
        name: str(fill_in(value))
        for name in names
        if (value := getattr(extractor, name)) is not None
    }
