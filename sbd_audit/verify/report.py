"""What a verification found: thirteen steps, each with its state, and one exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sbd_audit.errors import SbdError

TITLES = (
    "The files are safe to read",
    "Only SHA-256 is relied on",
    "The files are those the manifests list, and no others",
    "Everything is strict JSON of a known schema",
    "Signed by keys the trust file names",
    "What was signed is what is here",
    "Time stamps hold the run between plan and seal",
    "The chain of custody is unbroken and accounts for every file",
    "Every planned check has one outcome, and nothing unplanned was added",
    "Judging and scoring again gives every figure",
    "Withheld parts are committed to, and nothing personal shows",
    "Every exhibit a finding names is there",
    "No step was skipped",
)


class State(StrEnum):
    """How a step ended; in order of what it means for the whole."""

    ok = "ok"
    elsewhere = "not part of this edition"
    waived = "not asked for"
    skipped = "skipped"
    unknown = "cannot be verified"
    malformed = "malformed or unsafe"
    tampered = "TAMPERED"


@dataclass(frozen=True)
class Step:
    """One step: its number from 1, how it ended, and what there is to say."""

    number: int
    state: State
    says: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return TITLES[self.number - 1]


@dataclass(frozen=True)
class Verification:
    """All thirteen steps of one bundle or edition; `what` names it, `facts` are what was established."""

    what: str
    steps: tuple[Step, ...]
    facts: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 verified, 1 tampered, 2 cannot verify, 3 malformed or unsafe."""
        states = {step.state for step in self.steps}
        if State.tampered in states:
            return 1
        if State.malformed in states:
            return 3
        return 2 if states & {State.unknown, State.skipped} else 0

    @property
    def verdict(self) -> str:
        return (
            f"VERIFIED: {self.what} is what was signed",
            f"TAMPERED: {self.what} is not what was signed",
            f"CANNOT VERIFY {self.what}",
            f"REFUSED: {self.what} is malformed or unsafe",
        )[self.exit_code]

    def lines(self) -> list[str]:
        """The whole as text, the verdict last."""
        text: list[str] = []
        before: tuple[str, ...] = ()
        for step in self.steps:
            text.append(f"{step.number:2}  {step.title}: {step.state}")
            if step.says == before:
                continue  # one reason for several steps is given once
            before = step.says
            text += [f"      {line}" for line in step.says[:SHOWN]]
            if len(step.says) > SHOWN:
                text.append(f"      and {len(step.says) - SHOWN} more")
        return [*text, *self.facts, self.verdict]


SHOWN = 8
"""Lines shown of one step; a bundle with every file altered needs no line for each."""


def ended(number: int, problems: Sequence[str], bad: State, *says: str) -> Step:
    """A step that ended `bad` when there are problems, else well."""
    return Step(number, bad, tuple(problems)) if problems else Step(number, State.ok, says)


def carried_out(number: int, step: Callable[[], Step]) -> Step:
    """The step, whatever it meets: what we did not foresee in a hostile file refuses it, and never crashes us."""
    try:
        return step()
    except SbdError as error:
        return Step(number, State.malformed, (str(error),))
    except Exception as error:
        return Step(number, State.malformed, (f"it cannot be made sense of: {error!r:.300}",))


def completed(steps: Sequence[Step], why: str) -> tuple[Step, ...]:
    """All thirteen: those not carried out are skipped, and the last says so."""
    done = {step.number: step for step in steps}
    all_but_last = [
        done.get(number, Step(number, State.skipped, (why,))) for number in range(1, len(TITLES))
    ]
    skipped = [str(step.number) for step in all_but_last if step.state is State.skipped]
    last = (
        Step(len(TITLES), State.skipped, (f"skipped: {', '.join(skipped)}",))
        if skipped
        else Step(len(TITLES), State.ok)
    )
    return (*all_but_last, last)
