"""What a run may do: which environments its authorisation covers, and how loose its parameters may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sbd_audit.errors import AuthorisationError, DefinitionError
from sbd_audit.library import Library
from sbd_audit.models.profile import Profile
from sbd_audit.models.target import Target

ALWAYS = frozenset({"public", "documents"})


def authorised(target: Target, now: datetime) -> frozenset[str]:
    """The environments that may be used now; public and documents need nobody's permission."""
    if target.authorisation is None:
        return ALWAYS
    if now < target.authorisation.since:
        raise AuthorisationError(
            f"the authorisation {target.authorisation.reference} begins on {target.authorisation.since.isoformat()}"
        )
    if now > target.authorisation.until:
        raise AuthorisationError(
            f"the authorisation {target.authorisation.reference} ran out on {target.authorisation.until.isoformat()}; "
            "have it renewed, or remove it to run public and document checks only"
        )
    return ALWAYS | set(target.authorisation.covers)


def check_guardrails(profiles: Sequence[Profile], library: Library, target: Target) -> None:
    """A run looser than a profile tolerates is a wrong configuration, never a pass."""
    problems = []
    for profile in profiles:
        for name in profile.checks:
            check = library.check(name)
            for parameter in check.parameters:
                rail = profile.guardrails.get(parameter.name)
                value = profile.parameters.get(parameter.name) or target.parameters.get(
                    parameter.name
                )
                if rail is None or value is None:
                    continue
                number = int(value.value)
                if (rail.at_most is not None and number > rail.at_most) or (
                    rail.at_least is not None and number < rail.at_least
                ):
                    limit = (
                        f"at most {rail.at_most}"
                        if rail.at_most is not None
                        else f"at least {rail.at_least}"
                    )
                    place = library.profiles[profile.id].source
                    problems.append(
                        place.problem(
                            ("guardrails", parameter.name),
                            f"{parameter.name} is {number}",
                            f"{profile.id} tolerates {limit}",
                        )
                    )
    if problems:
        raise DefinitionError(problems)
