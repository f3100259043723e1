"""One capability performed on a small site by a binding written in the test: what the engine makes of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import EvidenceStore
from sbd_audit.library import Library
from sbd_audit.models.platform import Platform
from sbd_audit.models.record import Cast, Observation, Planned, PlannedCase
from sbd_audit.models.target import Target
from sbd_audit.observe.accounts import Account, People
from sbd_audit.observe.browser import BrowserWorker, find_browser
from sbd_audit.observe.fixtures import Fixtures
from sbd_audit.observe.http import HttpDriver
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.perform import Performer
from sbd_audit.observe.scope import Scope
from sbd_audit.observe.sessions import Sessions
from sbd_audit.observe.world import Stage, World
from sbd_audit.run import AGENT

HEAD = """
id: small
version: 1
title: A small site
software: {name: small, versions: "1"}
"""
ROLES = {"child": "child_14_15", "stranger": "stranger_adult", "visitor": "logged_out"}


class Play:
    """A run on one site: `perform` gives the observation of one capability."""

    def __init__(self, url: str, binding: str, library: Library, **target: Any) -> None:
        self.platform = Platform.model_validate(yaml.safe_load(HEAD + binding))
        limits = {"step_seconds": 4, "watch_seconds": 1, "back_off_seconds": 1}
        self.target = Target.model_validate(
            {
                "id": "small",
                "platform": "small",
                "title": "A small site",
                "base_url": url,
                "market": "KE",
                "languages": ["en", "sw"],
                "kinds": ["platform"],
                "limits": limits,
                **target,
            }
        )
        allowed = self.target.limits
        scope = Scope(self.target.allowed_origins, self.target.aliases, url)
        pace = Pace(Fraction(1000), 1000, float(allowed.back_off_seconds))
        redactor = Redactor()
        folder = Path(tempfile.mkdtemp(prefix="sbd-play-"))
        self.world = World(
            run="run-abcd",
            platform=self.platform,
            target=self.target,
            vocabulary=library.vocabulary,
            scope=scope,
            http=HttpDriver(scope, pace, AGENT, float(allowed.step_seconds)),
            people=People("run-abcd", date(2026, 1, 2), redactor.register),
            fixtures=Fixtures("run-abcd", {}),
            redactor=redactor,
            store=EvidenceStore(folder / "evidence", redactor),
            now=lambda: datetime(2026, 1, 2, tzinfo=UTC),
        )
        paged = any(w.in_browser for ways in self.platform.capabilities.values() for w in ways)
        build = find_browser() if paged else None
        self.browser = (
            BrowserWorker(
                build,
                scope,
                url,
                float(allowed.step_seconds),
                AGENT,
                ready=self.platform.ready,
                pace=pace,
            )
            if build
            else None
        )
        self.performer = Performer(self.world, Sessions(self.world, self.browser))
        cast = {role: Cast(persona=persona, age=None) for role, persona in ROLES.items()}
        self.stage = Stage(PlannedCase(id="case", check="", cast=cast))
        for role, person in cast.items():
            account = self.world.people.cast("case", role, person)
            account.exists = True
            account.device().signed_in = self.platform.prepare.session is None
            self.stage.accounts[role] = account

    def account(self, role: str) -> Account:
        return self.stage.accounts[role]

    def perform(self, capability: str, *, patient: bool = True, **args: Any) -> Observation:
        named = {"as": args.pop("actor", "child"), **args}
        planned = Planned(
            id="o1", capability=capability, args=named, step=capability, patient=patient
        )
        return self.performer.perform(planned, self.stage)


@contextmanager
def playing(url: str, binding: str, library: Library, **target: Any) -> Iterator[Play]:
    play = Play(url, binding, library, **target)
    try:
        yield play
    finally:
        if play.browser is not None:
            play.browser.close()
        play.world.http.close()
