"""A bundle's files, in a folder or in a ``.zip``, read without trusting either; and the zip we write.

Nothing is ever extracted. A zip is looked over entry by entry before a byte of it is read, and reading stops at
fixed sizes, so that a hostile file costs a message and not a disk.
"""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sbd_audit.errors import BundleError
from sbd_audit.evidence.files import PART

MAX_FILE = 64_000_000
MAX_TOTAL = 512_000_000
MAX_FILES = 20_000
MAX_RATIO = 200
"""How many times larger than packed a file of a zip may be; text of ours packs about ten to one."""
MAX_NAME = 240
_ENCRYPTED = 0x1
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Files(Protocol):
    """Named bytes; names are relative, with forward slashes."""

    def names(self) -> list[str]:
        """Every regular file, sorted; raises `BundleError` when something else is among them."""

    def has(self, name: str) -> bool:
        """True when there is a regular file of that name."""

    def read(self, name: str) -> bytes:
        """The content; raises `BundleError` when it is missing, too large, or no regular file."""


def open_files(path: Path) -> Files:
    """The files at `path`, a folder or a zip; raises `BundleError` when it is neither, or not safe to read."""
    if path.is_dir():
        return FolderFiles(path)
    if not path.is_file():
        raise BundleError(f"{path}: not a bundle; there is no such file or folder")
    return ZipFiles(path)


def unsafe(name: str) -> str:
    """Why `name` must not be used as a file's name inside a bundle; empty when it may."""
    if name.startswith("/") or "\\" in name or ":" in name:
        return "it is not a relative path with forward slashes"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "it leaves its folder or has empty parts"
    if len(name) > MAX_NAME:
        return f"it is longer than {MAX_NAME} characters"
    if not name.isprintable():
        return "it holds characters that do not print"
    if unicodedata.normalize("NFC", name) != name:
        return "its letters are not in the composed form (NFC)"
    return ""


class FolderFiles:
    """Files of a folder; links are never followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        found: list[str] = []
        for place, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                path = Path(place, name)
                mode = path.lstat().st_mode
                if stat.S_ISREG(mode):
                    found.append(path.relative_to(self.folder).as_posix())
                elif not stat.S_ISDIR(mode):
                    raise BundleError(f"{path}: a link or a device has no place in a bundle")
            if len(found) > MAX_FILES:
                raise BundleError(f"{self.folder}: more than {MAX_FILES} files")
        return sorted(found)

    def has(self, name: str) -> bool:
        return not self._why_not(name)

    def read(self, name: str) -> bytes:
        if why := self._why_not(name):
            raise BundleError(f"{self.folder}: {name} {why}")
        path = self.folder / name
        if path.stat().st_size > MAX_FILE:
            raise BundleError(f"{self.folder}: {name} is larger than {MAX_FILE // 1_000_000} MB")
        return path.read_bytes()

    def _why_not(self, name: str) -> str:
        """Why a file cannot be read: it is not there, or the way to it goes through a link."""
        if why := unsafe(name):
            return f"cannot be named in a bundle: {why}"
        path = self.folder
        for part in name.split("/"):
            path = path / part
            if path.is_symlink():
                return "is missing: a link stands in its place"
        return "" if path.is_file() else "is missing"


class ZipFiles:
    """Files of a zip, every entry of which was looked over first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BundleError(
                f"{path}: not a bundle; neither a folder nor a readable zip ({error})"
            ) from None
        self._entries = self._look_over()

    def names(self) -> list[str]:
        return sorted(self._entries)

    def has(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        entry = self._entries.get(name)
        if entry is None:
            raise BundleError(f"{self.path}: {name} is missing")
        try:
            # `open` compares the local header's name with the directory's; the limit holds
            # whatever size either of them states.
            with self._zip.open(entry) as file:
                body = file.read(MAX_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise BundleError(f"{self.path}: {name} cannot be read ({error})") from None
        except (NotImplementedError, RuntimeError) as error:
            raise BundleError(f"{self.path}: {name} is packed unusually ({error})") from None
        if len(body) != entry.file_size:
            raise BundleError(f"{self.path}: {name} is not as large as the zip says")
        return body

    def _look_over(self) -> dict[str, zipfile.ZipInfo]:
        listed = self._zip.infolist()
        if len(listed) > MAX_FILES:
            raise BundleError(f"{self.path}: more than {MAX_FILES} files")
        if sum(entry.file_size for entry in listed) > MAX_TOTAL:
            raise BundleError(f"{self.path}: unpacks to more than {MAX_TOTAL // 1_000_000} MB")
        entries: dict[str, zipfile.ZipInfo] = {}
        folded: set[str] = set()
        for entry in listed:
            name = entry.orig_filename  # `filename` was already cut and cleaned
            if why := self._why_not(entry, name):
                raise BundleError(f"{self.path}: the entry {name!r} is refused: {why}")
            if name.casefold() in folded:
                raise BundleError(f"{self.path}: the entry {name!r} stands twice")
            folded.add(name.casefold())
            if not name.endswith("/"):
                entries[name] = entry
        return entries

    @staticmethod
    def _why_not(entry: zipfile.ZipInfo, name: str) -> str:
        folder = name.endswith("/")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if why := unsafe(name.removesuffix("/")):
            return why
        if kind not in (0, stat.S_IFDIR if folder else stat.S_IFREG) or (
            folder and entry.file_size
        ):
            return "it is a link or a device"
        if entry.flag_bits & _ENCRYPTED:
            return "it is encrypted"
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return "it is packed by an unusual method"
        if entry.file_size > MAX_FILE:
            return f"it is larger than {MAX_FILE // 1_000_000} MB"
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 1_000):
            return "it unpacks to far more than it holds"
        return ""


class Remembered:
    """Files that are read from the disk once: what was checked is what is used, whoever writes meanwhile."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._names: list[str] | None = None
        self._bodies: dict[str, bytes] = {}
        self._size = 0

    def names(self) -> list[str]:
        if self._names is None:
            self._names = self._files.names()
        return self._names

    def has(self, name: str) -> bool:
        return name in self._bodies or self._files.has(name)

    def read(self, name: str) -> bytes:
        if name not in self._bodies:
            body = self._files.read(name)
            self._size += len(body)
            if self._size > MAX_TOTAL:
                raise BundleError(f"the files are larger than {MAX_TOTAL // 1_000_000} MB together")
            self._bodies[name] = body
        return self._bodies[name]


def write_zip(path: Path, files: Files, names: Iterable[str]) -> None:
    """Writes the named files as a zip whose bytes depend on their names and content alone."""
    part = path.with_name(path.name + PART)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, whatever this machine is
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            packed.writestr(entry, files.read(name))
    os.replace(part, path)
