"""The cue language: phrases a lawyer can read, compiled to patterns over a sentence's words.

A sentence is matched as its lower-case words, each with one space before and after (`words_of`). A cue is
words in order, and:

=============  ==================================================================================
``groom*``     any ending: groom, grooming, groomed; ``*ripoti*`` any beginning too
``a .. b``     up to three other words between; ``a ... b`` up to ten. No gap steps over a negation
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
from functools import cached_property

Families = Mapping[str, Sequence[str]]

_TOKEN = re.compile(r"\.\.\.?|<[a-z_]+>|\[not\b|[(|)?\]]|[\w'*]+")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*(mailto:)?[^)\s]*(?:\s+\"[^\"]*\")?\)?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?")
_NEGATION = ("not", "never", "without", "no", "cannot", r"\w+n't", "hakuna", "bila")
_STEP = r"(?: (?!(?:" + "|".join(_NEGATION) + r") )\S+)"
_END = r"(?:'s?)?(?= )"


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

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression)

    def find(self, words: str) -> str:
        """What matches in the words, or an empty text."""
        match = self.pattern.search(words)
        return match[0].strip() if match else ""


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
    """Recursive descent over the tokens of one cue."""

    source: str
    families: Families
    within: tuple[str, ...] = ()
    at: int = 0
    tokens: list[str] = field(init=False)

    def __post_init__(self) -> None:
        text = self.source.lower().replace("\u2019", "'")
        for mark in "-/,":
            text = text.replace(mark, " ")
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+", "", text):
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
        return f"(?:{'|'.join(text for text, _ in options)})", joined

    def sequence(self) -> tuple[str, frozenset[str]]:
        """Elements in order; its anchors are those of the rarest-looking element."""
        parts: list[str] = []
        found: list[frozenset[str]] = []
        while (token := self._peek()) not in ("", "|", ")", "]"):
            self.at += 1
            if token in ("..", "..."):
                # Gaps side by side are one gap: nested repeats would try every way to share the words out.
                steps = 3 if token == ".." else 10
                while self._peek() in ("..", "..."):
                    steps += 3 if self._peek() == ".." else 10
                    self.at += 1
                parts.append(f"{_STEP}{{0,{steps}}}?")
                continue
            if token == "[not":
                parts.append(f"(?!{self.choice(end=']')[0]})")
                continue
            expression, anchors = self._element(token)
            if self._peek() == "?":
                self.at += 1
                expression, anchors = f"(?:{expression})?", frozenset()
            parts.append(expression)
            found.append(anchors)
        if not parts:
            raise BadCue(f"“{self.source}” has an empty alternative")
        return "".join(parts), max(found, key=_rareness, default=frozenset())

    def _element(self, token: str) -> tuple[str, frozenset[str]]:
        if token == "(":
            return self.choice(end=")")
        if token == "<number>":
            return r" \d+(?= )", frozenset(f"{digit}*" for digit in range(10))
        if token.startswith("<"):
            return self._family(token[1:-1])
        if token == "?" or "*" in token.strip("*") or not token.strip("*"):
            raise BadCue(f"“{self.source}”: “{token}” stands where a word should")
        if "*" in token:
            before = r"\S*" if token.startswith("*") else ""
            after = r"\S*" if token.endswith("*") else _END.removesuffix("(?= )")
            return f" {before}{re.escape(token.strip('*'))}{after}(?= )", frozenset({token})
        return f" {re.escape(token)}{_END}", frozenset({token})

    def _family(self, name: str) -> tuple[str, frozenset[str]]:
        if name not in self.families:
            raise BadCue(f"“{self.source}”: there is no family <{name}>")
        if name in self.within:
            raise BadCue(f"family <{name}> holds itself")
        parts = [
            _Reader(phrase, self.families, (*self.within, name)).choice(end="")
            for phrase in self.families[name]
        ]
        free = any(not anchors for _, anchors in parts)
        anchors = frozenset() if free else frozenset().union(*(each for _, each in parts))
        return f"(?:{'|'.join(text for text, _ in parts)})", anchors

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _rareness(anchors: Iterable[str]) -> tuple[int, int]:
    """Longer words are rarer; fewer alternatives are better. Nothing at all is worst."""
    words = list(anchors)
    return (min(map(len, words)), -len(words)) if words else (-1, 0)
