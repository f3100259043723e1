"""The words of a report, by language, from ``reports/locales``; sentences are whole, never glued together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sbd_audit.errors import UsageError, did_you_mean
from sbd_audit.resources import folder
from sbd_audit.source import load


class Words:
    """One language's catalogue; a missing key is a `KeyError`, so nothing is shown untranslated by accident."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.catalogue: Mapping[str, Any] = _catalogue(language)

    def __call__(self, key: str, **values: Any) -> str:
        return str(self.catalogue["sentences"][key]).format(**values)

    def count(self, key: str, number: int, **values: Any) -> str:
        """The sentence for a number; ``<key>_one`` is the one for 1."""
        return self(f"{key}_one" if number == 1 else key, count=number, **values)

    def term(self, kind: str, name: str) -> str:
        """The word for a name of a closed list, such as ``term("levels", "shall")``."""
        return str(self.catalogue[kind][name])

    def known(self, kind: str, name: str) -> str:
        """The word for a name of an open list; a name without one is shown as it is, in plain letters."""
        return str(self.catalogue[kind].get(name, name.replace("_", " ")))

    def outcome(self, name: str) -> str:
        return self.term("outcomes", name)

    def pillar(self, name: str) -> str:
        return self.term("pillars", name)

    def severity(self, name: str) -> str:
        return self.term("severities", name)

    def persona(self, name: str) -> str:
        return self.known("personas", name)

    def reason(self, name: str) -> str:
        return self.term("reasons", name)

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
        text = str(value)
        if text[:1] == "{" and text[-1:] == "}":
            step, _, part = text[1:-1].partition(".")
            return self("from_step", step=self.plain(step), part=self.plain(part or step))
        return text.replace("_", " ")

    def listed(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('and')} {items[-1]}"

    def date(self, moment: str) -> str:
        """The day of an ISO moment, such as 24 November 2026; what is not a moment is given back."""
        year, month, day = [*moment[:10].split("-"), "", ""][:3]
        if not (year.isdigit() and day.isdigit() and month in self.catalogue["months"]):
            return moment
        return self("date", day=int(day), month=self.catalogue["months"][month], year=year)

    def moment(self, moment: str) -> str:
        """Day and time of a UTC moment, to the minute."""
        if "T" not in moment:
            return self.date(moment)
        return self("moment", day=self.date(moment), time=moment[11:16])

    def size(self, count: int) -> str:
        """A number of bytes, in kilobytes of 1,000 from there on."""
        if count < 1000:
            return self("bytes", count=count)
        return self("kilobytes", count=f"{count / 1000:.1f}")


@lru_cache(maxsize=4)
def _catalogue(language: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = load(folder("reports") / "locales" / f"{language}.yaml").data
    return data


def languages() -> list[str]:
    """Every language there are words for."""
    return sorted(path.stem for path in (folder("reports") / "locales").glob("*.yaml"))


def known_language(name: str) -> str:
    """`name`, when there are words in it; raises `UsageError` otherwise."""
    if name not in languages():
        raise UsageError(
            f"no report in {name} — {did_you_mean(name, languages(), what='there is')}"
        )
    return name
