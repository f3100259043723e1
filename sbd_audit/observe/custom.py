"""A capability performed by a Python function, where the binding language is not enough.

The function gets the `Scene` (whose steps, http driver and names it may use), leaves values for the outputs in
``scene.locals`` and gives the result word, under the same contract as any other way: it performs, and never judges.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from sbd_audit.observe.halt import Halt, unmapped
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene


def call(name: str, scene: Scene) -> str:
    """The word that ``module:function`` gives; raises `Halt` when it cannot be had or gives no text."""
    word = _function(name)(scene)
    if not isinstance(word, str):
        raise unmapped(f"{name} gave {word!r} instead of a result word")
    return word


def _function(name: str) -> Callable[[Scene], object]:
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise Halt(None, Reason.no_binding, f"{name} cannot be imported: {error}") from None
    if not callable(found):
        raise Halt(None, Reason.no_binding, f"{name} is no function")
    return found  # type: ignore[no-any-return]
