"""The vocabulary checks and platform bindings share, loaded as data from ``checks/vocabulary``.

It holds capabilities with typed arguments, a closed set of result words and typed outputs; ordered
settings; features, reasons, contacts, documents and statements. Nothing here knows a platform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from sbd_audit.errors import DefinitionError, Problem, did_you_mean
from sbd_audit.models.base import Strict, validated
from sbd_audit.models.persona import Persona
from sbd_audit.source import Source, load

UNREACHABLE = "unreachable"
_NUMBERS = {
    "count",
    "number",
    "interactions",
    "minutes",
    "hours",
    "days",
    "seconds",
    "grade",
    "share",
}
_CONTAINER = re.compile(r"(list|map)\[(.+)\]")


class Capability(Strict):
    """A platform-neutral operation: its arguments, the words it may answer with, and what it gives."""

    effect: Literal["read", "act"]
    least: Literal["public", "documents", "accounts", "sandbox"]
    says: str
    args: dict[str, str] = {}
    results: tuple[str, ...]
    works: tuple[str, ...]
    outputs: dict[str, str] = {}
    state: str = ""
    harmless: str = ""
    since_last_look: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """All closed lists, by name; `tables` holds those that only map a word to its meaning."""

    capabilities: Mapping[str, Capability]
    inconclusive: Mapping[str, str]
    settings: Mapping[str, tuple[str, ...]]
    enums: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Mapping[str, Any]]
    personas: Mapping[str, Persona]
    groups: Mapping[str, tuple[str, ...]]
    people: Mapping[str, Any]
    referrals: Mapping[str, Mapping[str, Any]]

    @property
    def helplines(self) -> tuple[str, ...]:
        """The published telephone numbers of services that help; nobody's personal data."""
        services = self.referrals.values()
        return tuple(number for service in services for number in service.get("phone") or ())

    def words(self, kind: str) -> frozenset[str] | None:
        """The closed list behind a type name; None where any text is accepted."""
        if kind in self.enums:
            return frozenset(self.enums[kind])
        table = {"reason": "report_reasons", "feature": "features"}.get(kind, f"{kind}s")
        if kind == "setting":
            return frozenset(self.settings)
        if kind == "setting_value":
            return frozenset(word for words in self.settings.values() for word in words)
        if kind == "surface":
            return frozenset(self.tables["surfaces"])
        if kind == "statement_level":
            return frozenset(self.tables["statement_levels"])
        if kind == "fixture":
            return None
        return frozenset(self.tables[table]) if table in self.tables else None

    def members(self, persona: str) -> tuple[str, ...]:
        """The personas of a group, or the persona itself."""
        return self.groups.get(persona, (persona,))

    def crowd(self, role: str, persona: str) -> tuple[str, ...]:
        """The names of those who play a role: ``many_1``, ``many_2`` … for a crowd, else the role alone."""
        known = self.personas.get(persona)
        count = known.count if known else 1
        return tuple(f"{role}_{n}" for n in range(1, count + 1)) if count > 1 else (role,)

    def misfit(self, kind: str, value: Any) -> str:
        """What is wrong with `value` as an output of type `kind`; empty when nothing is."""
        container = _CONTAINER.fullmatch(kind)
        if container and container[1] == "list":
            if not isinstance(value, list):
                return f"{value!r} is not a list"
            return next((bad for item in value if (bad := self.misfit(container[2], item))), "")
        if container:
            if not isinstance(value, dict):
                return f"{value!r} is not a mapping"
            keys, values = (part.strip() for part in container[2].split(","))
            pairs = [(keys, key) for key in value] + [(values, item) for item in value.values()]
            return next((bad for part, item in pairs if (bad := self.misfit(part, item))), "")
        if kind == "boolean":
            return "" if isinstance(value, bool) else f"{value!r} is not true or false"
        if kind in _NUMBERS:
            return "" if number(value) is not None else f"{value!r} is not a number"
        if kind == "item":
            return "" if isinstance(value, str | dict) else f"{value!r} is not an item"
        words = self.words(kind)
        if words is not None and str(value) not in words:
            return f"{value!r} is no {kind.replace('_', ' ')} ({did_you_mean(str(value), words)})"
        return "" if isinstance(value, str | int) else f"{value!r} is not text"

    def misfits(self, name: str, result: str, outputs: Mapping[str, Any]) -> list[str]:
        """Everything that breaks the capability's contract in one recorded performance of it."""
        capability = self.capabilities[name]
        if result in self.inconclusive:
            return []
        if result not in capability.results:
            return [f"{name} cannot answer {result} ({did_you_mean(result, capability.results)})"]
        wrong = []
        for output, value in outputs.items():
            kind = capability.outputs.get(output)
            if kind is None:
                wrong.append(
                    f"{name} has no output {output} ({did_you_mean(output, capability.outputs)})"
                )
            elif bad := self.misfit(kind, value):
                wrong.append(f"{name}.{output}: {bad}")
        return wrong


def number(value: Any) -> Fraction | float | None:
    """A count, or decimal text, as an exact number; "unreachable" is infinite; anything else is None."""
    if value == UNREACHABLE:
        return float("inf")
    if isinstance(value, bool) or not isinstance(value, int | str | Fraction):
        return None
    try:
        return Fraction(value)
    except ValueError:
        return None


def load_vocabulary(folder: Path) -> Vocabulary:
    """Reads every file of the vocabulary folder; a key that stands in two files is an error."""
    parts: dict[str, Any] = {}
    origin: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yaml")):
        source = load(path)
        for key, value in source.data.items():
            if key in ("version", "id", "title", "notes"):
                continue
            if key in origin:
                raise DefinitionError(
                    [source.problem((key,), f"{key} stands in {origin[key].path.name} too")]
                )
            parts[key], origin[key] = value, source
    needed = ("capabilities", "inconclusive", "settings", "enums", "personas", "groups", "services")
    if absent := [key for key in needed if key not in parts]:
        raise DefinitionError(
            [Problem(Source(folder, None, {}).place(), f"no file defines {absent[0]}")]
        )
    capabilities = {
        name: validated(Capability, data, origin["capabilities"], ("capabilities", name))
        for name, data in parts["capabilities"].items()
    }
    rest = {key: parts[key] for key in parts if key not in needed}
    return Vocabulary(
        capabilities=capabilities,
        inconclusive=parts["inconclusive"],
        settings={name: tuple(map(str, words)) for name, words in parts["settings"].items()},
        enums={name: tuple(map(str, words)) for name, words in parts["enums"].items()},
        tables={
            key: {str(word): "" for word in value} if isinstance(value, list) else value
            for key, value in rest.items()
            if isinstance(value, list | dict)
        },
        personas={
            name: validated(Persona, data, origin["personas"], ("personas", name))
            for name, data in parts["personas"].items()
        },
        groups={name: tuple(members) for name, members in parts["groups"].items()},
        people={key: parts.get(key) for key in ("rules", "locale", "fields")},
        referrals={service["id"]: service for service in parts["services"]},
    )
