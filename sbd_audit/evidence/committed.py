"""A sealed bundle's items, each with its salt and its commitment, and what is signed of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sbd_audit.canonical import digest
from sbd_audit.evidence.bag import TAG_MANIFEST
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.salts import commitments, read_salts
from sbd_audit.evidence.statement import run_statement
from sbd_audit.evidence.withhold import Part, parts, withheld


@dataclass(frozen=True)
class Committed:
    """Results, salts and commitments (by item) of a bundle; raises `BundleError` when they do not fit together."""

    bundle: Bundle
    results: Mapping[str, Any]
    salts: Mapping[str, str]
    marks: Mapping[str, str]

    @classmethod
    def of(cls, bundle: Bundle) -> Committed:
        results, salts = bundle.json("results.json"), read_salts(bundle.files)
        return cls(
            bundle, results, salts, commitments(bundle.files, bundle.payload(), results, salts)
        )

    @cached_property
    def tree(self) -> list[str]:
        """The commitments in the order of the leaves."""
        return sorted(self.marks.values())

    @cached_property
    def parts(self) -> dict[Part, str]:
        """The parts of the results an edition may withhold, with their commitments."""
        return {part: self.marks[part.item] for part in parts(self.results)}

    def statement(self) -> bytes:
        """What is signed at the end of the run."""
        return run_statement(
            self.bundle.files.read(TAG_MANIFEST),
            digest(withheld(self.results, self.parts)),
            self.bundle.json("run.json"),
            self.tree,
        )
