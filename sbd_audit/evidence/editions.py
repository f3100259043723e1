"""Editions: the regulator's, which is the bundle; the platform's and the public one, which withhold parts.

The platform sees what its findings rest on: every step of every finding, its own accounts to close, and the
exhibits of findings that are not passed, with others the auditor chooses. The public sees outcomes and scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sbd_audit.canonical import dumps
from sbd_audit.errors import BundleError, UsageError, did_you_mean
from sbd_audit.evidence.bag import beside
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.committed import Committed
from sbd_audit.evidence.files import write_whole
from sbd_audit.evidence.scan import leaks
from sbd_audit.evidence.withhold import EXHIBITS, Part, withheld

SCHEMA = "sbd-audit/edition/1"
Name = Literal["regulator", "platform", "public"]
NAMES = ("regulator", "platform", "public")
INDEX = "edition.json"
MARKS = "commitments.txt"
SHOWN = "shown.jsonl"
GUIDE = "EDITION.md"
EXHIBIT = "evidence/"
_SIGNATURES = "signatures/"
_OWN = ("/findings/", "/refused/")
"""Where everything is the platform's to see, exhibits apart."""


@dataclass(frozen=True)
class Edition:
    """The files of an edition, by name; `results` is what a report of it may say."""

    name: Name
    results: Mapping[str, Any]
    files: Mapping[str, bytes]


def edition(
    bundle: Path,
    name: str,
    out: Path | None = None,
    *,
    disclose: Iterable[str] = (),
    public: Iterable[str] = (),
) -> Edition:
    """Makes an edition of a sealed bundle, and with `out` writes it there; see `make` and `write`."""
    made = make(Bundle(bundle), name, disclose=disclose)
    if out is not None:
        write(made, out, public=public)
    return made


def make(bundle: Bundle, name: str, *, disclose: Iterable[str] = ()) -> Edition:
    """The files of an edition. `disclose` are SHA-256 (or beginnings) of exhibits the platform's holds as well.

    Raises `BundleError` when the bundle is not as it was sealed, `UsageError` for an unknown edition or exhibit, and
    when the bundle is an edition already: it cannot be widened.
    """
    if name not in NAMES:
        raise UsageError(f"no edition {name} — {did_you_mean(name, NAMES)}")
    if problems := bundle.problems():
        raise BundleError(f"{bundle.folder} is not as it was sealed: {problems[0]}")
    whole = bundle.json("results.json")
    if (kept := whole["run"]["edition"]) != "regulator":
        raise UsageError(
            f"this bundle is the {kept} edition — editions are made from the regulator's, which holds more"
        )
    if name == "regulator":
        if list(disclose):
            raise UsageError(
                "the regulator's edition holds everything; there is nothing to disclose"
            )
        names = [file for file in bundle.files.names() if not beside(file)]
        return Edition("regulator", whole, {file: bundle.files.read(file) for file in names})
    held = Committed.of(bundle)
    results, salts = held.results, held.salts
    exhibits = _exhibits(bundle)
    enclosed = _chosen(exhibits, disclose)
    if name == "platform":
        enclosed |= _relied_on(results) & set(exhibits)
    shown = [part for part in held.parts if name == "platform" and _shown(part, results, enclosed)]
    hidden = {part: mark for part, mark in held.parts.items() if part not in shown}
    reduced = withheld(results, hidden, name)
    rows: list[dict[str, Any]] = [
        {"path": part.path, "members": list(part.members), "salt": salts[part.item]}
        for part in shown
    ]
    rows += [{"item": exhibits[each], "salt": salts[exhibits[each]]} for each in sorted(enclosed)]
    index = {
        "schema": SCHEMA,
        "edition": name,
        "run": results["run"]["id"],
        "leaves": len(held.tree),
    }
    files = {
        INDEX: dumps(index) + b"\n",
        GUIDE: Path(__file__).with_name(GUIDE).read_bytes(),
        "results.json": dumps(reduced) + b"\n",
        MARKS: "".join(f"{mark}\n" for mark in held.tree).encode(),
        SHOWN: b"".join(dumps(row) + b"\n" for row in rows),
    }
    files |= {
        exhibits[each].removeprefix("data/"): bundle.files.read(exhibits[each]) for each in enclosed
    }
    files |= {
        file: bundle.files.read(file)
        for file in bundle.files.names()
        if file.startswith(_SIGNATURES)
    }
    return Edition("platform" if name == "platform" else "public", reduced, files)


def write(
    made: Edition, out: Path, extra: Mapping[str, bytes] | None = None, public: Iterable[str] = ()
) -> None:
    """Writes an edition, with `extra` files such as its report, to a folder that is new or empty.

    Nothing is written when anything in it looks like a secret or personal data (`public` helplines apart).
    """
    files = {**made.files, **(extra or {})}
    refuse_leaks(made.name, files, public)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already — choose a new folder")
    for name, body in sorted(files.items()):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, body)


def refuse_leaks(name: str, files: Mapping[str, bytes], public: Iterable[str] = ()) -> None:
    """Raises `BundleError`, which says where, when files of an edition hold what must not be passed on."""
    if found := leaks(files, public):
        raise BundleError(
            f"the {name} edition is not written: {'; '.join(found[:3])}"
            + (f"; and {len(found) - 3} more places" if len(found) > 3 else "")
        )


def _exhibits(bundle: Bundle) -> dict[str, str]:
    """The exhibits of a bundle: SHA-256 to the name of the file."""
    return {
        Path(name).stem: name for name in bundle.payload() if name.startswith(f"data/{EXHIBIT}")
    }


def _chosen(exhibits: Mapping[str, str], wanted: Iterable[str]) -> set[str]:
    found = set()
    for each in wanted:
        fit = [sha256 for sha256 in exhibits if each and sha256.startswith(each)]
        if len(fit) != 1:
            raise UsageError(f"{each}: {len(fit)} exhibits begin so — give more of the SHA-256")
        found.add(fit[0])
    return found


def _relied_on(results: Mapping[str, Any]) -> set[str]:
    """The exhibits of findings that say anything against the platform, or nothing for it."""
    return {
        sha256
        for finding in results["findings"]
        if finding["outcome"] != "passed"
        for step in finding["steps"]
        for sha256 in step["evidence"]
    }


def _shown(part: Part, results: Mapping[str, Any], enclosed: set[str]) -> bool:
    """Whether the platform sees a part; a list of exhibits only when all of them are enclosed.

    The SHA-256 of an exhibit that is withheld would let its reader confirm a guess of what it holds.
    """
    if part.path == EXHIBITS:
        return part.members[0] in enclosed
    if part.kind == "exhibit":
        _, _, finding, _, step = part.path.split("/")
        return set(results["findings"][int(finding)]["steps"][int(step)]["evidence"]) <= enclosed
    return part.path.startswith(_OWN) or part.members == ("left_behind",)
