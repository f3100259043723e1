"""Where a document stands, how its text is taken from the page, and what was recorded of it."""

from __future__ import annotations

from pydantic import Field, model_validator

from sbd_audit.models.base import OneOrMore, Strict
from sbd_audit.models.signs import Locator


class DocumentSource(Strict):
    """Where a published document stands, per language, and which part of the page is its text.

    `fetch` is an address, or one per language; `file` a file that was handed over, beside the target file.
    Or there is none: `absent` says who looked where and when, and each address under `looked_for` is asked
    again in every run; one that answers makes the document unreadable instead of missing. `not_located` says
    where it was looked for and not found, which shows nothing.

    `select` names the part of the page that is the text, `remove` parts of it that are not (css). `browser` is
    true for a page whose scripts build its text; `expand` names what is clicked there to unfold it, every match
    of it. A text with far fewer than `at_least` characters is taken for a broken one.
    """

    fetch: str | dict[str, str] | None = None
    file: str | None = None
    absent: str | None = Field(default=None, min_length=10)
    looked_for: OneOrMore[str] = ()
    not_located: str | None = Field(default=None, min_length=10)
    select: str | None = None
    remove: OneOrMore[str] = ()
    expand: OneOrMore[Locator | str] = ()
    browser: bool = False
    at_least: int = 0

    @model_validator(mode="after")
    def _one_place(self) -> DocumentSource:
        ways = ("fetch", "file", "absent", "not_located")
        given = [name for name in ways if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                "a document has one of fetch (its address), file (handed over), absent (who looked where) "
                "or not_located (where it was looked for in vain)"
            )
        if self.absent is not None and not self.looked_for:
            raise ValueError("an absent document needs looked_for: addresses to ask again")
        return self

    @property
    def in_browser(self) -> bool:
        """True when the text is there only after scripts have run, or folded sections were opened."""
        return self.browser or bool(self.expand)

    @property
    def unfolded(self) -> tuple[Locator, ...]:
        """What is clicked to unfold the text; a bare word is a css selector."""
        return tuple(Locator(css=each) if isinstance(each, str) else each for each in self.expand)

    def address(self, language: str) -> str | None:
        return self.fetch.get(language) if isinstance(self.fetch, dict) else self.fetch


class Artefact(Strict):
    """A sign against a text: its word in ``checks/vocabulary/artefacts.yaml``, and what was seen."""

    name: str
    says: str


class DocumentSeen(Strict):
    """What was recorded of one document before it was judged.

    `address` is a web address or a file name, `market` the country it was asked for from, `region` whom it is
    for where that is not everybody. `sha256` is of the bytes as they came, `exhibit` of the text taken from
    them, which the offsets of quotes count in. `found_by` says how the address was come by; `clicks` how many
    links lead to it from the home page, where that was seen.
    """

    kind: str
    address: str
    asked_language: str
    language: str | None
    market: str
    region: str = ""
    effective: str | None = None
    updated: str | None = None
    version: str | None = None
    fetched_at: str = ""
    sha256: str
    bytes: int
    extractor: str
    characters: int
    exhibit: str = ""
    readability: str = ""
    found_by: str = ""
    clicks: int | None = None
    flags: tuple[Artefact, ...] = ()
    usable: bool = True


class StatementRead(Strict):
    """What the documents say of one statement: level, why, and the deciding passage.

    The quote is characters `start` to `end` of `exhibit`; `link` leads to it in the published page.
    """

    statement: str
    level: str
    explains: str
    quote: str = ""
    start: int = 0
    end: int = 0
    section: str = ""
    kind: str = ""
    link: str = ""
    exhibit: str = ""
