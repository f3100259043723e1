"""From an answer, a file or a living page to a document's text, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from sbd_audit.canonical import digest
from sbd_audit.documents.artefacts import Asked, flags_of, spoken
from sbd_audit.documents.dates import dating_of
from sbd_audit.documents.decode import decoded
from sbd_audit.documents.gate import Document
from sbd_audit.documents.html import page_text
from sbd_audit.documents.pdf import pdf_text
from sbd_audit.documents.readability import readability
from sbd_audit.documents.region import region_of
from sbd_audit.documents.signs import Signs
from sbd_audit.documents.text import MAX_BYTES, DocumentText, Unreadable, document, plain_text
from sbd_audit.models.document import Artefact, DocumentSeen, DocumentSource
from sbd_audit.observe.browser import Flow
from sbd_audit.observe.browser.unfold import unfold
from sbd_audit.observe.halt import PASSING
from sbd_audit.observe.http import Reply
from sbd_audit.observe.recognise import NOT_THERE

NOTHING = DocumentSource(fetch="")
"""No part selected, nothing removed, nothing unfolded."""


class Away(Unreadable):
    """The document could not be had just now; another time it may."""


@dataclass(frozen=True)
class Gathered:
    """The bytes of a document and the text taken from them."""

    body: bytes
    text: DocumentText

    def called(self, kind: str) -> Gathered:
        """The same document as one of another kind."""
        return Gathered(self.body, replace(self.text, kind=kind))


@dataclass(frozen=True)
class Held:
    """A document ready to be judged, and its record."""

    document: Document
    seen: DocumentSeen


def of_reply(reply: Reply, kind: str, source: DocumentSource = NOTHING) -> Gathered:
    """The document an answer holds; raises `Unreadable` with the reason when it holds none."""
    path = urlsplit(reply.url).path or "/"
    if reply.status in NOT_THERE:
        raise Unreadable(f"{path} answered {reply.status}: the page is not there")
    if reply.status in (401, 403):
        raise Unreadable(f"{path} answered {reply.status}: it is not open to everybody")
    if reply.status in PASSING:
        raise Away(f"{path} answered {reply.status}")
    if reply.status != 200:
        raise Unreadable(f"{path} answered {reply.status}")
    return Gathered(
        reply.body, _taken(reply.body, reply.media_type, reply.charset, kind, reply.url, source)
    )


def of_file(path: Path, kind: str, language: str, source: DocumentSource = NOTHING) -> Gathered:
    """The document in a file; raises `Unreadable`."""
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= 2 * MAX_BYTES and path.is_file() else b""
    except OSError as error:
        raise Unreadable(f"{path.name}: {(error.strerror or str(error)).lower()}") from None
    if size > 2 * MAX_BYTES:
        raise Unreadable(f"it is larger than {2 * MAX_BYTES // 1_000_000} MB")
    if not body:
        raise Unreadable("it is empty (0 bytes)")
    media = {".pdf": "application/pdf", ".html": "text/html", ".htm": "text/html"}
    kind_of_file = media.get(path.suffix.lower(), "text/plain")
    return Gathered(body, _taken(body, kind_of_file, None, kind, path.name, source, language))


def of_page(flow: Flow, kind: str, source: DocumentSource) -> Gathered:
    """The document a browser shows, folded parts opened; raises `Unreadable`, or `Halt` when it does not load."""
    flow.come_to_rest()
    if flow.status is not None and flow.status != 200:
        raise Unreadable(f"{urlsplit(flow.url).path} answered {flow.status}")
    trouble: list[tuple[str, str]] = []
    if source.unfolded:
        opened, folded = unfold(flow, source.unfolded)
        if not opened:
            trouble.append(("cut", "nothing was found to unfold where the platform file says"))
        if folded:
            trouble.append(
                ("cut", f"{folded} of {opened} parts folded again when others were opened")
            )
    body = flow.content().encode()
    text = page_text(
        body, kind=kind, url=flow.url, select=source.select, remove=source.remove, charset="utf-8"
    )
    # Scripts have run: what they said to browsers without scripts no longer counts.
    noticed = {name: count for name, count in text.noticed.items() if name != "scripts"}
    return Gathered(
        body,
        replace(
            text,
            trouble=(*text.trouble, *trouble),
            noticed=noticed,
            extractor=f"browser, {text.extractor}",
        ),
    )


def held(
    gathered: Gathered,
    asked: Asked,
    signs: Signs,
    today: date,
    *,
    clean: Callable[[str], str] = lambda text: text,
    keep: Callable[[str], str] = lambda text: "",
    **facts: object,
) -> Held:
    """The document with its flags, and its record; `facts` are further fields of the record.

    `clean` removes what must not be recorded, before anything is judged, so that every quote is in the text
    `keep` keeps, to the letter.
    """
    text = _cleaned(gathered.text, clean)
    flags = tuple(flags_of(text, asked, signs))
    own = Document(text, flags)
    dates = dating_of(text.text, signs, today)
    region = region_of(text, signs, asked.market) if asked.market else None
    language = spoken(text)
    seen = DocumentSeen.model_validate(
        {
            "kind": text.kind,
            "address": clean(text.url),
            "asked_language": asked.language or "",
            "language": language,
            "market": asked.market,
            "region": region[0].says if region else "",
            "effective": dates.effective.isoformat() if dates.effective else None,
            "updated": dates.updated.isoformat() if dates.updated else None,
            "version": dates.version,
            "sha256": digest(gathered.body),
            "bytes": len(gathered.body),
            "extractor": text.extractor,
            "characters": len(text.text),
            "exhibit": keep(text.text),
            "readability": str(readability(text.text, language) or ""),
            "flags": [Artefact(name=flag.name, says=clean(flag.says)) for flag in flags],
            "usable": own.usable,
            **facts,
        }
    )
    return Held(own, seen)


def _taken(
    body: bytes,
    media_type: str,
    charset: str | None,
    kind: str,
    url: str,
    source: DocumentSource,
    language: str | None = None,
) -> DocumentText:
    if media_type == "application/pdf" or body[:5] == b"%PDF-":
        text = pdf_text(body, kind=kind, url=url)
    elif media_type in ("text/plain", "text/markdown"):
        if len(body) > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        words, doubt = decoded(body, charset)
        text = plain_text(words, kind=kind, url=url, language=language)
        text = replace(text, trouble=(("charset", doubt),) if doubt else ())
    else:
        text = page_text(
            body, kind=kind, url=url, select=source.select, remove=source.remove, charset=charset
        )
    # A page of scripts without text is told apart from one that has nothing to say.
    if not text.text and not text.noticed.get("scripts") and not text.trouble:
        raise Unreadable("it came back without text")
    return text


def _cleaned(text: DocumentText, clean: Callable[[str], str]) -> DocumentText:
    whole = clean(text.text)
    if whole == text.text:
        return text
    lines = whole.split("\n")
    kinds = [block.kind for block in text.blocks]
    parts = zip(kinds if len(kinds) == len(lines) else ["p"] * len(lines), lines, strict=True)
    return replace(
        document(
            parts,
            kind=text.kind,
            url=text.url,
            declared=text.language,
            title=clean(text.title),
            links=text.links,
            noticed=text.noticed,
            trouble=text.trouble,
            extractor=text.extractor,
        ),
        language=text.language,
    )
