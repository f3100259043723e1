"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int, str], None]


@contextmanager
def show(*, quiet: bool = False) -> Iterator[Progress]:
    """A function to call with (done, total, what); thread-safe."""
    if quiet:
        yield lambda done, total, what: None
    elif sys.stderr.isatty():
        yield from _bar()
    else:
        yield _lines()


def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("observing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def update(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield update


def _lines() -> Progress:
    shown = 0

    def update(done: int, total: int, what: str) -> None:
        nonlocal shown
        step = max(1, total // 5)
        if done // step > shown or done == total > shown * step:
            shown = done // step
            print(f"observed {done} of {total} cases", file=sys.stderr, flush=True)

    return update
