"""What the findings say about each provision: three-valued, apart from the score, never "compliant".

A passed check means that no failure was found. `met` therefore says that every mandatory check of a
requirement passed at the tier it asks for, and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sbd_audit.models.profile import Requirement
from sbd_audit.outcome import Outcome

MET, WITH_COMMENTS, NOT_MET = "met", "met with comments", "not met"
CANNOT, NOT_APPLICABLE, NOT_IN_FORCE = "cannot conclude", "not applicable", "not in force"
CONCLUSIONS = (MET, WITH_COMMENTS, NOT_MET, CANNOT, NOT_APPLICABLE, NOT_IN_FORCE)
_STRENGTH = {"attested": 0, "documented": 1, "observed": 2}


@dataclass(frozen=True)
class Conclusion:
    """A word of `CONCLUSIONS`, and the sentence it rests on."""

    word: str
    basis: str


def conclude(
    requirement: Requirement,
    outcomes: Mapping[str, Outcome],
    tiers: Mapping[str, str],
    *,
    in_force: bool = True,
) -> Conclusion:
    """The conclusion for one requirement of a provision.

    `outcomes` and `tiers` are by check; a check without an outcome was not tested.
    """
    if not in_force:
        return Conclusion(NOT_IN_FORCE, "The provision is not in force; nothing is concluded from it.")
    mandatory = [name for name in requirement.checks.mandatory if _of(name, outcomes) is not Outcome.inapplicable]
    if not mandatory:
        return Conclusion(NOT_APPLICABLE, "Nothing this provision is tested by applies to the platform.")
    failed = [name for name in mandatory if _of(name, outcomes) is Outcome.failed]
    if failed:
        return Conclusion(NOT_MET, f"A failure was established: {_listed(failed)}.")
    open_ones = [name for name in mandatory if _of(name, outcomes) is not Outcome.passed]
    if open_ones:
        return Conclusion(CANNOT, f"Not established: {_listed(open_ones)}.")
    weak = [name for name in mandatory if requirement.tier and _STRENGTH[tiers[name]] < _STRENGTH[requirement.tier]]
    if weak:
        return Conclusion(CANNOT, f"Evidenced more weakly than required ({requirement.tier}): {_listed(weak)}.")
    remarks = [name for name in requirement.checks.supporting if _of(name, outcomes) is Outcome.failed]
    if remarks:
        return Conclusion(WITH_COMMENTS, f"No failure in what is mandatory; a supporting check failed: {_listed(remarks)}.")
    return Conclusion(MET, "No failure was found in any mandatory check.")


def _of(name: str, outcomes: Mapping[str, Outcome]) -> Outcome:
    return outcomes.get(name, Outcome.untested)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names))
