"""Exhibits: small files named by the hash of what they hold, written once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.files import append_line, mend, sweep, whole_lines, write_whole
from sbd_audit.evidence.redact import Redactor

MAX_TEXT = 50_000
"""Bytes of a text exhibit; a longer text keeps its head and its tail."""
MAX_PICTURE = 60_000
"""Bytes of a screenshot."""
_JPEG = b"\xff\xd8\xff"
_ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "application/json": "json",
    "application/yaml": "yaml",
    "image/jpeg": "jpg",
}


class EvidenceStore:
    """Keeps exhibits under ``data/evidence`` and an index of what each is; thread-safe.

    Pictures and clips of the platform are never kept; only our own masked screenshots are. An exhibit counts
    as kept once it stands in the index, so that what a killed run had half written is simply written again.
    """

    def __init__(
        self, folder: Path, redactor: Redactor, note: Callable[[str], None] = lambda sha256: None
    ) -> None:
        """`note` is told the SHA-256 of each exhibit as it is kept: for the chain of custody."""
        self.folder = folder
        self._note = note
        self.redactor = redactor
        self._index = folder.parent / "evidence.jsonl"
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        mend(self._index)
        there = {path.stem for path in folder.iterdir()}
        self._known = self._indexed() & there

    def add(
        self,
        body: bytes | str,
        media_type: str,
        says: str,
        *,
        screenshot: bool = False,
        most: int = MAX_TEXT,
    ) -> str:
        """Stores one exhibit and gives its SHA-256; equal exhibits are stored once.

        A text longer than `most` bytes is cut in its middle; what is quoted from by offsets must not be. Raises
        `ValueError` for media that must never be captured.
        """
        kind = media_type.partition(";")[0].strip().lower()
        data = self._screenshot(body, kind) if screenshot else self._text(body, kind, most)
        name = digest(data)
        with self._lock:
            if name in self._known:
                return name
            write_whole(self.folder / f"{name}.{_ENDINGS.get(kind, 'txt')}", data)
            entry = {
                "sha256": name,
                "media_type": kind,
                "bytes": len(data),
                "says": self.redactor.text(says),
            }
            append_line(self._index, dumps(entry))
            self._note(name)
            self._known.add(name)
        return name

    def _indexed(self) -> set[str]:
        if not self._index.exists():
            return set()
        try:
            return {loads(line)["sha256"] for line in whole_lines(self._index.read_bytes())}
        except (ValueError, KeyError, TypeError):
            raise BundleError(f"{self._index}: not an index of exhibits") from None

    @staticmethod
    def _screenshot(body: bytes | str, kind: str) -> bytes:
        if kind != "image/jpeg" or not isinstance(body, bytes) or not body.startswith(_JPEG):
            raise ValueError("a screenshot is a JPEG picture; other media are never kept")
        if len(body) > MAX_PICTURE:
            raise ValueError(f"a screenshot of {len(body)} bytes is larger than {MAX_PICTURE}")
        return body

    def _text(self, body: bytes | str, kind: str, most: int) -> bytes:
        if kind.startswith(("image/", "video/", "audio/")):
            raise ValueError(f"{kind} bodies are never kept")
        text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
        data = self.redactor.text(text).encode("utf-8", errors="replace")
        if len(data) <= most:
            return data
        half = most // 2 - 40
        # A cut through a character would leave a file that is not UTF-8.
        head = data[:half].decode("utf-8", errors="ignore").encode()
        tail = data[-half:].decode("utf-8", errors="ignore").encode()
        left_out = len(data) - len(head) - len(tail)
        return head + f"\n[… {left_out} bytes left out …]\n".encode() + tail
