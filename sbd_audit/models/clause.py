"""How a statement is recognised in a policy: phrases a lawyer can read, per language."""

from __future__ import annotations

from pydantic import Field

from sbd_audit.models.base import Strict


class Clause(Strict):
    """A statement and its cues.

    Each language has groups of literal lower-case phrases (``*`` ends a word open). A sentence, or a heading
    with the list below it, that hits every group states it; one that hits only the first group does so in part.
    """

    statement: str
    says: str
    cues: dict[str, dict[str, tuple[str, ...]]] = Field(min_length=1)
    guards: dict[str, tuple[str, ...]] = {}
    partial: str | None = None
