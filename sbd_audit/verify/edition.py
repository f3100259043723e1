"""The thirteen steps for an edition that withholds parts: what it shows is what was signed, and no more is claimed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.errors import BundleError
from sbd_audit.evidence import editions
from sbd_audit.evidence.archive import Files
from sbd_audit.evidence.bag import SIGNATURES, beside
from sbd_audit.evidence.commitments import SCHEME, commitment, ordered, root
from sbd_audit.evidence.disclosure import opened
from sbd_audit.evidence.scan import leaks
from sbd_audit.evidence.sealing import PLAN, RUN, envelope_name
from sbd_audit.evidence.statement import PLAN as PLAN_TYPE
from sbd_audit.evidence.statement import RUN as RUN_TYPE
from sbd_audit.evidence.trust import Trusted
from sbd_audit.evidence.withhold import part_of, withheld
from sbd_audit.models.results import Results
from sbd_audit.verify import content, signatures
from sbd_audit.verify.report import State, Step, Verification, carried_out, completed, ended
from sbd_audit.verify.signatures import Signed
from sbd_audit.verify.whole import names_are_safe

_WHOLE_ONLY = {
    2: "an edition has no manifests: the signed tree stands for them",
    8: "the chain of custody is in the regulator's edition",
    9: "the plan is in the regulator's edition",
}
FIXED = (editions.INDEX, editions.GUIDE, editions.MARKS, editions.SHOWN, "results.json")


def is_edition(files: Files) -> bool:
    return files.has(editions.INDEX) and not files.has("data/plan.json")


def verify_edition(
    path: Path,
    files: Files,
    trust: Trusted | None,
    disclosures: Sequence[Path],
    public: Iterable[str],
    now: datetime | None,
) -> Verification:
    """Carries out the steps that an edition has; the others are named as part of the regulator's."""
    steps = [Step(number, State.elsewhere, (why,)) for number, why in _WHOLE_ONLY.items()]
    what = f"the edition {path}"
    signed = Signed()
    try:
        steps.append(names_are_safe(files))
        shown = Shown(files)
        what = f"the {shown.index['edition']} edition {path}"
        steps.append(ended(4, list(shown.form()), State.malformed))
        signed.envelopes = signatures.read_envelopes(files)
    except (
        Exception
    ) as error:  # whatever it is in a hostile file, it refuses it and never crashes us
        steps.append(Step(4, State.malformed, (f"{error!s:.300}",)))
    if any(step.state is State.malformed for step in steps):
        return Verification(what, completed(steps, "the edition was refused before it was judged"))
    run = shown.results["run"]
    ends = [(str(run["finished_at"]), "the end of the run")]
    later: tuple[tuple[int, Callable[[], Step]], ...] = (
        (7, lambda: signatures.stamps(files, signed, trust, ends)),
        (5, lambda: signatures.signers(signed, trust, run.get("signing"), now)),
        (3, lambda: ended(3, list(shown.files_that_differ()), State.tampered)),
        (6, lambda: _subjects(shown, signed)),
        (10, lambda: _page(shown)),
        (11, lambda: _withheld(shown, signed, disclosures, public)),
        (12, lambda: ended(12, list(shown.exhibits_missing()), State.tampered)),
    )
    steps += [carried_out(number, step) for number, step in later]
    facts = [*signed.facts, f"{len(shown.results['withheld'])} parts are withheld"]
    return Verification(what, completed(steps, ""), tuple(facts))


