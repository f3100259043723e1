"""All definitions in one place, loaded strictly and cross-checked against one another.

A `Library` is built from folders of YAML. Whatever refers to something that does not exist is a
`DefinitionError` that names file, line and the nearest thing that does exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from sbd_audit.capabilities import Vocabulary, load_vocabulary
from sbd_audit.errors import DefinitionError, Problem, UsageError, did_you_mean
from sbd_audit.models.base import Strict
from sbd_audit.models.check import Check
from sbd_audit.models.clause import Clause, Words
from sbd_audit.models.figures import FiguresModel
from sbd_audit.models.instrument import Instrument, Provision
from sbd_audit.models.platform import Platform
from sbd_audit.models.profile import Profile, Scoring
from sbd_audit.models.target import Target
from sbd_audit.models.waiver import Waiver, WaiverFile
from sbd_audit.resources import folder
from sbd_audit.source import Source, load

M = TypeVar("M", bound=Strict)
NOT_CHECKS = ("vocabulary", "clauses", "figures", "proof")


@dataclass(frozen=True)
class Defined(Generic[M]):
    """A definition with the file it came from."""

    model: M
    source: Source


@dataclass
class Library:
    """Every definition by id; parts are read when first asked for."""

    checks_folder: Path = field(default_factory=lambda: folder("checks"))
    profiles_folder: Path = field(default_factory=lambda: folder("profiles"))
    platforms_folder: Path = field(default_factory=lambda: folder("platforms"))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return load_vocabulary(self.checks_folder / "vocabulary")

    @cached_property
    def checks(self) -> Mapping[str, Defined[Check]]:
        return _by_id(Check, check_files(self.checks_folder))

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """How statements are recognised in documents, by statement."""
        home = self.checks_folder / "clauses"
        read = [Words.read(load(path)) for path in sorted((home / "words").glob("*.yaml"))]
        words = {each.language: each for each in read}
        clauses = [Clause.read_with(load(path), words) for path in sorted(home.glob("*.yaml"))]
        return {clause.statement: clause for clause in clauses}

    @cached_property
    def figures(self) -> FiguresModel:
        """The data model of transparency files."""
        return FiguresModel.of_folder(self.checks_folder / "figures")

    @cached_property
    def instruments(self) -> Mapping[str, Defined[Instrument]]:
        return _by_id(Instrument, sorted((self.profiles_folder / "instruments").glob("*.yaml")))

    @cached_property
    def provisions(self) -> Mapping[str, tuple[Instrument, Provision]]:
        found: dict[str, tuple[Instrument, Provision]] = {}
        problems = []
        for defined in self.instruments.values():
            for index, provision in enumerate(defined.model.provisions):
                if provision.id in found:
                    other = found[provision.id][0].id
                    problems.append(
                        defined.source.problem(
                            ("provisions", index), f"{provision.id} stands in {other} too"
                        )
                    )
                found[provision.id] = (defined.model, provision)
        if problems:
            raise DefinitionError(problems)
        return found

    @cached_property
    def profiles(self) -> Mapping[str, Defined[Profile]]:
        return _by_id(Profile, sorted(self.profiles_folder.glob("*.yaml")))

    @cached_property
    def scorings(self) -> Mapping[str, Defined[Scoring]]:
        return _by_id(Scoring, sorted((self.profiles_folder / "scoring").glob("*.yaml")))

    @cached_property
    def platforms(self) -> Mapping[str, Defined[Platform]]:
        return _by_id(Platform, sorted(self.platforms_folder.glob("*.yaml")))

    def check(self, name: str) -> Check:
        return self._get(self.checks, name, "check").model

    def platform(self, name: str) -> Platform:
        """A platform with everything it `extends` folded in; the nearer file wins, key by key."""
        defined = self._get(self.platforms, name, "platform")
        if not defined.model.extends:
            return defined.model
        return defined.model.folded_into(self.platform(defined.model.extends))

    def profile(self, name: str) -> Profile:
        """A profile with its base folded in, changed requirements changed and dropped ones gone."""
        return self.folded(self._get(self.profiles, name, "profile").model)

    def folded(self, near: Profile) -> Profile:
        """A profile, perhaps not one of the library's, folded into the one it extends."""
        if not near.extends:
            return near
        base = self.profile(near.extends)
        dropped = {drop.requirement for drop in near.drop}
        changes = {change.requirement: change for change in near.change}
        kept = []
        for requirement in base.requirements:
            if requirement.id in dropped:
                continue
            if change := changes.get(requirement.id):
                update = {"level": change.level, "checks": change.checks}
                requirement = requirement.model_copy(
                    update={key: value for key, value in update.items() if value is not None}
                )
            kept.append(requirement)
        return near.model_copy(
            update={
                "requirements": (*kept, *near.requirements),
                "pillars": {**base.pillars, **near.pillars},
                "instruments": tuple(dict.fromkeys((*base.instruments, *near.instruments))),
                "parameters": {**base.parameters, **near.parameters},
                "guardrails": {**base.guardrails, **near.guardrails},
                "good_practice": (*base.good_practice, *near.good_practice),
                "remedy": near.remedy or base.remedy,
            }
        )

    def scoring(self, name: str) -> Scoring:
        return self._get(self.scorings, name, "scoring model").model

    def _get(self, known: Mapping[str, Defined[M]], name: str, what: str) -> Defined[M]:
        if name not in known:
            raise UsageError(
                f"there is no {what} {name} — {did_you_mean(name, known, what='there are')}"
            )
        return known[name]


def check_files(root: Path) -> list[Path]:
    """Every check file below `root`, in a stable order."""
    return sorted(
        path
        for path in root.rglob("*.yaml")
        if not set(NOT_CHECKS) & set(path.relative_to(root).parts)
    )


def load_target(path: Path) -> Defined[Target]:
    """Reads one target file."""
    source = load(path)
    return Defined(Target.read(source), source)


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    return WaiverFile.read(load(path)).waivers


def _by_id(model: type[M], paths: Iterable[Path]) -> Mapping[str, Defined[M]]:
    found: dict[str, Defined[M]] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            source = load(path)
            defined = Defined(model.read(source), source)
        except DefinitionError as error:
            problems.extend(error.problems)
            continue
        name = defined.model.id  # type: ignore[attr-defined]
        if name in found:
            problems.append(
                source.problem(("id",), f"the id {name} stands in {found[name].source.path} too")
            )
        found[name] = defined
    if problems:
        raise DefinitionError(problems)
    return found


Reference = Callable[[str], bool]


def unknown_word(
    source: Source, keys: tuple[Any, ...], word: str, known: Iterable[str], what: str
) -> Problem:
    """The problem of a word that is in no list."""
    return source.problem(keys, f"unknown {what} {word}", did_you_mean(word, known))
