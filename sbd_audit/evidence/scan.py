"""The last look before anything is passed on: no secret, no personal data, no picture in what is written.

Redaction happens at capture; this finds what slipped through it. It says where, and never shows what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sbd_audit.evidence.redact import Redactor

MEDIA: Mapping[str, tuple[bytes, ...]] = {
    "PNG picture": (b"\x89PNG\r\n",),
    "GIF picture": (b"GIF87a", b"GIF89a"),
    "JPEG picture": (b"\xff\xd8\xff",),
    "WebM or Matroska video": (b"\x1aE\xdf\xa3",),
    "Ogg media": (b"OggS",),
    "RIFF media": (b"RIFF",),
}
_SCREENSHOT = ".jpg"
_JPEG = b"\xff\xd8\xff"
_BINARY = (".tsr",)


def leaks(files: Mapping[str, bytes], public: Iterable[str] = ()) -> list[str]:
    """Where, by file and line, something stands that must not be passed on. `public` are helpline numbers."""
    redactor = Redactor(public)
    return [
        f"{name}{where}"
        for name, body in sorted(files.items())
        for where in _of(name, body, redactor)
    ]


def _of(name: str, body: bytes, redactor: Redactor) -> Iterator[str]:
    if redactor.text(name) != name:
        yield ": its name looks like personal data"
    if name.endswith(_SCREENSHOT):
        if not body.startswith(_JPEG):
            yield " is no JPEG screenshot"
        return
    if name.endswith(_BINARY):
        return
    if kind := _media(body):
        yield f" holds a {kind}"
        return
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        yield " is not text"
        return
    if redactor.text(text) == text:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if redactor.text(line) != line:
            yield f":{number} looks like a secret or personal data"
            return
    yield " holds what looks like a secret or personal data"


def _media(body: bytes) -> str:
    if body[4:8] == b"ftyp":
        return "MP4 or HEIF picture or video"
    if body[8:12] == b"WEBP":
        return "WebP picture"
    return next((kind for kind, marks in MEDIA.items() if any(map(body.startswith, marks))), "")
