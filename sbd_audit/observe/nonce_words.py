"""Words that mean nothing in any language, for filters of unwanted words, and the ways people write around one.

Every word holds both an x and a q, so that none is a word of English, Swahili or Sheng.
"""

from __future__ import annotations

import hashlib

HOW_MANY = 100
_FIRST = ("b", "d", "g", "k", "l", "m", "n", "r", "s", "t", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u")
_SHAPES = ("{}", "wa{}", "ku{}", "{}ni", "ma{}o", "{}ish")
"""Plain; with Swahili affixes; with an ending of Sheng."""
_ACCENTS = str.maketrans("aeiou", "áèïôú")
_DIGITS = str.maketrans("aeiost", "431057")


def filter_terms(run: str) -> list[str]:
    """The hundred words of a run, each unlike the others."""
    return [_SHAPES[number % len(_SHAPES)].format(_stem(run, number)) for number in range(HOW_MANY)]


def filtered_forms(run: str) -> dict[str, str]:
    """One of them, with a Swahili ending, in a sentence of its own: as it is, and written around a filter."""
    term = filter_terms(run)[3]
    return {
        "plain": f"This is {term} again.",
        "diacritic": f"This is {term.translate(_ACCENTS)} again.",
        "mixed_language": f"Leo tumeona {term} in the evening, sawa.",
        "digits": f"This is {term.translate(_DIGITS)} again.",
    }


def _stem(run: str, number: int) -> str:
    """Such as ``goxaqu12`` without the figures: syllables by chance, x and q in the middle, the number as syllables."""
    chance = hashlib.sha256(f"{run}/word/{number}".encode()).digest()
    start = _FIRST[chance[0] % len(_FIRST)] + _VOWELS[chance[1] % len(_VOWELS)]
    high, low = divmod(number, len(_FIRST))
    own = f"{_FIRST[low]}{_VOWELS[high % 5]}" + (_FIRST[high] if high >= len(_VOWELS) else "")
    return f"{start}xaq{own}"
