"""pytest sees checks as tests: their worked examples, or with a target, an audit.

``pytest checks/`` judges every example, offline. ``pytest checks/ --sbd-target FILE --sbd-profile ID`` is an
audit: what is selected is observed first, side by side, and the items then only judge. Only public pytest
interfaces are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sbd_audit.errors import SbdError

if TYPE_CHECKING:
    from sbd_audit.findings import Finding
    from sbd_audit.library import Defined, Library
    from sbd_audit.models.check import Check, Example
    from sbd_audit.run import Audit

WORDS = {
    "failed": ("FAILED", "F", {"red": True}),
    "cantTell": ("CANNOT TELL", "?", {"yellow": True}),
    "untested": ("NOT TESTED", "-", {"yellow": True}),
    "passed": ("NO FAILURE FOUND", ".", {"green": True}),
    "inapplicable": ("DOES NOT APPLY", "o", {"blue": True}),
}
LIBRARY: pytest.StashKey[Any] = pytest.StashKey()
SESSION: pytest.StashKey[Any] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sbd-audit", "audits of safety by design")
    add = group.addoption
    add("--sbd-target", metavar="FILE", help="audit this target instead of judging the examples")
    add("--sbd-profile", metavar="ID", action="append", default=[], help="a profile to audit under")
    add("--sbd-out", metavar="DIR", help="where the bundle goes")
    add("--sbd-workers", metavar="N", type=int, help="cases at the same time")
    add("--sbd-resume", action="store_true", help="go on with the audit in --sbd-out")
    add("--sbd-pillar", metavar="P", help="only checks of this pillar")
    add("--sbd-severity", metavar="S", help="only checks of this severity")
    add("--sbd-waivers", metavar="FILE", help="a file of waivers")
    add("--sbd-operator", metavar="NAME", default="", help="who runs the audit")
    add("--sbd-fail-under", metavar="N", type=float, help="fail when a demonstrated score is lower")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--sbd-target"):
        if not config.getoption("--sbd-profile"):
            raise pytest.UsageError("--sbd-target needs at least one --sbd-profile")
        config.pluginmanager.register(AuditSession(config), "sbd-audit-session")
    elif config.getoption("--sbd-profile"):
        raise pytest.UsageError("--sbd-profile needs --sbd-target")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".yaml" or not _is_check(file_path):
        return None
    return CheckFile.from_parent(parent, path=file_path)


def _is_check(path: Path) -> bool:
    from sbd_audit.library import NOT_CHECKS

    if set(NOT_CHECKS) & {parent.name for parent in path.parents[:2]}:
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return any(line.startswith("observe:") for line in file)


class CheckFile(pytest.File):
    """A check file: its examples, or the one item of an audit."""

    def collect(self) -> Iterable[pytest.Item]:
        from sbd_audit.library import Defined, Library
        from sbd_audit.models.check import Check
        from sbd_audit.source import load

        library: Library = self.config.stash.setdefault(LIBRARY, None) or Library()
        self.config.stash[LIBRARY] = library
        source = load(self.path)
        defined = Defined(Check.read(source), source)
        session = self.config.stash.get(SESSION, None)
        if session is not None:
            if defined.model.id in session.names:
                yield CheckItem.from_parent(
                    self, name=defined.model.id, session_plugin=session, check=defined.model
                )
            return
        for number, example in enumerate(defined.model.examples, 1):
            name = f"{defined.model.id}[{number}-{example.outcome}]"
            yield ExampleItem.from_parent(
                self, name=name, library=library, defined=defined, example=example, number=number
            )

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, SbdError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class ExampleItem(pytest.Item):
    """One worked example; it fails when the engine reaches another outcome, or says something else."""

    def __init__(
        self,
        *,
        library: Library,
        defined: Defined[Check],
        example: Example,
        number: int,
        **rest: Any,
    ) -> None:
        super().__init__(**rest)
        self.library, self.defined, self.example, self.number = library, defined, example, number

    def runtest(self) -> None:
        from sbd_audit.examples import judge_example

        verdict = judge_example(self.defined.model, self.example, self.library.vocabulary)
        if verdict.outcome.value != self.example.outcome:
            raise ExampleDiffers(
                f"comes out as {verdict.outcome}, not {self.example.outcome}: {verdict.message}"
            )
        if self.example.because and self.example.because not in (
            verdict.message,
            *verdict.messages,
        ):
            raise ExampleDiffers(f"says “{verdict.message}”, not “{self.example.because}”")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, ExampleDiffers | ValueError):
            place = self.defined.source.place("examples", self.number - 1)
            return f"{place}: the example “{self.example.says}” {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = self.defined.source.place("examples", self.number - 1).line
        return self.path, line - 1, f"{self.name}: {self.example.says}"


class ExampleDiffers(Exception):
    """An example came out otherwise than it says."""


class CheckFailed(Exception):
    """A check failed on the target; the message says what was seen."""


class CheckItem(pytest.Item):
    """One check of an audit: judged from what was observed."""

    def __init__(self, *, session_plugin: AuditSession, check: Check, **rest: Any) -> None:
        super().__init__(**rest)
        self.plugin, self.check = session_plugin, check
        self.extra_keyword_matches.update((check.severity, check.pillar, check.environment))

    def runtest(self) -> None:
        finding = self.plugin.finding(self.check.id)
        verdict = finding.verdict
        self.user_properties += [
            ("outcome", verdict.outcome.value),
            ("check", f"{self.check.id}@{self.check.version}"),
            ("pillar", self.check.pillar),
            ("severity", self.check.severity),
            ("provisions", " ".join(self.check.provisions)),
        ]
        if verdict.outcome.value == "failed":
            raise CheckFailed(" ".join(verdict.messages or (verdict.message,)))
        if verdict.outcome.value != "passed":
            pytest.skip(f"{verdict.outcome.value} ({verdict.reason}): {verdict.message}")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, CheckFailed):
            return (
                f"{self.check.title}\n  {excinfo.value}\n  Remedy: {self.check.if_failed.strip()}"
            )
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.check.title


class AuditSession:
    """One audit as a pytest session: planned at collection, observed before the first item, sealed at the end."""

    def __init__(self, config: pytest.Config) -> None:
        from sbd_audit.library import Library
        from sbd_audit.run import Audit, Request

        option = config.getoption
        out = (
            option("--sbd-out")
            or f"out/{Path(option('--sbd-target')).stem}-{datetime.now():%Y%m%d-%H%M%S}"
        )
        self.config = config
        self.out = Path(out)
        self.found: dict[str, Finding] = {}
        self.failure: SbdError | None = None
        self.results: dict[str, Any] | None = None
        config.stash[LIBRARY] = library = Library()
        waivers = option("--sbd-waivers")
        try:
            self.audit: Audit = Audit(
                Request(
                    Path(option("--sbd-target")),
                    option("--sbd-profile"),
                    self.out,
                    workers=option("--sbd-workers"),
                    resume=option("--sbd-resume"),
                    operator=option("--sbd-operator"),
                    waivers=Path(waivers) if waivers else None,
                    library=library,
                )
            )
        except SbdError as error:
            raise pytest.UsageError(str(error)) from None
        self.names = {
            name
            for profile in self.audit.profiles
            for name in profile.checks
            if option("--sbd-pillar") in (None, library.check(name).pillar)
            and option("--sbd-severity") in (None, library.check(name).severity)
        }
        config.stash[SESSION] = self

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Plans, and observes what was selected; the items then only judge."""
        if self.config.option.collectonly or session.testsfailed:
            return
        from sbd_audit.cli.progress import show
        from sbd_audit.observe.browser import install_hint

        selected = frozenset(item.check.id for item in session.items if isinstance(item, CheckItem))
        if not selected:
            return
        self.audit.request.only = selected
        try:
            self.audit.prepare()
            if self.audit.build is None and self.audit.browser_needed:
                self._say(f"NO BROWSER: browser checks stay untested; {install_hint()}.")
            with show(quiet=self.config.option.verbose < 0) as progress:
                self.audit.observe(progress)
        except SbdError as error:
            self.failure = error
            usage = int(pytest.ExitCode.USAGE_ERROR)
            pytest.exit(f"sbd-audit: {error}", returncode=usage if error.exit_code == 2 else 3)
        except KeyboardInterrupt:
            self._say(f"\nstopped; what was observed is kept in {self.out}, go on with --resume")
            raise

    def finding(self, name: str) -> Finding:
        if not self.found:
            from sbd_audit.findings import findings
            from sbd_audit.outcome import WORST_FIRST

            for finding in findings(self.audit.record(), self.audit.library.vocabulary):
                held = self.found.get(finding.check.id)
                if held is None or WORST_FIRST.index(finding.verdict.outcome) < WORST_FIRST.index(
                    held.verdict.outcome
                ):
                    self.found[finding.check.id] = finding
        return self.found[name]

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        """Outcomes in our words."""
        outcome = dict(getattr(report, "user_properties", ())).get("outcome")
        if outcome is None or report.when != "call":
            return None
        word, letter, colour = WORDS[str(outcome)]
        category = (
            "passed" if outcome == "passed" else "failed" if outcome == "failed" else str(outcome)
        )
        return category, letter, (word, colour)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judges, scores and seals; the profile's gates decide the exit code."""
        if (
            self.failure is not None
            or not hasattr(self.audit, "plan")
            or not self._observed(session)
        ):
            return
        self.results = self.audit.finish()
        from sbd_audit.report.render import render_html
        from sbd_audit.report.seal import seal_of

        page = render_html(self.results, seal=seal_of(self.out))
        (self.out / "report.html").write_text(page, encoding="utf-8")
        session.exitstatus = self._exit_code()

    def _observed(self, session: pytest.Session) -> bool:
        return any(isinstance(item, CheckItem) for item in session.items) and bool(self.found)

    def _exit_code(self) -> int:
        assert self.results is not None
        if any(
            not score["published"] for score in self.results["scores"]
        ) and self.audit.request.only == frozenset(
            name for profile in self.audit.profiles for name in profile.checks
        ):
            return 3
        floor = self.config.getoption("--sbd-fail-under")
        if floor is not None:
            return int(
                any(float(score["demonstrated"]) < floor for score in self.results["scores"])
            )
        active = [f for f in self.results["findings"] if f["outcome"] == "failed"]
        return int(any(not (f["waiver"] and f["waiver"]["state"] == "active") for f in active))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """What failed with its remedy, the score line, and where things are."""
        if self.results is None:
            return
        from sbd_audit.report.summary import summary

        terminalreporter.section("audit")
        for line in summary(self.results):
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"report  {self.out / 'report.html'}")
        terminalreporter.write_line(f"bundle  {self.out}")

    def _say(self, text: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(text)
