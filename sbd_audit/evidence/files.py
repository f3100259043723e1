"""How files of a bundle are written: whole or not at all, and logs one line at a time."""

from __future__ import annotations

import os
from pathlib import Path

PART = ".part"


def write_whole(path: Path, body: bytes) -> None:
    """Writes a file so that a reader, or a crash, sees all of it or nothing."""
    part = path.with_name(path.name + PART)
    part.write_bytes(body)
    os.replace(part, path)


def append_line(path: Path, line: bytes, *, durable: bool = False) -> None:
    """Appends one line; a killed process cannot lose it, and with `durable` neither can a power cut."""
    with path.open("ab") as log:
        log.write(line + b"\n")
        if durable:
            log.flush()
            os.fsync(log.fileno())


def whole_lines(body: bytes) -> list[bytes]:
    """The lines of a log; a last line torn by a crash, recognised by its missing end, is left out."""
    return body.split(b"\n")[:-1]


def mend(path: Path) -> bool:
    """Cuts a torn last line off a log, in place; True when there was one."""
    if not path.exists():
        return False
    body = path.read_bytes()
    whole = body.rfind(b"\n") + 1
    if whole == len(body):
        return False
    os.truncate(path, whole)
    return True


def sweep(folder: Path) -> None:
    """Removes what a killed process had begun to write under `folder`."""
    for part in folder.rglob(f"*{PART}"):
        part.unlink()
