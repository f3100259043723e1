"""The answers and decisions on file for one target, cross-checked, with the evidence that was at hand hashed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from sbd_audit.canonical import digest
from sbd_audit.capabilities import Vocabulary
from sbd_audit.decisions import Read, fit
from sbd_audit.errors import DefinitionError, Problem
from sbd_audit.library import unknown_word
from sbd_audit.models.attestation import (
    OPEN,
    Answer,
    AttestationFile,
    Decision,
    EvidenceShown,
    Given,
    Person,
    Shown,
)
from sbd_audit.models.target import Target
from sbd_audit.source import Source, load

M = TypeVar("M", bound=BaseModel)


def performed(answer: Answer, role: str, day: date) -> dict[str, Any]:
    """What ``ask_person`` gives for an answer, seen from a day: its result word, and answer and age."""
    if answer.answer == "declined":
        return {"result": "declined", "detail": f"the {role} declined on {answer.answered_on}"}
    # Where the answer was given, the day may have begun before it did here.
    age = max(0, (day - answer.answered_on).days)
    return {"result": "answered", "outputs": {"answer": answer.answer, "age_days": age}}


def latest_day() -> date:
    """The latest day it is anywhere: nobody answered after it."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


@dataclass(frozen=True)
class Attestations:
    """What named people said, to be looked up; `evidence` holds the files that were shown, hashed."""

    people: Mapping[str, Person] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    evidence: Mapping[str, EvidenceShown] = field(default_factory=dict)
    clean: Callable[[str], str] = str

    def cleaned(self, clean: Callable[[str], str]) -> Attestations:
        """The same without what must not be recorded: quotes are then as in the texts that are kept."""

        def plain(one: M, *names: str) -> M:
            return one.model_copy(update={name: clean(getattr(one, name)) for name in names})

        return Attestations(
            {
                key: plain(one, "name", "position", "organisation")
                for key, one in self.people.items()
            },
            {key: plain(one, "note") for key, one in self.answers.items()},
            tuple(plain(one, "note", "quote") for one in self.decisions),
            {key: plain(one, "where") for key, one in self.evidence.items()},
            clean,
        )

    def answer(self, role: str, question: str) -> Answer | None:
        """The answer somebody in this role gave to a question."""
        return self.answers.get((role, question))

    def answered(self, answer: Answer, words: Vocabulary) -> Given:
        """An answer with who gave it, and what was shown for it."""
        return Given(
            kind="answer",
            about=answer.question,
            asks=str(words.tables["questions"][answer.question]),
            says=answer.answer,
            day=answer.answered_on.isoformat(),
            note=answer.note.strip(),
            shown=tuple(self._shown(one) for one in answer.shown),
            **self._who(answer.by),
        )

    def decided(
        self,
        statement: str,
        kinds: Collection[str],
        texts: Sequence[Read],
        missing: bool,
        words: Vocabulary,
    ) -> Iterator[Given]:
        """The decisions on a statement made on these kinds of documents, and how each fits what was read.

        `missing` is True when documents could not be read.
        """
        for one in self.decisions:
            if one.statement == statement and one.document in kinds:
                how = fit(one, texts, missing)
                yield Given(
                    kind="decision",
                    about=statement,
                    asks=str(words.tables["statements"][statement].get("says", "")),
                    says=one.level,
                    day=one.decided_on.isoformat(),
                    note=one.note.strip(),
                    quote=one.quote,
                    document=one.document,
                    counts=how.counts,
                    because=how.because,
                    start=how.start,
                    end=how.end,
                    exhibit=how.exhibit,
                    **self._who(one.by),
                )

    def _who(self, key: str) -> dict[str, str]:
        person = self.people[key]
        return {
            "by": person.name,
            "role": person.role,
            "position": person.position,
            "organisation": person.organisation,
        }

    def _shown(self, one: Shown) -> EvidenceShown:
        what = self.clean(one.what)
        if one.file is None:
            return EvidenceShown(what=what, where=self.clean(str(one.reference)))
        return self.evidence[one.file].model_copy(update={"what": what})


def load_attestations(
    path: Path, words: Vocabulary, target: str, today: date | None = None
) -> Attestations:
    """Reads a file of answers for a target.

    Raises `DefinitionError` with every place that is wrong, `UsageError` when there is no such file.
    """
    source = load(path)
    file = AttestationFile.read(source)
    if problems := list(attestation_problems(file, source, words, target, today)):
        raise DefinitionError(problems)
    evidence = {
        one.file: _taken(path.parent / one.file, one.file)
        for answer in file.answers
        for one in answer.shown
        if one.file is not None
    }
    answers: dict[tuple[str, str], Answer] = {
        (file.people[one.by].role, one.question): one for one in file.answers if one.answer != OPEN
    }
    decisions = tuple(one for one in file.decisions if one.level != OPEN)
    return Attestations(file.people, answers, decisions, evidence)


