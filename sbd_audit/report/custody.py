"""Who made the record, on what machine, what was done to it since, and whose key sealed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.seal import Seal
from sbd_audit.report.words import Words

EVENTS = 40
"""Events of the chain a report lists; the others are counted."""
_ELSEWHERE = ("custody_regulator", "custody_elsewhere")


@dataclass(frozen=True)
class EventView:
    """One event of the chain of custody; `made` shortens the digests of what came out of it."""

    at: str
    action: str
    tool: str
    made: str


@dataclass(frozen=True)
class CustodyView:
    """`says` where there is no bundle to read; else the facts as pairs, the events and the signatures."""

    says: str
    facts: tuple[tuple[str, str], ...]
    machine: tuple[tuple[str, str], ...]
    events: tuple[EventView, ...]
    more: str
    signed: str
    changes: tuple[str, ...]


def custody(results: Mapping[str, Any], seal: Seal | None, words: Words) -> CustodyView:
    """The custody of an audit; without `seal` the page was made from results.json alone."""
    run = results["run"]
    facts = [
        (words("custody_operator"), run["operator"] or words("not_recorded")),
        (words("custody_programme"), run["engine"]),
        (words("custody_run"), run["id"]),
    ]
    facts.append((words("custody_key"), _key(run.get("signing"), words)))
    facts.append((words("custody_earlier"), _earlier(run.get("earlier_runs"), words)))
    if seal and seal.digest:
        facts.append((words("custody_seal"), seal.digest))
    return CustodyView(
        says="" if seal else words(_ELSEWHERE[run["edition"] == "regulator"]),
        facts=tuple(facts),
        machine=_machine(results, seal, words),
        events=tuple(_event(event, words) for event in seal.events[:EVENTS]) if seal else (),
        more=words.count("more_events", len(seal.events) - EVENTS)
        if seal and len(seal.events) > EVENTS
        else "",
        signed=signed(seal, words),
        changes=tuple(_changes(results, seal, words)),
    )


def _machine(
    results: Mapping[str, Any], seal: Seal | None, words: Words
) -> tuple[tuple[str, str], ...]:
    run = results["run"]
    rows = [
        (words("machine_browser"), run["browser"] or words("no_browser")),
        (words("machine_agent"), run["user_agent"]),
    ]
    if not seal:
        return tuple(rows)
    environment = seal.environment
    for key in ("system", "machine", "python", "clock"):
        if environment.get(key):
            rows.append((words(f"machine_{key}"), str(environment[key])))
    if seal.device:
        parts = [
            words("pair", name=words(f"device_{name}"), value=seal.device[name])
            for name in ("make", "model", "serial", "in_custody_of")
            if seal.device.get(name)
        ]
        rows.append((words("machine_device"), "; ".join(parts) or words("not_recorded")))
    return tuple(rows)


def _event(event: Mapping[str, Any], words: Words) -> EventView:
    made = [str(key)[:12] for key in event.get("out", ())]
    return EventView(
        at=words.moment(str(event.get("at", ""))),
        action=words.known("actions", str(event.get("action", ""))),
        tool=str(event.get("tool", "")),
        made=", ".join(made),
    )


def signed(seal: Seal | None, words: Words) -> str:
    """Whose keys the signatures name, unverified; or that there is none. Empty without a bundle."""
    if seal is None:
        return ""
    keys = dict.fromkeys(key for signature in seal.signatures for key in signature.keys)
    if not seal.signatures:
        return words("verify_unsigned")
    if not keys:
        return words("signed_unread", files=", ".join(entry.file for entry in seal.signatures))
    return words("signed_by", keys=", ".join(keys))


def _key(key: Mapping[str, Any] | None, words: Words) -> str:
    """Whose key the run says it signs with, or that it signs with none; that only its maker vouches for it is said."""
    if not key:
        return words("key_none")
    said = words("key_says", name=key["name"], keyid=key["keyid"])
    return f"{said} {words('key_self_made')}" if key["self_made"] else said


def _earlier(earlier: Mapping[str, Any] | None, words: Words) -> str:
    """How many runs the signer began before on the same service, and which were never finished."""
    if earlier is None:
        return words("not_recorded")
    if not earlier["count"]:
        return words("earlier_none")
    said = words.count("earlier", earlier["count"])
    last = earlier["last"]
    if len(last) < earlier["count"]:
        said = f"{said} {words('earlier_last', count=len(last))}"
    open_ended = [
        words("earlier_run", id=entry["run"], moment=words.moment(entry["planned_at"]))
        for entry in last
        if entry["sealed"] is None
    ]
    if not open_ended:
        return f"{said} {words('earlier_finished')}"
    return f"{said} {words('earlier_unfinished', runs='; '.join(open_ended))}"


def _changes(results: Mapping[str, Any], seal: Seal | None, words: Words) -> list[str]:
    """What happened to this report since the observations were made."""
    said = [
        words("change_resumed", moment=words.moment(str(event["at"])))
        for event in (seal.events if seal else ())
        if event.get("action") == "resumed"
    ]
    run = results["run"]
    said.append(
        words("change_judged", moment=words.moment(run["finished_at"] or run["started_at"]))
    )
    if reply := results["reply"]:
        said.append(
            words("change_reply", day=words.date(reply["received_on"]))
            if reply["received_on"]
            else words("change_no_reply", day=words.date(reply["due_on"]))
        )
    return [*said, words("change_none")]
