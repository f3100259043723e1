"""From a web page to its text, block by block, in one walk and without running anything in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from sbd_audit.documents.decode import decoded
from sbd_audit.documents.text import MAX_BYTES, DocumentText, Unreadable, document

MAX_DEPTH = 1000
"""Elements inside one another. Browsers stop at 512; the parser's time grows with the square of it."""
EXTRACTOR = "html, selectolax/lexbor"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset(
    {"p", "li", "dt", "dd", "td", "th", "blockquote", "summary", "figcaption", "address", "caption", "pre", "legend", "label"}
) | _HEADINGS  # fmt: skip
_DIVIDES = _BLOCKS | frozenset(
    {
        "div",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "ul",
        "ol",
        "dl",
        "table",
        "tr",
        "tbody",
        "thead",
        "details",
        "form",
        "fieldset",
        "figure",
        "hr",
        "body",
    }
)
_DROPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "nav",
        "head",
        "iframe",
        "select",
        "object",
        "video",
        "audio",
        "canvas",
    }
)
_NO_END = rb"(?:p|li|dt|dd|td|th|tr|option|br|hr|img|input|meta|link|source|wbr|area|base|col|embed|track|param)\b"
_TAG = re.compile(
    rb"<(/?)(?!" + _NO_END + rb")([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']*')*)>"
)


def page_text(
    body: bytes,
    *,
    kind: str,
    url: str,
    select: str | None = None,
    remove: tuple[str, ...] = (),
    charset: str | None = None,
) -> DocumentText:
    """The text of an HTML page, or of the part `select` names, without the parts `remove` names.

    Raises `Unreadable` for what is empty, too large, binary, or nested beyond reason.
    """
    if len(body) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    source, doubt = decoded(body, charset)
    if _depth(body) > MAX_DEPTH:
        raise Unreadable(f"it is nested more than {MAX_DEPTH} deep")
    tree = LexborHTMLParser(source)
    noticed = Counter(
        scripts=len(tree.css("script")), passwords=len(tree.css("input[type=password]"))
    )
    trouble = [("charset", doubt)] if doubt else []
    for css in remove:
        for node in tree.css(css):
            node.decompose()
    root = tree.css_first(select) if select else tree.body
    if root is None:
        trouble.append(("part_missing", f"the part {select or 'body'} is not on the page"))
    html = tree.css_first("html")
    title = tree.css_first("title")
    walk = _Walk(tree)
    parts = list(walk.blocks(root)) if root is not None else []
    noticed.update(walk.noticed)
    links = tuple(node.attributes.get("href") or "" for node in tree.css("a[href]"))
    return document(
        parts,
        kind=kind,
        url=url,
        declared=((html.attributes.get("lang") or "")[:2].lower() or None) if html else None,
        title=" ".join(title.text().split()) if title else "",
        links=links,
        noticed=dict(noticed),
        trouble=tuple(trouble),
        extractor=EXTRACTOR,
    )


class _Walk:
    """One pass over a tree: blocks of text in order, and what was noticed on the way."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.noticed: Counter[str] = Counter()
        # A panel that a button unfolds is text of the page, although it is hidden until then.
        self._panels = {
            name
            for node in tree.css("[aria-controls]")
            for name in (node.attributes.get("aria-controls") or "").split()
        }
        self._pieces: list[str] = []
        self._inside: list[str] = []

    def blocks(self, root: Any) -> Iterator[tuple[str, str]]:
        """Pairs of kind and text; text outside any block becomes a paragraph of its own."""
        node, depth = root, 0
        entering = True
        while True:
            if entering:
                yield from self._enter(node)
                if node.child is not None and not self._skipped(node):
                    node, depth = node.child, depth + 1
                    continue
            yield from self._leave(node)
            if depth == 0:
                break
            if node.next is not None:
                node, entering = node.next, True
            else:
                node, depth, entering = node.parent, depth - 1, False
        yield from self._flush()

    def _enter(self, node: Any) -> Iterator[tuple[str, str]]:
        tag = node.tag
        if tag == "-text":
            self._pieces.append(node.text(deep=False) or "")
        elif tag == "br":
            if self._pieces and self._pieces[-1] == "\n":
                yield from self._flush()
            else:
                self._pieces.append("\n")
        elif tag in _DIVIDES:
            yield from self._flush()
            if tag in _BLOCKS:
                self._inside.append(tag)
        self._notice(node, tag)

    def _leave(self, node: Any) -> Iterator[tuple[str, str]]:
        if node.tag in _DIVIDES:
            yield from self._flush()
            if node.tag in _BLOCKS and self._inside:
                self._inside.pop()

    def _flush(self) -> Iterator[tuple[str, str]]:
        text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if not text:
            return
        inside = self._inside
        kind = next((tag for tag in reversed(inside) if tag in _HEADINGS), None)
        kind = kind or ("li" if "li" in inside else inside[-1] if inside else "p")
        yield kind, text

    def _skipped(self, node: Any) -> bool:
        if node.tag in _DROPPED:
            return True
        given = node.attributes if node.tag[:1] != "-" else {}
        if given.get("id") in self._panels:
            return False
        return "hidden" in given or given.get("aria-hidden") == "true"

    def _notice(self, node: Any, tag: str) -> None:
        if tag == "a" and not (node.text() or "").strip():
            self._without_words(node)
        elif tag == "details":
            summary = node.css_first("summary")
            words = len((node.text() or "").split()) - len(
                ((summary.text() if summary else "") or "").split()
            )
            self.noticed["folded_empty"] += words < 3
        elif tag[:1] != "-" and node.attributes.get("aria-expanded") == "false":
            self.noticed["folded_empty"] += self._folded_away(node)

    def _without_words(self, link: Any) -> None:
        """A link without text is read by its label, as a screen reader does; without one its words are lost."""
        picture = link.css_first("img, svg, i, span")
        label = link.attributes.get("aria-label") or link.attributes.get("title") or ""
        if picture is not None and picture.tag == "img":
            label = label or picture.attributes.get("alt") or ""
        self._pieces.append(label)
        amid_text = self._inside and any(piece.strip() for piece in self._pieces)
        if not label and picture is None and link.attributes.get("href") and amid_text:
            self.noticed["empty_links"] += 1

    def _folded_away(self, button: Any) -> bool:
        """True when a button unfolds a text that is not in the page: menus are no text."""
        if button.attributes.get("aria-haspopup", "false") not in ("false", None, ""):
            return False
        above, levels = button.parent, 0
        while above is not None and levels < 40:
            if above.tag in ("nav", "header", "footer", "form", "select"):
                return False
            above, levels = above.parent, levels + 1
        name = button.attributes.get("aria-controls")
        if name:
            if not re.fullmatch(r"[\w:.-]+", name):
                return False
            panel = button.parser.css_first(f'[id="{name}"]')
            return panel is None or len((panel.text() or "").split()) < 3
        heading = button.parent if button.parent is not None else button
        following = heading.next
        while following is not None and following.tag == "-text":
            following = following.next
        return following is None or len((following.text() or "").split()) < 3


def _depth(body: bytes) -> int:
    """How deep elements stand in one another at most, so that no parser is handed a bomb."""
    depth = deepest = 0
    for match in _TAG.finditer(body):
        if match[1]:
            depth = max(0, depth - 1)
        elif not match[3].endswith(b"/"):
            depth += 1
            deepest = max(deepest, depth)
    return deepest
