"""The published JSON Schema of a transparency file, made from the model, and where a file departs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from sbd_audit.errors import did_you_mean
from sbd_audit.models.figures import FiguresModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST = 200
"""Departures that are told one by one."""
_UNITS = {
    "count": {"type": ["integer", "null"], "minimum": 0},
    "ratio": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "hours": {"type": ["number", "null"], "minimum": 0},
}


@dataclass(frozen=True)
class Break:
    """Where a file breaks a rule: which, a JSON pointer into the file, and what was seen there."""

    rule: str
    pointer: str
    says: str


def schema(model: FiguresModel) -> dict[str, Any]:
    """The whole schema, as it is published."""
    parts = _parts(model)
    observation = dict(parts["observation"])
    observation["allOf"] = [
        *observation["allOf"],
        *(
            {
                "if": {"properties": {"metric": {"const": name}}, "required": ["metric"]},
                "then": _figure(model, name),
            }
            for name in model.metrics
        ),
    ]
    return {
        "$schema": DIALECT,
        "$id": f"urn:{model.model.replace('/', ':')}",
        "title": model.title,
        **model.shape,
        "$defs": {**parts, "observation": observation},
    }


class Held:
    """A file held against the model.

    Rows are held against the common shape and their own figure's, not against every other figure's condition
    as well: the same verdict as the published schema, in a fraction of the time.
    """

    def __init__(self, model: FiguresModel) -> None:
        self._model = model
        parts = _parts(model)
        rows = {**model.shape["properties"]["observations"], "items": True}
        shape = {
            **model.shape,
            "properties": {**model.shape["properties"], "observations": rows},
        }
        self._file = _validator(shape, parts)
        self._row = _validator({"$ref": "#/$defs/observation"}, parts)
        self._figures = {name: _validator(_figure(model, name), parts) for name in model.metrics}

    def breaks(self, data: Mapping[str, Any]) -> list[Break]:
        """Every departure, in the order of the file, as far as `MOST`."""
        return list(islice(self._breaks(data), MOST))

    def _breaks(self, data: Mapping[str, Any]) -> Iterator[Break]:
        for error in _sorted(self._file.iter_errors(data)):
            yield _told(error, [])
        rows = data.get("observations")
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            before = ["observations", index]
            errors = list(self._row.iter_errors(row))
            metric = row.get("metric") if isinstance(row, dict) else None
            if isinstance(metric, str) and metric in self._figures:
                errors += self._figures[metric].iter_errors(row)
            for error in _sorted(errors):
                yield _told(error, before)


def _validator(part: Mapping[str, Any], parts: Mapping[str, Any]) -> Draft202012Validator:
    """A validator with every reference replaced by what it refers to: looking each up takes most of the time."""
    return Draft202012Validator(_inlined(part, parts), format_checker=FormatChecker(["date"]))


def _inlined(part: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        if ref := part.get("$ref"):
            return _inlined(parts[ref.removeprefix("#/$defs/")], parts)
        return {key: _inlined(value, parts) for key, value in part.items()}
    return [_inlined(each, parts) for each in part] if isinstance(part, list) else part


def _parts(model: FiguresModel) -> dict[str, Any]:
    """The named parts of the schema: the model's own, and one for each dimension."""
    closed = {name: {"enum": list(words)} for name, words in model.words.items()}
    patterns = {
        name: {"type": "string", "maxLength": 60, "pattern": pattern}
        for name, pattern in model.patterns.items()
    }
    dims = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in (*closed, *patterns)},
    }
    return {
        **closed,
        **patterns,
        **model.parts,
        "model": {"const": model.model},
        "metric": {"enum": list(model.metrics)},
        "dims": dims,
    }


def _figure(model: FiguresModel, name: str) -> dict[str, Any]:
    """What one figure adds: its unit, its dimensions, and their words."""
    metric = model.metrics[name]
    dims: dict[str, Any] = {"propertyNames": {"enum": list(metric.dims)}}
    if "stat" in metric.dims:
        dims["required"] = ["stat"]
    if metric.only:
        dims["properties"] = {dim: {"enum": list(words)} for dim, words in metric.only.items()}
    return {"properties": {"value": _UNITS[metric.unit], "dims": dims}}


def _sorted(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """In the order of the file; a mistake that breaks two conditions is told once."""
    unique = {(tuple(map(str, e.absolute_path)), e.validator, _says(e)): e for e in errors}
    return sorted(unique.values(), key=lambda e: [(str(type(p)), p) for p in e.absolute_path])


def _told(error: ValidationError, before: list[Any]) -> Break:
    return Break("model", pointer(*before, *error.absolute_path), _says(error))


def pointer(*steps: Any) -> str:
    """A JSON pointer (RFC 6901); the whole file is the empty one, shown as /."""
    told = "".join("/" + str(step)[:80].replace("~", "~0").replace("/", "~1") for step in steps)
    return told or "/"


def _says(error: ValidationError) -> str:
    asked: Any = error.validator_value
    value: Any = error.instance
    shape: Any = error.schema
    seen = _short(value)
    match error.validator:
        case "required":
            return f"{error.message.split(' is a required')[0]} is missing".replace("'", "")
        case "additionalProperties":
            known = shape.get("properties", {})
            extra = next((name for name in value if name not in known), "")
            return f"{extra[:60]} is no key of the model ({did_you_mean(extra[:60], known)})"
        case "enum":
            return f"{seen} is not accepted ({did_you_mean(str(value)[:60], map(str, asked))})"
        case "const":
            return f"{seen} is not accepted; it has to be {_short(asked)}"
        case "type":
            wanted = " or ".join(asked) if isinstance(asked, list) else asked
            return f"{seen} is not of type {wanted}"
        case "minimum" | "maximum":
            return f"{seen} is {'below' if error.validator == 'minimum' else 'above'} {asked}"
        case "format":
            return f"{seen} is no {asked}"
        case "pattern":
            return f"{seen} does not look as it should ({asked})"
        case "minItems" | "maxItems" | "minLength" | "maxLength":
            size = len(value)
            return f"{size} {'is fewer' if 'min' in error.validator else 'are more'} than {asked}"
    return f"{seen} is not accepted"


def _short(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    text = (
        {True: "true", False: "false", None: "null"}.get(value)
        if isinstance(value, bool) or value is None
        else str(value)
    )
    return f"{text[:60]}…" if text and len(text) > 60 else f"{text}"
