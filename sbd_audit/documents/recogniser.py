"""The cues of a clause at work on an index of passages: which passage says it, how strongly, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sbd_audit.documents.cues import Rule, cue, rule, words_of
from sbd_audit.documents.passages import Index, Passage
from sbd_audit.models.clause import Clause

Strength = Literal["stated", "partial", "named"]
NEIGHBOURS = 20
"""How many passages before and after may lend a prohibition its force; a text without headings is one section."""
_RANK = {"stated": 2, "partial": 1, "named": 0}


@dataclass(frozen=True)
class Hit:
    """A passage that speaks of the clause. `named`: the matter is named, but nothing gives it force."""

    strength: Strength
    passage: Passage
    explains: str
    weight: float

    @property
    def order(self) -> tuple[int, float, int]:
        """Sorts the best first: by strength, by how much stands in the sentence itself, by place."""
        return (-_RANK[self.strength], -self.weight, self.passage.number)


class Recogniser:
    """One clause in one language, its cues compiled."""

    def __init__(self, clause: Clause, language: str) -> None:
        cues, families = clause.cues[language], clause.families(language)
        self.clause = clause
        self.stated = [rule(line, families) for line in cues.stated]
        self.partial = [rule(line, families) for line in cues.partial]
        self.unless = [rule(line, families) for line in cues.unless]
        self.weaker = [rule(line, families) for line in cues.weaker]
        self.forbids = cue("<forbids>", families)
        self.rules = cue("<rules>", families)
        self.regions = cue("<regions>", families)
        first = " ".join(each.first.source for each in self.stated + self.partial)
        self.query = tuple(words_of(f"{clause.says} {' '.join(cues.related)} {first}").split())

    def hits(self, index: Index) -> list[Hit]:
        """Every passage that says it, or names it, best first; one hit a passage."""
        best: dict[int, Hit] = {}
        for strength, rules in (("stated", self.stated), ("partial", self.partial)):
            for each in rules:
                for number in index.holding(each.first.anchors):
                    passage = index.passages[number]
                    if passage.question or (said := _said(each, passage)) is None:
                        continue
                    hit = self._judge(strength, passage, index, *said)
                    if hit and (number not in best or hit.order < best[number].order):
                        best[number] = hit
        return sorted(best.values(), key=lambda hit: hit.order)

    def _judge(
        self, strength: str, passage: Passage, index: Index, said: str, weight: float
    ) -> Hit | None:
        if any(_said(each, passage) for each in self.unless):
            return None
        if self.clause.force == "prohibits":
            force = self._force(passage, index)
            if force is None and strength == "partial":
                return None
            if force is None:
                return Hit(
                    "named", passage, f"names {said}, but nothing around it forbids it", weight
                )
            where, phrase = force
            if passage.kind.startswith("h") and where != "it":
                return None
            said = f"{said}, forbidden by “{phrase}”" + (
                "" if where == "it" else f" in its {where}"
            )
            weight += {"it": 0.5, "introduction": 0.4, "section": 0.0}[where]
        elif passage.bare_heading:
            return None
        reasons = []
        if strength == "stated":
            if softer := next(filter(None, (_said(each, passage) for each in self.weaker)), None):
                reasons.append(f"weakened by {softer[0]}")
            elif passage.link_only:
                reasons.append("only in the words of a link")
            elif self.clause.regional == "weaker" and (region := self._region(passage)):
                reasons.append(f"in a section for “{region}” only")
        if reasons:
            return Hit("partial", passage, f"says {said}, but {'; '.join(reasons)}", weight)
        return Hit("stated" if strength == "stated" else "partial", passage, f"says {said}", weight)

    def _force(self, passage: Passage, index: Index) -> tuple[str, str] | None:
        """Where a prohibition gets its force from, and the words that give it."""
        if phrase := self.forbids.find(passage.words):
            return "it", phrase
        above = "".join(passage.heads) + passage.lead + passage.before
        if phrase := self.forbids.find(above):
            return "introduction", phrase
        first = max(0, passage.number - NEIGHBOURS)
        for other in index.passages[first : passage.number + NEIGHBOURS + 1]:
            if other.section == passage.section and (phrase := self.rules.find(other.words)):
                return "section", phrase
        return None

    def _region(self, passage: Passage) -> str:
        return next(filter(None, (self.regions.find(head) for head in passage.heads[1:])), "")


def _said(each: Rule, passage: Passage) -> tuple[str, float] | None:
    """The phrases that match, quoted, and how many of them stand in the sentence itself (as a share)."""
    if not (phrase := each.first.find(passage.words)):
        return None
    if any(other.find(passage.words) for other in each.never):
        return None
    phrases, own = [phrase], 1
    for other in each.same:
        if not (phrase := other.find(passage.words)):
            return None
        phrases.append(phrase)
        own += 1
    for other in each.near:
        if phrase := other.find(passage.words):
            own += 1
        elif not (phrase := other.find(passage.introduction)):
            return None
        phrases.append(phrase)
    return " with ".join(f"“{phrase}”" for phrase in phrases), own / len(phrases)


@lru_cache(maxsize=1024)
def recogniser(clause: Clause, language: str) -> Recogniser:
    """The recogniser of a clause, compiled once."""
    return Recogniser(clause, language)
