"""A three-page browser flow, beside a raw Playwright script of the same steps, on the same and on the full build."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable

from playwright.sync_api import Browser, sync_playwright

from benchmarks.server import serving
from sbd_audit.models.binding import BindingStep
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import BrowserWorker, find_browser
from sbd_audit.observe.scope import Scope

STEPS = (
    {"open": "/1"},
    {"click": {"role": "link", "name": ["Go to 2"]}},
    {"click": {"role": "link", "name": ["Go to 3"]}},
    {"fill": {"Words": "a tree"}},
    {"click": {"role": "button", "name": ["Send"]}},
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def raw(browser: Browser, url: str) -> None:
    """What an engineer would write by hand, with a picture of where it ended."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{url}/1")
    page.get_by_role("link", name="Go to 2").click()
    page.get_by_role("link", name="Go to 3").click()
    page.get_by_label("Words").fill("a tree")
    page.get_by_role("button", name="Send").click()
    page.wait_for_load_state()
    page.screenshot(type="jpeg", quality=50)
    context.close()


def ours(worker: BrowserWorker) -> None:
    """The same through the driver: in scope, noted step by step, evidence taken."""
    account = Account("visitor", "logged_out", "", "", "", "")
    flow = worker.flow(account, "first", "en")
    for step in STEPS:
        flow.run(BindingStep.model_validate(step))
    assert flow.exhibits()
    worker.release([account])


def median(act: Callable[[], None], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure(rounds: int) -> dict[str, float]:
    """Median seconds of one flow for each contender; builds that are not installed are left out."""
    build = find_browser()
    if build is None:
        return {}
    best: dict[str, float] = {}
    with serving() as url:
        worker = BrowserWorker(build, Scope([url]), url, 10, None)
        ours(worker)
        best[f"sbd-audit on {build.kind}"] = median(lambda: ours(worker), rounds)
        worker.close()
        full = shutil.which("chromium") or shutil.which("google-chrome")
        paths = {f"raw Playwright on {build.kind}": build.path}
        if full and build.kind != "chromium":
            paths["raw Playwright on chromium"] = full
        with sync_playwright() as play:
            for name, path in paths.items():
                browser = play.chromium.launch(executable_path=path, args=FLAGS)
                raw(browser, url)
                best[name] = median(lambda: raw(browser, url), rounds)  # noqa: B023 - used at once
                browser.close()
    return best
