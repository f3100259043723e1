"""The Merkle tree over commitments: RFC 6962's vectors, every path, and the attacks trees are known for."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.canonical import dumps
from sbd_audit.errors import BundleError
from sbd_audit.evidence.commitments import commitment, ordered, path, root, root_by, salted
from sbd_audit.evidence.withhold import NEUTRAL, part_of, parts, withheld

trees = st.lists(
    st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=40, unique=True
).map(sorted)


def by_hand(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + by_hand(leaves[:k]) + by_hand(leaves[k:])).digest()


@given(trees)
def test_the_root_is_that_of_rfc_6962(tree: list[str]) -> None:
    assert root(tree) == by_hand([bytes.fromhex(each) for each in tree]).hex()


@given(trees, st.data())
def test_every_path_leads_to_the_root_and_no_other_does(
    tree: list[str], data: st.DataObject
) -> None:
    for index, each in enumerate(tree):
        nodes = path(tree, index)
        assert root_by(each, index, len(tree), nodes) == root(tree)
        for wrong in (nodes[:-1], [*nodes, "0" * 64]):
            if wrong != nodes:
                with pytest.raises(ValueError, match="path"):
                    root_by(each, index, len(tree), wrong)
    index = data.draw(st.integers(0, len(tree) - 1))
    other = data.draw(st.integers(-3, len(tree) + 3))
    if other != index:
        with contextlib.suppress(ValueError):
            assert root_by(tree[index], other, len(tree), path(tree, index)) != root(tree)


def test_an_inner_node_is_no_leaf_and_a_last_leaf_is_not_doubled() -> None:
    a, b, c = ("0" * 64, "1" * 64, "2" * 64)
    inner = (
        hashlib.sha256(b"\0" + bytes.fromhex(a)).digest()
        + hashlib.sha256(b"\0" + bytes.fromhex(b)).digest()
    )
    assert root([a, b]) != root([hashlib.sha256(inner).hexdigest()])
    assert root([a, b, c]) != root([a, b, c, c])
    assert not ordered([a, b, c, c])
    assert not ordered([b, a])
    assert ordered([a, b, c])
    assert root([]) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("salt", ["", "0" * 63, "0" * 66, "0" * 62, "G" * 64, "A" * 64])
def test_a_salt_has_one_form(salt: str) -> None:
    with pytest.raises(ValueError, match=r"salt|hex"):
        commitment("item", b"", salt)


def test_names_and_bytes_are_both_bound() -> None:
    salt = "0" * 64
    every = {
        commitment(n, b, salt)
        for n, b in (("a", b"b"), ("ab", b""), ("", b"ab"), ("a", b"c"), ("b", b"b"))
    }
    assert len(every) == 5


def test_each_item_has_a_salt_of_its_own_that_stays() -> None:
    first = salted(["b", "a"], {})
    assert list(first) == ["a", "b"]
    assert len(set(first.values())) == 2
    again = salted(["a", "b", "c"], first)
    assert {**first, "c": again["c"]} == again


RESULTS: dict[str, Any] = {
    "run": {"id": "r", "operator": "Someone", "user_agent": "UA", "edition": "regulator"},
    "target": {"authorisation": {"by": "Someone"}, "facts": {}},
    "observations_sha256": "0" * 64,
    "left_behind": [],
    "evidence": {"a" * 64: {"bytes": 1}, "b" * 64: {"bytes": 2}},
    "findings": [
        {
            "steps": [
                {"args": {"x": 1}, "outputs": {}, "trace": [], "detail": "", "evidence": ["a" * 64]}
            ]
        },
        {
            "steps": [{"args": {}, "outputs": {}, "trace": [], "detail": "", "evidence": []}],
            "waiver": {"approved_by": "Someone", "because": "x"},
        },
    ],
    "refused": [{"origin": "https://elsewhere.test:443", "count": 1}],
}


def test_what_is_taken_out_leaves_neutral_values_and_goes_back_to_the_byte() -> None:
    salts = salted([part.item for part in parts(RESULTS)], {})
    every = {p: commitment(p.item, p.body(RESULTS), salts[p.item]) for p in parts(RESULTS)}
    public = withheld(RESULTS, every)
    assert [entry["path"] for entry in public["withheld"]] == sorted(part.path for part in every)
    assert {part.path for part in every} == {
        "", "/run", "/target", "/evidence", "/findings/0/steps/0", "/findings/1/waiver", "/refused/0",
    }  # fmt: skip
    assert public["findings"][0]["steps"][0] == {
        n: NEUTRAL[n] for n in ("args", "outputs", "trace", "detail", "evidence")
    }
    assert public["evidence"] == {}
    assert RESULTS["evidence"]
    for shown in (
        set(),
        {p for p in every if p.path == "/evidence"},
        {p for p in every if "steps" in p.path},
        set(every),
    ):
        some = withheld(RESULTS, {p: m for p, m in every.items() if p not in shown}, "platform")
        taken = {p: commitment(p.item, p.body(some), salts[p.item]) for p in shown}
        assert dumps(withheld(some, taken)) == dumps(public)


@pytest.mark.parametrize(
    ("place", "members"),
    [
        ("", ("scores",)),
        ("/run", ("id",)),
        ("/run", ("operator", "id")),
        ("/findings/0/steps/0", ("args",)),
        ("/findings/0", ("outcome",)),
        ("/evidence", ()),
        ("/evidence", ("a", "b")),
        ("/scores/0", ("demonstrated",)),
        ("/findings/0/waiver", ("because",)),
        ("/findings/x/waiver", ("approved_by",)),
        ("/refused/0", ("count",)),
    ],
)
def test_outcomes_and_scores_can_never_be_withheld(place: str, members: tuple[str, ...]) -> None:
    with pytest.raises(BundleError, match="no edition withholds"):
        part_of(place, members)
