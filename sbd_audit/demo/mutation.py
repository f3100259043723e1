"""The proof of the audit: with each single fault thrown, exactly the right checks must change.

A safe run notes, case by case, which switches the platform asked about while that case was played. A switch
that was never asked about cannot have touched a case, so for each switch only the cases it can touch are
observed again; everything else is taken from the safe run. For the same reason switches whose cases are apart
are thrown together, each seen through its own cases alone; where one of them was asked about in another's case
after all, that one is thrown again by itself. ``full=True`` observes everything with one switch instead, which
shows that these shortcuts miss nothing.

Judged are the checks that pass in the safe run: what the practice platform cannot show safe, it cannot show
broken either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from sbd_audit.demo.baraza import SWITCHES, start
from sbd_audit.demo.effect import Effect
from sbd_audit.demo.practice import PROVING, target_for
from sbd_audit.findings import Record, findings
from sbd_audit.judge import Verdict, combine
from sbd_audit.library import Library
from sbd_audit.models.record import Observation, Plan, PlannedCase
from sbd_audit.observe.browser import find_browser
from sbd_audit.observe.shelf import Shelf
from sbd_audit.run import Audit, Request

LANES = 4
"""Platforms and audits side by side; each audit plays its cases one after the other, to hear which asks what."""
TOGETHER = 40
"""Cases after which a batch is full, so that the lanes end at about the same time."""


@dataclass(frozen=True)
class _Run:
    """What one audit saw, and which switches each of its cases asked about."""

    plan: Plan
    observations: Mapping[str, Observation]
    asked: Mapping[str, frozenset[str]]


class Bench:
    """The safe run of the practice platform, and the switches thrown on others like it."""

    def __init__(
        self, folder: Path, library: Library | None = None, only: frozenset[str] | None = None
    ) -> None:
        self.folder = folder
        self.library = library or Library()
        self.only = only
        self.build = find_browser()
        self.safe = self._audited("safe")
        self.outcomes = self._outcomes(self.safe.plan, self.safe.observations)[0]
        self.proved = {check for check, outcome in self.outcomes.items() if outcome == "passed"}

    # ------------------------------------------------------------------ throwing

    def throw(self, switch: str, *, full: bool = False) -> Effect:
        """Observes again what one switch can touch, and compares every check with the safe run."""
        if SWITCHES[switch].kind == "absence":
            return self._absent(switch)
        cases = {case.id for case in self.safe.plan.cases} if full else self.touched(switch)
        seen = self._audited(f"{switch}-full" if full else switch, [switch], cases)
        return self._effect(switch, seen.observations, len(cases))

    def throw_all(
        self, switches: Iterable[str], tell: Callable[[Effect], None] = lambda effect: None
    ) -> dict[str, Effect]:
        """Every switch, those whose cases are apart together; `tell` hears of each as soon as it is known."""
        absences, batches = self._batches(switches)
        effects: dict[str, Effect] = {}
        with ThreadPoolExecutor(LANES) as lanes:
            done = lanes.map(self._together, range(len(batches)), batches)
            for several in chain([[self._absent(switch) for switch in absences]], done):
                for effect in several:
                    effects[effect.switch] = effect
                    tell(effect)
        return effects

    def touched(self, switch: str) -> set[str]:
        """The cases in which the safe platform asked about the switch."""
        return {case for case, asked in self.safe.asked.items() if switch in asked}

    def _batches(self, switches: Iterable[str]) -> tuple[list[str], list[list[str]]]:
        """Absences, which need no observing, and batches in which no two switches touch the same case."""
        absences, batches, taken = [], list[list[str]](), list[set[str]]()
        for switch in sorted(switches, key=lambda name: -len(self.touched(name))):
            if SWITCHES[switch].kind == "absence":
                absences.append(switch)
                continue
            cases = self.touched(switch)
            for batch, held in zip(batches, taken, strict=True):
                if not held & cases and len(held | cases) <= TOGETHER:
                    batch.append(switch)
                    held |= cases
                    break
            else:
                batches.append([switch])
                taken.append(set(cases))
        return absences, batches

    def _together(self, number: int, batch: list[str]) -> list[Effect]:
        cases = {switch: self.touched(switch) for switch in batch}
        seen = self._audited(f"batch-{number}", batch, set().union(*cases.values()))
        effects = []
        for switch, own in cases.items():
            others = set(batch) - {switch}
            if any(seen.asked.get(case, frozenset()) & others for case in own):
                effects.append(self.throw(switch))
            else:
                mine = {id: one for id, one in seen.observations.items() if one.case in own}
                effects.append(self._effect(switch, mine, len(own)))
        return effects

    def _absent(self, switch: str) -> Effect:
        """What the target file says is not there is not asked about; nothing else has to be observed."""
        known = SWITCHES[switch]
        with start() as site, target_for(site, known.features, known.without_kinds) as target:
            plan = self._audit(target, switch).plan_only()
        mine = {case.id: case for case in self.safe.plan.cases}
        seen = {
            new.id: self.safe.observations[old.id].model_copy(update={"id": new.id})
            for case in plan.cases
            if case.id in mine
            for new, old in zip(case.steps, mine[case.id].steps, strict=False)
            if old.id in self.safe.observations
        }
        return self._compared(switch, plan, seen, 0)

    # ------------------------------------------------------------------ observing and judging

    def _audit(
        self, target: Path, name: str, heard: Callable[[PlannedCase], None] | None = None
    ) -> Audit:
        return Audit(
            Request(
                target,
                PROVING,
                self.folder / name,
                workers=1,
                only=self.only,
                library=self.library,
                browser=self.build,
                after_case=heard,
            )
        )

    def _audited(
        self, name: str, thrown: Iterable[str] = (), cases: Collection[str] | None = None
    ) -> _Run:
        asked: dict[str, frozenset[str]] = {}
        with start(thrown) as site, target_for(site) as target:

            def heard(case: PlannedCase) -> None:
                asked[case.id] = frozenset(site.consulted)
                site.consulted.clear()
                # Documents are kept for the run; each case has to be heard asking for its own.
                audit.world.shelf = Shelf()

            audit = self._audit(target, name, heard)
            audit.prepare()
            site.consulted.clear()
            audit.observe(cases=cases)
        return _Run(audit.plan, dict(audit.record().observations), asked)

    def _effect(self, switch: str, seen: Mapping[str, Observation], cases: int) -> Effect:
        plan = self.safe.plan
        return self._compared(switch, plan, {**self.safe.observations, **seen}, cases)

    def _compared(
        self, switch: str, plan: Plan, seen: Mapping[str, Observation], cases: int
    ) -> Effect:
        outcomes, messages = self._outcomes(plan, seen)
        changed = {
            check: outcome
            for check, outcome in outcomes.items()
            if check in self.proved and outcome != self.outcomes[check]
        }
        expected = {c: o for c, o in SWITCHES[switch].changes.items() if c in self.proved}
        return Effect(switch, changed, expected, {c: messages[c] for c in changed}, cases)

    def _outcomes(
        self, plan: Plan, seen: Mapping[str, Observation]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Outcome and message of every check; one that several profiles ask differently counts as its worst."""
        verdicts: dict[str, list[Verdict]] = {}
        for finding in findings(Record(plan, seen.values()), self.library.vocabulary):
            verdicts.setdefault(finding.check.id, []).append(finding.verdict)
        worst = {check: combine(found) for check, found in verdicts.items()}
        return (
            {check: verdict.outcome.value for check, verdict in worst.items()},
            {check: verdict.message for check, verdict in worst.items()},
        )


def matrix(
    switches: Iterable[str] = (),
    *,
    full: bool = False,
    tell: Callable[[Effect], None] = lambda effect: None,
) -> tuple[dict[str, str], list[Effect]]:
    """The outcomes of the safe run, and the effect of each switch (all of them by default)."""
    names = list(switches) or list(SWITCHES)
    with TemporaryDirectory(prefix="sbd-mutation-") as place:
        bench = Bench(Path(place))
        if not full:
            effects = bench.throw_all(names, tell)
            return bench.outcomes, [effects[name] for name in names]
        found = []
        for name in names:
            found.append(bench.throw(name, full=True))
            tell(found[-1])
        return bench.outcomes, found
