"""Judging a recorded audit again: no platform, no network, no browser, and the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sbd_audit.afterwards import answered_since
from sbd_audit.errors import BundleError
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.findings import Record
from sbd_audit.library import Library
from sbd_audit.models.profile import Profile, Scoring
from sbd_audit.models.record import Observation, Plan
from sbd_audit.results import results


def rejudge(
    folder: Path | Bundle,
    library: Library,
    profiles: Sequence[str] = (),
    attestations: Path | None = None,
) -> dict[str, Any]:
    """Judges a recorded audit again, offline; with `profiles`, under those of the library instead.

    With `attestations`, a file of answers given since, as if they had been on file; the results say so. Raises
    `BundleError` when a profile asks for checks that were not observed, or the record does not fit.
    """
    bundle = folder if isinstance(folder, Bundle) else Bundle(folder)
    try:
        plan = Plan.model_validate(bundle.json("plan.json"))
        if profiles:
            plan = _replaced(plan, [library.profile(name) for name in profiles], library)
        seen = [Observation.model_validate(line) for line in bundle.lines("observations.jsonl")]
        run = bundle.json("run.json")
        if attestations is not None:
            seen, run = answered_since(
                bundle, seen, run, attestations, library.vocabulary, plan.target["id"]
            )
        return results(Record(plan, seen), run, library.vocabulary, scorings(library))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BundleError(
            f"{bundle.folder}: what was recorded does not fit this version: {where}: {first['msg'].lower()}"
        ) from None


def _replaced(plan: Plan, profiles: Sequence[Profile], library: Library) -> Plan:
    wanted = {name for profile in profiles for name in profile.checks}
    if missing := sorted(wanted - set(plan.checks)):
        raise BundleError(f"not observed in this audit: {', '.join(missing)}")
    cases = []
    for case in plan.cases:
        ids = tuple(profile.id for profile in profiles if case.check in profile.checks)
        if not case.check:
            cases.append(case)
        elif ids:
            values = dict(case.parameters)
            for profile in profiles:
                values |= {n: o.value for n, o in profile.parameters.items() if n in values}
            cases.append(case.model_copy(update={"profiles": ids, "parameters": values}))
    provisions = {
        name: {
            "instrument": instrument.id,
            "short_title": instrument.short_title,
            **provision.model_dump(mode="json"),
        }
        for name, (instrument, provision) in library.provisions.items()
    }
    return plan.model_copy(
        update={
            "profiles": tuple(
                profile.model_dump(mode="json", by_alias=True) for profile in profiles
            ),
            "checks": {name: check for name, check in plan.checks.items() if name in wanted},
            "cases": tuple(cases),
            "provisions": {**provisions, **plan.provisions},
        }
    )


def scorings(library: Library) -> Mapping[str, Scoring]:
    """Every scoring model by id."""
    return {name: defined.model for name, defined in library.scorings.items()}
