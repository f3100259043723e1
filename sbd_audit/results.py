"""results.json: findings, conclusions, scores and everything a report may say. Nothing else is read by reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sbd_audit.canonical import digest
from sbd_audit.capabilities import Vocabulary
from sbd_audit.conclude import conclude, deadlines, not_audited
from sbd_audit.findings import Finding, Record, by_age_band, conditions, findings, mostly_lost
from sbd_audit.models.profile import Profile, Scoring
from sbd_audit.models.waiver import Waiver
from sbd_audit.outcome import Outcome
from sbd_audit.promises import contradictions
from sbd_audit.totals import scores_of

SCHEMA = "sbd-audit/results/1"
LIMITS = (
    "A passed check means that no failure was found in what was tried; it does not show that there is none.",
    "The audit acted through test accounts on one day, from one place, on one version of the service.",
    "No assurance opinion is given. Conclusions per provision rest on the findings named beside them.",
)


SURFACE_LIMITS = (
    LIMITS[0],
    "Only public pages were looked at, on one day and from one place. What was not found there may still exist, "
    "and nothing is said of what a member sees.",
    LIMITS[2],
)


def results(
    record: Record, run: Mapping[str, Any], vocabulary: Vocabulary, scorings: Mapping[str, Scoring]
) -> dict[str, Any]:
    """The whole of results.json, as plain data; pure, and the same for the same record."""
    plan = record.plan
    found = findings(record, vocabulary)
    profiles = [Profile.model_validate(profile) for profile in plan.profiles]
    outcomes = Counter(finding.verdict.outcome.value for finding in found)
    return {
        "schema": SCHEMA,
        "run": {key: run.get(key) for key in _RUN},
        "platform": {
            "id": plan.platform["id"],
            "title": plan.target["title"],
            "kind": plan.target["kind"],
            "market": plan.target["market"],
            "languages": list(plan.target["languages"]),
        },
        "target": {
            key: plan.target.get(key)
            for key in ("id", "title", "base_url", "kinds", "authorisation", "facts")
        },
        "profiles": [
            {
                "id": profile.id,
                "version": profile.version,
                "title": profile.title,
                "summary": profile.summary,
                "notes": list(profile.notes),
                "sha256": digest(data),
            }
            for profile, data in zip(profiles, plan.profiles, strict=True)
        ],
        "observations_sha256": digest(
            [seen.model_dump(mode="json") for _, seen in sorted(record.observations.items())]
        ),
        "findings": [_finding(record, finding, profiles, run, vocabulary) for finding in found],
        "conclusions": [
            entry for profile in profiles for entry in _conclusions(record, found, profile)
        ],
        "not_audited": [
            entry
            for profile in profiles
            for entry in not_audited(profile, plan.provisions, plan.kinds)
        ],
        "scores": [
            scores_of(found, profile, scorings[profile.scoring], plan.left_out)
            for profile in profiles
        ],
        "counts": {outcome.value: outcomes.get(outcome.value, 0) for outcome in Outcome},
        "age_bands": by_age_band(found, vocabulary),
        "deviations": _deviations(record, found, run),
        "refused": list(run.get("refused", [])),
        "left_behind": list(run.get("left_behind", [])),
        "reply": None,
        "evidence": run.get("evidence", {}),
        **({"surface": run["surface"]} if run.get("surface") else {}),
        "limits": list(SURFACE_LIMITS)
        if run.get("surface")
        else [
            *LIMITS,
            f"Where a check waits for something not to happen, this run waited {plan.target['limits']['watch_seconds']} "
            "s at most; its positive control had to arrive within the same time.",
        ],
    }


_RUN = (
    "id",
    "started_at",
    "finished_at",
    "engine",
    "operator",
    "edition",
    "browser",
    "user_agent",
    "requests",
    "signing",
    "earlier_runs",
)


def _finding(
    record: Record,
    finding: Finding,
    profiles: Sequence[Profile],
    run: Mapping[str, Any],
    vocabulary: Vocabulary,
) -> dict[str, Any]:
    check, verdict = finding.check, finding.verdict
    instruments = {name for profile in profiles for name in profile.instruments}
    linked = [
        record.plan.provisions[name] | {"id": name}
        for name in check.provisions
        if name in record.plan.provisions
    ]
    bounds = {Outcome.passed: ("1", "1"), Outcome.failed: ("0", "0")}.get(
        verdict.outcome, ("0", "1")
    )
    return {
        "check": check.id,
        "version": check.version,
        "title": check.title,
        "pillar": check.pillar,
        "severity": check.severity,
        "tier": check.evidence,
        "environment": check.environment,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason.value if verdict.reason else None,
        "reason_says": verdict.reason.meaning if verdict.reason else "",
        "message": verdict.message,
        "messages": list(verdict.messages or ((verdict.message,) if verdict.message else ())),
        "why": check.why.strip(),
        "control": check.control,
        "remedy": check.if_failed.strip(),
        "harms": list(check.harms),
        "member": verdict.member,
        "members": [
            {
                "member": v.member,
                "outcome": v.outcome.value,
                "reason": v.reason.value if v.reason else None,
                "message": v.message,
            }
            for v in finding.members
        ],
        "steps": _steps(record, finding, vocabulary),
        "conditions": conditions(record, finding, vocabulary),
        "contradictions": _contradictions(record, finding, vocabulary),
        "parameters": [
            {
                "name": p.name,
                "value": finding.parameters.get(p.name, p.default),
                "unit": p.unit,
                "basis": p.basis,
                "note": p.note,
            }
            for p in check.parameters
        ],
        "provisions": [_provision(entry) for entry in linked if entry["instrument"] in instruments],
        "related": [entry["id"] for entry in linked if entry["instrument"] not in instruments],
        "value": {"lo": bounds[0], "hi": bounds[1]},
        "profiles": list(finding.profiles),
        "good_practice": {
            profile.id: practice.because
            for profile in profiles
            for practice in profile.good_practice
            if practice.check == check.id and profile.id in finding.profiles
        },
        "waiver": _waiver(record, check.id, str(run.get("finished_at") or record.plan.planned_at)),
        "deadlines": [
            entry
            for profile in profiles
            if verdict.outcome is Outcome.failed and profile.id in finding.profiles
            for entry in deadlines(profile, check.id, record.plan.provisions)
        ],
        "response": None,
        "observations": [key for name in check.observe for key in finding.case.uses.get(name, ())],
    }


def _contradictions(
    record: Record, finding: Finding, vocabulary: Vocabulary
) -> list[dict[str, Any]]:
    """What documents promise and this finding shows to be otherwise."""
    statements = vocabulary.tables["statements"]
    return [
        {
            "statement": one.said.statement,
            "says": _meaning(statements, one.said.statement),
            "message": one.message,
            "member": one.member,
            "said": one.said.model_dump(mode="json"),
            "observations": list(one.observations),
        }
        for one in contradictions(record, finding, vocabulary)
    ]


def _meaning(statements: Mapping[str, Any], name: str) -> str:
    """What a statement says, in words."""
    entry = statements.get(name)
    says = entry.get("says", "") if isinstance(entry, Mapping) else ""
    return str(says) or name.replace("_", " ")


def _provision(entry: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("id", "instrument", "short_title", "clause", "obligation", "level", "status", "basis")
    return {key: entry[key] for key in keys}


def _steps(record: Record, finding: Finding, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    rows = []
    for name in finding.check.observe:
        for key in finding.case.uses.get(name, ()):
            planned, seen = record.planned[key], record.observations.get(key)
            rows.append(
                {
                    "step": name,
                    "each": planned.each,
                    "capability": planned.capability,
                    "says": vocabulary.capabilities[planned.capability].says,
                    "args": planned.args,
                    "actor": seen.actor.model_dump(include={"role", "persona"})
                    if seen and seen.actor
                    else None,
                    "result": seen.result if seen else None,
                    "outputs": dict(seen.outputs) if seen else {},
                    "reason": (seen.reason.value if seen.reason else None)
                    if seen
                    else "interrupted",
                    "detail": seen.detail if seen else "",
                    "trace": [did.model_dump() for did in seen.trace] if seen else [],
                    "evidence": list(seen.evidence) if seen else [],
                    "documents": [one.model_dump(mode="json") for one in seen.documents]
                    if seen
                    else [],
                    "readings": [one.model_dump(mode="json") for one in seen.readings]
                    if seen
                    else [],
                    "given": [one.model_dump(mode="json") for one in seen.given] if seen else [],
                    "observation": key,
                    "seconds": seen.seconds if seen else "0",
                }
            )
    return rows


def _waiver(record: Record, check: str, at: str) -> dict[str, Any] | None:
    """The waiver of a check, labelled; it changes neither outcome nor score."""
    for data in record.plan.waivers:
        waiver = Waiver.model_validate(data)
        if waiver.check == check and waiver.target == record.plan.target["id"]:
            moment = datetime.fromisoformat(at)
            state = (
                "not yet"
                if moment < waiver.since
                else "expired"
                if moment > waiver.until
                else "active"
            )
            return {
                "because": waiver.because,
                "approved_by": waiver.approved_by,
                "until": waiver.until.isoformat(),
                "state": state,
            }
    return None


def _conclusions(
    record: Record, found: Sequence[Finding], profile: Profile
) -> list[dict[str, Any]]:
    own = [finding for finding in found if profile.id in finding.profiles]
    outcomes = {finding.check.id: finding.verdict.outcome for finding in own}
    tiers = {finding.check.id: finding.check.evidence for finding in own}
    entries = []
    for requirement in profile.requirements:
        for name in requirement.provisions:
            provision = record.plan.provisions[name]
            conclusion = conclude(
                requirement, outcomes, tiers, in_force=provision["status"] == "in-force"
            )
            entries.append(
                {
                    "profile": profile.id,
                    "requirement": requirement.id,
                    "says": requirement.says,
                    "provision": name,
                    "instrument": provision["instrument"],
                    "short_title": provision["short_title"],
                    "clause": provision["clause"],
                    "level": provision["level"],
                    "source": provision["basis"],
                    "conclusion": conclusion.word,
                    "findings": [*requirement.checks.mandatory, *requirement.checks.supporting],
                    "basis": conclusion.basis,
                }
            )
    return entries


def _deviations(
    record: Record, found: Sequence[Finding], run: Mapping[str, Any]
) -> list[dict[str, str]]:
    """What went otherwise than planned."""
    listed = [dict(entry) for entry in run.get("deviations", [])]
    if mostly_lost(record):
        listed.append(
            {
                "kind": "vacuous",
                "says": "Most requests came back as errors or sign-in pages; the run says little about the platform.",
            }
        )
    for finding in found:
        if finding.case.skip is not None and finding.verdict.outcome is not Outcome.inapplicable:
            listed.append(
                {"kind": "not observed", "says": f"{finding.check.id}: {finding.verdict.message}"}
            )
    unmade = sorted(set(record.planned) - set(record.observations) - _skipped(record))
    if unmade:
        listed.append(
            {"kind": "interrupted", "says": f"{len(unmade)} planned observations were not made."}
        )
    return listed


def _skipped(record: Record) -> set[str]:
    return {step.id for case in record.plan.cases if case.skip is not None for step in case.steps}
