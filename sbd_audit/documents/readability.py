"""How hard a text reads: the Flesch-Kincaid school year for English, by a syllable count anyone can repeat.

Formula: 0.39 × words per sentence + 11.8 × syllables per word - 15.59 (Kincaid and others, 1975). There is no
accepted formula for Swahili, so other languages give None and are left to a reader.
"""

from __future__ import annotations

import re
from fractions import Fraction

from sbd_audit.canonical import decimal

_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_WORD = re.compile(r"[A-Za-z][A-Za-z']*")


def grade(text: str, language: str) -> str | None:
    """The school year as decimal text to 0.1, at least 0; None when it cannot be said."""
    if language != "en":
        return None
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    words = _WORD.findall(text)
    if len(words) < 10:
        return None
    per_sentence = Fraction(len(words), max(1, len(sentences)))
    per_word = Fraction(sum(map(syllables, words)), len(words))
    value = Fraction(39, 100) * per_sentence + Fraction(118, 10) * per_word - Fraction(1559, 100)
    return decimal(max(value, Fraction(0)), 1)


def syllables(word: str) -> int:
    """Groups of vowels, less a silent final e; at least one."""
    word = word.lower().rstrip("'")
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee", "ye")) and groups > 1:
        groups -= 1
    if (
        word.endswith(("es", "ed"))
        and not word.endswith(("ted", "ded", "ses", "zes", "ces", "ges", "ches", "shes", "xes"))
        and groups > 1
    ):
        groups -= 1
    return max(1, groups)
