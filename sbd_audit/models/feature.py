"""A feature of a service, and what its absence rests on."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from sbd_audit.models.base import Strict, written


class Feature(Strict):
    """Whether the software has a feature; an absence needs a basis someone can check."""

    exists: bool
    basis: str = ""

    __get_pydantic_json_schema__ = written(
        {
            "anyOf": [
                {"const": True},
                {
                    "type": "object",
                    "properties": {"exists": {"type": "boolean"}, "basis": {"type": "string"}},
                    "required": ["exists"],
                    "additionalProperties": False,
                },
            ]
        }
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"exists": data} if isinstance(data, bool) else data

    @model_validator(mode="after")
    def _absence_has_basis(self) -> Feature:
        if not self.exists and len(self.basis) < 10:
            raise ValueError(
                "an absent feature needs a basis: {exists: false, basis: what was looked at, and when}"
            )
        return self
