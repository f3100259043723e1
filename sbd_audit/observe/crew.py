"""Carries a plan out: cases side by side on worker threads, each with people of its own.

Cases are independent, so they run concurrently under the one rate limit of the target; inside a case steps
keep their order. Cases that need a browser go to a few threads that each own one. Whatever is observed is
handed on at once, so a run that is stopped can be resumed from what it has.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

from sbd_audit.models.record import Did, Observation, PlannedCase
from sbd_audit.observe.browser import BrowserBuild, BrowserWorker
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.perform import Performer
from sbd_audit.observe.prepare import prepare
from sbd_audit.observe.sessions import Sessions
from sbd_audit.observe.world import Stage, World
from sbd_audit.outcome import Reason

MOST_BROWSERS = 2
WORTH_A_BROWSER = 4
"""Cases for which a further browser is started; for fewer, its start takes longer than they do."""
MOST_SILENT = 8
"""Steps in a row that met no working platform before it is asked whether it is still there."""
LAST_OF_SET_UP = 6
Record = Callable[[Observation], None]
Progress = Callable[[PlannedCase, str], None]


class Crew:
    """The workers of one run."""

    def __init__(
        self,
        world: World,
        build: BrowserBuild | None,
        record: Record,
        progress: Progress,
        *,
        workers: int,
        alive: Callable[[], bool] = lambda: True,
        before_steps: Callable[[PlannedCase], None] | None = None,
        after_case: Callable[[PlannedCase], None] | None = None,
    ) -> None:
        self.world = world
        self._build = build
        self._record = record
        self._progress = progress
        self._workers = workers
        self._alive = alive
        self._silent = 0
        self._watch = threading.Lock()
        self.gone = False
        self._before_steps = before_steps
        self._after_case = after_case
        self._stop = threading.Event()
        self._failure: BaseException | None = None

    def carry_out(self, cases: Sequence[PlannedCase]) -> None:
        """Observes every case; raises what stopped the run, such as Ctrl-C or an exhausted budget."""
        plain: queue.SimpleQueue[PlannedCase] = queue.SimpleQueue()
        paged: queue.SimpleQueue[PlannedCase] = queue.SimpleQueue()
        for case in cases:
            (paged if case.needs_browser else plain).put(case)
        wanted = -(-paged.qsize() // WORTH_A_BROWSER)
        browsers = min(MOST_BROWSERS, self._workers, wanted)
        others = min(max(1, self._workers - browsers), plain.qsize())
        lanes = [([paged], True)] * browsers + [([plain], False)] * others
        if self._workers == 1:
            lanes = [([plain, paged], bool(browsers))]
        threads = [
            threading.Thread(target=self._work, args=lane, daemon=True, name=f"worker-{number}")
            for number, lane in enumerate(lanes)
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        except KeyboardInterrupt:
            self._stop.set()
            for thread in threads:
                thread.join(10)
            raise
        if self._failure is not None:
            raise self._failure

    def _work(self, lanes: list[queue.SimpleQueue[PlannedCase]], with_browser: bool) -> None:
        browser = self._browser() if with_browser else None
        performer = Performer(self.world, Sessions(self.world, browser))
        try:
            for lane in lanes:
                while not self._stop.is_set():
                    try:
                        case = lane.get_nowait()
                    except queue.Empty:
                        break
                    self._play(case, performer)
        except BaseException as error:
            self._failure = error
            self._stop.set()
        finally:
            if browser is not None:
                browser.close()

    def _note_silence(self, silent: bool) -> None:
        """A platform that went away ends the run: what is left is not tested, rather than waited for in vain."""
        with self._watch:
            self._silent = self._silent + 1 if silent else 0
            if self._silent < MOST_SILENT or self._stop.is_set():
                return
            self._silent = 0
            if not self._alive():
                self.gone = True
                self._stop.set()

    def _set_up(self, stage: Stage) -> tuple[Did, ...]:
        """The last things done before the set-up failed."""
        clean = self.world.redactor.text
        return tuple(
            Did(did=clean(did.did), saw=clean(did.saw)) for did in stage.set_up[-LAST_OF_SET_UP:]
        )

    def _browser(self) -> BrowserWorker | None:
        if self._build is None:
            return None
        limits = self.world.target.limits
        return BrowserWorker(
            self._build,
            self.world.scope,
            self.world.target.base_url,
            float(limits.step_seconds),
            self.world.http.agent,
            ready=self.world.platform.ready,
            pace=self.world.http.pace,
        )

    def _play(self, case: PlannedCase, performer: Performer) -> None:
        stage = Stage(case)
        self._progress(case, "started")
        if case.needs_browser and self._build is None:
            trouble: Halt | None = Halt(None, Reason.no_browser, "no browser was found")
        else:
            trouble = prepare(stage, performer)
            self._note_silence(trouble is not None and trouble.result == "unavailable")
        if self._before_steps is not None:
            self._before_steps(case)
        for planned in case.steps:
            if self._stop.is_set():
                return
            if trouble is not None:
                self._record(
                    Observation(
                        id=planned.id,
                        case=case.id,
                        capability=planned.capability,
                        args=planned.args,
                        reason=trouble.reason,
                        detail=self.world.redactor.text(trouble.detail),
                        trace=self._set_up(stage),
                        started_at=self.world.stamp(),
                    )
                )
                continue
            seen = performer.perform(planned, stage)
            self._record(seen)
            self._note_silence(seen.reason is Reason.unavailable)
        if performer.sessions.browser is not None:
            performer.sessions.browser.release(list(stage.accounts.values()))
        if self._after_case is not None:
            self._after_case(case)
        self._progress(case, "done")
