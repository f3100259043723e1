"""A results.json as an audit writes it, with every outcome, a waiver, a response and all that can go otherwise."""

from __future__ import annotations

import hashlib
from typing import Any

from sbd_audit.models.results import Results
from sbd_audit.outcome import Outcome, Reason

PROFILE = "sample-profile"
PILLARS = {
    "failed": "contact-safety",
    "cantTell": "contact-safety",
    "untested": "ocsea",
    "passed": "default-privacy",
    "inapplicable": "content-and-design",
}
REASONS = {
    "failed": Reason.expectation_not_met,
    "cantTell": Reason.challenged,
    "untested": Reason.no_binding,
    "passed": None,
    "inapplicable": Reason.feature_absent,
}


RESPONSE = {
    "position": "disputes",
    "says": "We will mend this.",
    "by": "The platform",
    "day": "2026-12-10",
    "attachments": ["screen recording, SHA-256 in the covering letter"],
    "decision": {"by": "The auditor", "day": "2026-12-14", "says": "The finding stands."},
}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def step(
    number: int, *, saw: str = '200 OK, {"value":"everyone"}', polls: int = 1
) -> dict[str, Any]:
    """One step of a check; `polls` equal lines are in its trace."""
    return {
        "step": "attempt",
        "each": None,
        "capability": "send_message",
        "says": "Sends a private message; the answer is what the sender is shown.",
        "args": {"as": "stranger", "to": "child", "text": "neutral_text"},
        "actor": {"role": "stranger", "persona": "stranger_adult"},
        "result": "delivered",
        "outputs": {"message": {"id": f"m{number}", "url": f"/messages/m{number}"}},
        "reason": None,
        "detail": "",
        "trace": [{"did": "POST /api/messages as stranger", "saw": saw}] * polls,
        "evidence": [sha256(f"exhibit {number}")],
        "observation": f"o{number:05}",
        "seconds": "0.012",
    }


def finding(outcome: str, number: int, **changes: Any) -> dict[str, Any]:
    """A finding with this outcome; `changes` replace its fields."""
    reason = REASONS[outcome]
    lost = outcome == "cantTell"
    played = step(number, polls=3)
    if lost:
        played |= {"result": "challenged", "reason": "challenged", "outputs": {}}
    return {
        "check": f"{outcome.lower()}.sample-{number}",
        "version": 1,
        "title": f"A stranger's message does not reach a child, {number}",
        "pillar": PILLARS[outcome],
        "severity": "critical" if number == 1 else "medium",
        "tier": "observed",
        "environment": "accounts",
        "outcome": outcome,
        "reason": reason.value if reason else None,
        "reason_says": reason.meaning if reason else "",
        "message": f"Message {number} of a check that is {outcome}.",
        "messages": [f"Message {number} of a check that is {outcome}."],
        "why": "Unasked-for messages from adults are a common opening for grooming.",
        "control": "A friend's message arrives within the same time.",
        "remedy": f"Remedy {number}: let only accepted contacts write.",
        "harms": ["unwanted_contact"],
        "member": "child_14_15",
        "members": [
            {"member": "child_14_15", "outcome": outcome, "reason": reason, "message": f"Message {number} of a check that is {outcome}."},
            {"member": "child_16_17", "outcome": "passed", "reason": None, "message": "No failure was found."},
        ],
        "steps": [] if outcome in ("untested", "inapplicable") else [played],
        "conditions": [{"part": "expect", "holds": None if lost else outcome == "passed", "says": "The message arrived."}],
        "parameters": [{"name": "wait_minutes", "value": 10, "unit": "minutes", "basis": "project", "note": "how long an absence is watched"}],
        "provisions": [{"id": "S-1", "instrument": "sample-law", "short_title": "Sample Law", "clause": "s.1", "obligation": "Protect children by default.", "level": "shall", "status": "in-force", "basis": "primary"}],
        "related": ["ELSEWHERE-2"],
        "value": {"lo": "0", "hi": "1"},
        "profiles": [PROFILE],
        "good_practice": {},
        "waiver": None,
        "deadlines": [{"profile": PROFILE, "provisions": ["S-1"], "within": "P3M", "counts_from": "notice", "basis": "Sample Regulations, r.9(2)", "source": "secondary", "caution": "Whether it reaches this service is a question for counsel."}] if outcome == "failed" else [],
        "response": None,
        "observations": [f"o{number:05}"],
    } | changes  # fmt: skip


def conclusion(
    word: str, provision: str, checks: list[str], instrument: str = "sample-law"
) -> dict[str, Any]:
    return {
        "profile": PROFILE,
        "requirement": "contact",
        "says": f"What {provision} asks.",
        "provision": provision,
        "instrument": instrument,
        "short_title": instrument.replace("-", " ").title(),
        "clause": f"clause of {provision}",
        "level": "shall",
        "source": "recalled",
        "conclusion": word,
        "findings": checks,
        "basis": f"Why {provision} is {word}.",
    }


