"""One HTML file: no script, nothing fetched, everything escaped, and a policy that enforces it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sbd_audit.canonical import pretty
from sbd_audit.report.detail import LADDER, LIGHT
from sbd_audit.report.edition import said
from sbd_audit.report.seal import Seal
from sbd_audit.report.text import inert
from sbd_audit.report.view import build
from sbd_audit.report.words import Words
from sbd_audit.resources import folder


def render_html(
    results: Mapping[str, Any], *, language: str = "en", seal: Seal | None = None
) -> str:
    """The report of a results.json as one self-contained page; `seal` is what its bundle says of itself.

    Where the whole record would weigh more than `LIGHT` bytes, the page repeats less of it and says so.
    """
    words, template = Words(language), _template()
    style = (folder("reports") / "styles" / "report.css").read_text(encoding="utf-8")
    page = ""
    for detail in LADDER:
        readable: dict[str, Any] = said(inert(dict(results), detail.text), words)
        told = seal.readable(detail.text) if seal else None
        page = template.render(
            view=build(readable, words, detail, told), t=words, style=style, policy=_policy(style)
        )
        if len(page.encode()) <= LIGHT:
            break
    return page


def page(results: Mapping[str, Any], words: Words, seal: Seal | None = None) -> str:
    """The page in the language of `words`."""
    return render_html(results, language=words.language, seal=seal)


def data(results: Mapping[str, Any], words: Words) -> str:
    """The results themselves, as they were sealed."""
    return pretty(results)


def _template() -> Template:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder("reports") / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _policy(style: str) -> str:
    """The content security policy that allows this one style and pictures written into the page."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
