"""How a statement is recognised in a policy: cues a lawyer can read, per language, with worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, PrivateAttr

from sbd_audit.documents.cues import BadCue, Families, cue, rule
from sbd_audit.errors import DefinitionError, Problem, did_you_mean
from sbd_audit.models.base import Strict
from sbd_audit.source import Source

Force = Literal["prohibits", "commits", "informs"]
DocumentType = Literal["CG", "TOS", "PP", "LE"]
CARRIERS = ("forbids", "rules", "regions")
"""Families every language needs: what gives a prohibition its force in the sentence or what introduces it; what
gives it force from elsewhere in its section; what limits a section to a region."""


class Words(Strict):
    """The families of one language, which cues refer to as ``<name>``."""

    language: str
    families: dict[str, tuple[str, ...]]

    _bound: Families | None = PrivateAttr(default=None)

    def bound(self) -> Families:
        """The families as cues use them, each read once."""
        if self._bound is None:
            self._bound = Families(self.families)
        return self._bound

    @classmethod
    def read(cls, source: Source) -> Self:
        """The words of a file; raises `DefinitionError` for a cue or a family that cannot be read."""
        words = super().read(source)
        families = words.bound()
        problems = [
            source.problem(("families",), f"missing family {name}")
            for name in CARRIERS
            if name not in words.families
        ]
        for name in words.families:
            try:
                cue(f"<{name}>", families)
            except BadCue as error:
                problems.append(source.problem(("families", name), str(error)))
        if problems:
            raise DefinitionError(problems)
        return words


class Cues(Strict):
    """What a sentence must hold to state a thing, or to state it in part; one rule a line.

    `unless`: a sentence with one of these says nothing of the kind. `weaker`: it says it only in part (a
    hedge, one case, one region). `related`: words that rank the nearest passages for a reviewer.
    """

    stated: tuple[str, ...] = Field(min_length=1)
    partial: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    weaker: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class Samples(Strict):
    """Texts written for this file, by the level they must be read at; a near miss must not be stated."""

    stated: tuple[str, ...] = Field(min_length=1)
    partial: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()


class Clause(Strict):
    """A statement, its cues and its worked examples.

    `requirement` is the id of the same requirement in labelled sets. `expected_in` are the kinds of document
    it normally stands in: CG community guidelines, TOS terms of service, PP privacy policy, LE guidelines for
    law enforcement. `force` is who does what: the document *prohibits* users something, the platform *commits*
    to something, or the document *informs* of a fact or a tool. In a section for one region a statement counts
    in part, unless `regional` is ``same``.
    """

    statement: str
    requirement: str | None = None
    says: str
    force: Force
    expected_in: tuple[DocumentType, ...] = ()
    regional: Literal["weaker", "same"] = "weaker"
    cues: dict[str, Cues] = Field(min_length=1)
    examples: dict[str, Samples] = Field(min_length=1)

    _families: dict[str, Families] = PrivateAttr(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.statement)

    def families(self, language: str) -> Families:
        """The families the cues of this language refer to."""
        return self._families.get(language) or Families({})

    @classmethod
    def read_with(cls, source: Source, words: Mapping[str, Words]) -> Self:
        """The clause of a file, bound to the words of its languages; raises `DefinitionError`."""
        clause = cls.read(source)
        problems: list[Problem] = []
        for language, cues in clause.cues.items():
            if language not in words:
                problems.append(
                    source.problem(
                        ("cues", language),
                        f"no words for the language {language}",
                        did_you_mean(language, words),
                    )
                )
                continue
            families = clause._families[language] = words[language].bound()
            for key in ("stated", "partial", "unless", "weaker"):
                for at, line in enumerate(getattr(cues, key)):
                    try:
                        rule(line, families)
                    except BadCue as error:
                        problems.append(source.problem(("cues", language, key, at), str(error)))
        for language in clause.examples:
            if language not in clause.cues:
                problems.append(
                    source.problem(("examples", language), f"no cues for the language {language}")
                )
        if problems:
            raise DefinitionError(problems)
        return clause