def sample(**changes: Any) -> dict[str, Any]:
    """A whole results.json with one or two findings of every outcome; `changes` replace its parts."""
    waiver = {
        "because": "A new control ships in March.",
        "approved_by": "Head of safety",
        "until": "2027-03-31T00:00:00+03:00",
        "state": "active",
    }
    findings = [
        finding("passed", 1),
        finding("failed", 1),
        finding("failed", 2, waiver=waiver, response=RESPONSE),
        finding("cantTell", 1),
        finding("untested", 1),
        finding("inapplicable", 2),
        finding("passed", 2, good_practice={PROFILE: "No text asks for it."}),
    ]  # fmt: skip
    outcomes = [entry["outcome"] for entry in findings]
    results: dict[str, Any] = {
        "schema": "sbd-audit/results/1",
        "run": {
            "id": "20261124-abc123",
            "started_at": "2026-11-24T10:00:00.000Z",
            "finished_at": "2026-11-24T10:05:00.000Z",
            "engine": "sbd-audit 0.1.0",
            "operator": "A named person",
            "edition": "regulator",
            "browser": None,
            "user_agent": "sbd-audit",
            "requests": 42,
        },
        "platform": {"id": "sample", "title": "Sample forum", "kind": "social network", "market": "KE", "languages": ["en", "sw"]},
        "target": {
            "id": "sample-staging",
            "title": "Sample forum",
            "base_url": "http://127.0.0.1:8000",
            "kinds": ["platform"],
            "authorisation": None,
            "facts": {"minimum_age": {"value": 13, "basis": "Terms of service"}},
        },
        "profiles": [{"id": PROFILE, "version": "1.0.0", "title": "Sample profile", "summary": "What the sample asks.", "notes": ["A caution."], "sha256": sha256("profile")}],
        "observations_sha256": sha256("observations"),
        "findings": findings,
        "conclusions": [
            conclusion("not met", "S-1", ["failed.sample-1", "passed.sample-1"]),
            conclusion("cannot conclude", "S-2", ["canttell.sample-1"]),
            conclusion("met with comments", "S-3", ["passed.sample-2"]),
            conclusion("not in force", "O-1", [], "other-law"),
            conclusion("met", "O-2", ["passed.sample-2"], "other-law"),
            conclusion("not applicable", "O-3", ["inapplicable.sample-2"], "other-law"),
        ],
        "not_audited": [
            {"profile": PROFILE, "provision": f"N-{why}", "instrument": "sample-law", "short_title": "Sample Law", "clause": f"s.{number}", "obligation": f"What N-{why} asks.", "level": "shall", "why": why}
            for number, why in enumerate(("not_in_force", "others", "not_testable", "no_check"), 40)
        ],
        "scores": [
            {
                "profile": PROFILE,
                "demonstrated": "33.3",
                "possible": "40.0",
                "coverage": "71.4",
                "band": None,
                "published": True,
                "why_not": "",
                "not_comparable": ["ocsea"],
                "pillars": {
                    "contact-safety": {"demonstrated": "0.0", "possible": "50.0", "coverage": "50.0", "weight": "2.0"},
                    "default-privacy": {"demonstrated": "100.0", "possible": "100.0", "coverage": "100.0", "weight": "0.0"},
                    "ocsea": {"demonstrated": "0.0", "possible": "100.0", "coverage": "0.0", "weight": "1.0"},
                },
                "robustness": {"spread": "0.50", "demonstrated": {"lo": "20.0", "hi": "40.0"}, "possible": {"lo": "40.0", "hi": "40.0"}},
                "caps": [{"check": "failed.sample-1", "bound": "possible", "at": "40.0"}],
            }
        ],
        "counts": {str(outcome): outcomes.count(str(outcome)) for outcome in Outcome},
        "deviations": [{"kind": "interrupted", "says": "2 planned observations were not made."}],
        "refused": [{"origin": "https://elsewhere.test:443", "kind": "browser", "count": 3}],
        "left_behind": [{"account": "sbd-child-01", "persona": "child_14_15", "says": "made by this run"}],
        "reply": None,
        "evidence": {sha256(f"exhibit {number}"): {"media_type": "text/plain", "bytes": 1234, "says": "http transcript of send_message"} for number in (1, 2)},
        "limits": ["A passed check means that no failure was found in what was tried."],
    } | changes  # fmt: skip
    Results.model_validate(results)
    return results


def many(count: int) -> dict[str, Any]:
    """A results.json of `count` findings, a seventh of them failed, six steps each with long answers."""
    outcomes = ("failed", "passed", "passed", "passed", "passed", "passed", "cantTell")
    findings = [
        finding(
            outcomes[number % len(outcomes)],
            number,
            steps=[step(10 * number + turn, saw="a plain word " * 40) for turn in range(6)],
        )
        for number in range(count)
    ]
    keys = [key for entry in findings for played in entry["steps"] for key in played["evidence"]]
    return sample(
        findings=findings,
        counts={str(o): sum(f["outcome"] == o for f in findings) for o in Outcome},
        conclusions=[conclusion("met", f"S-{number}", [findings[number]["check"]]) for number in range(count)],
        evidence={key: {"media_type": "text/plain", "bytes": 99, "says": "http transcript of send_message"} for key in keys},
    )  # fmt: skip
