"""Which language a text is in: a vote of its commonest small words, which anyone can check."""

from __future__ import annotations

import re

SMALL_WORDS = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "is",
            "you",
            "that",
            "it",
            "for",
            "on",
            "are",
            "with",
            "as",
            "at",
            "be",
            "this",
            "have",
            "from",
            "or",
            "by",
            "not",
            "what",
            "all",
            "we",
            "when",
            "your",
            "can",
            "an",
            "if",
            "do",
            "will",
            "how",
            "which",
            "their",
            "our",
            "about",
            "us",
        ]
    ),
    "sw": frozenset(
        [
            "na",
            "ya",
            "wa",
            "kwa",
            "ni",
            "za",
            "katika",
            "la",
            "hii",
            "yako",
            "au",
            "kama",
            "cha",
            "hiyo",
            "kuwa",
            "vya",
            "lakini",
            "watu",
            "wako",
            "sisi",
            "yetu",
            "pia",
            "kila",
            "hapa",
            "ikiwa",
            "bila",
            "baada",
            "ili",
            "hakuna",
            "unaweza",
            "haya",
            "huu",
            "wewe",
            "zako",
            "kuhusu",
        ]
    ),
}
FEWEST_WORDS = 12


def language_of(text: str) -> str | None:
    """``en`` or ``sw``; None when the text is too short, or neither language clearly leads."""
    words = re.findall(r"[a-zA-Z']+", text.lower())[:4000]
    if len(words) < FEWEST_WORDS:
        return None
    votes = sorted(
        ((sum(word in small for word in words), code) for code, small in SMALL_WORDS.items()),
        reverse=True,
    )
    (best, code), (second, _) = votes[0], votes[1]
    return code if best >= 3 and best >= 2 * second and best * 14 >= len(words) else None
