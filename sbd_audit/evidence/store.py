"""Exhibits: small files named by the hash of what they hold, written once."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from sbd_audit.canonical import digest, dumps
from sbd_audit.evidence.redact import Redactor

MAX_TEXT = 50_000
MAX_PICTURE = 60_000
_ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "application/json": "json",
    "application/yaml": "yaml",
    "image/jpeg": "jpg",
}


class EvidenceStore:
    """Keeps exhibits under ``data/evidence`` and an index of what each is; thread-safe.

    Pictures and clips of the platform are never kept; only our own masked screenshots are.
    """

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self.folder = folder
        self.redactor = redactor
        self._index = folder.parent / "evidence.jsonl"
        self._lock = threading.Lock()
        self._known: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._known = {path.stem for path in folder.iterdir()}

    def add(
        self, body: bytes | str, media_type: str, says: str, *, screenshot: bool = False
    ) -> str:
        """Stores one exhibit and gives its SHA-256; equal exhibits are stored once.

        Raises `ValueError` for media that must never be captured.
        """
        kind = media_type.partition(";")[0]
        if kind.startswith(("image/", "video/", "audio/")) and not (
            screenshot and kind == "image/jpeg"
        ):
            raise ValueError(f"{kind} bodies are never kept")
        if isinstance(body, bytes) and not screenshot:
            body = body.decode("utf-8", errors="replace")
        data = self._text(body) if isinstance(body, str) else body
        if screenshot and len(data) > MAX_PICTURE:
            raise ValueError(f"a screenshot of {len(data)} bytes is larger than {MAX_PICTURE}")
        name = digest(data)
        with self._lock:
            if name in self._known:
                return name
            self._known.add(name)
            path = self.folder / f"{name}.{_ENDINGS.get(kind, 'txt')}"
            temporary = path.with_suffix(".part")
            temporary.write_bytes(data)
            os.replace(temporary, path)
            entry = {
                "sha256": name,
                "media_type": kind,
                "bytes": len(data),
                "says": self.redactor.text(says),
            }
            with self._index.open("ab") as index:
                index.write(dumps(entry) + b"\n")
        return name

    def _text(self, body: str) -> bytes:
        data = self.redactor.text(body).encode()
        if len(data) <= MAX_TEXT:
            return data
        half = MAX_TEXT // 2 - 40
        cut = f"\n[… {len(data) - 2 * half} bytes left out …]\n".encode()
        return data[:half] + cut + data[-half:]
