"""Audits of the practice platform: on a free port, with any switches, as the real thing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sbd_audit.demo.baraza import Site
from sbd_audit.resources import folder

TARGET = "baraza.yaml"
ADDRESS = "http://127.0.0.1:8099"
PROFILES = ("ke-cop-2025", "tfgbv-core")


@contextmanager
def target_for(site: Site) -> Iterator[Path]:
    """The practice target with the address the site really has."""
    with tempfile.TemporaryDirectory(prefix="sbd-audit-") as name:
        place = Path(name)
        for path in folder("targets").glob("baraza*"):
            shutil.copy(path, place)
        text = (place / TARGET).read_text(encoding="utf-8")
        (place / TARGET).write_text(text.replace(ADDRESS, site.url), encoding="utf-8")
        yield place / TARGET


def clear(out: Path) -> None:
    """Removes an earlier practice audit; anything that is not a bundle is left alone."""
    if (out / "data" / "plan.json").exists():
        shutil.rmtree(out)


def names(profiles: Sequence[str]) -> list[str]:
    return list(profiles) or list(PROFILES)
