"""Okapi BM25 over the passages of a document: orders them for a reader, and never decides.

Score of a passage for a query: the sum over its words of idf · tf·(k1+1) / (tf + k1·(1 - b + b·length/mean)),
with k1 = 1.2, b = 0.75 (Robertson and others, TREC-3, 1994). Words are compared by their stem.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sbd_audit.documents.language import SMALL_WORDS

K1, B = 1.2, 0.75
_COMMON = SMALL_WORDS["en"] | SMALL_WORDS["sw"]
_ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ings",
    "ing",
    "ies",
    "ed",
    "es",
    "ly",
    "s",
    "y",
    "e",
)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its commonest English ending; at least four letters stay."""
    word = word.split("'")[0]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


class Ranking:
    """Scores of passages, each given as a text of words with spaces between."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._postings: dict[str, list[tuple[int, int]]] = {}
        self._lengths: list[int] = []
        for number, words in enumerate(passages):
            counts = Counter(stem(word) for word in words.split() if word not in _COMMON)
            self._lengths.append(sum(counts.values()))
            for word, count in counts.items():
                self._postings.setdefault(word, []).append((number, count))
        self._mean = sum(self._lengths) / max(1, len(self._lengths)) or 1.0

    def scores(self, query: Iterable[str]) -> dict[int, float]:
        """Score by passage number, for the passages that hold a word of the query."""
        found: dict[int, float] = {}
        size = len(self._lengths)
        for word in {stem(word) for word in query if word not in _COMMON}:
            postings = self._postings.get(word, ())
            idf = math.log(1 + (size - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, count in postings:
                norm = K1 * (1 - B + B * self._lengths[number] / self._mean)
                found[number] = found.get(number, 0.0) + idf * count * (K1 + 1) / (count + norm)
        return found
