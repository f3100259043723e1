"""The proof of the audit: with each single fault thrown, exactly the right checks must change.

A safe run notes, case by case, which switches the platform asked about while that case was played. A switch
that was never asked about cannot have touched a case, so for each switch only the cases it can touch are
observed again; everything else is taken from the safe run. ``full=True`` observes everything instead, which
shows that this shortcut misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sbd_audit.demo.baraza import SWITCHES, Site, start
from sbd_audit.demo.effect import Effect
from sbd_audit.demo.practice import PROFILES, target_for
from sbd_audit.findings import Record, findings
from sbd_audit.library import Library
from sbd_audit.models.record import Observation, Plan, PlannedCase
from sbd_audit.observe.browser import find_browser
from sbd_audit.observe.shelf import Shelf
from sbd_audit.run import Audit, Request


class Bench:
    """One practice platform, its safe run, and the switches thrown on it one after the other."""

    def __init__(self, site: Site, folder: Path, library: Library | None = None) -> None:
        self.site = site
        self.folder = folder
        self.library = library or Library()
        self.build = find_browser()
        self.touched: dict[str, set[str]] = {}
        with target_for(site) as target:
            audit = self.listening = self._audit(target, "safe", workers=1, listen=True)
            audit.observe()
        self.plan: Plan = audit.plan
        self.safe: dict[str, Observation] = dict(audit.record().observations)
        self.outcomes = self._outcomes(self.safe)[0]

    def _audit(self, target: Path, name: str, *, workers: int, listen: bool = False) -> Audit:
        audit = Audit(
            Request(
                target,
                PROFILES,
                self.folder / name,
                workers=workers,
                library=self.library,
                browser=self.build,
                after_case=self._heard if listen else None,
            )
        )
        audit.prepare()
        self.site.consulted.clear()
        return audit

    def _heard(self, case: PlannedCase) -> None:
        self.touched[case.id] = set(self.site.consulted)
        self.site.consulted.clear()
        # Documents are kept for the run; each case has to be heard asking for its own.
        self.listening.world.shelf = Shelf()

    def throw(self, switch: str, *, full: bool = False) -> Effect:
        """Observes again what the switch can touch, and compares every check with the safe run."""
        cases = {
            case.id for case in self.plan.cases if full or switch in self.touched.get(case.id, ())
        }
        self.site.reset()
        self.site.throw([switch])
        with target_for(self.site) as target:
            audit = self._audit(target, f"{switch}{'-full' if full else ''}", workers=4)
            audit.observe(cases=cases)
        self.site.throw(())
        seen = {**self.safe, **audit.record().observations}
        outcomes, messages = self._outcomes(seen)
        changed = {
            check: outcome for check, outcome in outcomes.items() if outcome != self.outcomes[check]
        }
        return Effect(
            switch,
            changed,
            SWITCHES[switch].changes,
            {check: messages[check] for check in changed},
            len(cases),
        )

    def _outcomes(self, seen: Mapping[str, Observation]) -> tuple[dict[str, str], dict[str, str]]:
        record = Record(self.plan, seen.values())
        found = findings(record, self.library.vocabulary)
        return (
            {finding.check.id: finding.verdict.outcome.value for finding in found},
            {finding.check.id: finding.verdict.message for finding in found},
        )


def matrix(
    switches: Iterable[str] = (),
    *,
    full: bool = False,
    tell: Callable[[Effect], None] = lambda effect: None,
) -> tuple[dict[str, str], list[Effect]]:
    """The outcomes of the safe run, and the effect of each switch (all of them by default)."""
    with TemporaryDirectory(prefix="sbd-mutation-") as name, start() as site:
        bench = Bench(site, Path(name))
        effects = []
        for switch in switches or SWITCHES:
            effects.append(bench.throw(switch, full=full))
            tell(effects[-1])
        return bench.outcomes, effects
