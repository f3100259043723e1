"""A target file: one deployment to audit, what may be done to it, and on whose authority."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from sbd_audit.models.base import Exact, Strict
from sbd_audit.models.check import Environment
from sbd_audit.models.document import DocumentSource
from sbd_audit.models.feature import Feature


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("write a date and time with a zone, such as 2026-12-31T23:59:59+03:00")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no time zone; write one, such as {value}+03:00")
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Fact(Strict):
    """Something the operator states about the service, with what it rests on."""

    value: Any
    basis: str = Field(min_length=5)


class Authorisation(Strict):
    """Who allowed the audit, under which reference, what it covers and until when."""

    by: str = Field(min_length=3)
    reference: str = Field(min_length=3)
    covers: tuple[Environment, ...]
    since: Moment = Field(alias="from")
    until: Moment
    reports: int = 5


class SuppliedAccount(Strict):
    """A login the operator handed over; the password is named by environment variable, never written."""

    persona: str
    handle: str
    password_env: str = Field(pattern=r"[A-Z][A-Z0-9_]+")
    email: str | None = None
    display_name: str | None = None
    state: Literal["new", "settled"] = "settled"


class Limits(Strict):
    """How gently the target is treated: requests a second, seconds a step, seconds an absence is watched.

    `back_off_seconds` is how long the whole run may wait because the platform asks it to slow down.
    """

    requests_per_second: Exact = Fraction(20)
    workers: Annotated[int, Field(ge=1, le=32)] = 4
    step_seconds: Annotated[int, Field(ge=1, le=300)] = 15
    watch_seconds: Annotated[int, Field(ge=0, le=3600)] = 600
    back_off_seconds: Annotated[int, Field(ge=0, le=3600)] = 120
    requests: Annotated[int, Field(ge=1)] = 20000


class Target(Strict):
    """One deployment of a platform."""

    id: str
    platform: str
    title: str
    base_url: str
    kind: str = "social network"
    market: str = Field(pattern=r"[A-Z]{2}")
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    kinds: Annotated[tuple[Literal["platform", "isp", "mno", "licensee"], ...], Field(min_length=1)]
    facts: dict[str, Fact] = {}
    features: dict[str, Feature] = {}
    """Where this deployment differs from what the software can do: a part switched off, with the basis."""
    origins: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Addresses the site believes to be its own, as in links and redirects; asked at `base_url` instead."""
    accounts: tuple[SuppliedAccount, ...] = ()
    documents: dict[str, DocumentSource] = {}
    attestations: str | None = None
    """A file of answers and decisions by named people, beside this one."""
    mail_folder: str | None = None
    fixtures: dict[str, str] = {}
    parameters: dict[str, Fact] = {}
    limits: Limits = Limits()
    authorisation: Authorisation | None = None

    @model_validator(mode="after")
    def _http_only(self) -> Target:
        for url in (self.base_url, *self.origins, *self.aliases):
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"{url} is not an http or https address")
        return self

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """``scheme://host:port`` of everything the audit may ask."""
        return tuple(dict.fromkeys(origin(url) for url in (self.base_url, *self.origins)))


def origin(url: str) -> str:
    """The origin of a URL with its port written out, lower case."""
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    port = parts.port or (443 if scheme == "https" else 80)
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}"
