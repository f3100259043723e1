"""The folder one audit leaves behind: a BagIt bag of everything that is judged, and how to check it.

While a run goes on, observations are appended one line at a time, so that a killed run can be resumed. A
last line torn by a crash is recognised and dropped. `seal` writes the manifests; ``sha256sum -c`` then checks
the payload without this program. Integrity only: a bundle carries no signature yet, so whoever can rewrite
every file can also rewrite the manifests.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence.archive import open_files, unsafe, write_zip
from sbd_audit.evidence.custody import Custody, broken_links
from sbd_audit.evidence.files import append_line, mend, sweep, whole_lines, write_whole

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_FILES = ("bagit.txt", "bag-info.txt", MANIFEST)
BESIDE = frozenset({"report", "results"})
"""Files for people beside the bag, by stem: made from its data at any time, and no part of the seal."""
SIGNATURES = "signatures/"
CUSTODY = "data/custody.jsonl"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ROW = re.compile(r"([0-9a-f]{64})  (\S.*)")


class BundleWriter:
    """Writes a bundle, from the plan to the seal; opened on an unfinished one, it goes on with it."""

    def __init__(self, folder: Path, tool: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        sweep(self.data)
        self.custody = Custody(self.data / "custody.jsonl", tool)
        self._log = self.data / "observations.jsonl"
        self._lock = threading.Lock()

    def write(self, name: str, content: Any) -> str:
        """Writes ``data/<name>`` as canonical JSON, atomically; gives its digest."""
        body = dumps(content) + b"\n"
        write_whole(self.data / name, body)
        return digest(body)

    def observation(self, record: dict[str, Any]) -> None:
        """Appends one observation; it survives this process being killed once this returns."""
        line = dumps(record)
        with self._lock:
            append_line(self._log, line)

    def mend(self) -> bool:
        """Drops a torn last line of the observations; True when there was one."""
        return mend(self._log)

    def seal(self, info: Mapping[str, str]) -> str:
        """Writes the BagIt files and manifests; gives the digest of the tag manifest."""
        payload = sorted(path for path in self.data.rglob("*") if path.is_file())
        octets = sum(path.stat().st_size for path in payload)
        labels = {**info, "Payload-Oxum": f"{octets}.{len(payload)}"}
        # A line break in a value would begin another label.
        lines = [f"{key}: {' '.join(value.split())}\n" for key, value in sorted(labels.items())]
        write_whole(self.folder / "bagit.txt", DECLARATION.encode())
        write_whole(self.folder / "bag-info.txt", "".join(lines).encode())
        self._manifest(MANIFEST, payload)
        self._manifest(TAG_MANIFEST, [self.folder / name for name in TAG_FILES])
        return digest((self.folder / TAG_MANIFEST).read_bytes())

    def _manifest(self, name: str, paths: list[Path]) -> None:
        rows = sorted(
            (path.relative_to(self.folder).as_posix(), digest(path.read_bytes())) for path in paths
        )
        body = "".join(f"{sha256}  {file}\n" for file, sha256 in rows)
        write_whole(self.folder / name, body.encode())


class Bundle:
    """A recorded audit, a folder or its zip, read without trusting it.

    Raises `BundleError` when it is neither, has no plan, or holds what could harm a reader.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = open_files(folder)
        if not self.files.has("data/plan.json"):
            raise BundleError(f"{folder}: not a bundle; data/plan.json is missing")

    def json(self, name: str) -> Any:
        """The content of ``data/<name>``; raises `BundleError` when it is missing or not strict JSON."""
        return self._loads(self.files.read(f"data/{name}"), f"data/{name}")

    def lines(self, name: str) -> Iterator[Any]:
        """Every JSON line of ``data/<name>``; a torn last line is left out."""
        for number, line in enumerate(whole_lines(self.files.read(f"data/{name}")), 1):
            yield self._loads(line, f"data/{name}:{number}")

    def has(self, name: str) -> bool:
        """True when there is a ``data/<name>``."""
        return self.files.has(f"data/{name}")

    def problems(self) -> list[str]:
        """Everything in which the files differ from the manifests and the custody chain.

        Empty means whole, not genuine: who sealed the bundle, and when, is not shown by it.
        """
        try:
            there = self.files.names()
        except BundleError as error:
            return [str(error)]
        problems: list[str] = []
        payload = self._listed(MANIFEST, problems)
        tags = self._listed(TAG_MANIFEST, problems)
        problems += [f"{MANIFEST} names {n}, outside data/" for n in payload if not _in_data(n)]
        problems += [f"{TAG_MANIFEST} names {n}, inside data/" for n in tags if _in_data(n)]
        problems += [f"{TAG_MANIFEST} does not name {n}" for n in TAG_FILES if n not in tags]
        for name, wanted in sorted({**payload, **tags}.items()):
            problems += self._difference(name, wanted)
        problems += [
            f"{name} is in no manifest"
            for name in there
            if not name.startswith(SIGNATURES)
            and not _beside(name)
            and name not in {*payload, *tags, TAG_MANIFEST}
        ]
        return problems + self._of_meaning()

    def _of_meaning(self) -> list[str]:
        """What is wrong with files that have to say something in particular."""
        problems = []
        try:
            if self.files.read("bagit.txt") != DECLARATION.encode():
                problems.append("bagit.txt does not declare BagIt 1.0 in UTF-8")
            custody = self.files.read(CUSTODY)
            if not custody.endswith(b"\n"):
                problems.append("the last custody line is torn")
            problems += broken_links(whole_lines(custody))
            if self.files.has("results.json") and self.has("results.json"):
                copy = self._loads(self.files.read("results.json"), "results.json")
                if copy != self.json("results.json"):
                    problems.append("results.json is not what was sealed as data/results.json")
        except BundleError as error:
            problems.append(str(error))
        return problems

    def _listed(self, manifest: str, problems: list[str]) -> dict[str, str]:
        """The rows of a manifest, name to digest; what is wrong with others is added to `problems`."""
        try:
            text = self.files.read(manifest).decode("utf-8")
        except (BundleError, UnicodeDecodeError) as error:
            problems.append(str(error))
            return {}
        if not text.endswith("\n"):
            problems.append(f"{manifest} has no end of line at its end")
        listed: dict[str, str] = {}
        for line in text.removesuffix("\n").split("\n"):
            row = _ROW.fullmatch(line)
            if row is None:
                problems.append(f"{manifest}: {line[:80]!r} is not a SHA-256 and a name")
            elif why := unsafe(row[2]):
                problems.append(f"{manifest} names {row[2]!r}, which is not allowed: {why}")
            elif row[2] in listed:
                problems.append(f"{manifest} names {row[2]} twice")
            else:
                listed[row[2]] = row[1]
        return listed

    def _difference(self, name: str, wanted: str) -> list[str]:
        try:
            same = digest(self.files.read(name)) == wanted
        except BundleError as error:
            return [str(error)]
        return [] if same else [f"{name} is not what was sealed"]

    def _loads(self, body: bytes, where: str) -> Any:
        try:
            data = loads(body)
            if _SURROGATE.search(body):
                json.dumps(data, ensure_ascii=False).encode()  # half a character cannot be written
        except RecursionError:
            raise BundleError(f"{self.folder}/{where}: nested too deeply") from None
        except ValueError as error:
            raise BundleError(f"{self.folder}/{where}: {error}") from None
        return data


def zip_bundle(folder: Path, path: Path) -> str:
    """Packs a sealed bundle into one reproducible zip; gives the SHA-256 of the zip.

    Holds what is sealed and any signatures, not the copies for people beside the bag. Raises `BundleError` when
    the bundle is not as it was sealed, `UsageError` when the zip would lie inside it.
    """
    if folder.resolve() in path.resolve().parents:
        raise UsageError(f"{path} lies inside the bundle — choose a place outside {folder}")
    bundle = Bundle(folder)
    if problems := bundle.problems():
        raise BundleError(f"{folder} cannot be packed: {problems[0]}")
    names = [name for name in bundle.files.names() if not _beside(name)]
    write_zip(path, bundle.files, names)
    return digest(path.read_bytes())


def _in_data(name: str) -> bool:
    return name.startswith("data/")


def _beside(name: str) -> bool:
    return "/" not in name and name.partition(".")[0] in BESIDE