class Shown:
    """What an edition shows, read strictly."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.index = self._json(editions.INDEX)
        self.results = self._json("results.json")
        self.rows = [loads(line) for line in files.read(editions.SHOWN).split(b"\n")[:-1]]
        self.marks = files.read(editions.MARKS).decode("ascii").split("\n")[:-1]

    def _json(self, name: str) -> Any:
        body = self.files.read(name)
        data = loads(body)
        if dumps(data) + b"\n" != body:
            raise BundleError(f"{name} is not in canonical form")
        return data

    def form(self) -> Iterator[str]:
        """Step 4."""
        results = Results.model_validate(self.results)
        run = self.results["run"]
        wanted = {
            "schema": editions.SCHEMA,
            "edition": run["edition"],
            "run": run["id"],
            "leaves": len(self.marks),
        }
        if self.index != wanted or results.run.edition not in editions.NAMES[1:]:
            yield f"{editions.INDEX} does not fit the results"
        if b"".join(dumps(row) + b"\n" for row in self.rows) != self.files.read(editions.SHOWN):
            yield f"{editions.SHOWN} is not in canonical form"
        if "".join(f"{m}\n" for m in self.marks).encode() != self.files.read(editions.MARKS):
            yield f"{editions.MARKS} is not one commitment a line"
        if any(len(mark) != 64 or bytes.fromhex(mark).hex() != mark for mark in self.marks):
            yield f"{editions.MARKS} holds something that is no commitment"

    def files_that_differ(self) -> Iterator[str]:
        """Step 3: the files every edition has, those it says it shows, and no others."""
        guide = Path(editions.__file__).with_name(editions.GUIDE).read_bytes()
        if self.files.read(editions.GUIDE) != guide:
            yield f"{editions.GUIDE} is not the text that goes with editions"
        known = {*FIXED, *self.exhibits().values()}
        for name in self.files.names():
            if name not in known and not SIGNATURES.fullmatch(name) and not beside(name):
                yield f"{name} does not belong to the edition"

    def exhibits(self) -> dict[str, str]:
        """The enclosed exhibits: the item each is, and the file it is in."""
        items = [row["item"] for row in self.rows if "item" in row]
        return {item: item.removeprefix("data/") for item in items}

    def exhibits_missing(self) -> Iterator[str]:
        """Step 12: what is enclosed bears the name of its hash, and what is named is enclosed."""
        enclosed = set()
        for item, name in self.exhibits().items():
            sha256 = name.removeprefix(editions.EXHIBIT).partition(".")[0]
            enclosed.add(sha256)
            if not self.files.has(name) or digest(self.files.read(name)) != sha256:
                yield f"{item} is not what its name says"
        steps = (step for finding in self.results["findings"] for step in finding["steps"])
        for sha256 in {sha256 for step in steps for sha256 in step["evidence"]} - enclosed:
            yield f"exhibit {sha256} is named and not enclosed"

    def opened(self) -> tuple[str, list[str]]:
        """The digest of the results with everything withheld, and the commitments of all that is shown."""
        taken, found = {}, []
        for row in self.rows:
            if "item" in row:
                name = str(row["item"]).removeprefix("data/")
                found.append(commitment(row["item"], self.files.read(name), row["salt"]))
            else:
                part = part_of(row["path"], row["members"])
                taken[part] = commitment(part.item, part.body(self.results), row["salt"])
        found += taken.values()
        return digest(withheld(self.results, taken)), found


def _subjects(shown: Shown, signed: Signed) -> Step:
    """Step 6: the tree over all commitments, and the results with everything withheld, are the signed ones."""
    envelope = signed.envelopes.get(RUN)
    if envelope is None:
        return Step(6, State.skipped, ("nothing is signed",))
    statement = loads(envelope.payload)
    tree, run = statement["predicate"]["tree"], shown.results["run"]
    problems = []
    if statement["predicateType"] != RUN_TYPE:
        problems.append(f"{envelope_name(RUN)} is about something else than a run")
    if not ordered(shown.marks) or len(shown.marks) != tree["leaves"]:
        problems.append("commitments are missing, added or out of order")
    elif root(shown.marks) != tree["root"]:
        problems.append("the commitments are not those that were signed")
    public, found = shown.opened()
    subjects = {each["name"]: each["digest"] for each in statement["subject"]}
    if subjects.get("results.json#public") != {"sha256": public}:
        problems.append("results.json is not what was signed")
    if any(statement["predicate"][k] != run[n] for k, n in (("run", "id"), ("engine", "engine"))):
        problems.append("the results are those of another run")
    problems += _plan(shown, signed)
    there = set(shown.marks)
    entries = [entry["commitment"] for entry in shown.results["withheld"]]
    if not {*found, *entries} <= there:
        problems.append("something is shown or withheld that was not committed to")
    if len({*found, *entries}) != len(found) + len(entries):
        problems.append("one commitment stands for two things")
    return ended(6, problems, State.tampered)


def _plan(shown: Shown, signed: Signed) -> Iterator[str]:
    """Whether the signed plan is this run's: its commitment is in the tree, and it names the same earlier runs."""
    envelope = signed.envelopes.get(PLAN)
    if envelope is None:
        return
    statement, run = loads(envelope.payload), shown.results["run"]
    facts = statement["predicate"]
    if statement["predicateType"] != PLAN_TYPE or facts["run"] != run["id"]:
        yield f"{envelope_name(PLAN)} is of another run"
    elif statement["subject"][0]["digest"][SCHEME] not in shown.marks:
        yield f"{envelope_name(PLAN)} is about another plan than the run was carried out by"
    elif facts["earlier_runs"] != run["earlier_runs"]:
        yield f"{envelope_name(PLAN)} names other earlier runs"


def _page(shown: Shown) -> Step:
    """Step 10: a report in the edition shows the edition's results; judging again takes the whole bundle."""
    if shown.files.has(content.PAGE) and not content.is_rendered(
        shown.files.read(content.PAGE), shown.results
    ):
        return Step(10, State.tampered, (f"{content.PAGE} is not what these results give",))
    return Step(10, State.elsewhere, ("the observations to judge are in the regulator's edition",))


def _withheld(
    shown: Shown, signed: Signed, disclosures: Sequence[Path], public: Iterable[str]
) -> Step:
    """Step 11: disclosures open what was signed, and nothing shows that should not."""
    says, problems = [], []
    if disclosures:
        envelope = signed.envelopes.get(RUN)
        if envelope is None:
            return Step(11, State.unknown, ("nothing is signed for a disclosure to open",))
        tree = loads(envelope.payload)["predicate"]["tree"]
        for file in disclosures:
            try:
                items = opened(file, tree["root"], tree["leaves"])
            except ValueError as error:
                problems.append(str(error))
                continue
            problems += [
                f"{o.item} is not of this edition" for o in items if o.mark not in shown.marks
            ]
            says += [f"{file} opens {each.item} ({len(each.body)} bytes)" for each in items]
    if problems:
        return Step(11, State.tampered, tuple(problems))
    files = {name: shown.files.read(name) for name in shown.files.names()}
    bodies = {n: b for n, b in files.items() if not n.startswith("signatures/")}
    return ended(11, leaks(bodies, public), State.malformed, *says)
