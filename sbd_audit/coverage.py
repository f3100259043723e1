"""How far the catalogue covers each provision: by which checks, on what evidence, asked by which profiles, or why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sbd_audit.library import Library
from sbd_audit.models.instrument import Instrument, Provision

AUDITED = frozenset({"platform", "licensee", "isp", "mno"})
"""Those an audit can look at; other addressees are the reason why nothing is tested."""

TESTED, DOCUMENTED, ATTESTED = "tested", "documented", "attested"
NOT_TESTED, NOT_TESTABLE = "not tested", "not testable"
WORDS = {
    TESTED: "a check observes the running service",
    DOCUMENTED: "a check reads documents or data files, and none observes",
    ATTESTED: "a check rests on a signed answer, and nothing stronger",
    NOT_TESTED: "it could be tested, and no check does",
    NOT_TESTABLE: "no test of a service can evidence it",
}
_BY_TIER = {"observed": TESTED, "documented": DOCUMENTED, "attested": ATTESTED}


@dataclass(frozen=True)
class Use:
    """A requirement of a profile that rests on the provision, and the checks it asks for."""

    profile: str
    requirement: str
    level: str
    mandatory: tuple[str, ...]
    supporting: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """One provision: a word of `WORDS`; `reason` says why it is not more, and is empty where checks cover it."""

    instrument: Instrument
    provision: Provision
    word: str
    reason: str
    checks: tuple[str, ...]
    uses: tuple[Use, ...]


def coverage(library: Library) -> Mapping[str, Coverage]:
    """The coverage of every provision, by id."""
    bearing = evidence(library)
    uses = _uses(library)
    return {
        name: Coverage(
            instrument,
            provision,
            *_standing(provision, bearing.get(name, ()), library),
            checks=bearing.get(name, ()),
            uses=tuple(uses.get(name, ())),
        )
        for name, (instrument, provision) in library.provisions.items()
    }


def evidence(library: Library) -> Mapping[str, tuple[str, ...]]:
    """The checks that bear on each provision, the strongest evidence first."""
    found: dict[str, list[str]] = {}
    for name, defined in library.checks.items():
        for provision in defined.model.provisions:
            found.setdefault(provision, []).append(name)
    order = list(_BY_TIER)
    return {
        provision: tuple(sorted(names, key=lambda n: (order.index(library.check(n).evidence), n)))
        for provision, names in found.items()
    }


def _standing(provision: Provision, checks: tuple[str, ...], library: Library) -> tuple[str, str]:
    if provision.testability == "not-testable":
        return NOT_TESTABLE, provision.not_tested or _nobody(provision)
    if checks:
        return _BY_TIER[library.check(checks[0]).evidence], ""
    if not AUDITED & set(provision.addressee):
        return NOT_TESTABLE, _nobody(provision)
    return NOT_TESTED, provision.not_tested or ""


def _nobody(provision: Provision) -> str:
    if not provision.addressee:
        return "It is addressed to nobody."
    if not AUDITED & set(provision.addressee):
        return f"It is addressed to others than services ({', '.join(provision.addressee)})."
    return "It gives nothing that could be observed, read or attested by itself."


def _uses(library: Library) -> Mapping[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for name in library.profiles:
        for requirement in library.profile(name).requirements:
            checks = requirement.checks
            use = Use(name, requirement.id, requirement.level, checks.mandatory, checks.supporting)
            for provision in requirement.provisions:
                found.setdefault(provision, []).append(use)
    return found


def totals(rows: Iterable[Coverage]) -> dict[str, int]:
    """How many provisions stand at each word, in the order of `WORDS`."""
    words = [row.word for row in rows]
    return {word: words.count(word) for word in WORDS}
