"""What all performances of one run share: the platform, the fence, the pace, the evidence store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sbd_audit.attestations import Attestations
from sbd_audit.capabilities import Vocabulary
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import EvidenceStore
from sbd_audit.expect import Answer
from sbd_audit.models.clause import Clause
from sbd_audit.models.figures import FiguresModel
from sbd_audit.models.platform import Platform
from sbd_audit.models.record import Did, Observation, PlannedCase
from sbd_audit.models.target import Target
from sbd_audit.observe.accounts import Account, People
from sbd_audit.observe.fixtures import Fixtures
from sbd_audit.observe.http import HttpDriver
from sbd_audit.observe.pictures import Picture
from sbd_audit.observe.recognise import UnknownPages
from sbd_audit.observe.scope import Scope
from sbd_audit.observe.shelf import Shelf
from sbd_audit.resources import folder


@dataclass
class World:
    """One run's surroundings; safe to share between worker threads."""

    run: str
    platform: Platform
    target: Target
    vocabulary: Vocabulary
    scope: Scope
    http: HttpDriver
    people: People
    fixtures: Fixtures
    redactor: Redactor
    store: EvidenceStore
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    figures: Callable[[], FiguresModel] = lambda: FiguresModel.of_folder(
        folder("checks") / "figures"
    )
    attestations: Attestations = field(default_factory=Attestations)
    folder: Path | None = None
    made: list[Account] = field(default_factory=list)
    doubtful: list[Account] = field(default_factory=list)
    """People whose joining was cut short: they may have an account, or none."""
    unknown_pages: UnknownPages = field(default_factory=UnknownPages)
    shelf: Shelf = field(default_factory=Shelf)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def stamp(self) -> str:
        """The present moment, UTC, to the millisecond."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Stage:
    """One case being played: its people, what was observed so far, and what each has already seen."""

    case: PlannedCase
    accounts: dict[str, Account] = field(default_factory=dict)
    answers: dict[str, list[tuple[Any, Answer]]] = field(default_factory=dict)
    sent: dict[tuple[str, str], str] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    """What the audit put on an item, by the item's id."""
    unsure: set[tuple[str, str]] = field(default_factory=set)
    """Who wrote to whom so that nobody knows whether it was sent."""
    looks: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    set_up: list[Did] = field(default_factory=list)

    def note(
        self, observation: Observation, outputs: Mapping[str, Any], step: str, each: Any
    ) -> None:
        """Keeps what later steps may refer to: `outputs` as they came, the observation as it is recorded."""
        answer = Answer(
            observation.result,
            outputs,
            observation.reason,
            observation.detail,
            observation.id,
        )
        self.answers.setdefault(step, []).append((each, answer))

    def contacts(self, account: Account | None) -> list[Account]:
        """The people of this case whom the account is connected with, either way round."""
        if account is None:
            return []
        return [
            self.accounts[other]
            for role, cast in self.case.cast.items()
            for known, relation in cast.relation.items()
            for mine, other in ((role, known), (known, role))
            if relation == "connected" and mine == account.role and other in self.accounts
        ]

    def named_in(self, text: str) -> list[str]:
        """Handles of the people of this case whom a text names, by handle, display name or e-mail."""
        plain = " ".join(text.split()).casefold()
        return [
            account.handle
            for account in self.accounts.values()
            if any(
                name and name.casefold() in plain
                for name in (account.handle, account.display_name, account.email)
            )
        ]

    def role_of(self, name: Any) -> str | None:
        """The role of a person of this case, by handle, display name, e-mail or platform id."""
        for role, account in self.accounts.items():
            known = {
                account.handle,
                account.display_name,
                account.email,
                str(account.saved.get("id", "")),
            }
            if str(name) in known - {""}:
                return role
        return None
