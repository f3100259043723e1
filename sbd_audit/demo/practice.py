"""Audits of the practice platform: on a free port, with any switches, as the real thing."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import yaml

from sbd_audit.demo.baraza import Site
from sbd_audit.resources import folder

TARGET = "baraza.yaml"
ANSWERS = "baraza-answers.yaml"
_ANSWERED = re.compile(r"answered_on: \S+")
ADDRESS = "http://127.0.0.1:8099"
PROFILES = ("ke-cop-2025", "tfgbv-core")
PROVING = (
    *PROFILES,
    "ke-child-safety",
    "ke-tfgbv",
    "whrd-protection",
    "public-surface",
    "uk-ofcom",
    "eu-dsa-28",
)
"""Profiles that together hold every check a living platform can be asked about."""


@contextmanager
def target_for(
    site: Site, features: Mapping[str, bool] | None = None, without_kinds: Sequence[str] = ()
) -> Iterator[Path]:
    """The practice target with the address the site really has, and answers given today.

    Some `features` or kinds may be said to be absent.
    """
    with tempfile.TemporaryDirectory(prefix="sbd-audit-") as name:
        place = Path(name)
        for path in folder("targets").glob("baraza*"):
            shutil.copy(path, place)
        answers = place / ANSWERS
        fresh = _ANSWERED.sub(f"answered_on: {datetime.now(UTC):%Y-%m-%d}", answers.read_text())
        answers.write_text(fresh, encoding="utf-8")
        text = (place / TARGET).read_text(encoding="utf-8").replace(ADDRESS, site.url)
        data = yaml.safe_load(text)
        data["kinds"] = [kind for kind in data["kinds"] if kind not in without_kinds]
        data["features"] = {
            name: exists or {"exists": False, "basis": "Said so for practice."}
            for name, exists in (features or {}).items()
        }
        if data["features"] or without_kinds:
            text = yaml.safe_dump(data)
        (place / TARGET).write_text(text, encoding="utf-8")
        yield place / TARGET


def clear(out: Path) -> None:
    """Removes an earlier practice audit; anything that is not a bundle is left alone."""
    if (out / "data" / "plan.json").exists():
        shutil.rmtree(out)


def names(profiles: Sequence[str]) -> list[str]:
    return list(profiles) or list(PROFILES)
