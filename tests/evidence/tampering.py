"""What an attacker with every file in hand can do short of the auditor's key: edit, and make the rest fit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.evidence import bag
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.commitments import salted
from sbd_audit.evidence.custody import START
from sbd_audit.evidence.files import whole_lines
from sbd_audit.evidence.keys import SigningKey
from sbd_audit.evidence.salts import SALTS, items, read_salts, written
from sbd_audit.evidence.sealing import sign_run


def edit_json(path: Path, change: Callable[[Any], None]) -> None:
    """Changes a canonical JSON file and leaves it canonical."""
    data = loads(path.read_bytes())
    change(data)
    path.write_bytes(dumps(data) + b"\n")


def edit_lines(path: Path, change: Callable[[list[Any]], None]) -> None:
    """Changes the lines of a canonical JSON log."""
    lines = [loads(line) for line in whole_lines(path.read_bytes())]
    change(lines)
    path.write_bytes(b"".join(dumps(line) + b"\n" for line in lines))


def remanifest(folder: Path) -> None:
    """Both manifests made anew, as any BagIt tool does."""

    def rows(paths: list[Path]) -> bytes:
        return bag.written(
            (p.relative_to(folder).as_posix(), digest(p.read_bytes())) for p in paths
        )

    payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
    (folder / bag.MANIFEST).write_bytes(rows(payload))
    tags = [folder / name for name in bag.TAG_FILES if (folder / name).exists()]
    (folder / bag.TAG_MANIFEST).write_bytes(rows(tags))


def rechain(folder: Path) -> None:
    """The chain of custody made anew, accounting for whatever is there."""

    def change(events: list[Any]) -> None:
        data = folder / "data"
        there = [digest(p.read_bytes()) for p in data.rglob("*") if p.is_file()]
        events[-1]["out"] = sorted({*there, *events[-1]["out"]})
        prev = START
        for number, event in enumerate(events):
            event["seq"], event["prev"] = number, prev
            prev = digest(dumps(event))

    edit_lines(folder / "data/custody.jsonl", change)


def refit(folder: Path, key: SigningKey | None = None) -> None:
    """Chain, salts and manifests made anew; with a key, signed with it too."""
    rechain(folder)
    bundle = Bundle(folder)
    known = read_salts(bundle.files)
    salts = salted(items(bundle.payload(), bundle.json("results.json")), known)
    (folder / SALTS).write_bytes(written(salts))
    remanifest(folder)
    if key:
        shutil.rmtree(folder / "signatures", ignore_errors=True)
        sign_run(folder, key)
