"""Whether a reviewer's decision fits the texts that were read, and what it makes of the audit's own reading.

Pure. A decision counts only on the text it was made on: *stated* needs its quote to stand in the text that was read;
*partial* and *absent* say something of everything that was read, so every text has to be the same, and whole. Where
the audit left a statement to a person, a decision that counts is its level. Where the audit concluded by itself and
a decision that counts says otherwise, neither stands: two readers differ, and nobody is told that one is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbd_audit.models.attestation import Decision, Given
from sbd_audit.models.document import DocumentSeen
from sbd_audit.outcome import Reason

UNKNOWN = "unknown"
_STRONGEST_FIRST = ("stated", "partial", "absent")


@dataclass(frozen=True)
class Read:
    """A document as it was recorded, with the text that is kept as its exhibit."""

    seen: DocumentSeen
    text: str

    @property
    def whole(self) -> bool:
        return self.seen.usable and not self.seen.flags


@dataclass(frozen=True)
class Fit:
    """Whether a decision counts on what was read, why or why not, and where its quote stands."""

    counts: bool
    because: str
    start: int = 0
    end: int = 0
    exhibit: str = ""


def fit(decision: Decision, texts: Sequence[Read], missing: bool) -> Fit:
    """How a decision fits the texts of one reading; `missing` is True when others could not be read."""
    own = next((read for read in texts if read.seen.kind == decision.document), None)
    name = decision.document.replace("_", " ")
    if own is None:
        return Fit(False, f"{name}: not read in this run")
    if not own.seen.usable:
        return Fit(False, f"{name}: could not be used, {own.seen.flags[0].says}")
    same = own.seen.exhibit == decision.texts[decision.document]
    start, end = _found(decision.quote, own.text)
    if decision.quote and start == end:
        return Fit(
            False,
            f"{name}: the quote does not stand in it"
            if same
            else f"{name}: changed since, and the quote no longer stands in it",
        )
    exhibit = own.seen.exhibit if decision.quote else ""
    if decision.level == "stated":
        says = "" if same else f"{name}: changed since; the quote still stands in it"
        return Fit(True, says, start, end, exhibit)
    if missing:
        return Fit(False, "a document that may say more could not be read")
    for read in texts:
        other = read.seen.kind.replace("_", " ")
        if decision.texts.get(read.seen.kind) != read.seen.exhibit:
            known = read.seen.kind in decision.texts
            says = "changed since" if known else "not read for it"
            return Fit(False, f"{other}: {says}, and may say more")
        if not read.whole:
            return Fit(False, f"{other}: may not be whole, {read.seen.flags[0].says}")
    return Fit(True, "", start, end, exhibit)


def _found(quote: str, text: str) -> tuple[int, int]:
    """Where the quote stands, however its lines are broken; (0, 0) when it does not."""
    words = quote.split()
    found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return found.span() if found else (0, 0)


# -------------------------------------------------------------------- what the judge takes


@dataclass(frozen=True)
class Settled:
    """The levels that count, by statement, and why those are unknown that are."""

    levels: Mapping[str, str]
    whys: Mapping[str, tuple[Reason, str]]


def settled(levels: Mapping[str, Any], given: Iterable[Given]) -> Settled:
    """The audit's own levels together with the decisions recorded beside them."""
    decisions: dict[str, list[Given]] = {}
    for one in given:
        if one.kind == "decision" and one.about in levels:
            decisions.setdefault(one.about, []).append(one)
    found, whys = dict(levels), {}
    for statement, made in decisions.items():
        own = levels[statement]
        counting = {one.says for one in made if one.counts}
        if own == UNKNOWN and counting:
            found[statement] = min(counting, key=_STRONGEST_FIRST.index)
        elif own == UNKNOWN:
            whys[statement] = (Reason.decision_unfit, f"{statement}: {made[0].because}")
        elif counting - {own}:
            found[statement] = UNKNOWN
            says = min(counting - {own}, key=_STRONGEST_FIRST.index)
            whys[statement] = (
                Reason.readings_differ,
                f"{statement}: the audit read {own}, a reviewer {says}",
            )
    return Settled(found, whys)
