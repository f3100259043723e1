"""Writes the pages about the two proofs: on a living practice platform, and on observations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sbd_audit.demo.baraza import SWITCHES
from sbd_audit.demo.left_out import left_out
from sbd_audit.demo.proof import matrix
from sbd_audit.library import Library

KINDS = ("fault", "trap", "decoy", "absence")

_LIVING = """# The proof on a living platform

Baraza, the practice platform, is audited for real, over HTTP and in a browser. With no switch thrown, no check fails.
With one thrown exactly the checks named change, to exactly that outcome; `make test-mutation` throws them all.

- a fault is something unsafe: a check has to find it
- a trap is broken for everyone, or out of our sight: it must not pass for safe, nor for a failing
- a decoy is no fault: nothing may change
- an absence is a feature the service lacks, or another kind of service: its checks no longer apply

After a safe audit only what a switch can touch is observed again: the cases in which the platform asked about it.
Switches whose cases are apart are thrown together. `make mutation` throws each alone in an audit of its own, which shows
that this misses nothing.
"""

_CONSTRUCTED = """# The proof on observations

A constructed run in which every check passes is changed by one switch at a time, and every check is judged again.
A switch may change exactly the checks it names, to exactly the outcome it names; the test suite throws them all.

The switches stand in `checks/proof/`. Under `shows`, `when` says which calls look different: the capability, its
arguments (people by persona or group), `relation` between the two people, `after` or `not_after` another capability,
the `author` of the item, the `row` of a list, `acting_for` somebody else. `then` says what is seen instead: a result
word and outputs, lists `with` or `without` something, an output that is `missing`, single `statements`.
This page proves the judging. What a living platform shows is proved by [the switches of the practice
platform](switches.md).
"""


def pages(library: Library, folder: Path) -> Iterator[tuple[Path, str]]:
    """Path and text of each page."""
    yield folder / "switches.md", living(library)
    yield folder / "proof.md", constructed(library)


def living(library: Library) -> str:
    """The switches built into the practice platform, what each changes, and what is not built and why."""
    left = left_out()
    kept = [name for name in library.checks if name not in left.checks]
    changes = {
        name: {check: outcome for check, outcome in switch.changes.items() if check in kept}
        for name, switch in SWITCHES.items()
    }
    parts = [_LIVING, f"{_counted(s.kind for s in SWITCHES.values())} Over {len(kept)} checks.\n"]
    parts.append(
        "## Switch by switch\n\n| switch | kind | what is different | what changes |\n|---|---|---|---|"
    )
    for name, switch in SWITCHES.items():
        because = f"<br>{switch.because}" if switch.because else ""
        parts.append(
            f"| `{name}` | {switch.kind} | {switch.says} | {_listed(changes[name])}{because} |"
        )
    parts += _by_check(kept, changes)
    parts.append(
        "\n## Proved on observations only\n\nEach of these is in [the other proof](proof.md).\n\n| check | because |\n|---|---|"
    )
    parts += [f"| {check} | {because} |" for check, because in left.checks.items()]
    parts.append("\n| switch | because |\n|---|---|")
    parts += [f"| `{switch}` | {because} |" for switch, because in left.switches.items()]
    return "\n".join(parts) + "\n"


def constructed(library: Library) -> str:
    """Every switch of the catalogue, and what it changes in a constructed run."""
    switches, effects = matrix(library)
    changes = {name: effects[name].changed for name in switches}
    parts = [
        _CONSTRUCTED,
        f"{_counted(s.kind for s in switches.values())} Over {len(library.checks)} checks.\n",
        "## Switch by switch\n\n| switch | kind | what is different | what changes |\n|---|---|---|---|",
    ]
    for name, switch in switches.items():
        parts.append(f"| `{name}` | {switch.kind} | {switch.says} | {_listed(changes[name])} |")
    parts += _by_check(library.checks, changes)
    return "\n".join(parts) + "\n"


def _counted(kinds: Iterable[str]) -> str:
    found = list(kinds)
    each = ", ".join(f"{found.count(kind)} {kind}s" for kind in KINDS)
    return f"{len(found)} switches: {each}."


def _listed(changed: Mapping[str, str]) -> str:
    return ", ".join(f"{check}: {outcome}" for check, outcome in changed.items()) or "nothing"


def _by_check(checks: Iterable[str], changes: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "\n## Check by check\n\n| check | failed by | cannot tell under | does not apply under |\n|---|---|---|---|"
    for check in checks:
        cells = [
            ", ".join(f"`{name}`" for name, found in changes.items() if found.get(check) == word)
            for word in ("failed", "cantTell", "inapplicable")
        ]
        yield f"| {check} | {' | '.join(cells)} |"
