"""The words of a report, by language, from ``reports/locales``; sentences are whole, never glued together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sbd_audit.outcome import Reason
from sbd_audit.resources import folder
from sbd_audit.source import load


class Words:
    """One language's catalogue; a missing key is a `KeyError`, so nothing is shown untranslated by accident."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue: Mapping[str, Any] = _catalogue(language)

    def __call__(self, key: str, **values: Any) -> str:
        return str(self._catalogue["sentences"][key]).format(**values)

    def count(self, key: str, number: int) -> str:
        """The sentence for a number; ``<key>_one`` is the one for 1."""
        return self(f"{key}_one") if number == 1 else self(key, count=number)

    def outcome(self, name: str) -> str:
        return str(self._catalogue["outcomes"][name])

    def pillar(self, name: str) -> str:
        return str(self._catalogue["pillars"][name])

    def persona(self, name: str) -> str:
        return str(self._catalogue["personas"].get(name, name.replace("_", " ")))

    def reason(self, name: str) -> str:
        return Reason[name].meaning

    def plain(self, value: Any) -> str:
        """A recorded value in words."""
        if isinstance(value, bool):
            return self("yes") if value else self("no")
        if isinstance(value, list | tuple):
            return self.listed([self.plain(item) for item in value]) if value else self("nothing")
        if isinstance(value, Mapping):
            if "id" in value:
                return str(value["id"])
            return ", ".join(
                f"{self.plain(key)}: {self.plain(item)}" for key, item in value.items()
            ) or self("nothing")
        return str(value).replace("_", " ")

    def listed(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('and')} {items[-1]}"


@lru_cache(maxsize=4)
def _catalogue(language: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = load(folder("reports") / "locales" / f"{language}.yaml").data
    return data
