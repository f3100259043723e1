"""What the tests share: one library, one practice platform, one recorded audit."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sbd_audit.demo.baraza import Site, start
from sbd_audit.demo.practice import PROFILES, target_for
from sbd_audit.library import Library
from sbd_audit.observe.browser import find_browser
from sbd_audit.run import Audit, Request

pytest_plugins = ["pytester"]
# Keys and the list of runs go to a folder of this session, for processes the tests start too.
_HOME = tempfile.TemporaryDirectory(prefix="sbd-audit-home-")
os.environ["SBD_AUDIT_HOME"] = _HOME.name
FAULTS = ("setting_reads_safe_but_not_enforced", "deletion_hidden", "people_search_finds_nobody")


@pytest.fixture(scope="session")
def library() -> Library:
    return Library()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The practice platform, for tests that leave its switches alone."""
    with start() as running:
        yield running


@pytest.fixture(scope="session")
def needs_browser() -> None:
    if find_browser() is None:
        pytest.skip("no browser is installed")


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Path:
    """The bundle of one real audit of the practice platform, with three faults."""
    out = tmp_path_factory.mktemp("recorded") / "bundle"
    with start(FAULTS) as running, target_for(running) as target:
        audit = Audit(Request(target, PROFILES, out, library=library))
        audit.prepare()
        audit.observe()
        audit.finish()
    return out