def named_by(target: Target, place: Path, words: Vocabulary) -> Attestations:
    """What the file says that a target names; `place` is the target file it stands beside."""
    if target.attestations is None:
        return Attestations()
    return load_attestations(place.parent / target.attestations, words, target.id)


def _taken(path: Path, name: str) -> EvidenceShown:
    body = path.read_bytes()
    return EvidenceShown(what=name, where=name, sha256=digest(body), bytes=len(body))


def attestation_problems(
    file: AttestationFile,
    source: Source,
    words: Vocabulary,
    target: str = "",
    today: date | None = None,
) -> Iterator[Problem]:
    """What is wrong with a file of answers, beyond its form; without `target` it may be for any."""
    if target and file.target != target:
        yield source.problem(("target",), f"target is {file.target}", f"this target is {target}")
    yield from _people(file, source)
    last = today or latest_day()
    yield from _nameless(file, source)
    for number, answer in enumerate(file.answers):
        keys = ("answers", number)
        yield from _said(file, source, keys, answer.by, "answered_on", answer.answered_on, last)
        if answer.question not in words.tables["questions"]:
            yield unknown_word(
                source,
                (*keys, "question"),
                answer.question,
                words.tables["questions"],
                "question",
            )
        for at, one in enumerate(answer.shown):
            if one.file is not None and not (source.path.parent / one.file).is_file():
                place = (*keys, "shown", at, "file")
                yield source.problem(place, f"{one.file}: no such file beside this one")
    for number, decision in enumerate(file.decisions):
        yield from _decision(file, source, ("decisions", number), decision, words, last)
    yield from _twice(file, source)


def _people(file: AttestationFile, source: Source) -> Iterator[Problem]:
    """Nobody reviews what they answer for."""
    roles: dict[str, str] = {}
    for key, person in file.people.items():
        name = " ".join(person.name.lower().split())
        if name != OPEN and roles.setdefault(name, person.role) != person.role:
            says = f"{person.name} is both operator and reviewer"
            yield source.problem(("people", key), says, "a reviewer is somebody else")


def _nameless(file: AttestationFile, source: Source) -> Iterator[Problem]:
    """Whoever has answered something has a name."""
    answering = {one.by for one in file.answers if one.answer != OPEN}
    answering |= {one.by for one in file.decisions if one.level != OPEN}
    for key, person in file.people.items():
        if key in answering and not person.named:
            says = f"{key} has answered, and name, position or organisation is still open"
            yield source.problem(("people", key), says)


def _said(
    file: AttestationFile,
    source: Source,
    keys: tuple[str | int, ...],
    by: str,
    key: str,
    day: date,
    last: date,
) -> Iterator[Problem]:
    if by not in file.people:
        yield unknown_word(source, (*keys, "by"), by, file.people, "person")
    if day > last:
        yield source.problem((*keys, key), f"{day} is still to come", "a day that has been")


def _decision(
    file: AttestationFile,
    source: Source,
    keys: tuple[str | int, ...],
    decision: Decision,
    words: Vocabulary,
    last: date,
) -> Iterator[Problem]:
    yield from _said(file, source, keys, decision.by, "decided_on", decision.decided_on, last)
    if decision.by in file.people and file.people[decision.by].role != "reviewer":
        says = f"{decision.by} is no reviewer, and only a reviewer decides what a text states"
        yield source.problem((*keys, "by"), says)
    statements = words.tables["statements"]
    if decision.statement not in statements:
        yield unknown_word(
            source, (*keys, "statement"), decision.statement, statements, "statement"
        )
    kinds = words.tables["document_kinds"]
    for place, kind in (("document", decision.document), *(("texts", k) for k in decision.texts)):
        if kind not in kinds:
            yield unknown_word(source, (*keys, place), kind, kinds, "document kind")


def _twice(file: AttestationFile, source: Source) -> Iterator[Problem]:
    """One question has one answer by a role, and one statement one decision on a document."""
    seen: dict[tuple[str, str], tuple[str | int, ...]] = {}
    entries: list[tuple[tuple[str, int], tuple[str, str]]] = [
        (("answers", number), (file.people[one.by].role, one.question))
        for number, one in enumerate(file.answers)
        if one.by in file.people and one.answer != OPEN
    ]
    entries += [
        (("decisions", number), (one.document, one.statement))
        for number, one in enumerate(file.decisions)
        if one.level != OPEN
    ]
    for keys, about in entries:
        if about in seen:
            line = source.place(*seen[about]).line
            says = f"{about[1]} is answered twice for {about[0].replace('_', ' ')}"
            yield source.problem(keys, says, f"the first stands on line {line}")
        seen.setdefault(about, keys)
