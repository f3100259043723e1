"""How a binding points at an element, and by what signs it recognises where it is."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from sbd_audit.models.base import OneOrMore, Strict

Wording = OneOrMore[str] | dict[str, OneOrMore[str]]
"""Words of an element: one, any of several, or per language (``{en: Report, sw: Ripoti}``)."""


class Locator(Strict):
    """An element as a person finds it; with words per language, those of the language in use fit."""

    role: str | None = None
    name: Wording | None = None
    label: Wording | None = None
    text: Wording | None = None
    css: str | None = None
    exact: bool = False
    nth: int | None = None
    within: Locator | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Locator:
        if not (self.role or self.label or self.text or self.css):
            raise ValueError("a locator needs role, label, text or css")
        return self


class Conditions(Strict):
    """Signs of a page or an answer; all that are given must fit.

    `text` fits when any of its words is seen, `no_text` when none is. `missing_page` is true for the page an
    unknown address gets, whatever its status. `own_picture` is about an answer that is a picture: true when it
    shows the one the audit put on the item in question, false when it shows another.
    """

    status: OneOrMore[int] | None = None
    json_values: dict[str, Any] | None = Field(default=None, alias="json")
    text: OneOrMore[str] | None = None
    no_text: OneOrMore[str] | None = None
    words_at_least: int | None = None
    css: str | None = None
    url: OneOrMore[str] | None = None
    missing_page: bool | None = None
    own_picture: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Conditions:
        if not self.model_fields_set & set(Conditions.model_fields) and type(self) is Conditions:
            raise ValueError("at least one sign is needed")
        return self

    @property
    def speaks_of_absence(self) -> bool:
        """True when a page that is still loading could fit by mistake."""
        return bool(self.no_text) or self.missing_page is not None


class Means(Conditions):
    """A rule: when all its conditions fit, the capability ends with the word under `is`.

    A `brief` one is about something a page shows for a moment only: it fits as soon as that is seen.
    """

    result: str = Field(alias="is")
    locator: Locator | None = None
    brief: bool = False


class LoginWall(Strict):
    """Signs that the platform sent us to its sign-in page instead of where we meant to be; any one will do."""

    url: OneOrMore[str] = ()
    css: str | None = None


class Challenge(Strict):
    """Signs of a captcha or proof of humanity; any one will do."""

    css: str | None = None
    text: OneOrMore[str] = ()
