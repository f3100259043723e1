"""A link to a passage in its page (W3C WICG text fragments): browsers that know them scroll to it and mark it."""

from __future__ import annotations

import re
from urllib.parse import quote, urldefrag, urlsplit

WHOLE = 90
"""Characters up to which a passage is written out; of a longer one the first and last words are."""
ENDS = 5
_MASKED = re.compile(r"\[(?:e-mail|phone|redacted)\]")


def linked(url: str, passage: str) -> str:
    """The address of a passage; an empty text where the document has no web address."""
    if urlsplit(url).scheme not in ("http", "https"):
        return ""
    # What was masked in our copy is not masked in the page: the longest piece beside it is looked for.
    words = max(_MASKED.split(passage), key=len).split()
    bare = urldefrag(url)[0]
    if not words:
        return bare
    if len(" ".join(words)) <= WHOLE or len(words) <= 2 * ENDS:
        return f"{bare}#:~:text={_safe(' '.join(words))}"
    return f"{bare}#:~:text={_safe(' '.join(words[:ENDS]))},{_safe(' '.join(words[-ENDS:]))}"


def _safe(text: str) -> str:
    """Percent-encoded; a dash, a comma and an ampersand have a meaning in a fragment."""
    return quote(text, safe="").replace("-", "%2D")
