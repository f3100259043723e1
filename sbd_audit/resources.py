"""Where the data folders stand: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from sbd_audit.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``checks``, ``profiles``, ``platforms``, ``reports`` or ``targets``."""
    for place in (_PACKAGE.parent / name, _PACKAGE / "data" / name):
        if place.is_dir():
            return place
    raise UsageError(f"the data folder {name} is missing; the installation is not complete")
