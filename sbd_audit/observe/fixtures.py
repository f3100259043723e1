"""Harmless test material: plain sentences with the run's nonce, and abstract pictures made here."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.observe.halt import Halt
from sbd_audit.observe.nonce_words import filter_terms, filtered_forms
from sbd_audit.outcome import Reason

_SUBJECTS = [
    "tree",
    "river",
    "stone",
    "lamp",
    "bridge",
    "basket",
    "cloud",
    "ladder",
    "garden",
    "drum",
    "boat",
    "window",
]


@dataclass(frozen=True)
class Picture:
    """An abstract picture: file name, media type and bytes."""

    name: str
    media_type: str
    data: bytes


class Fixtures:
    """Material by name; a target may name its own words, such as an everyday word it has results for.

    `phrases` are the vocabulary's tables of what the audit says in words of its own.
    """

    def __init__(
        self, run: str, given: Mapping[str, str], phrases: Mapping[str, Any] | None = None
    ) -> None:
        self._run = run
        self._given = given
        self._phrases = phrases or {}

    def make(self, name: str, key: str, language: str = "en") -> str | list[str] | Picture:
        """The material `name`; `key` makes it unlike any other of the run."""
        if name in self._given:
            return self._given[name]
        number = int(hashlib.sha256(f"{self._run}/{key}".encode()).hexdigest()[:8], 16)
        if name == "neutral_text":
            first, second = _SUBJECTS[number % 12], _SUBJECTS[number // 12 % 12]
            return f"A {first} stands near the {second}, note {self._run[-4:]}{number % 65536:04x}."
        if name == "common_topic":
            return "weather"
        if name == "filter_terms":
            return filter_terms(self._run)
        if name.startswith("filtered_forms."):
            return filtered_forms(self._run)[name.partition(".")[2]]
        if name == "plain_image":
            return Picture(f"card-{number % 65536:04x}.png", "image/png", _png(number))
        if name == "help_phrases" and (phrases := self._phrases.get(name, {}).get(language)):
            return str(phrases[number % len(phrases)])
        if name == "boundary_prompts" and name in self._phrases:
            return list(self._phrases[name])
        raise Halt(None, Reason.no_binding, f"the tool cannot make {name.replace('_', ' ')} yet")


def _png(number: int, size: int = 48) -> bytes:
    """A small picture of two coloured fields, unlike any other of the run."""
    first = bytes((number >> shift) & 0xFF for shift in (0, 8, 16))
    second = bytes(255 - part for part in first)
    half = size // 2
    rows = b"".join(
        b"\0" + (first * half + second * half if y < half else second * half + first * half)
        for y in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
