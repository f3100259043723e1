"""Values and pictures of what is on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sbd_audit.canonical import decimal
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import MAX_PICTURE
from sbd_audit.observe.extract import MISSING

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found
    from playwright.sync_api import Page

MASKED = """img, video, canvas, iframe, object, embed, picture { visibility: hidden !important }
input, textarea { color: transparent !important }
* { background-image: none !important }
::highlight(sbd-audit) { color: #000; background-color: #000; text-shadow: none; text-decoration: none }"""
_SHAPES = Redactor()
# Text is blacked out by a highlight, which leaves the page's own tree alone.
_TEXTS = """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (walk.currentNode.data.trim()) found.push(walk.currentNode.data);
  return found }"""
_BLACK_OUT = """texts => { const hidden = new Set(texts), ranges = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (hidden.has(walk.currentNode.data)) {
    const range = new Range(); range.selectNodeContents(walk.currentNode); ranges.push(range) }
  CSS.highlights.set('sbd-audit', new Highlight(...ranges)) }"""
_BACK = "() => CSS.highlights.delete('sbd-audit')"

# Area times text contrast of an element: how loudly it speaks beside another one.
_LOUDNESS = """e => {
  const light = c => { const v = (c.match(/[0-9.]+/g) || [0, 0, 0]).slice(0, 3).map(Number)
    .map(x => x / 255).map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2] };
  const ground = n => { while (n) { const c = getComputedStyle(n).backgroundColor;
    if (!/rgba\\(.*, 0\\)|transparent/.test(c)) return c; n = n.parentElement } return 'rgb(255,255,255)' };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const box = e.getBoundingClientRect(), own = light(ground(e));
  const words = ratio(light(getComputedStyle(e).color), own);
  const stands = e.parentElement ? ratio(own, light(ground(e.parentElement))) : 1;
  return box.width * box.height * Math.max(words, 1) * Math.sqrt(stands);
}"""


def looked_at(found: Found, get: str) -> Any:
    """One value (or list) of the elements: count, text(s), value(s), checked, attr:NAME, attrs:NAME."""
    if get == "count":
        return sum(match.is_visible() for match in found.all())
    if get == "texts":
        return [" ".join(text.split()) for text in found.all_inner_texts()]
    if get == "values":
        return [_value(match) for match in found.all()]
    if get.startswith("attrs:"):
        name = get.removeprefix("attrs:")
        values = [match.get_attribute(name) for match in found.all()]
        return [value for value in values if value]
    matches = found.all()
    if not matches:
        return MISSING
    first = next((match for match in matches if match.is_visible()), matches[0])
    if get.startswith("attr:"):
        value = first.get_attribute(get.removeprefix("attr:"))
        return MISSING if value is None else value
    if get == "value":
        return _value(first)
    if get == "checked":
        return first.is_checked()
    return " ".join(first.inner_text().split())


def weight_ratio(weaker: Found, safer: Found) -> Any:
    """How much louder one choice is than another: size and contrast, 1 is equal (decimal text)."""
    if not weaker.count() or not safer.count():
        return MISSING
    from fractions import Fraction

    loud, quiet = (Fraction(str(part.first.evaluate(_LOUDNESS))) for part in (weaker, safer))
    return decimal(loud / quiet, 2) if quiet else MISSING


def screenshot(page: Page) -> bytes | None:
    """What was in the window; media, inputs and texts that look personal masked; None when it cannot be small enough."""
    personal = [text for text in page.evaluate(_TEXTS) if _SHAPES.text(text) != text]
    if personal:
        page.evaluate(_BLACK_OUT, personal)
    try:
        for quality in (50, 25, 10):
            picture = page.screenshot(
                type="jpeg", quality=quality, style=MASKED, scale="css", animations="allow"
            )
            if len(picture) <= MAX_PICTURE:
                return picture
    finally:
        if personal:
            page.evaluate(_BACK)
    return None


def _value(element: Found) -> str:
    own = element.get_attribute("value")
    return own if own is not None else " ".join(element.inner_text().split())
