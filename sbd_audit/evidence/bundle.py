"""The folder one audit leaves behind: a BagIt bag of everything that is judged, and how to check it.

While a run goes on, observations are appended one line at a time, so that a killed run can be resumed. A
last line torn by a crash is recognised and dropped. `seal` writes the manifests; ``sha256sum -c`` then checks
the payload without this program. Integrity only: a bundle carries no signature yet.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.custody import Custody, broken_links

MAX_FILE = 64_000_000
TAG_FILES = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")


class BundleWriter:
    """Writes a bundle, from the plan to the seal."""

    def __init__(self, folder: Path, tool: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.custody = Custody(self.data / "custody.jsonl", tool)
        self._log = self.data / "observations.jsonl"
        self._lock = threading.Lock()

    def write(self, name: str, content: Any) -> str:
        """Writes ``data/<name>`` as canonical JSON, atomically; gives its digest."""
        body = dumps(content) + b"\n"
        path = self.data / name
        temporary = path.with_name(path.name + ".part")
        temporary.write_bytes(body)
        os.replace(temporary, path)
        return digest(body)

    def observation(self, record: dict[str, Any]) -> None:
        """Appends one observation; the line is on disk when this returns to the operating system."""
        line = dumps(record) + b"\n"
        with self._lock, self._log.open("ab") as log:
            log.write(line)

    def mend(self) -> bool:
        """Drops a torn last line of the log; True when there was one."""
        if not self._log.exists():
            return False
        body = self._log.read_bytes()
        whole = body[: body.rfind(b"\n") + 1]
        if whole != body:
            self._log.write_bytes(whole)
        return whole != body

    def seal(self, info: dict[str, str]) -> str:
        """Writes the BagIt files and manifests; gives the digest of the tag manifest."""
        (self.folder / "bagit.txt").write_text(
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        )
        payload = sorted(path for path in self.data.rglob("*") if path.is_file())
        octets = sum(path.stat().st_size for path in payload)
        lines = [f"{key}: {value}" for key, value in sorted(info.items())]
        lines.append(f"Payload-Oxum: {octets}.{len(payload)}")
        (self.folder / "bag-info.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._manifest("manifest-sha256.txt", payload)
        self._manifest("tagmanifest-sha256.txt", [self.folder / name for name in sorted(TAG_FILES)])
        return digest((self.folder / "tagmanifest-sha256.txt").read_bytes())

    def _manifest(self, name: str, paths: list[Path]) -> None:
        rows = [
            f"{digest(path.read_bytes())}  {path.relative_to(self.folder).as_posix()}"
            for path in paths
        ]
        (self.folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


class Bundle:
    """A recorded audit, read without trusting it."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "data" / "plan.json").is_file():
            raise BundleError(f"{folder}: not a bundle; data/plan.json is missing")
        self.folder = folder

    def json(self, name: str) -> Any:
        """The content of ``data/<name>``; raises `BundleError` when it is missing or not strict JSON."""
        try:
            return loads(self._bytes(f"data/{name}"))
        except ValueError as error:
            raise BundleError(f"{self.folder}/data/{name}: {error}") from None

    def lines(self, name: str) -> Iterator[Any]:
        """Every JSON line of ``data/<name>``; a torn last line is left out."""
        body = self._bytes(f"data/{name}")
        for number, line in enumerate(body[: body.rfind(b"\n") + 1].splitlines(), 1):
            try:
                yield loads(line)
            except ValueError as error:
                raise BundleError(f"{self.folder}/data/{name}:{number}: {error}") from None

    def has(self, name: str) -> bool:
        return (self.folder / "data" / name).is_file()

    def problems(self) -> list[str]:
        """Everything in which the files differ from the manifests and the custody chain."""
        problems = []
        for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            try:
                problems += self._differences(self._bytes(name).decode("utf-8"))
            except (BundleError, UnicodeDecodeError) as error:
                problems.append(str(error))
        listed = self._listed("manifest-sha256.txt") | self._listed("tagmanifest-sha256.txt")
        there = {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file()
        }
        outside = {
            name for name in there if not name.startswith(("signatures/", "report", "results.json"))
        }
        problems += [
            f"{name} is in no manifest"
            for name in sorted(outside - listed - {"tagmanifest-sha256.txt"})
        ]
        if (self.folder / "data/custody.jsonl").exists():
            problems += broken_links(self._bytes("data/custody.jsonl").splitlines())
        return problems

    def _listed(self, manifest: str) -> set[str]:
        path = self.folder / manifest
        if not path.is_file():
            return set()
        return {
            line.partition("  ")[2]
            for line in path.read_text("utf-8", errors="replace").split("\n")
        }

    def _differences(self, manifest: str) -> list[str]:
        problems = []
        for line in manifest.removesuffix("\n").split("\n"):
            wanted, _, name = line.partition("  ")
            if not name or name.startswith("/") or ".." in Path(name).parts:
                problems.append(f"a manifest names {name!r}, which is not inside the bundle")
                continue
            try:
                if digest(self._bytes(name)) != wanted:
                    problems.append(f"{name} is not what was sealed")
            except BundleError as error:
                problems.append(str(error))
        return problems

    def _bytes(self, name: str) -> bytes:
        path = self.folder / name
        if path.is_symlink() or not path.is_file():
            raise BundleError(f"{self.folder}: {name} is missing")
        if path.stat().st_size > MAX_FILE:
            raise BundleError(f"{self.folder}: {name} is larger than {MAX_FILE // 1_000_000} MB")
        return path.read_bytes()
