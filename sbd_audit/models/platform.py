"""A platform file: what one family of software is, and how each capability is performed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sbd_audit.models.base import OneOrMore, Strict
from sbd_audit.models.binding import BindingStep, Extractor, Performance, fits
from sbd_audit.models.document import DocumentSource
from sbd_audit.models.feature import Feature
from sbd_audit.models.shorthand import has_verb, in_one_step, in_steps, spelled_out
from sbd_audit.models.signs import Challenge, Conditions, Locator, LoginWall, Means


class Absence(Strict):
    """Features, capabilities and documents (each with addresses to ask again) the software does not have.

    `basis` says who looked where; `probe` looks again whenever one of the capabilities is asked for. What is
    `elsewhere` is no part of this software, so that nobody can look; `basis` then says where it is.
    """

    features: OneOrMore[str] = ()
    capabilities: OneOrMore[str] = ()
    documents: dict[str, OneOrMore[str]] = {}
    result: str = "not_offered"
    outputs: dict[str, Any] = {}
    elsewhere: bool = False
    basis: str = Field(min_length=10)
    probe: tuple[BindingStep, ...] = ()


class Software(Strict):
    name: str
    versions: str


class Csrf(Strict):
    """How a request-forgery token travels: from a cookie, a page, JSON or a script into a field or header.

    `page` is asked for it when the page before does not hold it.
    """

    cookie: str | None = None
    css: str | None = None
    attr: str = "value"
    json_path: str | None = Field(default=None, alias="json")
    script: str | None = None
    header: str | None = None
    field: str | None = None
    page: str | None = None


class Throttle(Conditions):
    """Signs that the platform asks us to slow down, and where it says for how long.

    One that holds for the account that met it, and for nobody else, is `alone`: the others go on.
    """

    wait_seconds: Extractor | None = None
    wait_milliseconds: Extractor | None = None
    alone: bool = False


class Handles(Strict):
    """What the platform takes for the name of an account."""

    at_most: Annotated[int, Field(ge=12)] = 40
    separator: Literal["-", "_", ".", ""] = "-"


class SignedIn(Strict):
    """A request that proves who is signed in: the value at `json` (or css) equals `is`."""

    get: str
    json_path: str | None = Field(default=None, alias="json")
    css: str | None = None
    equals: str = Field(alias="is")


class Prepare(Strict):
    """Set-up that is never judged: accounts, sessions and relations; the first two perhaps as people do it."""

    account: tuple[BindingStep, ...] | Literal["sign_up"] | None = None
    session: tuple[BindingStep, ...] | Literal["sign_in"] | None = None
    connected: tuple[BindingStep, ...] | None = None
    same_group: tuple[BindingStep, ...] | None = None
    guardian_of: tuple[BindingStep, ...] | None = None
    settled: tuple[BindingStep, ...] | None = None


def _variants(data: Any) -> Any:
    """The ways of a capability: those in a list, one of the steps in a list, or the one there is."""
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return [in_steps(data)] if has_verb(data[0]) else data
    return [in_one_step(data)]


class _AsWritten:
    """The published schema of a capability: one way, a list of ways, or just its steps."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        way = handler(core)["items"]
        steps = {"type": "array", "items": {"type": "object"}}
        return {"anyOf": [way, {"type": "array", "items": way}, steps, {"type": "object"}]}


_STEPS = {"type": "array", "items": {"type": "object"}}


def _shorter(schema: dict[str, Any]) -> None:
    """The published schema also takes the shorter forms, which are spelled out before anything is validated."""
    parts = schema["properties"]
    parts["features"] = {
        "anyOf": [parts["features"], {"type": "array", "items": {"type": "string"}}]
    }
    parts["routines"] = {"type": "object", "additionalProperties": _STEPS}
    parts["absences"] = {
        "type": "array",
        "items": {"type": "object", "properties": {"probe": _STEPS}, "required": ["basis"]},
    }


class Platform(Strict):
    """A whole platform file."""

    model_config = ConfigDict(json_schema_extra=_shorter)

    id: str
    version: int
    title: str
    software: Software
    extends: str | None = None
    notes: tuple[str, ...] = ()
    user_agent: str | None = None
    features: dict[str, Feature] = {}
    vocabulary: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    prepare: Prepare = Prepare()
    signed_in: SignedIn | None = None
    login_wall: LoginWall | None = None
    challenge: Challenge | None = None
    throttled: tuple[Throttle, ...] = ()
    ready: Locator | None = None
    missing_page: str = "/no-such-page-{run}"
    handles: Handles = Handles()
    session_headers: dict[str, str] = {}
    csrf: Csrf | None = None
    rules: dict[str, Means] = {}
    values: dict[str, Extractor] = {}
    routines: dict[str, tuple[BindingStep, ...]] = {}
    absences: tuple[Absence, ...] = ()
    capabilities: dict[str, Annotated[tuple[Performance, ...], _AsWritten()]] = {}
    documents: dict[str, DocumentSource] = {}

    @model_validator(mode="before")
    @classmethod
    def _list_variants(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("capabilities"), dict):
            listed = {name: _variants(value) for name, value in data["capabilities"].items()}
            data = {**data, "capabilities": listed}
        return spelled_out(data)

    @model_validator(mode="after")
    def _routines_are_plain(self) -> Platform:
        for name, steps in self.routines.items():
            if any(step.do is not None for step in steps):
                raise ValueError(f"the routine {name} does another one; write its steps out")
        return self

    def folded_into(self, base: Platform) -> Platform:
        """This file on top of the one it `extends`: tables are merged key by key, the rest is the nearer one's."""
        merged: dict[str, Any] = {}
        for name in Platform.model_fields:
            mine, its = getattr(self, name), getattr(base, name)
            if isinstance(mine, dict):
                merged[name] = {**its, **mine}
            elif name not in self.model_fields_set:
                merged[name] = its
        given = {key: value for key, value in self.prepare if value is not None}
        return self.model_copy(update=merged | {"prepare": base.prepare.model_copy(update=given)})

    def prepares_on_pages(self, settings: Iterable[Mapping[str, Any]]) -> bool:
        """True when accounts, relations or these settings of people are made in a browser."""
        ways = [
            self.performance("change_setting", {"setting": name, "to": value})
            for values in settings
            for name, value in values.items()
        ]
        steps = [step for name in Prepare.model_fields for step in self.set_up(name) or ()]
        return any(way.in_browser for way in ways if way) or any(step.in_browser for step in steps)

    def set_up(self, name: str) -> tuple[BindingStep, ...] | None:
        """The steps of a set-up: its own, or those of the capability it names; None when there are none."""
        steps: tuple[BindingStep, ...] | str | None = getattr(self.prepare, name)
        if isinstance(steps, str):
            way = self.performance(steps, {})
            return way.steps if way else None
        return steps

    def performance(self, capability: str, args: dict[str, Any]) -> Performance | None:
        """The first way whose `when` fits the arguments; None when the capability is not bound."""
        for way in self.capabilities.get(capability, ()):
            if fits(way.when, args):
                return way
        return None
