"""What Baraza publishes: safety centre, rules and policies in English and Swahili."""

from __future__ import annotations

import html
import re
from pathlib import Path

from flask import Blueprint, abort, make_response
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.figures import latest
from sbd_audit.demo.baraza.web import fault, language, page, state, t

pages = Blueprint("pages", __name__)
FOLDER = Path(__file__).parent / "documents"
NAMES = ("terms", "rules", "privacy", "child-safety", "children", "transparency")
VERSION, DATE = "4.1", "2026-09-01"
FOLDED = "<details><summary>The list</summary></details>"
"""A list that opens by a script, which never came."""
OLD_VERSION, OLD_DATE = "3.0", "2025-02-01"


@pages.get("/safety")
def safety() -> Answer:
    if fault("site_pages_down"):
        return make_response("<h1>503</h1>", 503)
    return page("safety", number="661" if fault("outdated_number") else "116")


@pages.get("/help")
def help_page() -> Answer:
    return page("help")


@pages.get("/legal/<name>")
def document(name: str) -> Answer:
    """A policy as a page, with its version and date."""
    if name not in NAMES:
        abort(404)
    if fault("site_pages_down"):
        return make_response("<h1>503</h1>", 503)
    if fault("documents_unreadable"):
        return make_response(
            "<!doctype html><html lang=en><title>Baraza</title><main></main></html>"
        )
    code = language()
    if name == "rules" and code == "sw" and fault("rules_in_english_only"):
        code = "en"
    stale = name == "rules" and code == "sw" and fault("translation_stale")
    text = (FOLDER / code / f"{name}.md").read_text(encoding="utf-8")
    figures = name == "transparency" and not fault("no_figures_published")
    half = latest(state().today)
    text = text.replace("{half}", t(half.words)).replace("{year}", str(half.year))
    content = _html(_changed(name, text))
    if name == "rules" and fault("rules_half_captured"):
        content = re.sub(r"<ul>.*?</ul>", FOLDED, content)
    return page(
        "document",
        name=name,
        code=code,
        content=Markup(content),  # noqa: S704 - our own text, escaped line by line
        version=OLD_VERSION if stale else VERSION,
        date=OLD_DATE if stale else DATE,
        figures=figures,
    )


def _changed(name: str, text: str) -> str:
    """The text without the lines a switch takes out; marked lines end in a tag such as [synthetic]."""
    removed = {
        "synthetic": name == "rules" and fault("terms_silent_on_synthetic"),
        "consequences": name == "rules" and fault("terms_without_consequences"),
        "contact": name == "child-safety" and fault("focal_person_unreachable"),
    }
    kept = []
    for line in text.splitlines():
        tag = re.search(r" \[([a-z]+)\]$", line)
        if tag and removed.get(tag[1]):
            continue
        kept.append(line[: tag.start()] if tag else line)
    return "\n".join(kept)


def _html(text: str) -> str:
    """Headings, lists and paragraphs; nothing else is needed here."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("#"):
            level = len(block) - len(block.lstrip("#"))
            parts.append(f"<h{level}>{html.escape(block.lstrip('# '))}</h{level}>")
        elif block.startswith("- "):
            items = "".join(f"<li>{html.escape(line[2:])}</li>" for line in block.splitlines())
            parts.append(f"<ul>{items}</ul>")
        else:
            parts.append(f"<p>{html.escape(' '.join(block.splitlines()))}</p>")
    return "\n".join(parts)
