"""What the documents command prints: statements by language, the documents behind them, and changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

import click

from sbd_audit.documents.clauses import Reading
from sbd_audit.documents.diff import Comparison, compare
from sbd_audit.documents.fragment import linked
from sbd_audit.documents.gate import conclude
from sbd_audit.documents.signs import Signs
from sbd_audit.documents.text import Unreadable
from sbd_audit.errors import UsageError
from sbd_audit.models.clause import Clause
from sbd_audit.observe.browser import find_browser, install_hint
from sbd_audit.observe.desk import Desk, Order, is_address
from sbd_audit.observe.finder import Found
from sbd_audit.observe.gather import Held
from sbd_audit.report.text import visible
from sbd_audit.run import AGENT

MARKS = {"stated": "●", "partial": "◐", "absent": "○", "unknown": "?"}
NOTHING_READ = 3
SHOWN_SENTENCES = 5


@dataclass
class Pile:
    """The documents of one language, and why others could not be had."""

    held: list[Held] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    routes: list[Found] = field(default_factory=list)

    def there(self, language: str | None) -> bool:
        """True when a document can be used; with a language, one that is known to be in it."""
        return any(
            one.document.usable and language in (None, one.seen.language) for one in self.held
        )


@dataclass
class Papers:
    """One call of the command."""

    signs: Signs
    clauses: Mapping[str, Clause]
    statements: Mapping[str, Any]
    kinds: Collection[str]
    market: str
    kind: str
    languages: Sequence[str]
    quotes: bool

    @contextmanager
    def desk(self, places: Sequence[str], rate: float, browser: bool) -> Iterator[None]:
        """Opens the desk for as long as documents are read."""
        build = find_browser() if browser else None
        if browser and build is None:
            raise UsageError(f"no browser was found — {install_hint()}")
        addresses = [place for place in places if is_address(place)]
        self._desk = Desk(self.signs, AGENT, addresses, Fraction(str(rate)), build)
        try:
            yield
        finally:
            self._desk.close()

    # ------------------------------------------------------------------ what they state

    def table(self, places: Sequence[str], form: str, *, discover: bool) -> int:
        """Prints what the documents at these places state; 3 when none could be used."""
        piles = {language: Pile() for language in self.languages or (None,)}
        for language, pile in piles.items():
            for place, found in self._places(places, discover, pile):
                self._take(place, language, pile, found)
        readings = {
            language: {
                name: conclude([one.document for one in pile.held], clause, pile.missing)
                for name, clause in self.clauses.items()
            }
            for language, pile in piles.items()
        }
        if form == "json":
            click.echo(json.dumps(self._data(piles, readings), ensure_ascii=False, indent=1))
        else:
            for language, pile in piles.items():
                self._print(language, pile, readings[language])
        return 0 if any(pile.there(None) for pile in piles.values()) else NOTHING_READ

    def _places(
        self, places: Sequence[str], discover: bool, pile: Pile
    ) -> Iterator[tuple[str, Found | None]]:
        if not discover:
            yield from ((place, None) for place in places)
            return
        for home in places:
            if not is_address(home):
                raise UsageError(f"{home}: --discover needs the address of a site")
            found, troubles = self._desk.discover(home, self.languages or ("en",), self.market)
            pile.missing.extend(troubles)
            if not found:
                pile.missing.append(f"{home}: no link to a document was found")
            pile.routes.extend(found)
            # Pages that only lead on, such as a help centre, are no documents: their silence says nothing.
            yield from ((one.url, one) for one in found if one.kind in self.kinds)

    def _take(self, place: str, language: str | None, pile: Pile, found: Found | None) -> None:
        click.echo(f"reading {place}", err=True)
        try:
            pile.held.append(self._desk.read(place, Order(self.market, self.kind), language, found))
        except Unreadable as error:
            pile.missing.append(f"{place}: {error}")

    def _print(self, language: str | None, pile: Pile, readings: Mapping[str, Reading]) -> None:
        if language:
            there = "there" if pile.there(language) else "not seen"
            click.secho(f"In {self.signs.names[language]}: {there}", bold=True)
        for route in pile.routes:
            click.echo(_route(route))
        for one in pile.held:
            click.echo(_line(one))
            for flag in one.document.flags:
                what = "not used" if flag.unusable else "proves no absence"
                click.secho(f"  ! {visible(flag.says)} ({what})", fg="yellow")
        for reason in pile.missing:
            click.secho(f"! not read: {visible(reason)}", fg="yellow")
        width = max(len(name) for name in readings)
        click.echo()
        for name, reading in readings.items():
            click.echo(f"{MARKS[reading.level]} {name.ljust(width)}  {reading.level}")
            if not self.quotes:
                continue
            if reading.quote:
                place = f"{reading.url} · {reading.section}" if reading.section else reading.url
                click.echo(f"    “{visible(' '.join(reading.quote.split()))}”")
                click.secho(f"    {visible(linked(reading.url, reading.quote) or place)}", dim=True)
            if reading.level != "stated":
                click.secho(f"    {visible(reading.explains)}", dim=True)
        counts = Counter(str(reading.level) for reading in readings.values())
        click.echo("\n" + " · ".join(f"{counts[level]} {level}" for level in MARKS))

    def _data(
        self,
        piles: Mapping[str | None, Pile],
        readings: Mapping[str | None, Mapping[str, Reading]],
    ) -> dict[str, Any]:
        return {
            "market": self.market,
            "languages": [
                {
                    "asked": language,
                    "there": pile.there(language),
                    "documents": [one.seen.model_dump(mode="json") for one in pile.held],
                    "not_read": pile.missing,
                    "routes": [asdict(route) for route in pile.routes],
                    "statements": [
                        {"statement": name, "says": self._says(name), **told(reading)}
                        for name, reading in readings[language].items()
                    ],
                }
                for language, pile in piles.items()
            ],
        }

    def _says(self, name: str) -> str:
        entry = self.statements.get(name)
        says = entry.get("says", "") if isinstance(entry, Mapping) else ""
        return str(says) or self.clauses[name].says

    # ------------------------------------------------------------------ what changed

    def compare(self, old: str, new: str, form: str) -> int:
        """Prints what changed from one version to the other; 1 when something was removed or weakened."""
        pile = Pile()
        language = self.languages[0] if self.languages else None
        for place in (old, new):
            self._take(place, language, pile, None)
        if len(pile.held) < 2:
            for reason in pile.missing:
                click.echo(f"not read: {visible(reason)}", err=True)
            return NOTHING_READ
        before, after = pile.held
        found = compare(before.document, after.document, self.clauses, self.signs)
        if form == "json":
            click.echo(json.dumps(_changes(before, after, found), ensure_ascii=False, indent=1))
        else:
            self._print_changes(before, after, found)
        if found.why_not:
            return NOTHING_READ
        return 1 if found.worse else 0

    def _print_changes(self, before: Held, after: Held, found: Comparison) -> None:
        for name, one in (("old", before), ("new", after)):
            click.echo(f"{name}: {_line(one)}")
            for flag in one.document.flags:
                click.secho(f"  ! {visible(flag.says)}", fg="yellow")
        if found.why_not:
            click.secho(f"not comparable: {visible(found.why_not)}", fg="yellow")
            return
        for each in found.changes:
            if each.change == "same":
                continue
            colour = "red" if each in found.worse else None
            click.secho(f"\n{each.change}: {each.statement}", fg=colour, bold=True)
            click.echo(f"  {each.old.level} → {each.new.level}")
            for sign, reading in (("-", each.old), ("+", each.new)):
                if self.quotes and reading.quote:
                    click.echo(f"  {sign} “{visible(' '.join(reading.quote.split()))}”")
        same = sum(each.change == "same" for each in found.changes)
        click.echo(f"\n{same} of {len(found.changes)} statements unchanged")
        for sign, sentences in (("-", found.removed), ("+", found.added)):
            click.echo(f"{sign} {len(sentences)} sentence{'s' * (len(sentences) != 1)}")
            for sentence in sentences[:SHOWN_SENTENCES] if self.quotes else ():
                click.secho(f"  {sign} {visible(sentence)[:200]}", dim=True)


def told(reading: Reading) -> dict[str, Any]:
    """A reading as plain data, with the link to its quote."""
    return {**asdict(reading), "link": linked(reading.url, reading.quote) if reading.quote else ""}


def _changes(before: Held, after: Held, found: Comparison) -> dict[str, Any]:
    return {
        "old": before.seen.model_dump(mode="json"),
        "new": after.seen.model_dump(mode="json"),
        "comparable": not found.why_not,
        "why_not": found.why_not,
        "changes": [
            {"statement": one.statement, "change": one.change, "old": told(one.old), "new": told(one.new)}
            for one in found.changes
        ],
        "sentences_removed": list(found.removed),
        "sentences_added": list(found.added),
    }  # fmt: skip


def _route(found: Found) -> str:
    ways = [
        f"{count} click{'s' * (count != 1)} from {start}"
        for start, count in (("home", found.clicks), ("sign-up", found.from_sign_up))
        if count
    ]
    reached = ", ".join(ways) or "not reached by a link that was seen"
    return visible(f"{found.kind.replace('_', ' ')}: {reached}; {found.how}")


def _line(one: Held) -> str:
    seen = one.seen
    dated = seen.updated or seen.effective
    parts = [
        seen.language or "language not recognised",
        f"for {seen.region}" if seen.region else "",
        f"dated {dated}" if dated else "without a date",
        f"version {seen.version}" if seen.version else "",
        f"{seen.characters} characters",
        seen.readability,
        f"SHA-256 {seen.sha256[:12]}…",
    ]
    kind = seen.kind.replace("_", " ") or "a document of no stated kind"
    return (
        visible(f"{seen.address}: {kind}") + "\n" + visible(f"    {'; '.join(filter(None, parts))}")
    )
