"""Salted commitments to every item of a bundle, and the Merkle tree over them.

A commitment shows nothing of its item, not even to somebody who can guess it; with the item's salt it opens.
The tree (as in RFC 6962) lets one signature stand for all, so that any choice of items can be shown later.

    commitment = SHA-256("sbd-commit-v1" 0x00 | salt, 32 bytes | SHA-256(name) | SHA-256(bytes))
    leaf       = SHA-256(0x00 | commitment)        node = SHA-256(0x01 | left | right)

Leaves stand in ascending order of their commitments, which are random: the order tells nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

SCHEME = "sbd-commit-v1"
SALT = 32


def sha256(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def commitment(item: str, body: bytes, salt: str) -> str:
    """The commitment, in hex, to an item's name and bytes; `salt` is 64 hex digits."""
    raw = bytes.fromhex(salt)
    if len(raw) != SALT or salt != raw.hex():
        raise ValueError(f"a salt is {SALT} bytes in lower-case hex")
    return sha256(SCHEME.encode() + b"\0" + raw + sha256(item.encode("utf-8")) + sha256(body)).hex()


def salted(items: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """A salt of its own for each item; those `known` are kept, so that sealing again changes nothing."""
    return {item: known.get(item) or secrets.token_hex(SALT) for item in sorted(items)}


def ordered(commitments: Sequence[str]) -> bool:
    """True when they ascend and none stands twice, as in every tree."""
    return all(a < b for a, b in pairwise(commitments))


def root(commitments: Sequence[str]) -> str:
    """The root, in hex, over ascending commitments."""
    return _root([_leaf(each) for each in commitments]).hex()


def path(commitments: Sequence[str], index: int) -> list[str]:
    """The nodes, from the leaf upwards, that lead from commitment `index` to the root."""
    return [node.hex() for node in _path([_leaf(each) for each in commitments], index)]


def root_by(each: str, index: int, leaves: int, nodes: Sequence[str]) -> str:
    """The root that a commitment and its path lead to; raises `ValueError` when the path has a wrong length."""
    if not 0 <= index < leaves:
        raise ValueError("the index lies outside the tree")
    first, last, found = index, leaves - 1, _leaf(each)
    for node in nodes:
        if last == 0:
            raise ValueError("the path is too long")
        if first % 2 or first == last:
            found = _node(bytes.fromhex(node), found)
            while first and not first % 2:
                first, last = first // 2, last // 2
        else:
            found = _node(found, bytes.fromhex(node))
        first, last = first // 2, last // 2
    if last:
        raise ValueError("the path is too short")
    return found.hex()


def _leaf(each: str) -> bytes:
    return sha256(b"\0" + bytes.fromhex(each))


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    at = _split(len(leaves))
    return _node(_root(leaves[:at]), _root(leaves[at:]))


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) < 2:
        return []
    at = _split(len(leaves))
    if index < at:
        return [*_path(leaves[:at], index), _root(leaves[at:])]
    return [*_path(leaves[at:], index - at), _root(leaves[:at])]
