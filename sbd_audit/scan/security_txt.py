"""``/.well-known/security.txt`` (RFC 9116): how people who find a hole reach the service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_FIELD = re.compile(r"([A-Za-z][A-Za-z-]*)\s*:\s*(\S.*)")


@dataclass(frozen=True)
class SecurityText:
    """The fields that matter, and everything in which the file departs from RFC 9116."""

    contacts: tuple[str, ...]
    expires: datetime | None
    problems: tuple[str, ...]
    signed: bool = False


def parse(text: str, now: datetime) -> SecurityText | None:
    """The file as fields; None when it holds none of them and so is something else."""
    fields: dict[str, list[str]] = {}
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith("-----BEGIN PGP SIGNATURE"):
            break
        match = _FIELD.fullmatch(line.strip())
        if match and not line.startswith(("#", "Hash:")):
            fields.setdefault(match[1].lower(), []).append(match[2].strip())
    contacts, expiries = fields.get("contact", []), fields.get("expires", [])
    if not contacts and not expiries:
        return None
    problems = []
    if not contacts:
        problems.append("it names no contact")
    problems += [
        f"the contact {contact} is no address (mailto:, tel: or https:)"
        for contact in contacts
        if not contact.lower().startswith(("mailto:", "tel:", "https://"))
    ]
    expires = _moment(expiries[0]) if expiries else None
    if len(expiries) != 1:
        problems.append(
            "it does not say when it expires"
            if not expiries
            else "it gives several dates of expiry"
        )
    elif expires is None:
        problems.append(f"its date of expiry cannot be read: {expiries[0]}")
    elif expires < now:
        problems.append(f"it expired on {expires.date().isoformat()}")
    signed = text.lstrip().startswith("-----BEGIN PGP SIGNED MESSAGE")
    return SecurityText(tuple(contacts), expires, tuple(problems), signed)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip().upper().replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
