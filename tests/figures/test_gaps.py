"""What a file leaves out: required rows, undeclared coverage, schemes, and how long the gravest reports wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sbd_audit.capabilities import Vocabulary
from sbd_audit.library import Library
from tests.figures.conftest import Judge, Report, add, drop, row, sound

NCII = {"harm": "ncii", "country": "KE"}
Change = Callable[[Report], Any]


def unsplit(data: Report, status: str) -> None:
    """One row in place of a breakdown by age, as the model has it for what is not collected."""
    for word in ("under_13", "13_15", "16_17", "18_24", "25_plus", "unknown"):
        drop(data, "reports_received", age_band=word, **NCII)
    add(data, "reports_received", 37 if status == "reported" else None, status, age_band="all", **NCII)  # fmt: skip


def age_total(data: Report) -> None:
    """A total with its age band spelled out says nothing about age."""
    unsplit(data, "not_collected")
    drop(data, "reports_received", age_band="all")
    drop(data, "reports_received", harm="ncii", country="KE")
    add(data, "reports_received", 37, age_band="all", **NCII)


MISSING: dict[str, tuple[Change, int]] = {
    "nothing": (lambda data: None, 0),
    "a total": (lambda data: drop(data, "escalations_received", country="KE"), 1),
    "one cell of a breakdown": (lambda d: drop(d, "reports_received", gender="not_stated", **NCII), 1),
    "a language": (lambda d: drop(d, "moderators", language="sw"), 1),
    "a variety of the language": (
        lambda d: row(d, "moderators", language="sw")["dims"].update(language="sw-KE"),
        0,
    ),
    "another language that begins alike": (
        lambda d: row(d, "moderators", language="sw")["dims"].update(language="swb"),
        1,
    ),
    "an outcome": (lambda d: drop(d, "reports_decided", outcome="open", **NCII), 1),
    "a breakdown that is not collected": (lambda d: unsplit(d, "not_collected"), 0),
    "the total in place of a breakdown": (age_total, 6 + 4 + 2),
    "everywhere": (lambda d: drop(d, "items_actioned", country="ALL"), 15),
    "everywhere, said by leaving the country out": (
        lambda d: row(d, "authority_orders", order_type="preserve_data", country="ALL")["dims"].pop("country"),
        0,
    ),
    "broken down further instead": (
        lambda d: row(d, "referrals_to_authority", harm="grooming", country="KE")["dims"].update(authority="POLICE"),
        0,
    ),
    "a reason in place of a figure": (
        lambda d: row(d, "escalations_received", country="KE").update(status="not_collected", value=None, note="not asked"),
        0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_required_rows(judge: Judge, name: str) -> None:
    change, count = MISSING[name]
    data = sound()
    change(data)
    found = judge(data)
    assert found.departures == []
    assert found.outputs["missing_rows"] == len(found.missing) == count, found.missing


def test_rows_of_this_country(judge: Judge) -> None:
    data = sound()
    before = judge(data).outputs["country_rows"]
    row(data, "escalations_received", country="KE").update(
        status="suppressed", value=None, note="few"
    )
    assert judge(data).outputs["country_rows"] == before, "hidden for privacy, and still a row"
    row(data, "escalations_received", country="KE").update(status="not_collected")
    assert judge(data).outputs["country_rows"] == before - 1
    data["observations"] = [r for r in data["observations"] if r["dims"].get("country") != "KE"]
    assert judge(data).outputs["country_rows"] == 0


def cells(data: Report, harm: str, surface: str) -> None:
    data["detection"] = [
        cell for cell in data["detection"] if (cell["harm"], cell["surface"]) != (harm, surface)
    ]


def declare(data: Report, harm: str, surface: str, coverage: str) -> None:
    method = "none" if coverage in ("none", "not_applicable") else "human_review"
    data["detection"].append(
        {"harm": harm, "surface": surface, "method": method, "coverage": coverage, "note": "so"}
    )


COVERAGE: dict[str, tuple[Change, int]] = {
    "nothing left out": (lambda d: None, 0),
    "one place": (lambda d: cells(d, "grooming", "group"), 1),
    "a surface that is not there": (lambda d: cells(d, "all", "story"), 10),
    "all, where nothing is looked for": (
        lambda d: (cells(d, "grooming", "group"), declare(d, "all", "group", "none")),
        0,
    ),
    "its family, where nothing is looked for": (
        lambda d: (cells(d, "grooming", "group"), declare(d, "ocsea_total", "group", "none")),
        0,
    ),
    "another family": (
        lambda d: (cells(d, "grooming", "group"), declare(d, "tfgbv_total", "group", "none")),
        1,
    ),
    "all, claimed to be covered": (
        lambda d: (cells(d, "grooming", "group"), declare(d, "all", "group", "full")),
        1,
    ),
    "all surfaces, claimed to be covered": (
        lambda d: (cells(d, "grooming", "group"), declare(d, "grooming", "all", "partial")),
        1,
    ),
    "no table": (lambda d: d.update(detection=[]), 150),
}  # fmt: skip


@pytest.mark.parametrize("name", COVERAGE)
def test_coverage(judge: Judge, name: str) -> None:
    change, count = COVERAGE[name]
    data = sound()
    change(data)
    found = judge(data)
    assert found.breaks == []
    assert found.outputs["coverage_gaps"] == len(found.gaps) == count


@pytest.mark.parametrize(
    ("schemes", "count"),
    [(["practice_exchange", "other_list"], 2), (["internal", "own"], 0), (["internal", "shared_1"], 1), (None, 0)],
)  # fmt: skip
def test_lists_shared_with_nobody_are_no_schemes(
    judge: Judge, schemes: list[str] | None, count: int
) -> None:
    data = sound()
    for cell in data["detection"]:
        cell.pop("schemes", None)
        if schemes and cell["method"] == "hash":
            cell["schemes"] = schemes
    assert judge(data).outputs["hash_schemes_named"] == count


def test_a_scheme_counts_only_where_something_is_looked_for(judge: Judge) -> None:
    data = sound()
    for cell in data["detection"]:
        cell.pop("schemes", None)
        if cell["coverage"] == "none":
            cell["schemes"] = ["practice_exchange"]
    assert judge(data).outputs["hash_schemes_named"] == 0
    add(data, "hash_matches", 0, harm="csam_known", hash_list="practice_exchange")
    assert judge(data).outputs["hash_schemes_named"] == 1


# ------------------------------------------------------------------ how long reports wait


def hours(data: Report, value: float, **dims: str) -> None:
    row(data, "time_to_decision", **dims)["value"] = value


WAITS: dict[str, tuple[Change, set[str] | None]] = {
    "as they are": (lambda d: None, {"harassment_targeted", "gendered_hate", "impersonation"}),
    "threats late": (
        lambda d: (hours(d, 9.1, stat="p50", harm="threats_violence", country="KE")),
        {"harassment_targeted", "gendered_hate", "impersonation", "threats_violence"},
    ),
    "threats as long as all": (
        lambda d: hours(d, 9, stat="p50", harm="threats_violence", country="KE"),
        {"harassment_targeted", "gendered_hate", "impersonation"},
    ),
    "late elsewhere only": (
        lambda d: (hours(d, 40, stat="p50", harm="threats_violence", country="ALL"),
                   hours(d, 50, stat="p90", harm="threats_violence", country="ALL")),
        {"harassment_targeted", "gendered_hate", "impersonation"},
    ),
    "no median of all here": (
        lambda d: d.update(observations=[r for r in d["observations"] if not (
            r["metric"] == "time_to_decision" and r["dims"].get("country") == "KE" and "harm" not in r["dims"])]),
        None,
    ),
    "figures for everywhere only": (
        lambda d: (drop(d, "time_to_decision", country="KE"),
                   hours(d, 40, stat="p50", harm="doxxing", country="ALL")),
        {"harassment_targeted", "gendered_hate", "impersonation", "doxxing"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAITS)
def test_which_reports_wait_longer_than_all(judge: Judge, name: str) -> None:
    change, slower = WAITS[name]
    data = sound()
    change(data)
    found = judge(data)
    given = found.outputs.get("slower_than_all")
    assert (set(given) if given is not None else None) == slower
    assert {"ncii", "threats_violence", "doxxing", "cyber_stalking"} <= set(found.outputs["medians_given"])  # fmt: skip


def test_no_medians_at_all(judge: Judge) -> None:
    data = sound()
    drop(data, "time_to_decision", stat="p50")
    found = judge(data)
    assert found.outputs["medians_given"] == []
    assert "slower_than_all" not in found.outputs


def test_a_reason_needs_all_the_harms_it_counts_as(judge: Judge) -> None:
    data = sound()
    known = row(data, "time_to_decision", harm="csam_known", country="KE", stat="p50")
    new = row(data, "time_to_decision", harm="csam_new", country="KE", stat="p50")
    known.update(status="reported", value=1)
    assert "csam" not in judge(data).outputs["medians_given"]
    new.update(status="reported", value=30)
    found = judge(data).outputs
    assert "csam" in found["medians_given"]
    assert "csam" in found["slower_than_all"]


@pytest.mark.parametrize(
    ("licence", "stated"),
    [("CC-BY-4.0", True), ("All rights reserved", True), ("None", False), (" TBD ", False), ("--", True)],
)  # fmt: skip
def test_a_licence_is_more_than_a_filled_field(judge: Judge, licence: str, stated: bool) -> None:
    data = sound()
    data["report"]["licence"] = licence
    assert judge(data).outputs["licence_stated"] is stated


def test_what_cannot_be_known_is_left_out(judge: Judge) -> None:
    data = sound()
    data["report"]["previous"] = None
    found = judge(data)
    assert "previous_linked" not in found.outputs
    assert any("first file" in note for note in found.notes)
    del data["report"]["previous"]
    assert judge(data).outputs["previous_linked"] is False
    data["report"]["published_on"] = "soon"
    assert "days_after_period" not in judge(data).outputs


def test_the_answer_fits_the_vocabulary(judge: Judge, library: Library) -> None:
    words: Vocabulary = library.vocabulary
    outputs = judge(sound()).outputs
    assert set(outputs) == set(words.capabilities["read_transparency_data"].outputs)
    assert words.misfits("read_transparency_data", "read", outputs) == []
