"""What the findings say about each provision: three-valued, and apart from the score.

A passed check means that no failure was found. `met` therefore says that every mandatory check of a
requirement passed on evidence of the tier it asks for, and nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sbd_audit.models.profile import Profile, Requirement
from sbd_audit.outcome import Outcome

MET, WITH_COMMENTS, NOT_MET = "met", "met with comments", "not met"
CANNOT, NOT_APPLICABLE, NOT_IN_FORCE = "cannot conclude", "not applicable", "not in force"
CONCLUSIONS = (MET, WITH_COMMENTS, NOT_MET, CANNOT, NOT_APPLICABLE, NOT_IN_FORCE)
ATTESTED = "attested"
TIERS = (ATTESTED, "documented", "observed")  # from the weakest evidence to the strongest
_OPEN = {
    Outcome.cantTell: "cannot tell",
    Outcome.untested: "not tested",
    Outcome.inapplicable: "does not apply",
}


@dataclass(frozen=True)
class Conclusion:
    """A word of `CONCLUSIONS`, and the sentence it rests on."""

    word: str
    basis: str


@dataclass(frozen=True)
class _Standing:
    """A check under a requirement, in Kleene's three values; `why` says what leaves it open."""

    check: str
    holds: bool | None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.check} ({self.why})" if self.why else self.check


def conclude(
    requirement: Requirement,
    outcomes: Mapping[str, Outcome],
    tiers: Mapping[str, str],
    *,
    in_force: bool = True,
    upper: Mapping[str, Fraction] | None = None,
    blocked: Collection[str] = (),
) -> Conclusion:
    """The conclusion for one requirement of a provision; all mappings are by check.

    A check without an outcome was not tested. `upper` holds the upper bound of graded values, 0 to
    1: a failure whose bound reaches 1 is not established. `blocked` names checks whose observation
    the platform prevented: neither their passes nor their failures count.
    """
    if not in_force:
        return Conclusion(
            NOT_IN_FORCE, "The provision is not in force; nothing is concluded from it."
        )

    def applying(names: Iterable[str]) -> list[str]:
        return sorted({name for name in names if outcomes.get(name) is not Outcome.inapplicable})

    def standing(name: str) -> _Standing:
        outcome, tier = outcomes.get(name, Outcome.untested), tiers.get(name, "")
        if outcome in _OPEN:
            return _Standing(name, None, _OPEN[outcome])
        if name in blocked:
            return _Standing(name, None, "the platform prevented the observation")
        if not _suffices(tier, requirement.tier):
            return _Standing(name, None, f"{tier or 'no'} evidence, too weak for what is asked")
        if outcome is Outcome.passed:
            return _Standing(name, True)
        if tier == ATTESTED:
            return _Standing(name, None, "a failure attested and not established")
        if (upper or {}).get(name, Fraction(0)) >= 1:
            return _Standing(name, None, "a failure within the margin of error")
        return _Standing(name, False)

    mandatory = applying(requirement.checks.mandatory)
    supporting = applying(requirement.checks.supporting)
    if not mandatory:
        return _nothing_mandatory(requirement, supporting)
    standings = [standing(name) for name in mandatory]
    if failed := [one for one in standings if one.holds is False]:
        return Conclusion(NOT_MET, f"A failure was established: {_listed(failed)}.")
    if unknown := [one for one in standings if one.holds is None]:
        return Conclusion(CANNOT, f"Not established: {_listed(unknown)}.")
    seen = f"No failure was found in what is mandatory: {_listed(mandatory)}"
    if remarks := [name for name in supporting if outcomes.get(name) is Outcome.failed]:
        return Conclusion(WITH_COMMENTS, f"{seen}. A supporting check failed: {_listed(remarks)}.")
    return Conclusion(MET, f"{seen}.")


def not_audited(
    profile: Profile, provisions: Mapping[str, Mapping[str, Any]], kinds: Collection[str]
) -> Iterator[dict[str, Any]]:
    """The provisions of a profile's instruments that none of its requirements covers, and why not.

    `provisions` are those of the plan, by id; `kinds` is what the audited service is.
    """
    covered = {name for requirement in profile.requirements for name in requirement.provisions}
    for name, provision in sorted(provisions.items()):
        if name in covered or provision["instrument"] not in profile.instruments:
            continue
        keys = ("instrument", "short_title", "clause", "obligation", "level")
        yield {
            "profile": profile.id,
            "provision": name,
            **{key: provision[key] for key in keys},
            "why": _why_not(provision, kinds),
        }


def _why_not(provision: Mapping[str, Any], kinds: Collection[str]) -> str:
    if provision["status"] != "in-force":
        return "not_in_force"
    if provision["addressee"] and not set(kinds) & set(provision["addressee"]):
        return "others"
    return "not_testable" if provision.get("testability") == "not-testable" else "no_check"


def deadlines(
    profile: Profile, check: str, provisions: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The period a profile sets for mending a failure of a check; none where no duty in force asks for it."""
    if profile.remedy is None:
        return
    binding = {
        name
        for requirement in profile.requirements
        if requirement.level == "shall" and check in requirement.checks.mandatory
        for name in requirement.provisions
        if provisions[name]["instrument"] in profile.remedy.instruments
        and provisions[name]["status"] == "in-force"
    }
    if binding:
        period = profile.remedy.model_dump(mode="json", exclude={"instruments"})
        yield {"profile": profile.id, "provisions": sorted(binding), **period}


def weightless(requirements: Iterable[Requirement], in_force: Collection[str]) -> frozenset[str]:
    """The checks that no provision in force asks for: they are reported and weigh nothing.

    `in_force` holds the ids of the provisions that are in force.
    """
    weighing: set[str] = set()
    others: set[str] = set()
    for requirement in requirements:
        binds = any(provision in in_force for provision in requirement.provisions)
        (weighing if binds else others).update(
            requirement.checks.mandatory, requirement.checks.supporting
        )
    return frozenset(others - weighing)


def _nothing_mandatory(requirement: Requirement, supporting: list[str]) -> Conclusion:
    """Nothing mandatory is left; that is only the platform's nature when nothing else applies."""
    if supporting or not requirement.checks.mandatory:
        return Conclusion(CANNOT, "No mandatory check that applies tests this provision.")
    return Conclusion(
        NOT_APPLICABLE, "Nothing this provision is tested by applies to the platform."
    )


def _suffices(tier: str, asked: str | None) -> bool:
    """Whether evidence is as strong as asked; evidence of no known tier never is."""
    return tier in TIERS and (asked is None or TIERS.index(tier) >= TIERS.index(asked))


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))
