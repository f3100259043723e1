"""The browser driver: Playwright on an installed Chromium, inside the same fence as everything else."""

from sbd_audit.observe.browser.find import BrowserBuild, find_browser, install_hint
from sbd_audit.observe.browser.flow import Flow
from sbd_audit.observe.browser.guard import errors_as_halts
from sbd_audit.observe.browser.sight import Exhibit
from sbd_audit.observe.browser.worker import BrowserWorker

__all__ = [
    "BrowserBuild",
    "BrowserWorker",
    "Exhibit",
    "Flow",
    "errors_as_halts",
    "find_browser",
    "install_hint",
]
