"""How hard a text reads, by counts anyone can repeat.

English has a school year: Flesch-Kincaid, 0.39 × words per sentence + 11.8 × syllables per word - 15.59
(Kincaid and others, 1975). Swahili has no accepted formula, and one made for English would mislead: its
words are long because they carry what English says in small words. There the counts themselves are given,
with the hardest sentence, for a reader to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from sbd_audit.canonical import decimal

_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]))*")
_NASAL = re.compile(r"m(?=[cdfghjklmnpqrstvxz])|^m(?=bw)|^n(?=chi|ne$)")
FEWEST_WORDS = 10


@dataclass(frozen=True)
class Readability:
    """The counts behind a judgement of difficulty; decimals are text to one place, `grade` None outside English."""

    words: int
    sentences: int
    words_per_sentence: str
    syllables_per_word: str
    grade: str | None
    hardest: str

    def __str__(self) -> str:
        year = f"school year {self.grade}; " if self.grade is not None else ""
        return (
            f"{year}{self.words} words, {self.words_per_sentence} a sentence, "
            f"{self.syllables_per_word} syllables a word"
        )


def readability(text: str, language: str | None) -> Readability | None:
    """The counts of a text in English or Swahili; None for other languages and for a handful of words."""
    if language not in ("en", "sw"):
        return None
    parts = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    count = syllables if language == "en" else swahili_syllables
    per_sentence = Fraction(len(words), max(1, len(parts)))
    per_word = Fraction(sum(map(count, words)), len(words))
    year = Fraction(39, 100) * per_sentence + Fraction(118, 10) * per_word - Fraction(1559, 100)
    return Readability(
        len(words),
        len(parts),
        decimal(per_sentence, 1),
        decimal(per_word, 1),
        decimal(max(year, Fraction(0)), 1) if language == "en" else None,
        " ".join(max(parts, key=lambda part: len(_WORD.findall(part))).split()),
    )


def grade(text: str, language: str) -> str | None:
    """The school year as decimal text to 0.1, at least 0; None when it cannot be said."""
    found = readability(text, language)
    return found.grade if found else None


def syllables(word: str) -> int:
    """English: groups of vowels, less a silent final e; at least one."""
    word = word.lower().rstrip("'’")
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


def swahili_syllables(word: str) -> int:
    """Swahili: every vowel is one, and so is an m before a consonant other than b, w and y (``mtoto`` has three)."""
    word = word.lower()
    vowels = sum(char in "aeiou" for char in word)
    return max(1, vowels + len(_NASAL.findall(word)))
