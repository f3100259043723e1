"""Opening chosen items of a bundle later, for somebody who holds an edition or only what was signed.

A disclosure holds each item's bytes, its salt, and its way to the signed root; it shows nothing of any other item.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sbd_audit.canonical import dumps, loads
from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.commitments import commitment, path, root, root_by
from sbd_audit.evidence.committed import Committed
from sbd_audit.evidence.scan import leaks

SCHEMA = "sbd-audit/disclosure/1"
MAX_DISCLOSURE = 64_000_000


@dataclass(frozen=True)
class Opened:
    """One item of a disclosure that was checked: its name, bytes and commitment."""

    item: str
    body: bytes
    mark: str


def disclose(bundle: Bundle, wanted: Sequence[str], public: Iterable[str] = ()) -> bytes:
    """A disclosure of the items named: a payload file, the SHA-256 of an exhibit, a check, a commitment, or parts.

    An exhibit or a commitment may be shortened to eight digits or more. Raises `UsageError` for what names nothing,
    `BundleError` when the bundle is not as sealed or an item holds what must not be passed on.
    """
    if problems := bundle.problems():
        raise BundleError(f"{bundle.folder} is not as it was sealed: {problems[0]}")
    held = Committed.of(bundle)
    results, salts, marks, tree = held.results, held.salts, held.marks, held.tree
    chosen = sorted({item for each in wanted for item in _named(each, marks, results)})
    bodies = {part.item: part.body(results) for part in held.parts}
    rows = []
    for item in chosen:
        body = bodies[item] if item in bodies else bundle.files.read(item)
        if found := leaks({item: body}, public):
            raise BundleError(f"nothing is disclosed: {found[0]}")
        at = tree.index(marks[item])
        rows.append(
            {
                "item": item,
                "salt": salts[item],
                "index": at,
                "path": path(tree, at),
                "body": base64.b64encode(body).decode(),
            }
        )
    whole = {
        "schema": SCHEMA,
        "run": results["run"]["id"],
        "root": root(tree),
        "leaves": len(tree),
        "items": rows,
    }
    return dumps(whole) + b"\n"


def opened(file: Path, signed_root: str, leaves: int) -> list[Opened]:
    """The items of a disclosure, each checked against the root and the number of leaves that were signed.

    Raises `BundleError` when the file is malformed, `ValueError` when an item does not open.
    """
    try:
        if file.stat().st_size > MAX_DISCLOSURE:
            raise BundleError(f"{file} is larger than {MAX_DISCLOSURE // 1_000_000} MB")
        raw = file.read_bytes()
        data = loads(raw)
        if dumps(data) + b"\n" != raw or data["schema"] != SCHEMA:
            raise BundleError(f"{file}: not a disclosure in canonical form of schema {SCHEMA}")
        rows = [_row(row) for row in data["items"]]
        stated = (str(data["root"]), int(data["leaves"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"{file}: not a disclosure ({error})") from None
    if stated != (signed_root, leaves):
        raise ValueError(f"{file} is about another bundle")
    found = []
    for item, body, salt, index, nodes in rows:
        mark = commitment(item, body, salt)
        if root_by(mark, index, leaves, nodes) != signed_root:
            raise ValueError(f"{item} does not open: it is not what was committed to")
        found.append(Opened(item, body, mark))
    return found


def _row(row: dict[str, Any]) -> tuple[str, bytes, str, int, list[str]]:
    try:
        body = base64.b64decode(row["body"], validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    return (
        str(row["item"]),
        body,
        str(row["salt"]),
        int(row["index"]),
        [str(n) for n in row["path"]],
    )


def _named(wanted: str, marks: Mapping[str, str], results: Mapping[str, Any]) -> list[str]:
    """The items a word on the command line means."""
    if wanted in marks:
        return [wanted]
    numbers = [n for n, finding in enumerate(results["findings"]) if finding["check"] == wanted]
    if numbers:
        begins = tuple(f"results.json/findings/{n}/" for n in numbers)
        steps = (step for n in numbers for step in results["findings"][n]["steps"])
        files = {f"data/evidence/{sha256}." for step in steps for sha256 in step["evidence"]}
        return [item for item in marks if item.startswith((*begins, *files))]
    if parts_of := [item for item in marks if item.partition("#")[0] == f"results.json{wanted}"]:
        return parts_of
    if len(wanted) >= 8:
        fit = [
            item
            for item, mark in marks.items()
            if mark.startswith(wanted) or item.startswith(f"data/evidence/{wanted}")
        ]
        if len(fit) == 1:
            return fit
    raise UsageError(
        f"{wanted} names no item — a check, a file such as data/plan.json, a path such as /findings/3/steps/0, or the "
        "first digits (8 or more) of an exhibit's SHA-256 or of a commitment"
    )
