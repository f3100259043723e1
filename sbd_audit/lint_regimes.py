"""Cross-checks of instruments and profiles: nothing testable is forgotten, and nothing rests on too little."""

from __future__ import annotations

from collections.abc import Iterator

from sbd_audit.coverage import AUDITED, evidence
from sbd_audit.errors import Problem
from sbd_audit.library import Defined, Library
from sbd_audit.models.instrument import Instrument
from sbd_audit.models.profile import Profile, Requirement

_LEVELS = ("none", "may", "should", "shall")  # from the weakest to the strongest


def instrument_problems(defined: Defined[Instrument], library: Library) -> Iterator[Problem]:
    """Provisions that speak to those who are audited, and are neither evidenced nor accounted for."""
    bearing = evidence(library)
    for index, provision in enumerate(defined.model.provisions):
        keys = ("provisions", index)
        if provision.id in bearing and provision.not_tested:
            yield defined.source.problem(
                keys,
                f"{provision.id} has a reason for not being tested, and {bearing[provision.id][0]} tests it",
            )
        elif AUDITED & set(provision.addressee) and not (
            provision.id in bearing or provision.not_tested
        ):
            yield defined.source.problem(
                keys,
                f"no check evidences {provision.id}",
                "name it under provisions of a check, or say why not under not_tested",
            )


def requirement_problems(defined: Defined[Profile], library: Library) -> Iterator[Problem]:
    """Requirements that ask more than their provisions, or rest on checks that bear on something else."""
    profile = library.folded(defined.model)
    required = {
        check
        for requirement in profile.requirements
        for check in (*requirement.checks.mandatory, *requirement.checks.supporting)
    }
    for practice in profile.good_practice:
        if practice.check in required and practice in defined.model.good_practice:
            yield defined.source.problem(
                ("good_practice",),
                f"{practice.check} is good practice here and evidences a requirement too",
            )
    own = {requirement.id: n for n, requirement in enumerate(defined.model.requirements)}
    for requirement in profile.requirements:
        keys = ("requirements", own[requirement.id]) if requirement.id in own else ("extends",)
        for what in _weaknesses(requirement, profile, library):
            yield defined.source.problem(keys, f"{requirement.id}: {what}")


def _weaknesses(requirement: Requirement, profile: Profile, library: Library) -> Iterator[str]:
    known = [name for name in requirement.provisions if name in library.provisions]
    levels = [library.provisions[name][1].level for name in known]
    if levels and _LEVELS.index(requirement.level) > max(map(_LEVELS.index, levels)):
        yield f"{requirement.level} is more than any of its provisions says"
    for name in known:
        instrument, provision = library.provisions[name]
        if not provision.in_force:
            yield f"{name} is not in force ({provision.status}) and can carry no requirement"
        if instrument.id not in profile.instruments:
            yield f"{name} belongs to {instrument.id}, which is not among the instruments"
        mandatory = [check for check in requirement.checks.mandatory if check in library.checks]
        if not any(name in library.check(check).provisions for check in mandatory):
            yield f"no mandatory check bears on {name}, so meeting the others would say nothing about it"
