"""The command that explains one check, provision or capability in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sbd_audit.library import Library


@click.command()
@click.argument("name")
def explain(name: str) -> int:
    """Explains a check, a provision or a capability."""
    from sbd_audit.errors import UsageError, did_you_mean
    from sbd_audit.library import Library

    library = Library()
    if name in library.checks:
        lines = _check(library, name)
    elif name in library.provisions:
        lines = _provision(library, name)
    elif name in library.vocabulary.capabilities:
        lines = _capability(library, name)
    else:
        known = [*library.checks, *library.provisions, *library.vocabulary.capabilities]
        raise UsageError(f"nothing is called {name} — {did_you_mean(name, known)}")
    click.echo("\n".join(lines))
    return 0


def _capability(library: Library, name: str) -> list[str]:
    capability = library.vocabulary.capabilities[name]
    return [
        f"{name} ({capability.effect}, at least {capability.least})",
        capability.says,
        "",
        *(f"  argument  {arg}: {kind}" for arg, kind in capability.args.items()),
        f"  answers   {', '.join(capability.results)}",
        *(f"  output    {output}: {kind}" for output, kind in capability.outputs.items()),
        f"  harmless  {capability.harmless}",
    ]


def _check(library: Library, name: str) -> list[str]:
    check = library.check(name)
    lines = [
        f"{check.title}",
        f"{check.id}, version {check.version} · {check.pillar} · {check.severity} · {check.evidence}",
        "",
        check.why.strip(),
        "",
    ]
    lines += [f"Control: {check.control}"] if check.control else []
    lines += ["It fails when one of these is seen:"]
    lines += [f"  - {condition.otherwise}" for condition in check.expect]
    lines += ["It cannot tell when:"] if check.only_if else []
    lines += [f"  - {condition.otherwise}" for condition in check.only_if]
    lines += [
        f"Parameter {p.name} = {p.default} {p.unit} ({p.basis}: {p.note})" for p in check.parameters
    ]
    lines += ["", f"Remedy: {check.if_failed.strip()}", "", "Provisions:"]
    for provision in check.provisions:
        instrument, entry = library.provisions[provision]
        lines.append(
            f"  {provision}  {instrument.short_title}, {entry.clause} ({entry.level}, {entry.status})"
        )
    asking = [other for other in library.profiles if name in library.profile(other).checks]
    return [*lines, "", f"Profiles: {', '.join(asking) or 'none'}"]


def _provision(library: Library, name: str) -> list[str]:
    from sbd_audit.coverage import WORDS, coverage

    found = coverage(library)[name]
    instrument, entry = found.instrument, found.provision
    lines = [
        f"{name}: {instrument.title}, {entry.clause}",
        entry.obligation,
        "",
        f"  level       {entry.level}, addressed to {', '.join(entry.addressee) or 'nobody'}",
        f"  status      {entry.status}{'' if entry.in_force else '; it weighs nothing'}",
        f"  basis       {_BASES[entry.basis]}",
        f"  source      {entry.source}",
        f"  coverage    {found.word}: {found.reason or WORDS[found.word] + '.'}",
        f"  test idea   {entry.test_idea}",
        "",
        "Checks that bear on it:" if found.checks else "No check bears on it.",
    ]
    for check in map(library.check, found.checks):
        lines.append(f"  {check.id} ({check.evidence}, {check.environment})  {check.title}")
    lines.append("Profiles that ask for it:" if found.uses else "No profile asks for it.")
    for use in found.uses:
        supporting = f"; supporting: {', '.join(use.supporting)}" if use.supporting else ""
        lines.append(
            f"  {use.profile}, {use.requirement} ({use.level})  mandatory: {', '.join(use.mandatory)}{supporting}"
        )
    return lines + [f"Caution: {note}" for note in instrument.notes]


_BASES = {
    "primary": "primary: the text itself, or its issuer's page, was read",
    "secondary": "secondary: read through others; confirm it before quoting",
    "recalled": "recalled: from memory or read in part only; confirm it before quoting",
}
