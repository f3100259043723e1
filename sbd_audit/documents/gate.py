"""What may be concluded from documents, after what speaks against each of them.

A text that is not what was published, is made for another region, or could not be had leaves the statements
it might have made unknown. What another document plainly states still counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sbd_audit.documents.artefacts import Flag
from sbd_audit.documents.clauses import Reading, read
from sbd_audit.documents.text import DocumentText
from sbd_audit.models.clause import Clause


@dataclass(frozen=True)
class Document:
    """A text with the signs that speak against it."""

    text: DocumentText
    flags: tuple[Flag, ...] = ()

    @property
    def usable(self) -> bool:
        return not any(flag.unusable for flag in self.flags)

    @property
    def whole(self) -> bool:
        """True when something missing from it may be concluded to be missing."""
        return not self.flags

    def judged(self) -> DocumentText:
        """The text with its flags as doubts, as clause detection takes it."""
        return replace(self.text, doubts=tuple(flag.says for flag in self.flags))


def conclude(
    documents: Sequence[Document], clause: Clause | None, missing: Sequence[str] = ()
) -> Reading:
    """What the documents together say of a statement.

    `missing` are reasons why further documents could not be read. Only a plain statement stands beside a
    doubt: an absence, or a weaker wording, needs every document whole.
    """
    if clause is None:
        return Reading("unknown", "no definition of this statement; a person decides")
    reasons = [
        *missing,
        *(
            f"{document.text.kind.replace('_', ' ')}: {flag.says}"
            for document in documents
            for flag in document.flags
        ),
    ]
    usable = [document.judged() for document in documents if document.usable]
    if not usable:
        return Reading("unknown", "; ".join(reasons) or "no text was read")
    reading = read(usable, clause)
    if reading.level == "stated":
        return reading
    doubts = "; ".join(reason for reason in reasons if reason not in reading.explains)
    if not doubts:
        return replace(reading, level="unknown") if reasons else reading
    return replace(reading, level="unknown", explains=f"{reading.explains}; {doubts}")
