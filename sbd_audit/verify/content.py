"""Steps 4, 8, 9, 10 and 12: what the files of a whole bundle say, taken together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

import sbd_audit
from sbd_audit.canonical import digest, dumps
from sbd_audit.errors import BundleError, SbdError
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.library import Library
from sbd_audit.models.record import Observation, Plan
from sbd_audit.models.results import Results
from sbd_audit.outcome import AGAIN, Reason
from sbd_audit.rejudge import rejudge
from sbd_audit.verify.report import State, Step, ended

if TYPE_CHECKING:
    from sbd_audit.report.seal import Seal

NEEDED = (
    "custody.jsonl", "environment.json", "observations.jsonl", "plan.json", "results.json", "run.json",
)  # fmt: skip
PAGE = "report.html"
_EXHIBIT = re.compile(r"data/evidence/([0-9a-f]{64})\.(?:txt|html|json|yaml|jpg)")


def strict(bundle: Bundle) -> Step:
    """Step 4: canonical JSON throughout, so that no two readers can differ, and schemas we know."""
    problems = [f"data/{name} is missing" for name in NEEDED if not bundle.has(name)]
    for name in bundle.payload():
        problems += _form(bundle, name)
    if problems:
        return Step(4, State.malformed, tuple(problems))
    checks: tuple[tuple[str, Any], ...] = (
        ("plan.json", lambda: Plan.model_validate(bundle.json("plan.json"))),
        ("results.json", lambda: Results.model_validate(bundle.json("results.json"))),
        ("observations.jsonl", lambda: observations(bundle)),
    )
    for name, read in checks:
        try:
            read()
        except (ValidationError, BundleError) as error:
            problems.append(f"data/{name}: {str(error).splitlines()[0]}")
    return ended(4, problems, State.malformed)


def _form(bundle: Bundle, name: str) -> Iterator[str]:
    short = name.removeprefix("data/")
    try:
        if _EXHIBIT.fullmatch(name):
            return
        if name.endswith(".json"):
            if dumps(bundle.json(short)) + b"\n" != bundle.files.read(name):
                yield f"{name} is not in canonical form"
        elif name.endswith(".jsonl"):
            lines = b"".join(dumps(line) + b"\n" for line in bundle.lines(short))
            if lines != bundle.files.read(name):
                yield f"{name} is not in canonical form"
        else:
            yield f"{name} is of no kind a bundle holds"
    except (BundleError, TypeError, ValueError) as error:
        yield f"{name}: {error}"


def observations(bundle: Bundle) -> list[Observation]:
    return [Observation.model_validate(line) for line in bundle.lines("observations.jsonl")]


def custody(bundle: Bundle) -> Step:
    """Step 8; the chain also has to begin with the plan."""
    problems = bundle.custody_problems()
    if not problems:
        first: dict[str, Any] = next(bundle.lines("custody.jsonl"), {})
        if digest(bundle.files.read("data/plan.json")) not in first.get("out", ()):
            problems = ["the chain of custody does not begin with this plan"]
    return ended(8, problems, State.tampered)


def events(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Every time of the record that has to lie between plan and seal."""
    for number, event in enumerate(bundle.lines("custody.jsonl")):
        if number:
            yield str(event["at"]), f"custody event {number}"
    for seen in observations(bundle):
        if seen.started_at:
            yield seen.started_at, f"observation {seen.id}"
    yield str(bundle.json("run.json").get("finished_at")), "the end of the run"


def planned(bundle: Bundle) -> Step:
    """Step 9: planned observations only, each once but where a case was lost and played again, every check once."""
    plan = Plan.model_validate(bundle.json("plan.json"))
    problems = _observed_as_planned(plan, observations(bundle))
    results = bundle.json("results.json")
    groups = {(case.check, case.profiles) for case in plan.cases if case.check}
    reported = Counter((f["check"], tuple(f["profiles"])) for f in results["findings"])
    problems += [f"{check} was planned and has no outcome" for check, _ in groups - set(reported)]
    problems += [f"{check} was not planned" for check, _ in set(reported) - groups]
    problems += [f"{check} has {n} outcomes" for (check, _), n in reported.items() if n > 1]
    if sum(results["counts"].values()) != len(results["findings"]):
        problems.append("the counts do not add up to the findings")
    return ended(9, sorted(problems), State.tampered)


def _observed_as_planned(plan: Plan, seen: Iterable[Observation]) -> list[str]:
    """What was observed and not planned, and cases played again although nothing of them had been lost."""
    steps = {step.id: (case.id, step.capability) for case in plan.cases for step in case.steps}
    whole = {case.id: {step.id for step in case.steps} for case in plan.cases}
    problems = []
    kept: dict[str, dict[str, Reason | None]] = {}
    playing: dict[str, set[str]] = {}
    for each in seen:
        if steps.get(each.id) != (each.case, each.capability):
            problems.append(f"observation {each.id} was not planned so")
            continue
        before = kept.setdefault(each.case, {})
        if each.id in playing.setdefault(each.case, set()):
            lost = whole[each.case] - set(before) or AGAIN & set(before.values())
            if not lost:
                problems.append(f"observation {each.id} stands twice, and nothing had been lost")
            playing[each.case] = set()
        playing[each.case].add(each.id)
        before[each.id] = each.reason
    return problems


