"""The binding language: steps, elements, values and rules, as a platform file writes them.

It performs and reports; it never judges. Described with an example for every key in
``docs/reference/bindings.md``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from sbd_audit.models.base import OneOrMore, Strict
from sbd_audit.models.signs import Conditions, Locator, Means

HTTP_VERBS = ("get", "post", "put", "patch", "delete")
BROWSER_VERBS = (
    "open",
    "click",
    "press",
    "fill",
    "select",
    "check",
    "hover",
    "wait_for",
    "absent",
    "start_count",
    "keyboard",
    "go_by_keyboard",
    "scan",
    "see",
)
VERBS = (*HTTP_VERBS, "mail", "do", *BROWSER_VERBS)
Gets = str  # exists · count · text · texts · value · values · checked · attr:NAME · attrs:NAME


class Weight(Strict):
    """Two choices to compare: how much louder `of` is than `over`."""

    of: Locator
    over: Locator


class Between(Strict):
    """Two times a page states (CSS of elements with a machine-readable ``datetime``)."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")


class Share(Strict):
    """Parts of a page (CSS) to compare with those of a page kept by name, which is in another language."""

    of: str
    against: str


class Extractor(Strict):
    """Where one value comes from, and how it is turned into our words."""

    # sources: exactly one
    json_path: str | None = Field(default=None, alias="json")
    css: str | None = None
    header: str | None = None
    cookie: str | None = None
    script: str | None = None
    status: Literal[True] | None = None
    url: Literal[True] | None = None
    value: Any = None
    template: str | None = None
    locator: Locator | None = None
    interactions: Literal[True] | None = None
    requests: Literal[True] | None = None
    keyboard: Literal[True] | None = None
    elapsed_minutes: Literal[True] | Between | None = None
    scan: Literal["serious_issues", "keyboard_complete", "fits_360px", "slowest_step"] | None = None
    together: tuple[str, ...] | None = None
    language_share: Share | None = None
    language: Literal[True] | Locator | None = None
    grade: Locator | str | None = None
    any_text: OneOrMore[str] | None = None
    contacts: Literal[True] | Locator | None = None
    weight: Weight | None = None
    broken_links: Literal[True] | Locator | None = None
    people: Literal[True] | None = None
    own_picture: Literal[True] | None = None
    located: Literal[True] | None = None
    permissions: Literal[True] | None = None
    network: Literal["calls", "trackers", "advertising_ids"] | None = None
    item: dict[str, Any] | None = None
    # details of the source
    of: str | None = None
    every: bool = False
    attr: str | None = None
    get: Gets = "text"
    # transforms, in this order
    split: str | None = None
    map: str | None = None
    among: str | None = None
    share: Literal[True] | None = None
    contains: OneOrMore[str] | None = None
    equals: Any = Field(default=None, alias="is")
    differs: Any = Field(default=None, alias="not")
    exists: bool | None = None
    count: bool | None = None
    default: Any = None

    @model_validator(mode="after")
    def _one_source(self) -> Extractor:
        given = [name for name in SOURCES if name in self.model_fields_set]
        if len(given) != 1:
            names = ", ".join("json" if name == "json_path" else name for name in SOURCES)
            raise ValueError(
                f"a value comes from exactly one source, found {len(given)}; accepted: {names}"
            )
        return self


SOURCES = (
    "json_path",
    "css",
    "header",
    "cookie",
    "script",
    "status",
    "url",
    "value",
    "template",
    "locator",
    "interactions",
    "requests",
    "keyboard",
    "elapsed_minutes",
    "scan",
    "together",
    "language_share",
    "language",
    "grade",
    "any_text",
    "contacts",
    "weight",
    "broken_links",
    "people",
    "own_picture",
    "located",
    "permissions",
    "network",
    "item",
)


class Eventually(Strict):
    """Repeat a read, or open a page again, until a condition holds or the time (seconds, or "{seconds}") is over."""

    within: int | str
    until: Conditions
    every: int = 1


class Mail(Strict):
    """A link in the newest mail to an address; its path becomes ``{mail.link}``."""

    to: str
    link: str


