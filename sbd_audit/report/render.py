"""One HTML file: no script, nothing fetched, everything escaped, and a policy that enforces it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sbd_audit.report.view import build
from sbd_audit.report.words import Words
from sbd_audit.resources import folder


def render_html(results: Mapping[str, Any], *, language: str = "en") -> str:
    """The report of a results.json as one self-contained page."""
    home = folder("reports")
    words = Words(language)
    style = (home / "styles" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(home / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.j2")
    return template.render(
        view=build(results, words),
        r=results,
        t=words,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
        language=language,
    )
