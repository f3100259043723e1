"""Provisions and checks against each other: a page for each instrument, their totals, and the crosswalk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sbd_audit.coverage import NOT_TESTABLE, WORDS, Coverage, coverage, totals
from sbd_audit.library import Library
from sbd_audit.models.instrument import Instrument
from tools.catalogue import cell, link

_UP = "../catalogue/"
_BASIS = """What is known of a provision has a basis: *primary*, the text itself or its issuer's page was read; *secondary*, it was
read through others; *recalled*, from memory or read in part only. Only primary rows should be quoted, and only after
opening the clause. The words of every obligation are ours.
"""
_STANDING = """Only provisions in force weigh. What was struck down, is proposed, a draft or not confirmed stays on record and
weighs nothing. That a provision is tested says how far a test reaches, not that any service meets it.
"""


def pages(library: Library, home: Path) -> Iterator[tuple[Path, str]]:
    """Every page, below the reference folder `home`."""
    covered = coverage(library)
    yield home / "crosswalk.md", _crosswalk(library, covered)
    yield home / "instruments" / "README.md", _overview(library, covered)
    for name, defined in library.instruments.items():
        rows = [row for row in covered.values() if row.instrument.id == name]
        yield home / "instruments" / f"{name}.md", _instrument(defined.model, rows)


def _crosswalk(library: Library, covered: Mapping[str, Coverage]) -> str:
    bound = sum(bool(row.checks) for row in covered.values())
    parts = [
        "# Crosswalk: provisions and checks\n",
        f"{len(covered)} provisions of {len(library.instruments)} instruments; {bound} have a check that bears on them.\n",
        _STANDING,
    ]
    for name, defined in library.instruments.items():
        parts.append(f"## [{cell(defined.model.short_title)}](instruments/{name}.md)\n")
        parts.append("| provision | clause | standing | coverage | checks |\n|---|---|---|---|---|")
        for row in covered.values():
            if row.instrument.id == name:
                entry = row.provision
                checks = ", ".join(link(check, _UP) for check in row.checks) or cell(row.reason)
                parts.append(
                    f"| `{entry.id}` | {cell(entry.clause)} | {entry.level}, {entry.status} | {row.word} | {checks} |"
                )
        parts.append("")
    parts.append("## By check\n\n| check | provisions |\n|---|---|")
    for check in library.checks:
        listed = ", ".join(f"`{name}`" for name in library.check(check).provisions)
        parts.append(f"| {link(check, _UP)} | {listed or 'none'} |")
    return "\n".join(parts) + "\n"


def _overview(library: Library, covered: Mapping[str, Coverage]) -> str:
    head = " | ".join(WORDS)
    parts = [
        "# Instruments and how far they are covered\n",
        *(f"- **{word}**: {meaning}" for word, meaning in WORDS.items()),
        f"\n{_BASIS}\n{_STANDING}",
        f"| instrument | where | provisions | {head} | primary / secondary / recalled | not in force |",
        f"|---|---|---|{'---|' * len(WORDS)}---|---|",
    ]
    for name, defined in library.instruments.items():
        rows = [row for row in covered.values() if row.instrument.id == name]
        instrument = defined.model
        parts.append(
            f"| [{cell(instrument.short_title)}]({name}.md) | {instrument.jurisdiction} | {_numbers(rows)} |"
        )
    parts.append(f"| all | | {_numbers(list(covered.values()))} |")
    return "\n".join(parts) + "\n"


def _numbers(rows: list[Coverage]) -> str:
    bases = [row.provision.basis for row in rows]
    read = " / ".join(str(bases.count(basis)) for basis in ("primary", "secondary", "recalled"))
    counts = " | ".join(map(str, totals(rows).values()))
    return f"{len(rows)} | {counts} | {read} | {sum(not row.provision.in_force for row in rows)}"


def _instrument(instrument: Instrument, rows: list[Coverage]) -> str:
    since = f", since {instrument.effective_from}" if instrument.effective_from else ""
    until = f", until {instrument.effective_to}" if instrument.effective_to else ""
    parts = [
        f"# {instrument.title}\n",
        f"`{instrument.id}` · {instrument.issuer} · {instrument.jurisdiction} · {instrument.kind.replace('-', ' ')} · "
        f"{instrument.status}{since}{until} · basis: {instrument.basis}\n",
        "Coverage: "
        + ", ".join(f"{number} {word}" for word, number in totals(rows).items())
        + ".\n",
        f"{_BASIS}\n{_STANDING}",
    ]
    if instrument.notes:
        parts.append("Read before quoting:\n")
        parts += [f"- {cell(note)}" for note in instrument.notes]
        parts.append("")
    parts += [_provision(row) for row in rows]
    return "\n".join(parts)


def _provision(row: Coverage) -> str:
    entry = row.provision
    weight = "" if entry.in_force else " and weighs nothing"
    lines = [
        f"## {entry.id}: {cell(entry.clause)}\n",
        f"{cell(entry.obligation)}\n",
        f"- {entry.level}, addressed to {', '.join(entry.addressee) or 'nobody'}; {entry.status}{weight}",
        f"- basis: {entry.basis}; source: {cell(entry.source)}",
        f"- coverage: **{row.word}**" + (f". {cell(row.reason)}" if row.reason else ""),
    ]
    if row.checks:
        bears = "bearing on it, without evidencing it: " if row.word == NOT_TESTABLE else "checks: "
        lines.append(
            f"- {bears}{', '.join(link(check, '../../catalogue/') for check in row.checks)}"
        )
    if row.uses:
        asked = ", ".join(f"`{use.profile}` ({use.requirement}, {use.level})" for use in row.uses)
        lines.append(f"- asked for by: {asked}")
    return "\n".join(lines) + "\n"
