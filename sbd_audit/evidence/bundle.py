"""The folder one audit leaves behind: a BagIt bag of everything that is judged, and how to check it.

While a run goes on, observations are appended one line at a time, so that a killed run can be resumed. A
last line torn by a crash is recognised and dropped. `seal` writes the manifests; ``sha256sum -c`` then checks
the payload without this program. Manifests show accidents: against whoever can rewrite every file stand the
signatures (`sealing`), and what they prove is the business of `sbd_audit.verify`.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence.archive import Files, FolderFiles, Remembered, open_files, write_zip
from sbd_audit.evidence.bag import (
    DECLARATION,
    GUIDE,
    MANIFEST,
    TAG_FILES,
    TAG_MANIFEST,
    beside,
    differences,
    in_data,
)
from sbd_audit.evidence.bag import written as manifest
from sbd_audit.evidence.commitments import commitment, salted
from sbd_audit.evidence.custody import Custody, broken_links, made
from sbd_audit.evidence.files import append_line, mend, sweep, whole_lines, write_whole
from sbd_audit.evidence.salts import SALTS, items, read_salts, written

CUSTODY = "data/custody.jsonl"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class BundleWriter:
    """Writes a bundle, from the plan to the seal; opened on an unfinished one, it goes on with it."""

    def __init__(self, folder: Path, tool: str) -> None:
        self.folder = folder
        self.tool = tool
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

    def seal(self, info: Mapping[str, str], at: str | None = None) -> str:
        """Writes the BagIt files, salts and manifests; gives the digest of the tag manifest.

        Files that no custody event made yet are accounted for by one more, at `at` (default: now). Sealing
        again, with nothing changed, writes the same bytes.
        """
        self._log.touch()  # a run in which nothing could be observed has a record too
        self._account_for_files(at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        payload = sorted(path for path in self.data.rglob("*") if path.is_file())
        octets = sum(path.stat().st_size for path in payload)
        labels = {**info, "Payload-Oxum": f"{octets}.{len(payload)}"}
        # A line break in a value would begin another label.
        lines = [f"{key}: {' '.join(value.split())}\n" for key, value in sorted(labels.items())]
        write_whole(self.folder / "bagit.txt", DECLARATION.encode())
        write_whole(self.folder / "bag-info.txt", "".join(lines).encode())
        write_whole(self.folder / GUIDE, Path(__file__).with_name(GUIDE).read_bytes())
        self._salt([path.relative_to(self.folder).as_posix() for path in payload])
        self._manifest(MANIFEST, payload)
        self._manifest(TAG_MANIFEST, [self.folder / name for name in TAG_FILES])
        return digest((self.folder / TAG_MANIFEST).read_bytes())

    def commit(self, name: str) -> str:
        """The commitment to one payload file before the rest is known: of the plan, before the first request."""
        salts = salted([name], self._salts())
        self._write_salts({**self._salts(), **salts})
        return commitment(name, (self.folder / name).read_bytes(), salts[name])

    def _account_for_files(self, at: str) -> None:
        digests = {
            digest(path.read_bytes())
            for path in self.data.rglob("*")
            if path.is_file() and path != self.custody.path
        }
        if unmade := sorted(digests - self.custody.made):
            self.custody.event(at, "recorded", made=unmade)

    def _salt(self, payload: list[str]) -> None:
        results = self.data / "results.json"
        sealed = loads(results.read_bytes()) if results.exists() else None
        self._write_salts(salted(items(payload, sealed), self._salts()))

    def _salts(self) -> dict[str, str]:
        return read_salts(FolderFiles(self.folder)) if (self.folder / SALTS).exists() else {}

    def _write_salts(self, salts: Mapping[str, str]) -> None:
        place = self.folder / SALTS
        place.parent.mkdir(mode=0o700, exist_ok=True)
        write_whole(place, written(salts))

    def _manifest(self, name: str, paths: list[Path]) -> None:
        write_whole(
            self.folder / name,
            manifest(
                (path.relative_to(self.folder).as_posix(), digest(path.read_bytes()))
                for path in paths
            ),
        )


class Bundle:
    """A recorded audit, a folder or its zip, read without trusting it.

    Raises `BundleError` when it is neither, has no plan, or holds what could harm a reader.
    """

    def __init__(self, folder: Path, files: Files | None = None) -> None:
        self.folder = folder
        self.files = files or Remembered(open_files(folder))
        if not self.files.has("data/plan.json"):
            if self.files.has("edition.json"):
                raise BundleError(
                    f"{folder}: an edition that withholds parts; this needs the regulator's bundle"
                )
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

        Empty means whole, not genuine: who sealed the bundle, and when, only `sbd_audit.verify` shows.
        """
        try:
            problems = differences(self.files)
        except BundleError as error:
            return [str(error)]
        return [*problems, *self.custody_problems(), *self.copy_problems()]

    def custody_problems(self) -> list[str]:
        """What is wrong with the chain, and files that no event of it accounts for."""
        try:
            body = self.files.read(CUSTODY)
        except BundleError as error:
            return [str(error)]
        problems = [] if body.endswith(b"\n") else ["the last custody line is torn"]
        lines = whole_lines(body)
        if broken := broken_links(lines):
            return problems + broken
        known = made(lines)
        try:
            return problems + [
                f"no custody event accounts for {name}"
                for name in self.payload()
                if name != CUSTODY and digest(self.files.read(name)) not in known
            ]
        except BundleError as error:
            return [*problems, str(error)]

    def copy_problems(self) -> list[str]:
        """Where the copy of the results beside the bag says something else than what was sealed."""
        try:
            if self.files.has("results.json") and self.has("results.json"):
                copy = self._loads(self.files.read("results.json"), "results.json")
                if copy != self.json("results.json"):
                    return ["results.json is not what was sealed as data/results.json"]
        except BundleError as error:
            return [str(error)]
        return []

    def payload(self) -> list[str]:
        """The names of all files under data/."""
        return [name for name in self.files.names() if in_data(name)]

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
    names = [name for name in bundle.files.names() if not beside(name)]
    write_zip(path, bundle.files, names)
    return digest(path.read_bytes())
