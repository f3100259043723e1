"""One HTML file: no script, nothing fetched, everything escaped, and a policy that enforces it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbd_audit.canonical import pretty
from sbd_audit.report.detail import LADDER, LIGHT
from sbd_audit.report.hidden import said
from sbd_audit.report.page import lay_out
from sbd_audit.report.seal import Seal
from sbd_audit.report.text import inert
from sbd_audit.report.view import build
from sbd_audit.report.words import Words


def render_html(
    results: Mapping[str, Any], *, language: str = "en", seal: Seal | None = None
) -> str:
    """The report of a results.json as one self-contained page; `seal` is what its bundle says of itself.

    Where the whole record would weigh more than `LIGHT` bytes, the page repeats less of it and says so.
    """
    words = Words(language)
    page = ""
    for detail in LADDER:
        readable = said(inert(dict(results), detail.text), words)
        told = seal.readable(detail.text) if seal else None
        page = lay_out("report", "report", view=build(readable, words, detail, told), t=words)
        if len(page.encode()) <= LIGHT:
            break
    return page


def page(results: Mapping[str, Any], words: Words, seal: Seal | None = None) -> str:
    """The page in the language of `words`."""
    return render_html(results, language=words.language, seal=seal)


def data(results: Mapping[str, Any], words: Words) -> str:
    """The results themselves, as they were sealed."""
    return pretty(results)
