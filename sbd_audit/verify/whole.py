"""The thirteen steps for a whole bundle, the regulator's edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from sbd_audit.canonical import loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence.archive import Files, unsafe
from sbd_audit.evidence.bag import MANIFEST, TAG_MANIFEST, differences, rows
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.commitments import ordered, root
from sbd_audit.evidence.committed import Committed
from sbd_audit.evidence.disclosure import opened
from sbd_audit.evidence.scan import leaks
from sbd_audit.evidence.sealing import PLAN, RUN, envelope_name
from sbd_audit.evidence.statement import plan_statement
from sbd_audit.evidence.trust import Trusted
from sbd_audit.library import Library
from sbd_audit.verify import content, signatures
from sbd_audit.verify.report import State, Step, Verification, carried_out, completed, ended
from sbd_audit.verify.signatures import Signed

WEAK = ("md5", "sha1", "sha-1", "sha224")


def verify_whole(
    path: Path,
    bundle: Bundle,
    trust: Trusted | None,
    library: Library,
    disclosures: Sequence[Path],
    public: Iterable[str],
    now: datetime | None,
) -> Verification:
    """Carries out every step; where files are not those that were sealed, what they say is not looked at."""
    what = f"the bundle {path}"
    steps = [carried_out(1, lambda: names_are_safe(bundle.files))]
    if steps[0].state is State.ok:
        steps.append(carried_out(2, lambda: algorithms(bundle.files)))
    if any(step.state is not State.ok for step in steps):
        return Verification(what, completed(steps, "the bundle was refused before it was read"))
    files = bundle.files
    steps += [
        carried_out(3, lambda: ended(3, differences(files), State.tampered)),
        carried_out(4, lambda: content.strict(bundle)),
    ]
    if any(step.state is not State.ok for step in steps):
        return Verification(what, completed(steps, "the files are not in order"))
    signed = Signed()
    try:
        signed.envelopes = signatures.read_envelopes(files)
    except BundleError as error:
        steps.append(Step(5, State.malformed, (str(error),)))
        return Verification(what, completed(steps, "the signature cannot be read"))
    held = cache(lambda: Committed.of(bundle))
    signing = bundle.json("results.json")["run"].get("signing")
    later: tuple[tuple[int, Callable[[], Step]], ...] = (
        (7, lambda: signatures.stamps(files, signed, trust, content.events(bundle))),
        (5, lambda: signatures.signers(signed, trust, signing, now)),
        (6, lambda: subjects(held(), signed)),
        (8, lambda: content.custody(bundle)),
        (9, lambda: content.planned(bundle)),
        (10, lambda: content.figures(bundle, library)),
        (11, lambda: withheld(held(), disclosures, public)),
        (12, lambda: content.exhibits(bundle)),
    )
    steps += [carried_out(number, step) for number, step in later]
    return Verification(what, completed(steps, ""), tuple(signed.facts))


def names_are_safe(files: Files) -> Step:
    """Step 1, of which opening the files was the first half: names in manifests are looked at before use."""
    try:
        names = files.names()
    except BundleError as error:
        return Step(1, State.malformed, (str(error),))
    problems = [f"{name!r}: {why}" for name in names if (why := unsafe(name))]
    for manifest in (MANIFEST, TAG_MANIFEST):
        if files.has(manifest):
            found: list[str] = []
            rows(files, manifest, found)
            problems += [problem for problem in found if "not allowed" in problem]
    if len({name.casefold() for name in names}) != len(names):
        problems.append("two names differ in case alone")
    if files.has("fetch.txt"):
        problems.append("fetch.txt asks to download files; a bundle holds its own")
    return ended(1, problems, State.malformed)


def algorithms(files: Files) -> Step:
    """Step 2: without both SHA-256 manifests nothing is relied on; weaker ones are refused beside them too."""
    problems = [f"{name} is missing" for name in (MANIFEST, TAG_MANIFEST) if not files.has(name)]
    problems += [
        f"{name} is of a hash that is no longer safe"
        for name in files.names()
        if "/" not in name
        and name.partition("-")[0] in ("manifest", "tagmanifest")
        and name.partition("-")[2].removesuffix(".txt").lower() in WEAK
    ]
    return ended(2, problems, State.malformed)


def subjects(held: Committed, signed: Signed) -> Step:
    """Step 6: both statements, made again from the files, are the signed ones to the byte."""
    run = signed.envelopes.get(RUN)
    if run is None:
        return Step(6, State.skipped, ("nothing is signed",))
    problems = []
    bundle, recomputed = held.bundle, held.statement()
    if run.payload != recomputed:
        problems = [
            f"{envelope_name(RUN)}: {line}" for line in _difference(run.payload, recomputed)
        ]
    if plan := signed.envelopes.get(PLAN):
        facts = bundle.json("plan.json")
        mark = held.marks["data/plan.json"]
        first = next(bundle.lines("custody.jsonl"))
        earlier = bundle.json("run.json").get("earlier_runs")
        if plan.payload != plan_statement(
            facts["run"], facts["planned_at"], first["tool"], mark, earlier or {}
        ):
            problems.append(f"{envelope_name(PLAN)} is about another plan or other earlier runs")
    return ended(6, problems, State.tampered)


def _difference(signed: bytes, found: bytes) -> list[str]:
    """Which parts of two statements differ, in words."""
    try:
        ours, theirs = loads(found), loads(signed)
        names = [s["name"] for s in ours["subject"] if s not in theirs["subject"]]
        names += [
            f"the {k}" for k, v in ours["predicate"].items() if theirs["predicate"].get(k) != v
        ]
    except (ValueError, KeyError, TypeError):
        names = []
    return [f"{name} is not what was signed" for name in names] or ["it is about something else"]


def withheld(held: Committed, disclosures: Sequence[Path], public: Iterable[str]) -> Step:
    """Step 11: every item has a commitment that its salt opens, disclosures fit, nothing is here that should not be."""
    bundle, tree = held.bundle, held.tree
    if not ordered(tree) or len(set(held.salts.values())) != len(held.salts):
        return Step(11, State.tampered, ("two items share a salt or a commitment",))
    for file in disclosures:
        try:
            opened(file, root(tree), len(tree))
        except ValueError as error:
            return Step(11, State.tampered, (str(error),))
    names = (name for name in bundle.files.names() if not name.startswith("signatures/"))
    found = leaks({name: bundle.files.read(name) for name in names}, public)
    return ended(11, found, State.malformed, f"{len(tree)} items are committed to")
