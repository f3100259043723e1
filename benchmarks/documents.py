"""Scores clause detection against hand-read labels: ``python -m benchmarks.documents --labels FILE --texts DIR``.

A label is one line of JSON: file, platform, doc_type, req, label (stated, partial, absent), start and end (code
points) of the passage that decides, expected (the requirement belongs in this kind of document), evidence
(passage, near_miss, whole_document). `unknown` is no answer: it counts as a miss for recall and F1, never as a
false claim. Nothing is fitted but the threshold of the BM25 baseline, leaving one platform out.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sbd_audit.documents.clauses import Reading, read
from sbd_audit.documents.language import language_of
from sbd_audit.documents.markdown import markdown_text
from sbd_audit.documents.passages import index_of
from sbd_audit.documents.recogniser import recogniser
from sbd_audit.documents.text import DocumentText
from sbd_audit.library import Library
from sbd_audit.models.clause import Clause

LEVELS = ("stated", "partial", "absent")
Label = Mapping[str, Any]
Pairs = Sequence[tuple[Label, str]]
"""Labels, each with the level predicted for it."""


@dataclass(frozen=True)
class Figures:
    """Precision, recall and F1 of one question."""

    precision: float
    recall: float
    f1: float

    def __str__(self) -> str:
        return f"{self.precision:.3f} / {self.recall:.3f} / {self.f1:.3f}"


def figures(pairs: Pairs, positive: Iterable[str]) -> Figures:
    """Over `pairs`, where a level counts as positive if it is in `positive`."""
    wanted = set(positive)
    true = sum(label["label"] in wanted and said in wanted for label, said in pairs)
    said_so = sum(said in wanted for _, said in pairs)
    are = sum(label["label"] in wanted for label, _ in pairs)
    precision = true / said_so if said_so else 0.0
    recall = true / are if are else 0.0
    both = precision + recall
    return Figures(precision, recall, 2 * precision * recall / both if both else 0.0)


def macro_f1(pairs: Pairs) -> float:
    return sum(figures(pairs, [level]).f1 for level in LEVELS) / len(LEVELS)


def near_misses(pairs: Pairs, positive: Iterable[str]) -> tuple[int, int]:
    """How many near misses were taken for it, of how many."""
    near = [said for label, said in pairs if label["evidence"] == "near_miss"]
    return sum(said in set(positive) for said in near), len(near)


def hits(labels: Iterable[Label], spans: Callable[[Label], Sequence[tuple[int, int]]]) -> list[str]:
    """Share of stated labels whose passage overlaps one of the first 1, 3, 5 passages shown."""
    stated = [label for label in labels if label["label"] == "stated"]
    found: Counter[int] = Counter()
    for label in stated:
        ranked = spans(label)
        for k in (1, 3, 5):
            found[k] += any(a < label["end"] and label["start"] < b for a, b in ranked[:k])
    return [f"{found[k] / max(1, len(stated)):.3f}" for k in (1, 3, 5)]


def report(name: str, pairs: Pairs, spans: Callable[[Label], Sequence[tuple[int, int]]]) -> None:
    print(f"\n{name}")
    for title, part in (
        ("expected pairs", [each for each in pairs if each[0]["expected"]]),
        ("all pairs", pairs),
    ):
        decided = [each for each in part if each[1] != "unknown"]
        near, of = near_misses(part, ["stated"])
        loose, _ = near_misses(part, ["stated", "partial"])
        print(
            f"  {title} ({len(part)})\n"
            f"    stated                P / R / F1   {figures(part, ['stated'])}\n"
            f"    stated or partial     P / R / F1   {figures(part, ['stated', 'partial'])}\n"
            f"    three-class macro-F1               {macro_f1(part):.3f}\n"
            f"    near misses taken for stated       {near}/{of} ({near / max(1, of):.1%});"
            f" for stated or partial {loose}/{of}\n"
            f"    passage found, hit@1/3/5           {' / '.join(hits([each[0] for each in part], spans))}\n"
            f"    decided                            {len(decided) / max(1, len(part)):.1%};"
            f" stated F1 of these {figures(decided, ['stated']).f1:.3f}, macro-F1 {macro_f1(decided):.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--labels", type=Path, required=True, help="labels, one line of JSON each")
    parser.add_argument("--texts", type=Path, required=True, help="folder of the labelled files")
    parser.add_argument(
        "--errors", type=Path, help="write every wrong pair here, one line of JSON each"
    )
    parser.add_argument("--only", help="comma-separated platforms to keep")
    parser.add_argument("--leave-out", help="comma-separated platforms to leave out")
    args = parser.parse_args()
    labels = [json.loads(line) for line in args.labels.read_text().splitlines() if line.strip()]
    if args.only:
        labels = [label for label in labels if label["platform"] in args.only.split(",")]
    if args.leave_out:
        labels = [label for label in labels if label["platform"] not in args.leave_out.split(",")]
    clauses = {each.requirement: each for each in Library().clauses.values() if each.requirement}
    missing = sorted({label["req"] for label in labels} - set(clauses))
    if missing:
        print(f"no clause for {', '.join(missing)}: left out")
        labels = [label for label in labels if label["req"] in clauses]
    documents = {}
    for label in labels:
        name = label["file"]
        if name not in documents:
            # newline="" keeps offsets: the labels count the characters of the file as it is.
            with (args.texts / name).open(encoding="utf-8", newline="") as file:
                documents[name] = markdown_text(file.read(), kind=label["doc_type"], url=name)
    began = time.process_time()
    readings = {
        (label["file"], label["req"]): read([documents[label["file"]]], clauses[label["req"]])
        for label in labels
    }
    spent = time.process_time() - began
    size = sum(len(each.text.encode()) for each in documents.values())
    print(f"{len(labels)} pairs, {len(documents)} documents, {size / 1e6:.2f} MB")
    pairs = [(label, readings[label["file"], label["req"]].level) for label in labels]
    report("sbd-audit", pairs, lambda label: _spans(readings[label["file"], label["req"]]))
    _table(pairs)
    naive, ranked = _naive(labels, documents, clauses), _bm25(labels, documents, clauses)
    report("baseline: naive cues (any first cue, no force, no guards)", naive[0], naive[1])
    report("baseline: BM25, threshold fitted leaving one platform out", ranked[0], ranked[1])
    print(
        f"\ncost\n  these documents, all requirements  {spent / (size / 1e6):.2f} s of CPU per MB"
    )
    _cost(documents, clauses)
    if args.errors:
        _write_errors(args.errors, labels, readings, documents)


def _spans(reading: Reading) -> list[tuple[int, int]]:
    return [(near.start, near.end) for near in reading.nearest]


def _table(pairs: Pairs) -> None:
    print(
        "\nper requirement, expected pairs (s/p/a labelled; stated P R F1; stated or partial F1; unknown)"
    )
    groups = defaultdict(list)
    for label, said in pairs:
        if label["expected"]:
            groups[label["req"]].append((label, said))
    for req, part in sorted(groups.items()):
        count = Counter(label["label"] for label, _ in part)
        one, loose = figures(part, ["stated"]), figures(part, ["stated", "partial"])
        unknown = sum(said == "unknown" for _, said in part)
        print(
            f"  {req}  {count['stated']:2}/{count['partial']:2}/{count['absent']:2}"
            f"   {one.precision:.2f} {one.recall:.2f} {one.f1:.2f}   {loose.f1:.2f}   {unknown}"
        )


Baseline = tuple[Pairs, Callable[[Label], Sequence[tuple[int, int]]]]


def _naive(
    labels: Sequence[Label], documents: Mapping[str, DocumentText], clauses: Mapping[Any, Clause]
) -> Baseline:
    """Stated where a first cue of a stated rule stands anywhere, in the order of the text."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for label in labels:
        key = (label["file"], label["req"])
        if key in found:
            continue
        index, reader = index_of(documents[key[0]]), recogniser(clauses[key[1]], "en")
        places = []
        for number in sorted(
            {n for each in reader.stated for n in index.holding(each.first.anchors)}
        ):
            passage = index.passages[number]
            if any(each.first.find(passage.words) for each in reader.stated):
                places.append((passage.start, passage.end))
        found[key] = places
    pairs = [
        (label, "stated" if found[label["file"], label["req"]] else "absent") for label in labels
    ]
    return pairs, lambda label: found[label["file"], label["req"]]


