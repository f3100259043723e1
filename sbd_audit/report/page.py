"""Laying out a page: a template, one style, everything escaped, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sbd_audit.resources import folder


def lay_out(template: str, style: str, **values: Any) -> str:
    """A template of ``reports/templates`` with a style of ``reports/styles`` and values, as one HTML file."""
    css = (folder("reports") / "styles" / f"{style}.css").read_text(encoding="utf-8")
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder("reports") / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made = environment.get_template(f"{template}.html.j2")
    return made.render(style=css, policy=_policy(css), **values)


def _policy(style: str) -> str:
    """The content security policy that allows this one style and pictures written into the page."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
