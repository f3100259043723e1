"""Opening chosen items later: against an edition, against the whole bundle, and what does not open."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.errors import UsageError
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.commitments import commitment
from sbd_audit.evidence.disclosure import disclose, opened
from sbd_audit.evidence.editions import edition
from tests.evidence.conftest import Sealed
from tests.evidence.tampering import edit_json
from tests.evidence.test_editions import marks


def test_every_withheld_item_opens_against_the_whole_bundle(sealed: Sealed, tmp_path: Path) -> None:
    every = marks(sealed)
    public = edition(sealed.folder, "public", tmp_path / "public")
    tree = public.files["commitments.txt"].decode().split()
    assert sorted(every.values()) == tree
    wanted = [entry["commitment"] for entry in public.results["withheld"]]
    assert set(wanted) < set(tree)
    (tmp_path / "all.json").write_bytes(disclose(Bundle(sealed.folder), wanted))
    statement = json.loads(
        base64.b64decode(json.loads(public.files["signatures/run.dsse.json"])["payload"])
    )
    signed = statement["predicate"]["tree"]
    items = opened(tmp_path / "all.json", signed["root"], signed["leaves"])
    assert {item.mark for item in items} == set(wanted)
    for item in items:
        assert every[item.item] == item.mark
    found = sealed.verify(tmp_path / "public", disclosures=[tmp_path / "all.json"])
    assert found.exit_code == 0
    assert sum(" opens " in line for step in found.steps for line in step.says) == len(wanted)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("data/plan.json", 1), ("small.differs", 3), ("/findings/0/steps/0", 2), ("/run", 2)],
)
def test_items_are_named_in_several_ways(sealed: Sealed, wanted: str, count: int) -> None:
    assert len(json.loads(disclose(Bundle(sealed.folder), [wanted]))["items"]) == count


@pytest.mark.parametrize("wanted", ["nothing", "0000000000", "ab", "../x"])
def test_a_name_of_nothing_says_what_would_do(sealed: Sealed, wanted: str) -> None:
    with pytest.raises(UsageError, match="names no item"):
        disclose(Bundle(sealed.folder), [wanted])


def _edit(name: str, value: Any) -> Callable[[Any], None]:
    return lambda data: data["items"][0].update({name: value})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_edit("body", base64.b64encode(b"{}").decode()), 1),
        (_edit("item", "data/run.json"), 1),
        (_edit("salt", "0" * 64), 1),
        (_edit("salt", "0"), 1),
        (_edit("index", 0), 1),
        (_edit("index", 10**6), 1),
        (_edit("path", []), 1),
        (_edit("path", ["0" * 64] * 60), 1),
        (_edit("body", "!"), 3),
        (lambda data: data.update(root="0" * 64), 1),
        (lambda data: data.update(leaves=1), 1),
        (lambda data: data.update(schema="x"), 3),
        (lambda data: data.pop("items"), 3),
    ],
)
def test_a_disclosure_that_was_altered(
    sealed: Sealed, tmp_path: Path, change: Callable[[Any], None], code: int
) -> None:
    out = tmp_path / "public"
    edition(sealed.folder, "public", out)
    (tmp_path / "d.json").write_bytes(disclose(Bundle(sealed.folder), ["data/plan.json"]))
    for place in (out, sealed.folder):
        assert sealed.verify(place, disclosures=[tmp_path / "d.json"]).exit_code == 0
    edit_json(tmp_path / "d.json", change)
    for place in (out, sealed.folder):
        assert sealed.verify(place, disclosures=[tmp_path / "d.json"]).exit_code == code


def test_a_commitment_is_what_the_page_says_it_is() -> None:
    """The formula of docs/reference/bundle.md, in other words."""
    salt = "01" * 32
    by_hand = hashlib.sha256(
        b"sbd-commit-v1\0"
        + b"\1" * 32
        + hashlib.sha256(b"name").digest()
        + hashlib.sha256(b"body").digest()
    )
    assert commitment("name", b"body", salt) == by_hand.hexdigest()
