"""PDF: the same page, typeset and tagged for screen readers (PDF/UA), with what it was made from attached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sbd_audit.canonical import pretty
from sbd_audit.errors import UsageError
from sbd_audit.report.render import render_html
from sbd_audit.report.seal import Seal
from sbd_audit.report.text import inert
from sbd_audit.report.words import Words

LONGEST = 1_000
"""Characters of one text in a PDF: typesetting takes long over long words, and the results are attached whole."""


def render(results: Mapping[str, Any], words: Words, seal: Seal | None = None) -> bytes:
    """The report as a tagged PDF that carries results.json."""
    run = results["run"]
    return typeset(
        render_html(inert(dict(results), LONGEST), language=words.language, seal=seal),
        attached={"results.json": pretty(results)},
        at=run["finished_at"] or run["started_at"],
    )


def typeset(html: str, *, attached: Mapping[str, str], at: str) -> bytes:
    """A page of ours as a tagged PDF; the same page and moment give the same bytes.

    `at` is the moment the file is dated, RFC 3339. Nothing is fetched. Raises `UsageError` without WeasyPrint.
    """
    try:
        from weasyprint import HTML, Attachment
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        raise UsageError(
            f"PDF needs WeasyPrint and its libraries ({error}) — pip install 'sbd-audit[pdf]', and Pango"
        ) from None
    moment = datetime.fromisoformat(at)
    files = [
        Attachment(
            string=text,
            name=name,
            description=name,
            created=moment,
            modified=moment,
            relationship="Source",
        )
        for name, text in attached.items()
    ]
    dated = html.replace(
        "</title>",
        f'</title>\n<meta name="dcterms.created" content="{moment:%Y-%m-%dT%H:%M:%SZ}">'
        f'<meta name="dcterms.modified" content="{moment:%Y-%m-%dT%H:%M:%SZ}">',
        1,
    )
    made: bytes = HTML(string=dated, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(dated.encode()).digest()[:16],
        attachments=files,
    )
    return made
