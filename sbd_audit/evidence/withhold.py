"""What of results.json an edition may withhold, and how it is taken out and put back.

A withheld part leaves a neutral value of the same type behind, so that every edition fits the schema of
results, and an entry ``{path, class, commitment}`` in ``withheld``. With everything withheld, all editions of a
run are the same bytes; the digest of these is signed. To check an edition, what it shows is taken out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sbd_audit.canonical import dumps
from sbd_audit.errors import BundleError

NEUTRAL: Mapping[str, Any] = {
    "approved_by": "",
    "args": {},
    "authorisation": None,
    "by": "",
    "detail": "",
    "evidence": [],
    "facts": {},
    "left_behind": [],
    "note": "",
    "observations_sha256": "",
    "operator": "",
    "origin": "",
    "outputs": {},
    "position": "",
    "shown": [],
    "trace": [],
    "user_agent": "",
}
"""What stands in place of a withheld member."""
EXHIBITS = "/evidence"
_ONCE: tuple[tuple[str, str, str], ...] = (
    ("", "left_behind", "security"),
    ("", "observations_sha256", "evidence"),
    ("/run", "operator", "pii"),
    ("/run", "user_agent", "security"),
    ("/target", "authorisation", "pii"),
    ("/target", "facts", "security"),
)
_EACH: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"/findings/\d+/waiver"), "approved_by", "pii"),
    (re.compile(r"/refused/\d+"), "origin", "security"),
)
_OF_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("evidence", ("args", "outputs", "trace", "detail")),
    ("exhibit", ("evidence",)),
)
_OF_GIVEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pii", ("by", "position")),
    ("evidence", ("note", "shown")),
)


@dataclass(frozen=True)
class Part:
    """Members of the object at `path` (a JSON pointer) that are shown or withheld together.

    `kind` says why: pii, security, evidence (what was done and seen), exhibit (which files show it).
    """

    path: str
    members: tuple[str, ...]
    kind: str

    @property
    def item(self) -> str:
        """The name it is committed to under."""
        return f"results.json{self.path}#{','.join(self.members)}"

    def body(self, results: Mapping[str, Any]) -> bytes:
        """The bytes that are committed to."""
        holder = _holder(results, self.path)
        try:
            return dumps({name: holder[name] for name in self.members})
        except KeyError as missing:
            raise BundleError(f"results.json{self.path} has no {missing}") from None


def parts(results: Mapping[str, Any]) -> list[Part]:
    """Every part of these results that an edition may withhold; what is neutral already is none."""
    return [part for part in _parts(results) if not _is_neutral(part, results)]


def part_of(path: str, members: Iterable[str]) -> Part:
    """The part a row of an edition names; raises `BundleError` when no edition may withhold such a part."""
    named = tuple(members)
    fields = path.split("/")
    if path == EXHIBITS and len(named) == 1:
        return Part(path, named, "exhibit")
    if len(fields) == 5 and fields[1] == "findings" and fields[3] == "steps":
        for kind, whole in _OF_STEPS:
            if named == whole:
                return Part(path, named, kind)
    if len(fields) == 7 and (fields[1], fields[3], fields[5]) == ("findings", "steps", "given"):
        for kind, whole in _OF_GIVEN:
            if named == whole:
                return Part(path, named, kind)
    for place, member, kind in _ONCE:
        if (path, named) == (place, (member,)):
            return Part(path, named, kind)
    for pattern, member, kind in _EACH:
        if pattern.fullmatch(path) and named == (member,):
            return Part(path, named, kind)
    raise BundleError(f"no edition withholds {','.join(named)} of results.json{path}")


def withheld(
    results: Mapping[str, Any], taken: Mapping[Part, str], edition: str = "public"
) -> dict[str, Any]:
    """`results` as that edition, without the parts `taken`, each with the commitment that stands for it."""
    reduced = deepcopy(dict(results))
    reduced["run"] = {**reduced.get("run", {}), "edition": edition}
    entries = list(reduced.get("withheld") or ())
    for part, mark in taken.items():
        holder = _holder(reduced, part.path)
        for name in part.members:
            if part.path == EXHIBITS:
                holder.pop(name)
            else:
                holder[name] = deepcopy(NEUTRAL[name])
        entries.append({"path": part.path, "class": part.kind, "commitment": mark})
    reduced["withheld"] = sorted(entries, key=lambda entry: (entry["path"], entry["commitment"]))
    return reduced


def _parts(results: Mapping[str, Any]) -> Iterator[Part]:
    for place, member, kind in _ONCE:
        yield Part(place, (member,), kind)
    for sha256 in sorted(results.get("evidence") or {}):
        yield Part(EXHIBITS, (sha256,), "exhibit")
    for number, finding in enumerate(results.get("findings") or ()):
        if finding.get("waiver"):
            yield part_of(f"/findings/{number}/waiver", ("approved_by",))
        for at, step in enumerate(finding.get("steps") or ()):
            own = f"/findings/{number}/steps/{at}"
            for kind, members in _OF_STEPS:
                yield Part(own, members, kind)
            for one in range(len(step.get("given") or ())):
                for kind, members in _OF_GIVEN:
                    yield Part(f"{own}/given/{one}", members, kind)
    for number in range(len(results.get("refused") or ())):
        yield part_of(f"/refused/{number}", ("origin",))


def _is_neutral(part: Part, results: Mapping[str, Any]) -> bool:
    if part.path == EXHIBITS:
        return False
    try:
        holder = _holder(results, part.path)
    except BundleError:
        return True
    return all(holder.get(name) in (None, NEUTRAL[name]) for name in part.members)


def _holder(results: Mapping[str, Any], path: str) -> Any:
    """The object at a JSON pointer; raises `BundleError` when there is none."""
    found: Any = results
    for key in path.split("/")[1:]:
        try:
            found = found[int(key) if isinstance(found, list) else key]
        except (KeyError, IndexError, ValueError, TypeError):
            raise BundleError(f"results.json has nothing at {path}") from None
    if not isinstance(found, dict):
        raise BundleError(f"results.json has no object at {path}")
    return found
