"""Steps 5 and 7: who signed, as the verifier's own trust file has it, and when, as authorities attest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sbd_audit.errors import SbdError
from sbd_audit.evidence import dsse
from sbd_audit.evidence.archive import Files
from sbd_audit.evidence.dsse import Envelope
from sbd_audit.evidence.keys import keyid, public_key
from sbd_audit.evidence.sealing import COUNTERSIGNED, ENVELOPES, PLAN, RUN, envelope_name, tokens
from sbd_audit.evidence.timestamps import HINT, Contradicted, Stamp, Unproven, check
from sbd_audit.evidence.trust import Trusted
from sbd_audit.verify.report import State, Step

TOLERANCE = timedelta(minutes=5)
"""How far clocks of a run and of authorities may differ."""


@dataclass
class Signed:
    """The envelopes of a bundle or edition, and what was found out about them."""

    envelopes: dict[str, Envelope] = field(default_factory=dict)
    stamps: dict[str, list[Stamp]] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)


def read_envelopes(files: Files) -> dict[str, Envelope]:
    """The envelopes there are, by name; raises `BundleError` for one that is not in our form."""
    return {
        what: dsse.read(files.read(envelope_name(what)), envelope_name(what))
        for what in ENVELOPES
        if files.has(envelope_name(what))
    }


def stamps(
    files: Files, signed: Signed, trust: Trusted | None, events: Iterable[tuple[str, str]]
) -> Step:
    """Step 7: every token is about its envelope, enough are vouched for, and `events` lie between plan and seal.

    An event is a time (RFC 3339) and a name.
    """
    names = {what: tokens(files.names(), what) for what in ENVELOPES}
    there = sum(map(len, names.values()))
    if trust is None:
        return Step(7, State.skipped, ("no trust file was given: no authority is trusted",))
    asked = trust.file.time_stamps
    if not there and not asked.required:
        return Step(7, State.waived, ("there is no time stamp, and the trust file asks for none",))
    if there and not trust.roots:
        return Step(
            7, State.waived, ("the trust file names no root to check the time stamps with",)
        )
    tampered: list[str] = []
    unknown: list[str] = []
    for what, listed in names.items():
        for name in listed:
            try:
                stamp = check(
                    files.read(name), files.read(envelope_name(what)), trust.roots, asked.policies
                )
            except Contradicted as error:
                tampered.append(f"{name}: {error}")
            except Unproven as error:
                hint = HINT.format(data=envelope_name(what), token=name)
                unknown.append(f"{name}: {error}; see {hint}")
            except SbdError as error:
                unknown.append(f"{name}: {error}")
            else:
                signed.stamps.setdefault(what, []).append(stamp)
                signed.facts.append(
                    f"{name}: {stamp.at.isoformat()} by {stamp.authority}, policy {stamp.policy}"
                )
    short = [
        f"{envelope_name(what)}: {have} of {wanted} time stamps the trust file asks for"
        for what, wanted in ((PLAN, min(1, asked.required)), (RUN, asked.required))
        if (have := len({stamp.authority for stamp in signed.stamps.get(what, ())})) < wanted
    ]
    times = [stamp.at for stamp in signed.stamps.get(RUN, ())]
    if times and max(times) - min(times) > TOLERANCE:
        short.append("the authorities' times for the run differ by more than five minutes")
    if tampered:
        return Step(7, State.tampered, (*tampered, *unknown))
    if short:
        return Step(7, State.unknown, (*short, *unknown))
    if problems := list(_outside(signed, events)):
        return Step(7, State.tampered, tuple(problems))
    return Step(7, State.ok, tuple(unknown))


def _outside(signed: Signed, events: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Events that are dated before the plan was stamped, or after the run was."""
    first = min((stamp.at for stamp in signed.stamps.get(PLAN, ())), default=None)
    last = min((stamp.at for stamp in signed.stamps.get(RUN, ())), default=None)
    for at, name in events:
        moment = datetime.fromisoformat(at)
        if first and moment < first - TOLERANCE:
            yield f"{name} is dated {at}, before the plan was stamped"
        elif last and moment > last + TOLERANCE:
            yield f"{name} is dated {at}, after the run was stamped"


def signers(
    signed: Signed, trust: Trusted | None, signing: Mapping[str, Any] | None, now: datetime | None
) -> Step:
    """Step 5: enough keys of the trust file signed, each in its time; `signing` is what the results say.

    Without a proven time stamp nobody knows when a signature was made: then a key has to be good at `now`.
    """
    run = signed.envelopes.get(RUN)
    if run is None:
        if signing:
            return Step(5, State.tampered, ("it was signed when sealed; the signature is gone",))
        return Step(5, State.unknown, ("it is not signed: anybody could have made it",))
    if problems := list(_own(signed, signing)):
        return Step(5, State.tampered, tuple(problems))
    if trust is None:
        who = signing or {}
        return Step(
            5,
            State.unknown,
            (
                f"signed by key {who.get('keyid')}, by its own account of {who.get('name')!r}",
                "no trust file was given; a key inside a bundle is never trust",
            ),
        )
    proven = min((stamp.at for stamp in signed.stamps.get(RUN, ())), default=None)
    at = proven or now or datetime.now(UTC)
    counted: Counter[str] = Counter()
    notes, broken = [], []
    seen = set()
    for what in (RUN, COUNTERSIGNED):
        envelope = signed.envelopes.get(what)
        if envelope is None:
            continue
        if envelope.payload != run.payload:
            broken.append(f"{envelope_name(what)} is about something else than the run")
        for name, signature in envelope.signatures:
            trusted = list(trust.keys(name))
            if not trusted:
                notes.append(
                    f"a signature of key {name} does not count: the trust file has no such key"
                )
            for key in trusted:
                if not envelope.holds(key.key, signature):
                    broken.append(f"the signature of {key.name} ({name[:16]}) is wrong")
                elif why := trust.why_not(key, at):
                    notes.append(f"{key.name} ({name[:16]}) signed, but {why}")
                elif (key.role, name) not in seen:
                    seen.add((key.role, name))
                    counted[key.role] += 1
                    signed.facts.append(f"signed by {key.name}, {key.role}, key {name}")
    if broken:
        return Step(5, State.tampered, tuple(broken))
    short = [
        f"{counted[role]} of {wanted} signatures in the role {role} the trust file asks for"
        for role, wanted in trust.file.required.items()
        if counted[role] < wanted
    ]
    return Step(5, State.unknown if short else State.ok, (*short, *notes))


def _own(signed: Signed, signing: Mapping[str, Any] | None) -> Iterator[str]:
    """Where the envelopes contradict what the sealed results say of the key that sealed them."""
    if not signing:
        return
    try:
        key = public_key(str(signing.get("public_key")))
    except ValueError:
        yield "the results name a key that is none"
        return
    name = keyid(key.public_bytes_raw())
    if name != signing.get("keyid"):
        yield "the results name a key under another key's fingerprint"
    for what in (PLAN, RUN):
        envelope = signed.envelopes.get(what)
        if envelope is None:
            yield f"{envelope_name(what)} is gone; the results say it was signed"
        elif not any(
            held == name and envelope.holds(key, signature)
            for held, signature in envelope.signatures
        ):
            yield f"{envelope_name(what)} does not bear the good signature of key {name}, which the results name"
