"""The cue language: phrases a lawyer can read, compiled to patterns over a sentence's words.

A sentence is matched as its lower-case words, each with one space before and after (`words_of`). A cue is
words in order, and:

=============  ==================================================================================
``groom*``     any ending: groom, grooming, groomed; ``*ripoti*`` any beginning too
``a .. b``     up to three other words between; ``a ..9 b`` up to nine. No gap steps over a negation
``(a|b c)``    one of these; ``(a|b)?`` or nothing
``<minor>``    one of the words of this family, from ``checks/clauses/words/<language>.yaml``
``<number>``   a number in digits
``[not a|b]``  what follows here is none of these
=============  ==================================================================================

A rule joins cues: ``a & b`` in the same sentence, ``a + b`` where b may stand in what introduces the sentence
(its heading, the words its list hangs on, the sentence before it), ``a but not b`` where b must not stand in
the sentence. The first cue always stands in the sentence itself.

`Cue.anchors` are words one of which must occur for the cue to match; an index of a document's words turns them
into the few sentences worth trying, so that the cost of many cues stays linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sbd_audit.errors import did_you_mean


class Families(dict[str, Sequence[str]]):
    """Phrases by the name cues refer to them with; each family is read once."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        super().__init__(phrases)
        self.read: dict[str, tuple[str, frozenset[str]]] = {}


_SIGN = re.compile(r"\.\.\d*|<[a-z_]+>|\[not\b|[(|)?\]]|[\w'*]+")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*(mailto:)?[^)\s]*(?:\s+\"[^\"]*\")?\)?")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?")
_NEGATION = ("not", "never", "without", "no", "cannot", r"\w+n't", "hakuna", "bila")
_STEP = r"(?: (?!(?:" + "|".join(_NEGATION) + r") )\S+)"
_END = r"(?:'s?)?(?= )"
_OPEN = r"\S*(?= )"
_PLAIN = re.compile(r" ([\w']+)(?:" + re.escape(_END) + "|(" + re.escape(_OPEN) + "))")


class BadCue(ValueError):
    """A cue that cannot be read; the message says what is wrong and what would be accepted."""


def words_of(text: str) -> str:
    """The words of a text, lower case, one space around each; Markdown marks and the targets of links are dropped.

    >>> words_of("Don't *share* [nudes](https://x.test/a).")
    " don't share nudes "
    """
    text = text.replace("\\", "").replace("\u2019", "'").replace("\u2018", "'")
    text = _LINK.sub(lambda link: f" {link[1]} " + (" emailaddress " if link[2] else ""), text)
    text = _URL.sub(" webaddress ", _MAIL.sub(" emailaddress ", text))
    text = text.replace("\u200d", "").replace("\u200b", "").replace("**", "").replace("__", "")
    return f" {' '.join(_WORD.findall(text.lower()))} "


@dataclass(frozen=True)
class Cue:
    """One phrase as a pattern, and words (an ending ``*`` left open) one of which any match must hold."""

    source: str
    expression: str
    anchors: frozenset[str]

    def find(self, words: str) -> str:
        """What matches in the words, or an empty text."""
        match = _compiled(self.expression).search(words)
        return match[0].strip() if match else ""


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[str]:
    """Compiled when first needed, and once: many rules share a cue."""
    return re.compile(expression)


@dataclass(frozen=True)
class Rule:
    """Cues that must stand together: `same` in the sentence, `near` also in its introduction, `never` not at all."""

    source: str
    first: Cue
    same: tuple[Cue, ...] = ()
    near: tuple[Cue, ...] = ()
    never: tuple[Cue, ...] = ()


def rule(source: str, families: Families) -> Rule:
    """The rule of a line; raises `BadCue`."""
    positive, *never = re.split(r"\s+but not\s+", source)
    parts = re.split(r"\s+([&+])\s+", positive)
    cues = [cue(part, families) for part in parts[::2]]
    pairs = list(zip(parts[1::2], cues[1:], strict=True))
    return Rule(
        source,
        cues[0],
        tuple(each for sign, each in pairs if sign == "&"),
        tuple(each for sign, each in pairs if sign == "+"),
        tuple(cue(part, families) for part in never),
    )


def cue(source: str, families: Families) -> Cue:
    """The cue of a phrase; raises `BadCue`."""
    reader = _Reader(source, families)
    expression, anchors = reader.choice(end="")
    if not anchors:
        raise BadCue(f"“{source}” holds no word that must occur")
    return Cue(source, expression, anchors)


