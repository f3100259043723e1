"""From a page to its text, block by block, without running anything in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

MAX_BYTES = 5_000_000
MAX_DEPTH = 400
_BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "dd",
    "td",
    "th",
    "blockquote",
    "summary",
    "figcaption",
    "address",
}
_DROPPED = "script, style, noscript, template, svg, nav, [hidden], [aria-hidden=true]"


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or list item; `start` and `end` are code-point offsets into the text."""

    kind: str
    text: str
    start: int
    end: int
    section: str = ""


@dataclass(frozen=True)
class DocumentText:
    """A document as text: what is quoted from it is in `text`, byte for byte."""

    kind: str
    url: str
    language: str | None
    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    doubts: tuple[str, ...] = ()
    links: tuple[str, ...] = field(default=(), repr=False)


class Unreadable(ValueError):
    """The bytes are no document this reader can take; the message says why."""


def page_text(
    body: bytes, *, kind: str, url: str, select: str | None = None, remove: tuple[str, ...] = ()
) -> DocumentText:
    """The text of an HTML page, or of the part `select` names, without the parts `remove` names.

    Raises `Unreadable` for what is empty, too large, binary, or nested beyond reason.
    """
    if not body.strip():
        raise Unreadable("the page is empty")
    if len(body) > MAX_BYTES:
        raise Unreadable(f"the page is larger than {MAX_BYTES // 1_000_000} MB")
    if b"\0" in body[:2000] or body[:4] in (b"%PDF", b"PK\x03\x04", b"\x89PNG"):
        raise Unreadable("this is not a page of text")
    if _depth(body) > MAX_DEPTH:
        raise Unreadable(f"the page is nested more than {MAX_DEPTH} deep")
    tree = LexborHTMLParser(body.decode("utf-8", errors="replace"))
    for css in (_DROPPED, *remove):
        for node in tree.css(css):
            node.decompose()
    root = tree.css_first(select) if select else tree.body
    html = tree.css_first("html")
    declared = (html.attributes.get("lang") or "")[:2].lower() if html else ""
    title = tree.css_first("title")
    doubts = []
    if root is None:
        doubts.append(f"the part {select} is not on the page" if select else "the page has no body")
    parts = _blocks(root) if root is not None else []
    folded = (
        [node for node in tree.css("[aria-expanded=false], details:not([open])")]
        if root is not None
        else []
    )
    empty = [
        node for node in folded if len((node.text() or "").split()) < 12 and node.tag == "details"
    ]
    if empty:
        doubts.append(f"{len(empty)} folded sections came back without their text")
    return _document(
        parts, kind, url, declared or None, title.text().strip() if title else "", doubts, tree
    )


def plain_text(text: str, *, kind: str, url: str, language: str | None = None) -> DocumentText:
    """A plain text or Markdown file as a document; lines starting with # are headings."""
    parts = []
    for chunk in re.split(r"\n\s*\n|\n(?=[-*#] ?)", text):
        line = " ".join(chunk.split())
        if line.startswith("#"):
            parts.append(("h2", line.lstrip("# ")))
        elif line:
            parts.append(
                (
                    "li" if line[:2] in ("- ", "* ") else "p",
                    line.removeprefix("- ").removeprefix("* "),
                )
            )
    return _document(parts, kind, url, language, "", [], None)


def pdf_text(body: bytes, *, kind: str, url: str) -> DocumentText:
    """The text of a PDF; raises `Unreadable` when it is encrypted, broken or has no text."""
    try:
        import io

        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise Unreadable("reading PDF needs pip install 'sbd-audit[documents]'") from None
    if len(body) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted:
            raise Unreadable("the PDF is encrypted")
        pages = [page.extract_text() or "" for page in reader.pages[:300]]
    except (PyPdfError, ValueError, KeyError, RecursionError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the PDF could not be read ({type(error).__name__})") from None
    return plain_text("\n\n".join(pages), kind=kind, url=url)


def _document(
    parts: list[tuple[str, str]],
    kind: str,
    url: str,
    language: str | None,
    title: str,
    doubts: list[str],
    tree: LexborHTMLParser | None,
) -> DocumentText:
    blocks, pieces, at, section = [], [], 0, ""
    for name, text in parts:
        if name.startswith("h") and name[1:].isdigit():
            section = text
        blocks.append(Block(name, text, at, at + len(text), section))
        pieces.append(text)
        at += len(text) + 1
    links = tuple(node.attributes.get("href") or "" for node in tree.css("a[href]")) if tree else ()
    return DocumentText(
        kind, url, language, "\n".join(pieces), tuple(blocks), title, tuple(doubts), links
    )


def _blocks(root: object) -> list[tuple[str, str]]:
    """Block elements in order; text outside any of them becomes a paragraph of its own."""
    found: list[tuple[str, str]] = []
    loose: list[str] = []

    def flush() -> None:
        if text := " ".join(" ".join(loose).split()):
            found.append(("p", text))
        loose.clear()

    stack = [(root, False)]
    while stack:
        node, _ = stack.pop()
        tag = node.tag  # type: ignore[attr-defined]
        if tag == "-text":
            loose.append(node.text(deep=False) or "")  # type: ignore[attr-defined]
            continue
        if tag in _BLOCKS and not any(inner.tag in _BLOCKS for inner in node.css("*")[1:200]):  # type: ignore[attr-defined]
            flush()
            if text := " ".join((node.text(separator=" ") or "").split()):  # type: ignore[attr-defined]
                found.append((tag, text))
            continue
        if tag in (
            "div",
            "section",
            "article",
            "main",
            "ul",
            "ol",
            "li",
            "br",
            "table",
            "tr",
            "details",
            "form",
        ):
            flush()
        children = [child for child in node.iter(include_text=True)]  # type: ignore[attr-defined]
        stack.extend((child, False) for child in reversed(children) if child.tag != "-comment")
    flush()
    return found


def _depth(body: bytes) -> int:
    """A cheap upper bound of nesting, so that no parser is handed a bomb."""
    depth = deepest = 0
    for match in re.finditer(
        rb"<(/?)(?:div|span|section|ul|ol|li|b|i|font|table|blockquote|p|a)\b", body
    ):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest
