"""Answers that came after the audit, beside what was recorded: nothing recorded is changed, nothing is asked.

What comes of it is a view of a sealed record and never sealed itself. Decisions are held against the texts kept as
exhibits, exactly as in a run; an answer is as old as it was, or would have been, when its question was planned to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sbd_audit.attestations import Attestations, load_attestations, performed
from sbd_audit.canonical import digest
from sbd_audit.capabilities import Vocabulary
from sbd_audit.decisions import Read
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.redact import Redactor
from sbd_audit.models.attestation import Given
from sbd_audit.models.record import Observation
from sbd_audit.outcome import Reason


def answered_since(
    bundle: Bundle,
    seen: Iterable[Observation],
    run: Mapping[str, Any],
    path: Path,
    words: Vocabulary,
    target: str,
) -> tuple[list[Observation], dict[str, Any]]:
    """The observations with the answers of a file beside them, and the run's facts with a note that says so.

    Raises `DefinitionError` when the file is wrong or for another target.
    """
    later = _Later(bundle, load_attestations(path, words, target), words)
    says = (
        f"These results take in answers given after the audit, from a file with the SHA-256 {digest(path.read_bytes())}. "
        "They are not the results that were sealed."
    )
    note = {"kind": "answered later", "says": says}
    return [later.beside(one) for one in seen], {
        **run,
        "deviations": [*run.get("deviations", ()), note],
    }


class _Later:
    def __init__(self, bundle: Bundle, attestations: Attestations, words: Vocabulary) -> None:
        self.bundle, self.words = bundle, words
        self.attestations = attestations.cleaned(Redactor(public=words.helplines).text)

    def beside(self, seen: Observation) -> Observation:
        if seen.reason is Reason.not_answered:
            return self._answered(seen)
        if seen.readings:
            given = (*seen.given, *self._decided(seen))
            return seen.model_copy(update={"given": given})
        return seen

    def _answered(self, seen: Observation) -> Observation:
        role = str(seen.args["role"])
        answer = self.attestations.answer(role, str(seen.args["question"]))
        if answer is None:
            return seen
        day = date.fromisoformat(seen.started_at[:10])
        given = self.attestations.answered(answer, self.words)
        update = {"reason": None, "detail": "", **performed(answer, role, day)}
        return seen.model_copy(update={**update, "given": (given,)})

    def _decided(self, seen: Observation) -> Iterator[Given]:
        recorded = {(one.about, one.document) for one in seen.given}
        missing = seen.reason is not None
        texts = [
            Read(one, self.bundle.files.read(f"data/evidence/{one.exhibit}.txt").decode())
            for one in seen.documents
            if one.exhibit and one.asked_language == seen.documents[0].asked_language
        ]
        for reading in seen.readings:
            for given in self.attestations.decided(
                reading.statement, seen.args["kinds"], texts, missing, self.words
            ):
                if (given.about, given.document) not in recorded:
                    yield given
