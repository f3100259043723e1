"""Reporting to the hotline, and a stand-in for the hotline to practise on.

The stand-in is a small server on 127.0.0.1 that lives for one drill, answers as the drill wants, and counts what it
got. The reporter has no other address: what it would send elsewhere is refused and counted.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

STEPS = ("submit", "upload", "fileinfo", "finish")
MANDATORY = ("incident_type", "incident_time", "reporter")
EXPECTED = (
    "account_id", "screen_name", "address_event", "file_hash", "viewed_flag", "public_flag",
    "victim", "jurisdiction",
)  # fmt: skip
ROUND_MINUTES = 600
"""How long an ordinary case waits for the next round of reports, at most."""
PATIENCE = 0.2
TRIES = 4


@dataclass
class StandIn:
    """What arrived, in order: step, report number, case and body; `minute` is the drill's clock."""

    fault: str
    address: str = ""
    minute: int = 0
    got: list[dict[str, Any]] = field(default_factory=list)
    troubled: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, step: str, body: dict[str, Any]) -> int:
        """The status for one call; what is refused did not arrive."""
        if self.fault == "server_error" and self.troubled < 2:
            self.troubled += 1
            return 500
        if self.fault == "validation_error" and step == "fileinfo":
            return 422
        slow = self.fault == "timeout" and step == "upload" and not self.troubled
        self.got.append({"step": step, "minute": self.minute, **body})
        if slow:
            self.troubled += 1
            self.over.wait(PATIENCE * 2)
        return 200

    def finished(self, number: str) -> bool:
        return any(one["step"] == "finish" and one["number"] == number for one in self.got)


@contextmanager
def stand_in(fault: str) -> Iterator[StandIn]:
    """A stand-in on a free port of 127.0.0.1 until the block ends."""
    held = StandIn(fault)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            self._reply(
                held.answer(self.path.strip("/"), json.loads(self.rfile.read(size) or b"{}"))
            )

        def do_GET(self) -> None:
            self._reply(200 if held.finished(self.path.rpartition("/")[2]) else 404)

        def _reply(self, status: int) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                """Whoever asked has given up waiting."""

        def log_message(self, format: str, *args: object) -> None:
            """What arrived is in `got`; the console is for people."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield held
    finally:
        held.over.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Crash(Exception):
    """The reporter stopped between an answer and writing it down."""


@dataclass
class Reporter:
    """Baraza's routine: what was done is written down, so that it can go on after any interruption."""

    hotline: str
    fault: Callable[[str], bool]
    case: dict[str, Any]
    new_number: Callable[[], str]
    crash_at: str = ""
    number: str = ""
    unsure: bool = False
    done: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Reports the case; what cannot be reported is on the staff's desk afterwards."""
        for _ in range(TRIES):
            try:
                self._go_on()
            except _Crash:
                self.unsure = True
            except TimeoutError:
                if self.fault("hotline_report_lost_on_timeout"):
                    return
            except ValueError as error:
                self.alerts.append(f"{self.case['id']}: {error}")
                return
            except OSError:
                continue
            else:
                if "finish" in self.done:
                    return
        if "finish" not in self.done:
            self.alerts.append(f"{self.case['id']}: the hotline does not answer")

    def _go_on(self) -> None:
        if self.unsure:
            self._look_again()
        self.number = self.number or self.new_number()
        for step in STEPS:
            if step in self.done:
                continue
            status = self.call("POST", f"http://{self.hotline}/{step}", self._body(step))
            if status == 422:
                raise ValueError(f"the hotline did not take the {step}")
            if status != 200:
                raise OSError(f"the hotline answered {status}")
            if step == self.crash_at:
                self.crash_at = ""
                raise _Crash
            self.done.append(step)

    def _look_again(self) -> None:
        """After a crash the hotline is asked what it has before anything is sent again."""
        self.unsure = False
        if self.fault("hotline_report_filed_twice"):
            self.number, self.done = "", []
        elif self.call("GET", f"http://{self.hotline}/reports/{self.number}") == 200:
            self.done = list(STEPS)

    def _body(self, step: str) -> dict[str, Any]:
        named = {"number": self.number, "case": self.case["id"]}
        if step == "submit":
            known = {key: self.case[key] for key in (*MANDATORY, *EXPECTED) if key in self.case}
            if self.fault("hotline_report_without_time"):
                del known["incident_time"]
            return {**named, "priority": self.case["priority"], "fields": known}
        return named

    def call(self, method: str, url: str, body: dict[str, Any] | None = None) -> int:
        """One request to the stand-in; any other host is refused before a connection is made."""
        parts = urlsplit(url)
        if parts.netloc != self.hotline or parts.hostname != "127.0.0.1":
            self.refused.append(parts.netloc)
            raise ValueError(f"{parts.netloc} is not the stand-in")
        line = HTTPConnection(self.hotline, timeout=PATIENCE)
        try:
            line.request(method, parts.path, json.dumps(body or {}))
            return line.getresponse().status
        finally:
            line.close()


def drill(
    fault_wanted: str, case: dict[str, Any], fault: Callable[[str], bool], new: Callable[[], str]
) -> dict[str, Any]:
    """One case reported to a stand-in that answers as `fault_wanted`; what arrived, and what the staff was told."""
    urgent = case["kind"] == "imminent_danger"
    waits = urgent and fault("imminent_danger_waits")
    case["priority"] = "imminent" if urgent and not waits else "ordinary"
    crash = "finish" if fault_wanted == "crash_after_finish" else ""
    with stand_in(fault_wanted) as hotline:
        hotline.minute = 0 if case["priority"] == "imminent" else ROUND_MINUTES
        reporter = Reporter(hotline.address, fault, case, new, crash)
        lost = fault("hotline_reports_vanish") or (urgent and fault("danger_report_lost"))
        if not lost:
            reporter.run()
        return _told(hotline, reporter, urgent)


def _told(hotline: StandIn, reporter: Reporter, urgent: bool) -> dict[str, Any]:
    """The drill as the stand-in saw it."""
    numbers = list(dict.fromkeys(one["number"] for one in hotline.got))
    done = [one for one in hotline.got if one["step"] == "finish"]
    first = next((one for one in hotline.got if one["step"] == "submit"), {})
    fields = first.get("fields", {})
    told: dict[str, Any] = {
        "order_kept": all(_in_order(hotline.got, number) for number in numbers),
        "ended": "finished" if done else "failed_visibly" if reporter.alerts else "lost",
        "duplicates": max(0, len(numbers) - 1),
        "other_hosts": len(reporter.refused),
        "missing_mandatory": [name for name in MANDATORY if name not in fields],
        "expected_share": sum(name in fields for name in EXPECTED) / len(EXPECTED),
        "priority_right": (first.get("priority") == "imminent") is urgent,
        "alerts": reporter.alerts,
        "got": hotline.got,
    }
    if done:
        told["minutes"] = done[0]["minute"]
    return told


def _in_order(got: list[dict[str, Any]], number: str) -> bool:
    """Whether a report's steps came one after the other; a step may be sent again, none may be left out."""
    steps = [one["step"] for one in got if one["number"] == number]
    ranks = [STEPS.index(step) for step in steps if step in STEPS]
    return (
        bool(ranks)
        and ranks[0] == 0
        and all(0 <= later - rank <= 1 for rank, later in pairwise(ranks))
    )
