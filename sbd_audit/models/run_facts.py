"""What results.json says of the run itself: who, where, when, with which key, and what it met and left."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sbd_audit.models.base import Strict

Decimal = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Stamp = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$")
]
"""A UTC time stamp, RFC 3339."""
Conclusion = Literal[
    "met", "met with comments", "not met", "cannot conclude", "not applicable", "not in force"
]


class Signing(Strict):
    """Whose key signs the bundle, as the signer says; `self_made` when only its maker vouches for it."""

    algorithm: Literal["Ed25519"]
    keyid: str
    public_key: str
    name: str
    made: str
    made_at: str
    self_made: bool


class EarlierRun(Strict):
    """A run before this one on the same target; `sealed` is None when it was never finished."""

    run: str
    planned_at: str
    plan: str
    sealed: str | None


class EarlierRuns(Strict):
    """Runs the signer began before on the same target under the same profiles; the `last` of them."""

    count: int
    last: tuple[EarlierRun, ...]


class RunFacts(Strict):
    id: str
    started_at: Stamp
    finished_at: Stamp | None
    engine: str
    operator: str | None
    edition: Literal["regulator", "platform", "public"]
    browser: str | None
    user_agent: str
    requests: int
    signing: Signing | None = None
    earlier_runs: EarlierRuns | None = None


class PlatformFacts(Strict):
    id: str
    title: str
    kind: str
    market: str
    languages: tuple[str, ...]


class TargetFacts(Strict):
    id: str
    title: str
    base_url: str
    kinds: tuple[str, ...]
    authorisation: dict[str, Any] | None
    facts: dict[str, Any]


class ProfileFacts(Strict):
    id: str
    version: str
    title: str
    summary: str
    notes: tuple[str, ...]
    sha256: str


class Deviation(Strict):
    kind: str
    says: str


class Refusal(Strict):
    origin: str
    kind: str
    count: int


class LeftBehind(Strict):
    account: str
    persona: str
    says: str


class Exhibit(Strict):
    media_type: str
    bytes: int
    says: str


class SurfaceRow(Strict):
    """One thing that was looked for on public pages; `where` is its address, `notes` what else was seen of it."""

    what: str
    state: Literal["found", "not_found", "unclear"]
    says: str
    where: str = ""
    notes: tuple[str, ...] = ()


class SurfacePage(Strict):
    """An address a scan asked for: how, and what came; `sha256` is of the page as it came."""

    url: str
    through: Literal["http", "browser"]
    came: str
    sha256: str = ""


class Surface(Strict):
    """What a scan found on the public pages of a site, and where it looked."""

    address: str
    site: str
    looked_at: int
    most_pages: int
    requests_per_second: Decimal
    browser: bool
    rows: tuple[SurfaceRow, ...]
    pages: tuple[SurfacePage, ...]
    unseen: tuple[str, ...]


class Withheld(Strict):
    """A part an edition does not show: where it stood, why, and the commitment that stands for it."""

    path: str
    kind: Literal["pii", "security", "evidence", "exhibit"] = Field(alias="class")
    commitment: str
