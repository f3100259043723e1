"""BagIt manifests (RFC 8493) read without trust, and everything in which files differ from them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sbd_audit.canonical import digest
from sbd_audit.errors import BundleError
from sbd_audit.evidence.archive import Files, unsafe
from sbd_audit.evidence.salts import SALTS

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
GUIDE = "VERIFY.md"
TAG_FILES = ("bagit.txt", "bag-info.txt", GUIDE, MANIFEST, SALTS)
BESIDE = frozenset({"report", "results"})
"""Files for people beside the bag, by stem: made from its data at any time, and no part of the seal."""
SIGNATURES = re.compile(
    r"signatures/(?:plan|run|run\.countersigned)\.(?:dsse\.json|[a-z0-9-]{1,40}\.tsr)"
)
"""What may lie there: envelopes and time-stamp tokens, each checked by what it says itself."""
_ROW = re.compile(r"([0-9a-f]{64})  (\S.*)")


def rows(files: Files, manifest: str, problems: list[str]) -> dict[str, str]:
    """The rows of a manifest, name to digest; what is wrong with others is added to `problems`."""
    try:
        text = files.read(manifest).decode("utf-8")
    except (BundleError, UnicodeDecodeError) as error:
        problems.append(str(error))
        return {}
    if not text.endswith("\n"):
        problems.append(f"{manifest} has no end of line at its end")
    listed: dict[str, str] = {}
    for line in text.removesuffix("\n").split("\n"):
        row = _ROW.fullmatch(line)
        if row is None:
            problems.append(f"{manifest}: {line[:80]!r} is not a SHA-256 and a name")
        elif why := unsafe(row[2]):
            problems.append(f"{manifest} names {row[2]!r}, which is not allowed: {why}")
        elif row[2] in listed:
            problems.append(f"{manifest} names {row[2]} twice")
        else:
            listed[row[2]] = row[1]
    return listed


def written(digests: Iterable[tuple[str, str]]) -> bytes:
    """A manifest of pairs of name and digest."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(digests)).encode()


def differences(files: Files) -> list[str]:
    """Everything in which the files differ from the manifests: content, what is missing, what is unlisted."""
    problems: list[str] = []
    payload = rows(files, MANIFEST, problems)
    tags = rows(files, TAG_MANIFEST, problems)
    problems += [f"{MANIFEST} names {n}, outside data/" for n in payload if not in_data(n)]
    problems += [f"{TAG_MANIFEST} names {n}, inside data/" for n in tags if in_data(n)]
    problems += [f"{TAG_MANIFEST} does not name {n}" for n in TAG_FILES if n not in tags]
    for name, wanted in sorted({**payload, **tags}.items()):
        problems += _difference(files, name, wanted)
    listed = {*payload, *tags, TAG_MANIFEST}
    problems += [
        f"{name} is in no manifest"
        for name in files.names()
        if name not in listed and not SIGNATURES.fullmatch(name) and not beside(name)
    ]
    if files.has("bagit.txt") and files.read("bagit.txt") != DECLARATION.encode():
        problems.append("bagit.txt does not declare BagIt 1.0 in UTF-8")
    return problems


def _difference(files: Files, name: str, wanted: str) -> list[str]:
    try:
        same = digest(files.read(name)) == wanted
    except BundleError as error:
        return [str(error)]
    return [] if same else [f"{name} is not what was sealed"]


def in_data(name: str) -> bool:
    return name.startswith("data/")


def beside(name: str) -> bool:
    return "/" not in name and name.partition(".")[0] in BESIDE
