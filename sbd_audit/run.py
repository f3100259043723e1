"""One audit from start to seal: plan, observe, judge, score, write the bundle.

`Audit` is the walk in steps, for the pytest session and the demonstration; `run_audit` is the same in one call.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sbd_audit
from sbd_audit.attestations import named_by
from sbd_audit.canonical import digest, pretty
from sbd_audit.errors import DefinitionError, UsageError
from sbd_audit.evidence.bundle import Bundle, BundleWriter
from sbd_audit.evidence.environment import environment
from sbd_audit.evidence.keys import SigningKey, signing_key
from sbd_audit.evidence.promise import earlier_runs, fulfil, promise
from sbd_audit.evidence.redact import Redactor
from sbd_audit.evidence.store import EvidenceStore
from sbd_audit.findings import Record
from sbd_audit.library import Library, load_target, load_waivers
from sbd_audit.lint import target_problems
from sbd_audit.models.profile import Profile
from sbd_audit.models.record import Observation, Plan, PlannedCase
from sbd_audit.models.results import Results
from sbd_audit.models.target import Target
from sbd_audit.observe.accounts import People
from sbd_audit.observe.browser import BrowserBuild, find_browser
from sbd_audit.observe.crew import Crew
from sbd_audit.observe.doorstep import alive, knock
from sbd_audit.observe.fixtures import Fixtures
from sbd_audit.observe.http import HttpDriver
from sbd_audit.observe.left_behind import left_behind
from sbd_audit.observe.pace import Pace
from sbd_audit.observe.plan import Planner
from sbd_audit.observe.scope import Scope
from sbd_audit.observe.world import World
from sbd_audit.outcome import AGAIN
from sbd_audit.permission import authorised, check_guardrails
from sbd_audit.rejudge import scorings
from sbd_audit.results import results

ENGINE = f"sbd-audit {sbd_audit.__version__}"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 sbd-audit"
Progress = Callable[[int, int, str], None]


@dataclass
class Request:
    """What an audit was asked to do."""

    target: Path
    profiles: Sequence[str]
    out: Path
    workers: int | None = None
    resume: bool = False
    operator: str = ""
    waivers: Path | None = None
    only: frozenset[str] | None = None
    library: Library = field(default_factory=Library)
    browser: BrowserBuild | bool | None = True
    before_steps: Callable[[PlannedCase], None] | None = None
    after_case: Callable[[PlannedCase], None] | None = None


class Audit:
    """One audit; `prepare`, then `observe`, then `finish`."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.library = request.library
        defined = load_target(request.target)
        if problems := list(target_problems(defined, self.library.vocabulary)):
            raise DefinitionError(problems)
        self.target: Target = defined.model
        self.attestations = named_by(self.target, request.target, self.library.vocabulary)
        self.platform = self.library.platform(self.target.platform)
        self.profiles: list[Profile] = [self.library.profile(name) for name in request.profiles]
        check_guardrails(self.profiles, self.library, self.target)
        self.authorised = authorised(self.target, datetime.now(UTC))
        self.deviations: list[dict[str, str]] = []
        self.started_at = _stamp()
        self._lock = threading.Lock()
        self._seen: dict[str, Observation] = {}
        self._earlier: list[Observation] = []
        self.key: SigningKey | None = None
        self.redactor = Redactor(public=self.library.vocabulary.helplines)
        self.operator = self.redactor.text(request.operator)
        self.results: dict[str, Any] | None = None
        self.surface: dict[str, Any] | None = None

    # ------------------------------------------------------------------ before

    def plan_only(self) -> Plan:
        """Makes and signs the plan, and asks nothing of the platform; `prepare` goes on with it on resume."""
        if (self.request.out / "data/plan.json").exists():
            raise UsageError(f"{self.request.out} already holds an audit — give another --out")
        self.key = signing_key(self.started_at)
        self.writer = BundleWriter(self.request.out, ENGINE)
        self.plan = self._planned()
        return self.plan

    def prepare(self) -> Plan:
        """Makes or, on resume, reads the plan; finds the browser; makes sure the platform answers."""
        out = self.request.out
        sealed, begun = (out / "manifest-sha256.txt").exists(), (out / "data/plan.json").exists()
        if begun and not self.request.resume:
            raise UsageError(
                f"{out} already holds an audit — give another --out, or --resume to go on with it"
            )
        if self.request.resume and not begun:
            raise UsageError(f"{out} holds no audit to resume")
        self.key = signing_key(self.started_at)
        self.writer = BundleWriter(out, ENGINE)
        torn = self.writer.mend()
        if begun:
            self.plan = self._resumed(Bundle(out), sealed)
            if torn:
                self.deviations.append(
                    {"kind": "resumed", "says": "A half-written last observation was dropped."}
                )
        else:
            self.plan = self._planned()
        chosen = self.request.browser
        self.build = find_browser() if chosen is True else (chosen or None)
        attempt = len(list(self.writer.data.glob("attempt-*.json"))) + 1
        self.writer.write(f"attempt-{attempt}.json", {"at": self.started_at, "engine": ENGINE})
        self.world = self._world(attempt)
        knock(self.world)
        return self.plan

    def _planned(self) -> Plan:
        run = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"
        waivers = load_waivers(self.request.waivers) if self.request.waivers else ()
        plan = Planner(
            self.library,
            self.target,
            self.platform,
            self.profiles,
            run,
            self.started_at,
            self.authorised,
            waivers,
            self.request.only,
        ).plan()
        # What the operator states goes into the record too, and may name people.
        stated = {
            "target": self.redactor.texts(plan.target),
            "waivers": self.redactor.texts(plan.waivers),
        }
        plan = plan.model_copy(update=stated)
        made = self.writer.write("plan.json", plan.model_dump(mode="json", by_alias=True))
        self.writer.custody.event(self.started_at, "planned", made=[made])
        about = (plan.target["base_url"], *sorted(profile.id for profile in self.profiles))
        promise(self.writer, self.key, plan.run, plan.planned_at, about)
        return plan

    def _resumed(self, bundle: Bundle, sealed: bool) -> Plan:
        plan = Plan.model_validate(bundle.json("plan.json"))
        if plan.target["id"] != self.target.id or [p["id"] for p in plan.profiles] != list(
            self.request.profiles
        ):
            raise UsageError(
                f"{bundle.folder} was planned for another target or other profiles; resume with the same ones"
            )
        for line in bundle.lines("observations.jsonl") if bundle.has("observations.jsonl") else ():
            seen = Observation.model_validate(line)
            self._seen[seen.id] = seen
            self._earlier.append(seen)
        if not any(self.writer.data.glob("attempt-*.json")):
            return plan  # only planned so far, perhaps to have the plan time-stamped first
        self.writer.custody.event(self.started_at, "resumed")
        self.deviations.append(
            {
                "kind": "resumed",
                "says": f"The run was interrupted and resumed at {self.started_at}.",
            }
        )
        return plan

    def _world(self, attempt: int) -> World:
        limits = self.target.limits
        agent = self.platform.user_agent or AGENT
        self.pace = Pace(
            limits.requests_per_second, limits.requests, float(limits.back_off_seconds)
        )
        self.scope = Scope(self.target.allowed_origins, self.target.aliases, self.target.base_url)
        run = self.plan.run if attempt == 1 else f"{self.plan.run[:-4]}{secrets.token_hex(2)}"
        return World(
            run=run,
            platform=self.platform,
            target=self.target,
            vocabulary=self.library.vocabulary,
            scope=self.scope,
            http=HttpDriver(
                self.scope,
                self.pace,
                agent,
                float(limits.step_seconds),
                pool=max(16, limits.workers),
            ),
            people=People(
                run,
                datetime.now(UTC).date(),
                self.redactor.register,
                self.target.accounts,
                self.platform.handles,
            ),
            fixtures=Fixtures(run, self.target.fixtures, self.library.vocabulary.tables),
            redactor=self.redactor,
            store=EvidenceStore(self.writer.data / "evidence", self.redactor, self._captured),
            clauses=self.library.clauses,
            figures=lambda: self.library.figures,
            attestations=self.attestations.cleaned(self.redactor.text),
            folder=self.request.target.resolve().parent,
        )

    def _captured(self, sha256: str) -> None:
        """Notes an exhibit in the chain of custody; what was there before redaction is kept nowhere."""
        action = "captured, redacted and hashed"
        self.writer.custody.event(_stamp(), action, made=[sha256], durable=False)

    # ------------------------------------------------------------------ during

    @property
    def browser_needed(self) -> bool:
        return any(case.needs_browser and case.skip is None for case in self.plan.cases)

    def observe(
        self,
        progress: Progress = lambda done, total, what: None,
        *,
        checks: Container[str] | None = None,
        cases: Container[str] | None = None,
    ) -> None:
        """Carries out every case that is not done yet; with `checks`, only theirs and what they share.

        `cases` limits it to the named ones.
        """
        todo = [
            case
            for case in self.plan.cases
            if case.skip is None and case.steps and not self._done(case)
        ]
        if checks is not None:
            wanted = {
                key
                for case in self.plan.cases
                if case.check in checks
                for keys in case.uses.values()
                for key in keys
            }
            todo = [case for case in todo if any(step.id in wanted for step in case.steps)]
        if cases is not None:
            todo = [case for case in todo if case.id in cases]
        done = 0

        def note(case: PlannedCase, what: str) -> None:
            nonlocal done
            with self._lock:
                done += what == "done"
                progress(done, len(todo), case.id)

        crew = Crew(
            self.world,
            self.build,
            self._record,
            note,
            workers=self.request.workers or self.target.limits.workers,
            alive=lambda: alive(self.world),
            before_steps=self.request.before_steps,
            after_case=self.request.after_case,
        )
        try:
            crew.carry_out(todo)
        finally:
            self.world.http.close()
        if crew.gone:
            says = f"The platform stopped answering at {_stamp()}; what was left can be observed with --resume."
            self.deviations.append({"kind": "stopped", "says": says})

    def _done(self, case: PlannedCase) -> bool:
        return all(
            step.id in self._seen and self._seen[step.id].reason not in AGAIN for step in case.steps
        )

    def _record(self, observation: Observation) -> None:
        self.writer.observation(observation.model_dump(mode="json"))
        with self._lock:
            self._seen[observation.id] = observation

    # ------------------------------------------------------------------ after

    def record(self) -> Record:
        """The plan with what was observed so far."""
        return Record(self.plan, self._seen.values())

    def finish(self) -> dict[str, Any]:
        """Judges, scores, writes results.json and seals the bundle."""
        finished = _stamp()
        index = self.writer.data / "evidence.jsonl"
        evidence = {}
        if index.exists():
            evidence = {
                entry["sha256"]: {key: entry[key] for key in ("media_type", "bytes", "says")}
                for entry in Bundle(self.request.out).lines("evidence.jsonl")
            }
        run = {
            "id": self.plan.run,
            "started_at": self.plan.planned_at,
            "finished_at": finished,
            "engine": ENGINE,
            "operator": self.operator,
            "edition": "regulator",
            "browser": str(self.build) if self.build else None,
            "user_agent": self.platform.user_agent or AGENT,
            "requests": self.pace.sent,
            "refused": self.scope.refusals(),
            "deviations": self.deviations,
            "left_behind": left_behind(
                self.world.made,
                self.world.doubtful,
                [*self._earlier, *self._seen.values()],
                {account.handle for account in self.target.accounts},
            ),
            "evidence": evidence,
            **({"surface": self.surface} if self.surface else {}),
            "signing": self.key.facts() if self.key else None,
            "earlier_runs": earlier_runs(self.request.out),
        }
        self.writer.write("run.json", run)
        self.writer.write(
            "environment.json", environment(ENGINE, str(self.build) if self.build else None)
        )
        taken = self.writer.data / "observations.jsonl"
        log = digest(taken.read_bytes()) if taken.exists() else digest(b"")
        judged = results(self.record(), run, self.library.vocabulary, scorings(self.library))
        Results.model_validate(judged)
        made = self.writer.write("results.json", judged)
        # As it is read back, keys in order: a report of these is the report of the sealed ones.
        self.results = Bundle(self.request.out).json("results.json")
        self.writer.custody.event(finished, "judged and scored", taken=[log], made=[made])
        self.writer.seal(
            {
                "Source-Organization": self.operator or "not given",
                "Bagging-Software-Agent": ENGINE,
            },
            finished,
        )
        fulfil(self.request.out, self.key, self.plan.run)
        (self.request.out / "results.json").write_text(pretty(self.results), encoding="utf-8")
        return self.results


def run_audit(
    request: Request, progress: Progress = lambda done, total, what: None
) -> dict[str, Any]:
    """Plans, observes, judges and seals; gives the results."""
    audit = Audit(request)
    audit.prepare()
    audit.observe(progress)
    return audit.finish()


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