def _bm25(
    labels: Sequence[Label], documents: Mapping[str, DocumentText], clauses: Mapping[Any, Clause]
) -> Baseline:
    """Stated where the best passage scores above a threshold chosen for the best F1 on the other platforms."""
    best: dict[tuple[str, str], float] = {}
    places: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for label in labels:
        key = (label["file"], label["req"])
        index, reader = index_of(documents[key[0]]), recogniser(clauses[key[1]], "en")
        scores = index.ranking.scores(reader.query)
        ranked = sorted(scores, key=lambda number: (-scores[number], number))[:5]
        best[key] = scores[ranked[0]] if ranked else 0.0
        places[key] = [(index.passages[n].start, index.passages[n].end) for n in ranked]
    pairs = []
    for platform in sorted({label["platform"] for label in labels}):
        rest = [label for label in labels if label["platform"] != platform]
        values = sorted({best[label["file"], label["req"]] for label in rest}) or [0.0]
        steps = values[:: max(1, len(values) // 60)]
        threshold = max(
            steps,
            key=lambda step: (
                figures(
                    [
                        (x, "stated" if best[x["file"], x["req"]] >= step else "absent")
                        for x in rest
                    ],
                    ["stated"],
                ).f1
            ),
        )
        for label in labels:
            if label["platform"] == platform:
                high = best[label["file"], label["req"]] >= threshold
                pairs.append((label, "stated" if high else "absent"))
    return pairs, lambda label: places[label["file"], label["req"]]


def _cost(documents: Mapping[str, DocumentText], clauses: Mapping[Any, Clause]) -> None:
    """CPU for one long text, and for twice that, made of the documents that are in English."""
    english = [each.text for each in documents.values() if language_of(each.text) == "en"]
    joined = "\n\n".join(english)
    for million in (1, 2):
        text = (joined * (million * 1_000_000 // max(1, len(joined)) + 1))[: million * 1_000_000]
        began = time.process_time()
        document = markdown_text(text, kind="CG", url="")
        for clause in clauses.values():
            read([document], clause)
        spent = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  one text of {million} MB                  {spent:.2f} s of CPU, peak {peak:.0f} MB"
        )


def _write_errors(
    path: Path,
    labels: Sequence[Label],
    readings: Mapping[tuple[str, str], Reading],
    documents: Mapping[str, DocumentText],
) -> None:
    with path.open("w", encoding="utf-8") as file:
        for label in labels:
            reading = readings[label["file"], label["req"]]
            if reading.level != label["label"]:
                text = documents[label["file"]].text
                passage = text[label["start"] : label["end"]] if label["start"] is not None else ""
                error = {
                    **label,
                    "said": reading.level,
                    "why": reading.explains,
                    "quote": reading.quote,
                    "labelled": passage,
                }
                file.write(json.dumps(error, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
