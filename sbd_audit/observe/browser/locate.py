"""Elements as a person finds them: by role and name, by label, by text; by CSS only when nothing else is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sbd_audit.models.signs import Locator, Wording

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found
    from playwright.sync_api import Page


def locate(
    page: Page | Found, where: Locator, language: str = "en", *, hidden: bool = False
) -> Found:
    """The elements a locator speaks of; with `hidden` also those no assistive technology is told of now."""
    root: Any = locate(page, where.within, language, hidden=hidden) if where.within else page
    found: Any
    if where.role:
        name = _any_of(_words(where.name, language), exact=where.exact) if where.name else None
        found = root.get_by_role(where.role, name=name, include_hidden=hidden)
    elif where.label:
        found = root.get_by_label(_any_of(_words(where.label, language), exact=where.exact))
    elif where.text:
        found = root.get_by_text(_any_of(_words(where.text, language), exact=where.exact))
    else:
        found = root.locator(where.css)
    if where.css and (where.role or where.label or where.text):
        found = found.and_(root.locator(where.css))
    return found.nth(where.nth) if where.nth is not None else found  # type: ignore[no-any-return]


def describe(where: Locator) -> str:
    """The locator in words, for a trace or an error."""
    kind = where.role or ("field" if where.label else "")
    names = _words(where.name or where.label or where.text, "")
    text = f"“{names[0]}”" if names else (where.css or "")
    return " ".join(part for part in (kind, text) if part)


def _words(wording: Wording | None, language: str) -> tuple[str, ...]:
    """The words in one language; in all of them when the locator does not have that one."""
    if isinstance(wording, Mapping):
        every = tuple(word for words in wording.values() for word in words)
        return tuple(wording.get(language, every))
    return tuple(wording or ())


def _any_of(words: tuple[str, ...], *, exact: bool) -> re.Pattern[str]:
    """A pattern for any of the words, in any case; built from plain text only."""
    inner = "|".join(re.escape(word) for word in words)
    return re.compile(f"^\\s*(?:{inner})\\s*$" if exact else inner, re.IGNORECASE)


def field(label: str) -> Locator:
    """A form field by its visible label, or by CSS when that is what was written."""
    is_css = label[:1] in "#.[" or label.startswith(("input", "textarea", "select"))
    return Locator(css=label) if is_css else Locator(label=(label,))
