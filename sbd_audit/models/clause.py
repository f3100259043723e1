"""How a statement is recognised in a policy: phrases a lawyer can read, per language."""

from __future__ import annotations

from pydantic import Field

from sbd_audit.models.base import Strict


class Clause(Strict):
    """A statement and its cues.

    Each language has groups of literal lower-case phrases (``*`` ends a word open), the first naming the
    matter. A sentence, or a list item with the words that introduce it, that hits every group states it.
    `related` phrases are close enough that their presence forbids concluding an absence.
    """

    statement: str
    says: str
    cues: dict[str, dict[str, tuple[str, ...]]] = Field(min_length=1)
    guards: dict[str, tuple[str, ...]] = {}
    related: dict[str, tuple[str, ...]] = {}
