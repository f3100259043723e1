"""Which browser to use: the leanest Chromium that is already there. Nothing is downloaded here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sbd_audit.errors import UsageError

Kind = Literal["headless shell", "chromium"]
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_FULL = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)


@dataclass(frozen=True)
class BrowserBuild:
    """An executable, what kind of build it is, and the version it reports."""

    path: str
    kind: Kind
    version: str

    def __str__(self) -> str:
        return (
            f"Chromium {self.kind} {self.version}"
            if self.kind != "chromium"
            else f"Chromium {self.version}"
        )


def find_browser() -> BrowserBuild | None:
    """`$SBD_BROWSER`, then a headless shell, an installed Chromium or Chrome, and Playwright's own.

    Raises `UsageError` when `$SBD_BROWSER` names nothing that runs; gives None when there is no browser.
    """
    if chosen := os.environ.get("SBD_BROWSER"):
        build = _build(chosen)
        if build is None:
            raise UsageError(
                f"SBD_BROWSER={chosen}: no Chromium that starts; unset it, or name an executable"
            )
        return build
    return next((build for path in _candidates() if (build := _build(path))), None)


def install_hint() -> str:
    """What a user without a browser should do."""
    return "install one (apt-get install chromium, or playwright install chromium) or set SBD_BROWSER to its path"


def _candidates() -> Iterator[str]:
    for name in (*_SHELLS, *_FULL):
        if path := shutil.which(name):
            yield path
    yield from (place for place in _PLACES if Path(place).exists())
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    caches = (
        [Path(root)]
        if root
        else [Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright"]
    )
    for cache in caches:
        for pattern in ("chromium_headless_shell-*/*/*headless*shell*", "chromium-*/*/chrome"):
            yield from (str(path) for path in sorted(cache.glob(pattern), reverse=True))


def _build(path: str) -> BrowserBuild | None:
    try:
        answer = subprocess.run(  # noqa: S603 - an executable the user installed or named
            [path, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\d+(?:\.\d+){1,3}", answer.stdout)
    if answer.returncode or not version:
        return None
    lean = (
        "headless" in Path(os.path.realpath(path)).name.lower()
        or "headless" in Path(path).name.lower()
    )
    return BrowserBuild(path, "headless shell" if lean else "chromium", version[0])
