"""The draft certificate of electronic evidence: every file, device and recorded step; declarations blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit import __version__
from sbd_audit.errors import UsageError
from sbd_audit.findings import OURS
from sbd_audit.models.device import Device
from sbd_audit.report.custody import signed
from sbd_audit.report.legal import Draft
from sbd_audit.report.page import lay_out
from sbd_audit.report.text import inert

FIELDS = tuple(Device.model_fields)
_MACHINE = ("system", "machine", "python", "browser", "engine", "clock")


@dataclass(frozen=True)
class Step:
    """One recorded step, with the full digests of what it made."""

    when: str
    what: str
    tool: str
    made: tuple[str, ...]


def certificate(draft: Draft, entered: Device | None) -> str:
    """The certificate as one HTML page.

    `entered` fills in what the bundle does not record of the device. Raises `UsageError` when a field is
    empty after that, or says otherwise than the bundle does.
    """
    return lay_out("certificate", "draft", d=draft, device=_device(draft, entered), **_facts(draft))


def _device(draft: Draft, entered: Device | None) -> list[tuple[str, str, str]]:
    """The device as (label, value, where it is known from)."""
    labels, recorded = draft.text["labels"], draft.seal.device
    stated: Mapping[str, str] = inert(entered.model_dump()) if entered else {}
    rows, missing = [], []
    for name in FIELDS:
        own, given = str(recorded.get(name) or "").strip(), stated.get(name, "").strip()
        if own and given and own != given:
            raise UsageError(f"the device's {name} is {own} in the bundle and {given} in the file")
        if not own and not given:
            missing.append(name)
        rows.append((labels[name], own or given, draft("sealed" if own else "stated")))
    if missing:
        raise UsageError(
            f"the certificate needs every particular of the device; empty: {', '.join(missing)} — "
            f"write {', '.join(FIELDS)} into a YAML file and give --device FILE"
        )
    environment = draft.seal.environment
    rows += [
        (labels[name], str(environment[name]), draft("sealed"))
        for name in _MACHINE
        if environment.get(name)
    ]
    return rows


def _facts(draft: Draft) -> dict[str, Any]:
    results, words, seal = draft.results, draft.words, draft.seal
    run, target = results["run"], results["target"]
    interrupted = sum(event.get("action") == "resumed" for event in seal.events)
    mistakes = [f["check"] for f in results["findings"] if f["reason"] in OURS]
    deviations = [entry["says"] for entry in results["deviations"]]
    return {
        "record": draft(
            "record",
            run=run["id"],
            files=len(draft.files),
            octets=f"{draft.octets:,}",
            service=results["platform"]["title"],
            address=target["base_url"],
            began=words.moment(run["started_at"]),
            ended=words.moment(run["finished_at"] or run["started_at"]),
        ),
        "sealed": draft("seal", digest=seal.digest),
        "steps": [*_steps(draft), Step("", draft("drafted"), f"sbd-audit {__version__}", ())],
        "c_facts": draft(
            "c_facts",
            mistakes=", ".join(mistakes) or words("none"),
            interrupted=interrupted or words("none"),
            deviations=" ".join(deviations) or words("none"),
            clock=seal.environment.get("clock") or words("not_recorded"),
        ),
        "d_facts": draft(
            "d_facts", observations=draft("recomputed", digest=results["observations_sha256"])
        ),
        "generated": draft("generated", engine=run["engine"]),
        "integrity": draft("integrity", signed=signed(seal, words)),
        "originator": draft(
            "originator",
            operator=run["operator"] or draft("blank"),
            run=run["id"],
            browser=run["browser"] or words("no_browser"),
            agent=run["user_agent"],
        ),
        "files": sorted(draft.files.items()),
    }


def _steps(draft: Draft) -> list[Step]:
    words = draft.words
    return [
        Step(
            words.moment(str(event.get("at", ""))),
            words.known("actions", str(event.get("action", ""))),
            str(event.get("tool", "")),
            tuple(str(key) for key in event.get("out", ())),
        )
        for event in draft.seal.events
    ]
