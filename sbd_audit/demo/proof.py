"""The proof on observations: with each single switch exactly the checks it names must change, and as it says.

Judges every check of the library over a constructed safe run, then over the same run with one switch thrown.
No platform takes part, so all of it runs in seconds; what a living platform shows is proved by `mutation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sbd_audit.capabilities import Vocabulary
from sbd_audit.demo.effect import Effect
from sbd_audit.demo.safe_run import Call, Case, cases
from sbd_audit.demo.switches import load_switches
from sbd_audit.judge import Surroundings, Verdict, applicable, combine, judge_case
from sbd_audit.library import Library
from sbd_audit.models.check import Check
from sbd_audit.models.switch import Rule, Switch


@dataclass(frozen=True)
class _Played:
    cases: list[Case]
    verdicts: dict[str, Verdict]


class Bench:
    """The safe run, and the switches thrown on it one after the other."""

    def __init__(self, checks: Mapping[str, Check], vocabulary: Vocabulary) -> None:
        self.checks, self.vocabulary = checks, vocabulary
        self.kinds = tuple(vocabulary.tables["kinds"])
        self._played: dict[str, _Played] = {}
        for name, check in checks.items():
            played = cases(check, {}, vocabulary)
            verdicts = {case.member: self._judge(case, ()) for case in played}
            self._played[name] = _Played(played, verdicts)
        self.safe = {
            name: combine(list(played.verdicts.values())) for name, played in self._played.items()
        }

    def calls(self) -> Iterator[tuple[Case, Call]]:
        """Every call of the safe run."""
        for played in self._played.values():
            for case in played.cases:
                for call in case.calls():
                    yield case, call

    def _judge(self, case: Case, rules: tuple[Rule, ...]) -> Verdict:
        return judge_case(case.check, case.played(rules), {}, self.vocabulary)

    def throw(self, name: str, switch: Switch) -> Effect:
        """Judges again what the switch can touch, and compares every check with the safe run."""
        changed: dict[str, Verdict] = {}
        touched = 0
        for check in self.checks:
            verdict, count = self._under(self.checks[check], switch)
            touched += count
            if verdict.outcome is not self.safe[check].outcome:
                changed[check] = verdict
        return Effect(
            name,
            {check: verdict.outcome.value for check, verdict in changed.items()},
            switch.changes,
            {check: verdict.message for check, verdict in changed.items()},
            touched,
        )

    def _under(self, check: Check, switch: Switch) -> tuple[Verdict, int]:
        if switch.features or switch.without_kinds:
            kinds = tuple(kind for kind in self.kinds if kind not in switch.without_kinds)
            facts = Surroundings(switch.features, kinds)
            if verdict := applicable(check, facts, self.vocabulary):
                return verdict, 0
            admitted = {case.member for case in cases(check, switch.features, self.vocabulary)}
        else:
            admitted = {case.member for case in self._played[check.id].cases}
        performed = {step.capability for step in check.observe.values()}
        rules = tuple(rule for rule in switch.shows if performed & rule.calls)
        played = self._played[check.id]
        left = [case for case in played.cases if case.member in admitted]
        touched = [case.member for case in left if case.touched(rules)]
        if len(left) == len(played.cases) and not touched:
            return self.safe[check.id], 0
        verdicts = [
            self._judge(case, rules) if case.member in touched else played.verdicts[case.member]
            for case in left
        ]
        return combine(verdicts), len(touched)


def bench(library: Library | None = None) -> Bench:
    """The safe run of every check of a library."""
    library = library or Library()
    return Bench({name: library.check(name) for name in library.checks}, library.vocabulary)


def matrix(library: Library | None = None) -> tuple[Mapping[str, Switch], dict[str, Effect]]:
    """Every switch, and what it did."""
    played, switches = bench(library), load_switches()
    return switches, {name: played.throw(name, switch) for name, switch in switches.items()}
