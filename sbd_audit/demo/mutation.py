"""The proof of the audit: with each single fault thrown, exactly the right checks must change.

A safe run notes, case by case, which switches the platform asked about while that case was played. A switch
that was never asked about cannot have touched a case, so for each switch only the cases it can touch are
observed again; everything else is taken from the safe run. ``full=True`` observes everything instead, which
shows that this shortcut misses nothing. Judged are the checks that pass in the safe run: what the practice platform
cannot show safe, it cannot show broken either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sbd_audit.demo.baraza import SWITCHES, Site, start
from sbd_audit.demo.effect import Effect
from sbd_audit.demo.practice import PROVING, target_for
from sbd_audit.findings import Record, findings
from sbd_audit.judge import Verdict, combine
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
        self.outcomes = self._outcomes(self.safe, self.plan)[0]
        self.proved = {check for check, outcome in self.outcomes.items() if outcome == "passed"}

    def _audit(self, target: Path, name: str, *, workers: int, listen: bool = False) -> Audit:
        audit = Audit(
            Request(
                target,
                PROVING,
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
        known = SWITCHES[switch]
        absence = known.kind == "absence"
        cases = {
            case.id
            for case in self.plan.cases
            if full or (not absence and switch in self.touched.get(case.id, ()))
        }
        self.site.reset()
        self.site.throw([switch])
        with target_for(self.site, known.features, known.without_kinds) as target:
            audit = self._audit(target, f"{switch}{'-full' if full else ''}", workers=4)
            audit.observe(cases=cases)
        self.site.throw(())
        if absence:
            outcomes, messages = self._outcomes(self._renumbered(audit.plan), audit.plan)
        else:
            outcomes, messages = self._outcomes(
                {**self.safe, **audit.record().observations}, self.plan
            )
        changed = {
            check: outcome
            for check, outcome in outcomes.items()
            if check in self.proved and outcome != self.outcomes[check]
        }
        return Effect(
            switch,
            changed,
            {check: outcome for check, outcome in known.changes.items() if check in self.proved},
            {check: messages[check] for check in changed},
            len(cases),
        )

    def _renumbered(self, plan: Plan) -> dict[str, Observation]:
        """The safe observations under the numbers of another plan, which lacks some of their cases."""
        mine = {case.id: case for case in self.plan.cases}
        return {
            new.id: self.safe[old.id].model_copy(update={"id": new.id})
            for case in plan.cases
            if case.id in mine
            for new, old in zip(case.steps, mine[case.id].steps, strict=False)
            if old.id in self.safe
        }

    def _outcomes(
        self, seen: Mapping[str, Observation], plan: Plan
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
    with TemporaryDirectory(prefix="sbd-mutation-") as name, start() as site:
        bench = Bench(site, Path(name))
        effects = []
        for switch in switches or SWITCHES:
            effects.append(bench.throw(switch, full=full))
            tell(effects[-1])
        return bench.outcomes, effects