def figures(bundle: Bundle, library: Library) -> Step:
    """Step 10: judges and scores again; the results, and a report beside the bag, have to come out to the byte."""
    recorded = bundle.json("results.json")
    try:
        again = rejudge(bundle, library)
    except (SbdError, ValidationError, KeyError, AssertionError) as error:
        return Step(10, State.unknown, (f"it cannot be judged again here: {error!r:.300}",))
    if dumps(again) + b"\n" == bundle.files.read("data/results.json"):
        return page(bundle, recorded)
    differing = [key for key in again if again[key] != recorded.get(key)]
    says = f"judging again gives other {', '.join(differing) or 'content'}"
    if same_version(bundle, recorded, library):
        return Step(10, State.tampered, (says,))
    engine = recorded["run"]["engine"]
    return Step(10, State.unknown, (says, f"it was made by {engine}: verify with that version"))


def same_version(bundle: Bundle, recorded: Mapping[str, Any], library: Library) -> bool:
    """True when this program and its vocabulary are those the audit was made with."""
    capabilities = library.vocabulary.capabilities
    here = digest({name: c.model_dump(mode="json") for name, c in capabilities.items()})
    engine = f"sbd-audit {sbd_audit.__version__}"
    return bool(
        bundle.json("plan.json").get("vocabulary_sha256") == here
        and recorded["run"]["engine"] == engine
    )


def page(bundle: Bundle, results: Mapping[str, Any]) -> Step:
    """Whether the copies for people beside the bag, where there are any, are what these results give."""
    if problems := bundle.copy_problems():
        return Step(10, State.tampered, tuple(problems))
    if not bundle.files.has(PAGE):
        return Step(10, State.ok)
    shown = bundle.files.read(PAGE)
    if is_rendered(shown, results, _seals(bundle, shown)):
        return Step(10, State.ok, (f"{PAGE} shows these results",))
    engine = f"sbd-audit {sbd_audit.__version__}"
    if results["run"]["engine"] != engine:
        return Step(10, State.unknown, (f"{PAGE} was made by another version than {engine}",))
    return Step(10, State.tampered, (f"{PAGE} is not what these results give",))


def is_rendered(
    page: bytes, results: Mapping[str, Any], seals: Sequence[Seal | None] = (None,)
) -> bool:
    """True when the page is the report of these results, in any language, under one of these seals."""
    from sbd_audit.report.render import render_html
    from sbd_audit.resources import folder

    languages = sorted(file.stem for file in (folder("reports") / "locales").glob("*.yaml"))
    return any(
        render_html(results, language=name, seal=seal).encode() == page
        for seal in seals
        for name in languages
    )


def _seals(bundle: Bundle, page: bytes) -> list[Seal | None]:
    """What the bundle says of its making: now, and when only those had signed whose keys the page names."""
    from dataclasses import replace

    from sbd_audit.report.seal import read_seal

    now = read_seal(bundle)
    named = (
        replace(entry, keys=tuple(key for key in entry.keys if key.encode() in page))
        for entry in now.signatures
    )
    then = replace(now, signatures=tuple(entry for entry in named if entry.keys))
    return [then, None] if then == now else [then, now, None]


def exhibits(bundle: Bundle) -> Step:
    """Step 12: what findings and observations name is there, and is what the index says."""
    index = {entry["sha256"]: entry for entry in _index(bundle)}
    files = {}
    problems = []
    for name in bundle.payload():
        if found := _EXHIBIT.fullmatch(name):
            files[found[1]] = name
    for sha256, entry in index.items():
        body = bundle.files.read(files[sha256]) if sha256 in files else b""
        if digest(body) != sha256 or len(body) != entry["bytes"]:
            problems.append(f"exhibit {sha256} is missing or not what the index says")
    problems += [f"exhibit {sha256} is in no index" for sha256 in set(files) - set(index)]
    steps = (s for f in bundle.json("results.json")["findings"] for s in f["steps"])
    named = {sha256 for step in steps for sha256 in step["evidence"]}
    named |= {sha256 for seen in observations(bundle) for sha256 in seen.evidence}
    problems += [f"exhibit {sha256} is named and not there" for sha256 in named - set(index)]
    return ended(12, sorted(problems), State.tampered)


def _index(bundle: Bundle) -> Iterator[dict[str, Any]]:
    return bundle.lines("evidence.jsonl") if bundle.has("evidence.jsonl") else iter(())