class BindingStep(Strict):
    """One line of a binding: exactly one verb, and what goes with it."""

    # http verbs
    get: str | None = None
    post: str | None = None
    put: str | None = None
    patch: str | None = None
    delete: str | None = None
    # mail the operator offers as files
    mail: Mail | None = None
    # the steps of a routine of the platform file, in place of this one
    do: str | None = None
    # browser verbs
    open: str | None = None
    click: Locator | None = None
    press: str | None = None
    fill: dict[str, Any] | None = None
    select: dict[str, Any] | None = None
    check: Locator | None = None
    hover: Locator | None = None
    wait_for: Locator | None = None
    absent: Locator | None = None
    start_count: Literal[True] | None = None
    keyboard: Locator | None = None
    go_by_keyboard: Locator | None = None
    scan: Literal[True] | None = None
    see: Locator | None = None
    # with http verbs
    json_body: Any = Field(default=None, alias="json")
    form: dict[str, Any] | None = None
    query: dict[str, Any] | None = None
    headers: dict[str, str] | None = None
    files: dict[str, str] | None = None
    body: str | None = None
    submit: Locator | str | None = None
    means: tuple[Means, ...] = ()
    eventually: Eventually | None = None
    repeat: int | str | None = None
    allow: OneOrMore[int] = ()
    # with browser verbs
    missing: str | None = None
    optional: bool = False
    dialog: Literal["accept", "dismiss"] = "dismiss"
    at: Locator | None = None
    # with any
    actor: str | None = Field(default=None, alias="as")
    device: str | None = None
    when: dict[str, OneOrMore[Any]] | None = None
    name: str | None = None
    extract: dict[str, Extractor] = {}
    save: dict[str, Extractor] = {}

    @model_validator(mode="after")
    def _one_verb(self) -> BindingStep:
        verbs = [verb for verb in VERBS if getattr(self, verb) is not None]
        if len(verbs) != 1:
            raise ValueError(
                f"a step has exactly one verb, found {', '.join(verbs) or 'none'}; accepted: {', '.join(VERBS)}"
            )
        return self

    @property
    def verb(self) -> str:
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @property
    def in_browser(self) -> bool:
        return self.verb in BROWSER_VERBS


class Fixed(Strict):
    """An answer that is a fact of the software and has no switch to read; it needs a basis.

    `probe` are steps that look for what is said not to be there; what they meet instead makes it unmapped.
    """

    result: str
    outputs: dict[str, Any] = {}
    basis: str = Field(min_length=10)
    probe: tuple[BindingStep, ...] = ()


class Performance(Strict):
    """One way to perform a capability; `when` limits it to certain arguments.

    `elsewhere` says where that which it looks at is, when it is no part of this software: nobody can look.
    `not_located` says where it was looked for and not found, which does not show that it is not there.
    `leaves_open` says why an output is not among the outputs.
    """

    when: dict[str, OneOrMore[Any]] | None = None
    steps: tuple[BindingStep, ...] = ()
    fixed: Fixed | None = None
    python: str | None = Field(default=None, pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")
    elsewhere: str | None = Field(default=None, min_length=10)
    not_located: str | None = Field(default=None, min_length=10)
    result: str | None = None
    outputs: dict[str, Extractor] = {}
    leaves_open: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"steps": data} if isinstance(data, list) else data

    @model_validator(mode="after")
    def _one_way(self) -> Performance:
        told = (self.fixed, self.python, self.elsewhere, self.not_located)
        if bool(self.steps) + sum(way is not None for way in told) != 1:
            raise ValueError(
                "a performance has exactly one of steps, fixed, python, elsewhere or not_located"
            )
        return self

    @property
    def in_browser(self) -> bool:
        probe = self.fixed.probe if self.fixed else ()
        return any(step.in_browser for step in (*self.steps, *probe))


def fits(when: dict[str, Any] | None, args: dict[str, Any]) -> bool:
    """True when every named argument has one of the listed values; `"*"` is any value, but some."""
    return all(
        _word(args.get(name)) in {_word(value) for value in values}
        or ("*" in values and args.get(name) is not None)
        for name, values in (when or {}).items()
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
