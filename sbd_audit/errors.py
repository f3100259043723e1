"""Every error a user can meet, in one tree.

::

    SbdError                     base; `exit_code` is what the command line ends with
    ├── UsageError          2    a wrong argument, a missing file
    ├── DefinitionError     2    a YAML file is wrong; holds one `Problem` per place
    ├── AuthorisationError  2    the target's authorisation is missing, not valid yet or has run out
    ├── BundleError         3    a recorded audit is malformed, or does not hold what is asked of it
    └── AuditError          3    the audit could not be carried out

Messages say where, what is wrong, and what would be accepted. None of these is shown with a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file; `line` and `column` count from 1, 0 means the whole file."""

    path: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else str(self.path)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a definition: where, what, and what would be accepted."""

    place: Place
    what: str
    accepted: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" — {self.accepted}" if self.accepted else "")


class SbdError(Exception):
    """A user-facing error; printed as its message alone."""

    exit_code = 2


class UsageError(SbdError):
    """A wrong argument or a file that is not there."""


class DefinitionError(SbdError):
    """One or more `Problem`s in definition files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class AuthorisationError(SbdError):
    """The authorisation recorded in the target does not allow what was asked."""


class BundleError(SbdError):
    """A recorded audit is malformed or incomplete."""

    exit_code = 3


class AuditError(SbdError):
    """The audit could not be carried out."""

    exit_code = 3


def did_you_mean(word: str, known: Iterable[str], *, what: str = "accepted") -> str:
    """'did you mean "x"?' for a near miss, else the list of what would be accepted."""
    names = sorted(str(name) for name in known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    if near:
        return f'did you mean "{near[0]}"?'
    if not names:
        return "nothing is accepted here"
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"{what}: {shown}"
