"""Which language a text is in: a vote of its commonest small words, which anyone can check.

The words are data (``checks/vocabulary/languages.yaml``). A text mostly in another script is named by that.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from sbd_audit.resources import folder
from sbd_audit.source import load

_DATA: dict[str, Any] = load(folder("checks") / "vocabulary" / "languages.yaml").data
SMALL_WORDS = {code: frozenset(words) for code, words in _DATA["small_words"].items()}
"""The commonest small words of each language, for what else wants to pass over them too."""

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\(?\bhttps?://\S+")


def language_of(text: str) -> str | None:
    """A code such as ``en`` or ``sw``; None when the text is too short, or no language clearly leads."""
    rule = _DATA["language_rule"]
    words = _WORD.findall(_ADDRESS.sub(" ", text[: 12 * rule["first_words"]]).lower())
    words = words[: rule["first_words"]]
    if script := _script("".join(words[:400]), _DATA["scripts"]):
        return script
    if len(words) < rule["fewest_words"]:
        return None
    counts = Counter(words)
    votes = sorted(
        ((sum(counts[word] for word in small), code) for code, small in SMALL_WORDS.items()),
        reverse=True,
    )
    (most, code), (second, _) = votes[0], votes[1]
    leads = most >= 3 and most >= rule["lead"] * second
    return str(code) if leads and most * rule["one_in"] >= len(words) else None


def title_of(language: str | None) -> str:
    """The language's name in English, its code where there is none, or "a language not recognised"."""
    if language is None:
        return "a language that was not recognised"
    return str(_DATA["language_titles"].get(language, language))


def _script(letters: str, scripts: dict[str, str]) -> str | None:
    """The language a script stands for, where most letters are of it."""
    counts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in letters)
    for script, language in scripts.items():
        if 2 * counts[script] > len(letters):
            return language
    return None
