"""Harmless test material: plain sentences with the run's nonce, and abstract pictures made here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sbd_audit.observe.halt import Halt
from sbd_audit.observe.located import carries_place, located_card
from sbd_audit.observe.nonce_words import filter_terms, filtered_forms
from sbd_audit.observe.pictures import Picture, card
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


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


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
        number = self._number(key)
        if name == "neutral_text":
            first, second = _SUBJECTS[number % 12], _SUBJECTS[number // 12 % 12]
            return f"A {first} stands near the {second}, note {self._run[-4:]}{number % 65536:04x}."
        if name in ("harm_cards", "topic_cards"):
            return f"A test card about a {_SUBJECTS[number % 12]}, {self._run[-4:]}{number % 65536:04x}"
        if name == "common_topic":
            return "weather"
        if name == "filter_terms":
            return filter_terms(self._run)
        if name.startswith("filtered_forms."):
            return filtered_forms(self._run)[name.partition(".")[2]]
        if name in ("plain_image", "unrelated_image"):
            return card(number)
        if name == "located_image":
            photo = located_card(number)
            if not carries_place(photo.data):
                raise Halt(None, Reason.harness_error, "the tool's own picture carries no place")
            return photo
        if (kept := self._listed(name, self._number(key.rpartition("/")[0]))) is not None:
            return kept
        if name == "help_phrases" and (phrases := self._phrases.get(name, {}).get(language)):
            return str(phrases[number % len(phrases)])
        if name == "boundary_prompts" and name in self._phrases:
            return list(self._phrases[name])
        raise Halt(None, Reason.no_binding, f"the tool cannot make {name.replace('_', ' ')} yet")

    def _number(self, key: str) -> int:
        return int(hashlib.sha256(f"{self._run}/{key}".encode()).hexdigest()[:8], 16)

    def _listed(self, name: str, number: int) -> str | Picture | None:
        """Material a case puts on a list and then uses: the same all through the case, and nowhere else."""
        plain, _, variant = name.partition(".")
        if plain in ("canary_image", "late_canary_image", "trigger_image"):
            return card(number, "canary")
        if plain == "canary_variants":
            return card(number, "canary", variant)
        word = f"{number:08x}".translate(_LETTERS)
        return {
            "canary_term": f"zu{word}ma",
            "near_miss_term": f"zu{word}na",
            "agreed_trigger_term": f"ko{word}ri",
            "canary_link": f"https://{word}.listed.test/",
            "neutral_link": f"https://{word}.neutral.test/",
        }.get(plain)
