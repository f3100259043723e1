"""What changed between two versions of a policy: statements added, removed, weakened, and the sentences behind it.

Layout, dates, order and punctuation are no change. A text that came back broken or shrunken proves no removal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sbd_audit.documents.clauses import Reading
from sbd_audit.documents.dates import without_dates
from sbd_audit.documents.gate import Document, conclude
from sbd_audit.documents.signs import Signs
from sbd_audit.models.clause import Clause

Change = Literal["removed", "weakened", "added", "strengthened", "reworded", "unclear", "same"]
CHANGES: Sequence[Change] = (
    "removed", "weakened", "added", "strengthened", "reworded", "unclear", "same",
)  # fmt: skip
WORSE = ("removed", "weakened")
_RANK: Mapping[str, int] = {"absent": 0, "partial": 1, "stated": 2}
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_ADDRESS = re.compile(r"\]\([^)]*\)|https?://\S+")
FEWEST_WORDS = 4


@dataclass(frozen=True)
class ClauseChange:
    """What became of one statement, with both readings."""

    statement: str
    change: Change
    old: Reading
    new: Reading


@dataclass(frozen=True)
class Comparison:
    """Everything that changed; `why_not` is set when the versions cannot be compared."""

    changes: tuple[ClauseChange, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    why_not: str = ""

    @property
    def worse(self) -> tuple[ClauseChange, ...]:
        return tuple(one for one in self.changes if one.change in WORSE)


def compare(
    old: Document, new: Document, clauses: Mapping[str, Clause], signs: Signs
) -> Comparison:
    """The changes from `old` to `new`, statement by statement."""
    for name, one in (("old", old), ("new", new)):
        if not one.usable:
            says = "; ".join(flag.says for flag in one.flags if flag.unusable)
            return Comparison((), (), (), f"the {name} version cannot be used: {says}")
    percent = signs.limits["shrunken_percent"]
    if len(new.text.text) * 100 < len(old.text.text) * percent:
        why = (
            f"the new version has {len(new.text.text)} characters and the old {len(old.text.text)}: "
            "it looks like a failed copy; nothing is concluded to be removed"
        )
        return Comparison((), (), (), why)
    before, after = _sentences(old, signs), _sentences(new, signs)
    bodies = (" ".join(before), " ".join(after))
    changes = [
        _change(name, conclude([old], clause), conclude([new], clause), bodies, signs)
        for name, clause in clauses.items()
    ]
    order = {change: number for number, change in enumerate(CHANGES)}
    changes.sort(key=lambda one: order[one.change])
    return Comparison(
        tuple(changes),
        tuple(text for plain, text in before.items() if plain not in bodies[1]),
        tuple(text for plain, text in after.items() if plain not in bodies[0]),
    )


def _change(
    name: str, old: Reading, new: Reading, bodies: tuple[str, str], signs: Signs
) -> ClauseChange:
    change: Change
    if old.quote and old.level == new.level and _plain(old.quote, signs) in bodies[1]:
        change = "same"
    elif "unknown" in (old.level, new.level):
        change = "same" if old.level == new.level else "unclear"
    elif _RANK[old.level] == _RANK[new.level]:
        alike = _plain(old.quote, signs) == _plain(new.quote, signs)
        change = "same" if alike else "reworded"
    elif _RANK[new.level] > _RANK[old.level]:
        change = "added" if old.level == "absent" else "strengthened"
    elif old.quote and _plain(old.quote, signs) in bodies[1]:
        # The very words still stand there; what surrounds them is for a reader to judge.
        change = "unclear"
    else:
        change = "removed" if new.level == "absent" else "weakened"
    return ClauseChange(name, change, old, new)


def _sentences(document: Document, signs: Signs) -> dict[str, str]:
    """Sentences by their plain form; a form that occurs twice stands once."""
    found: dict[str, str] = {}
    for sentence in _SENTENCE.split(document.text.text):
        plain = _plain(sentence, signs)
        if len(plain.split()) >= FEWEST_WORDS:
            found.setdefault(plain, " ".join(sentence.split()))
    return found


def _plain(text: str, signs: Signs) -> str:
    """Words only: no case, accents of layout, punctuation, link targets or dates."""
    text = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", without_dates(text, signs))).casefold()
    return " ".join(re.findall(r"\w+", text))
