"""The one strict YAML loader.

Duplicate keys, tags, anchors, aliases and words that YAML 1.1 reads as booleans (``NO``, ``off``) are
errors with ``file:line:column``. Only ``true``, ``false``, ``null`` and whole numbers are typed; all other
text stays text, so ``2026.1`` is no float and ``2024-06-01`` no date. Decimals are read by the models.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sbd_audit.errors import DefinitionError, Place, Problem, UsageError

MAX_DEPTH = 40
MAX_BYTES = 4_000_000
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_AMBIGUOUS = {
    "y",
    "n",
    "yes",
    "no",
    "on",
    "off",
    "~",
    "True",
    "False",
    "TRUE",
    "FALSE",
    "Null",
    "NULL",
}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Keys = tuple[Hashable, ...]


@dataclass(frozen=True)
class Source:
    """A loaded file: plain `data` and where each part of it stands."""

    path: Path
    data: Any
    marks: dict[Keys, tuple[int, int]] = field(repr=False)

    def place(self, *keys: Hashable) -> Place:
        """The position of the part at `keys`, or of the nearest part around it.

        Keys that are not in the data (such as the union branches pydantic reports) are skipped.
        """
        known: Keys = ()
        for key in keys:
            if (*known, key) in self.marks:
                known = (*known, key)
        line, column = self.marks.get(known, (0, 0))
        return Place(self.path, line, column)

    def problem(self, keys: Keys, what: str, accepted: str = "") -> Problem:
        return Problem(self.place(*keys), what, accepted)


def load(path: Path) -> Source:
    """Reads one YAML file.

    Raises `UsageError` if it cannot be read and `DefinitionError` if it is not strict YAML.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Source:
    """Reads YAML `text` as if it stood in `path`."""
    return _Builder(path).build(text)


class _Builder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.marks: dict[Keys, tuple[int, int]] = {}
        self.events: Iterator[Any] = iter(())

    def build(self, text: str) -> Source:
        try:
            self.events = yaml.parse(text, Loader=_Loader)
            self._next()  # stream start
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                raise DefinitionError([Problem(Place(self.path), "the file is empty")])
            data = self._value(self._next(), (), 0)
            self._next()  # document end
            event = self._next()
            if not isinstance(event, yaml.StreamEndEvent):
                raise self._error(event, "a second document in one file", "one document a file")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path)
            what = error.problem or "not YAML"
            raise DefinitionError([Problem(place, f"not valid YAML: {what}")]) from None
        except yaml.YAMLError as error:
            what = str(error).splitlines()[0]
            raise DefinitionError([Problem(Place(self.path), f"not valid YAML: {what}")]) from None
        return Source(self.path, data, self.marks)

    def _next(self) -> Any:
        return next(self.events)

    def _error(self, event: Any, what: str, accepted: str = "") -> DefinitionError:
        mark = event.start_mark
        return DefinitionError(
            [Problem(Place(self.path, mark.line + 1, mark.column + 1), what, accepted)]
        )

    def _value(self, event: Any, keys: Keys, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            raise self._error(event, f"the alias *{event.anchor}", "write the value out")
        if event.anchor is not None:
            raise self._error(event, f"the anchor &{event.anchor}", "write the value out")
        if event.tag is not None:
            raise self._error(event, f"the tag {event.tag}", "plain text, quoted where needed")
        if depth > MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} deep")
        self.marks.setdefault(keys, (event.start_mark.line + 1, event.start_mark.column + 1))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(keys, depth)
        return self._mapping(keys, depth)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.style not in (None, ""):
            return text
        if text in ("true", "false"):
            return text == "true"
        if text == "null":
            return None
        if text == "":
            raise self._error(
                event, "an empty value", 'write "" for empty text, or leave the key out'
            )
        if text in _AMBIGUOUS or text.lower() in ("yes", "no", "on", "off"):
            raise self._error(
                event, f"{text} could be a truth value or a word", f'write true, false or "{text}"'
            )
        return int(text) if _INTEGER.fullmatch(text) else text

    def _sequence(self, keys: Keys, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*keys, len(items)), depth + 1))
        return items

    def _mapping(self, keys: Keys, depth: int) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(event, "a key that is a list or a mapping", "a word")
            mark: Any = event.start_mark
            key = event.value if event.style not in (None, "") else self._scalar(event)
            if isinstance(key, bool) or key is None:
                key = event.value
            if key in mapping:
                line = self.marks[(*keys, key)][0]
                raise self._error(event, f"the key {key} stands twice, first on line {line}")
            self.marks[(*keys, key)] = (mark.line + 1, mark.column + 1)
            mapping[key] = self._value(self._next(), (*keys, key), depth + 1)
        return mapping
