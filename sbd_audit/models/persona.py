"""An invented person a check may use: a situation, never somebody real (``checks/vocabulary/personas.yaml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sbd_audit.models.base import Strict


class AgeFrom(Strict):
    """An age that hangs on a parameter of the check, such as one year under the minimum age."""

    parameter: str = Field(alias="from")
    plus: int


class Persona(Strict):
    """Who it is, how old, and in which part; `paired` is as old as the account it belongs to."""

    age: int | Literal["none", "paired"] | AgeFrom
    says: str = Field(alias="is")
    role: str
    band: str = ""
    gender: str = ""
    knows: str = "none"
    public_life: str = ""
    count: int = 1
