"""The benchmark scores a labelled set as one would by hand, and takes any set of the same form."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import documents as benchmark

FILLER = (
    "We made this place so that people can talk with one another, and it is free for all of you. "
    * 6
)
TEXT = f"""# Rules

{FILLER}

Stalking is prohibited.

You can appeal our decision.

Escort services may not be advertised here.
"""
LABELS = [  # requirement, label, quote, expected, evidence
    ("TFG-04", "stated", "Stalking is prohibited.", True, "passage"),
    ("PRC-06", "stated", "You can appeal our decision.", True, "passage"),
    ("TFG-08", "absent", "Escort services may not be advertised here.", True, "near_miss"),
    ("CSE-06", "absent", None, True, "whole_document"),
    ("TFG-05", "stated", "Stalking is prohibited.", False, "passage"),
]


def pairs(*labels: tuple[str, str]) -> list[tuple[dict[str, str], str]]:
    return [({"label": label, "evidence": "passage"}, said) for label, said in labels]


def test_figures_by_hand() -> None:
    part = pairs(
        ("stated", "stated"), ("stated", "unknown"), ("partial", "stated"), ("absent", "absent"), ("partial", "partial")
    )  # fmt: skip
    one = benchmark.figures(part, ["stated"])
    assert (one.precision, one.recall, one.f1) == (0.5, 0.5, 0.5)
    loose = benchmark.figures(part, ["stated", "partial"])
    assert (loose.precision, loose.recall) == (1.0, 0.75)
    # F1 of stated 1/2, of partial 2/3 (one of two found), of absent 1
    assert benchmark.macro_f1(part) == pytest.approx((1 / 2 + 2 / 3 + 1) / 3)
    assert benchmark.figures([], ["stated"]).f1 == 0


def test_a_near_miss_counts_only_when_it_is_taken_for_the_thing() -> None:
    near = [
        ({"label": "absent", "evidence": "near_miss"}, said)
        for said in ("stated", "partial", "absent")
    ]
    assert benchmark.near_misses(near, ["stated"]) == (1, 3)
    assert benchmark.near_misses(near, ["stated", "partial"]) == (2, 3)


def test_it_scores_any_set_of_the_same_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules.md").write_text(TEXT)
    rows = []
    for number, (req, label, quote, expected, evidence) in enumerate(LABELS):
        start = TEXT.index(quote) if quote else None
        rows.append(
            {
                "file": "rules.md", "platform": f"P{number % 2}", "doc_type": "CG", "lang": "en", "req": req,
                "label": label, "start": start, "end": start + len(quote) if quote else None,
                "expected": expected, "scope": "global", "evidence": evidence, "note": "",
            }
        )  # fmt: skip
    labels = tmp_path / "labels.jsonl"
    labels.write_text("\n".join(json.dumps(row) for row in rows))
    errors = tmp_path / "errors.jsonl"
    monkeypatch.setattr(
        sys, "argv", ["documents", "--labels", str(labels), "--texts", str(tmp_path), "--errors", str(errors)]
    )  # fmt: skip
    monkeypatch.setattr(
        benchmark, "_cost", lambda *_: None
    )  # minutes of CPU, and no part of the scoring
    benchmark.main()
    shown = capsys.readouterr().out
    ours = shown.split("baseline")[0]
    assert "expected pairs (4)" in ours
    assert "1.000 / 1.000 / 1.000" in ours
    assert "near misses taken for stated       0/1 (0.0%)" in ours
    assert "passage found, hit@1/3/5           1.000 / 1.000 / 1.000" in ours
    assert "all pairs (5)" in ours
    wrong = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(each["req"], each["said"]) for each in wrong] == [("TFG-05", "absent")]
    assert shown.count("baseline:") == 2