@dataclass
class _Reader:
    """Recursive descent over the signs of one cue."""

    source: str
    families: Families
    within: tuple[str, ...] = ()
    at: int = 0
    signs: list[str] = field(init=False)

    def __post_init__(self) -> None:
        text = self.source.lower().replace("\u2019", "'")
        for mark in "-/,":
            text = text.replace(mark, " ")
        self.signs = _SIGN.findall(text)
        if "".join(self.signs) != re.sub(r"\s+", "", text):
            raise BadCue(f"“{self.source}” holds a sign the cue language does not have")

    def choice(self, end: str) -> tuple[str, frozenset[str]]:
        """Alternatives up to `end`; anchors are the union, since each alternative may be the one that matches."""
        options = [self.sequence()]
        while self._peek() == "|":
            self.at += 1
            options.append(self.sequence())
        if self._peek() != end:
            raise BadCue(f"“{self.source}”: expected “{end or 'the end'}” before “{self._peek()}”")
        self.at += 1
        free = any(not anchors for _, anchors in options)
        joined = frozenset() if free else frozenset().union(*(anchors for _, anchors in options))
        if len(options) == 1:
            return options[0][0], joined
        return _either([text for text, _ in options]), joined

    def sequence(self) -> tuple[str, frozenset[str]]:
        """Elements in order; its anchors are those of the rarest-looking element."""
        parts: list[str] = []
        found: list[frozenset[str]] = []
        while (sign := self._peek()) not in ("", "|", ")", "]"):
            self.at += 1
            if sign.startswith(".."):
                if self._peek().startswith(".."):
                    raise BadCue(
                        f"“{self.source}”: write two gaps side by side as one, such as ..6"
                    )
                parts.append(f"{_STEP}{{0,{sign[2:] or 3}}}?")
                continue
            if sign == "[not":
                parts.append(f"(?!{self.choice(end=']')[0]})")
                continue
            expression, anchors = self._element(sign)
            if self._peek() == "?":
                self.at += 1
                expression, anchors = f"(?:{expression})?", frozenset()
            parts.append(expression)
            found.append(anchors)
        if not parts:
            raise BadCue(f"“{self.source}” has an empty alternative")
        return "".join(parts), max(found, key=_rareness, default=frozenset())

    def _element(self, sign: str) -> tuple[str, frozenset[str]]:
        if sign == "(":
            return self.choice(end=")")
        if sign == "<number>":
            return r" \d+(?= )", frozenset(f"{digit}*" for digit in range(10))
        if sign.startswith("<"):
            return self._family(sign[1:-1])
        if sign == "?" or "*" in sign.strip("*") or not sign.strip("*"):
            raise BadCue(f"“{self.source}”: “{sign}” stands where a word should")
        if "*" in sign:
            before = r"\S*" if sign.startswith("*") else ""
            after = r"\S*" if sign.endswith("*") else _END.removesuffix("(?= )")
            return f" {before}{re.escape(sign.strip('*'))}{after}(?= )", frozenset({sign})
        return f" {re.escape(sign)}{_END}", frozenset({sign})

    def _family(self, name: str) -> tuple[str, frozenset[str]]:
        if name not in self.families:
            known = did_you_mean(name, self.families)
            raise BadCue(f"“{self.source}”: there is no family <{name}>; {known}")
        if name in self.within:
            raise BadCue(f"family <{name}> holds itself")
        if name not in self.families.read:
            parts = [
                _Reader(phrase, self.families, (*self.within, name)).choice(end="")
                for phrase in self.families[name]
            ]
            free = any(not anchors for _, anchors in parts)
            anchors = frozenset[str]() if free else frozenset().union(*(each for _, each in parts))
            self.families.read[name] = _either([text for text, _ in parts]), anchors
        return self.families.read[name]

    def _peek(self) -> str:
        return self.signs[self.at] if self.at < len(self.signs) else ""


def _either(options: Sequence[str]) -> str:
    """One of the options; plain words share their space and ending, which keeps the pattern small."""
    whole: list[str] = []
    opened: list[str] = []
    other: list[str] = []
    for option in dict.fromkeys(options):
        plain = _PLAIN.fullmatch(option)
        if plain is None:
            other.append(option)
        elif plain[2]:
            opened.append(plain[1])
        else:
            whole.append(plain[1])
    if whole:
        other.append(f" (?:{'|'.join(whole)}){_END}")
    if opened:
        other.append(f" (?:{'|'.join(opened)}){_OPEN}")
    return f"(?:{'|'.join(other)})"


def _rareness(anchors: Iterable[str]) -> tuple[int, int]:
    """Longer words are rarer; fewer alternatives are better. Nothing at all is worst."""
    words = list(anchors)
    return (min(map(len, words)), -len(words)) if words else (-1, 0)
