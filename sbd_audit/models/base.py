"""What every definition model shares: strictness, and errors that say where and what would be accepted."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from sbd_audit.errors import DefinitionError, Problem, did_you_mean
from sbd_audit.source import Source


class Strict(BaseModel):
    """A frozen model that refuses unknown keys and suggests the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            known = {info.alias or name for name, info in cls.model_fields.items()}
            for key in data:
                if key not in known and key not in cls.model_fields:
                    raise PydanticCustomError(
                        "unknown_key",
                        "unknown key {key}",
                        {"key": str(key), "accepted": did_you_mean(str(key), known)},
                    )
        return data

    @classmethod
    def read(cls, source: Source) -> Self:
        """The model of a loaded file; raises `DefinitionError` naming every place that is wrong."""
        return validated(cls, source.data, source, ())


Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], data: Any, source: Source, keys: tuple[Hashable, ...]) -> Model:
    """`data`, which stands at `keys` of `source`, as a model; problems carry their position."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(_problem(item, source, keys) for item in error.errors()) from None


def _problem(item: Any, source: Source, keys: tuple[Hashable, ...]) -> Problem:
    loc: tuple[Hashable, ...] = (*keys, *item["loc"])
    kind, context = item["type"], item.get("ctx", {})
    name = ".".join(str(part) for part in item["loc"] if isinstance(part, str)) or "the file"
    if kind == "unknown_key":
        return source.problem(
            (*loc, context["key"]), f"unknown key {context['key']}", context["accepted"]
        )
    if kind == "missing":
        return source.problem(loc[:-1], f"missing key {item['loc'][-1]}")
    if kind in ("literal_error", "enum"):
        return source.problem(
            loc, f"{name} cannot be {item['input']!r}", f"accepted: {context['expected']}"
        )
    if kind == "value_error":
        return source.problem(loc, str(context["error"]))
    if kind in ("model_type", "dict_type"):
        return source.problem(loc, f"{name} should be a mapping, not {item['input']!r}")
    if kind == "custom" or "accepted" in context:
        return source.problem(loc, item["msg"], str(context.get("accepted", "")))
    return source.problem(loc, f"{name}: {item['msg'].lower()}", f"found {item['input']!r}")


def _fraction(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal | Fraction):
        raise ValueError(
            f"{value!r} is not a number; write a whole number or a decimal such as 0.6"
        )
    try:
        return Fraction(value)
    except (ValueError, InvalidOperation):
        raise ValueError(f"{value!r} is not a number; write a decimal such as 0.6") from None


Exact = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    WithJsonSchema({"type": ["integer", "string", "number"]}),
]
"""An exact number: written as a decimal in YAML, never a binary float."""


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) or value is None else [value]


class _AlsoAlone:
    """Tells the published JSON Schema that a list may be written as a single value."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        listed = handler(core)
        return {"anyOf": [listed, listed.get("items", {})]}


T = TypeVar("T")
OneOrMore = Annotated[tuple[T, ...], BeforeValidator(_listed), _AlsoAlone()]
"""One value, or a list of them."""


def written(schema: dict[str, Any]) -> Any:
    """For a model whose YAML form is shorter than its parts: what the published schema says of it."""

    def of(cls: type, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return schema

    return classmethod(of)
