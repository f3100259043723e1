"""Each rule is broken by a file that breaks just this rule, at the place it names; a sound file breaks none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sbd_audit.figures.assess import RULES
from sbd_audit.models.figures import FiguresModel
from tests.figures.conftest import Judge, Report, add, drop, index, row, sound, suppress

THREATS = {"harm": "threats_violence", "country": "KE"}
BULLYING = {"harm": "harassment_targeted", "country": "KE"}
DECISIONS = (
    "no_action_on_report", "content_restriction", "service_suspension", "account_suspension",
    "monetisation_restriction", "ncii_request_refused",
)  # fmt: skip
Change = Callable[[Report], Any]


def report(**values: Any) -> Change:
    return lambda data: data["report"].update(values)


def period(start: str, end: str) -> Change:
    """Another period, with everything that hangs on it."""

    def change(data: Report) -> None:
        data["report"]["period"] = {"start": start, "end": end}
        data["report"]["previous"] = None
        for policy in data["policies"]:
            policy["updated_on"] = "2020-01-01"

    return change


def value(metric: str, new: float, **dims: str) -> Change:
    return lambda data: row(data, metric, **dims).update(value=new)


def both(*changes: Change) -> Change:
    return lambda data: [change(data) for change in changes]


def adding(metric: str, new: float | None, status: str = "reported", **dims: str) -> Change:
    return lambda data: add(data, metric, new, status, **dims)


def hiding(metric: str, **dims: str) -> Change:
    return lambda data: suppress(data, metric, **dims)


def without(metric: str, **dims: str) -> Change:
    return lambda data: drop(data, metric, **dims)


def blurred(method: str) -> Change:
    return lambda data: data["report"]["privacy"].update(method=method)


def rounded_and_off(by: int) -> Change:
    """One part of 44 reports by gender is off by so much, in a file whose small figures are rounded."""
    part = value("reports_received", 24 + by, gender="woman_girl", **THREATS)
    return both(blurred("round"), part)


def sample(value: float, low: float, high: float) -> Change:
    def change(data: Report) -> None:
        estimated = {"status": "estimated", "value": value, "dims": {"harm": "ncii"}}
        interval = {"sample": {"n": 1000, "ci95": [low, high]}}
        data["observations"].append({"metric": "prevalence_views_share"} | estimated | interval)

    return change


def whole_family(total: int) -> Change:
    """Everywhere, every harm of a family and its total."""

    def change(data: Report) -> None:
        given = {r["dims"]["harm"] for r in data["observations"]
                 if r["metric"] == "appeals_received" and "harm" in r["dims"]}  # fmt: skip
        for harm in (
            "csam_known", "csam_new", "csam_synthetic", "grooming", "sextortion_minor", "livestream_csea",
            "csea_commerce", "csea_promotion", "minor_sexualisation", "ocsea_other",
        ):  # fmt: skip
            assert harm not in given
            add(data, "appeals_received", 10 if harm == "grooming" else 0, harm=harm, country="ALL")
        row(data, "appeals_received", harm="ocsea_total", country="ALL")["value"] = total

    return change


# Rule, change, the pointer to (a part of) the place, as a function of the changed file or as text.
Place = str | Callable[[Report], str]
BROKEN: list[tuple[str, Change, Place]] = [
    ("dates_in_order", period("2026-06-30", "2026-01-01"), "/report/period"),
    ("dates_in_order", report(published_on="2026-06-30"), "/report/published_on"),
    ("dates_in_order", report(published_on="2026-11-27"), "/report/published_on"),
    ("period_length", period("2026-06-05", "2026-06-30"), "/report/period"),
    ("period_length", period("2025-06-01", "2026-06-30"), "/report/period"),
    (
        "follows_the_one_before",
        report(previous={"url": "/x.json", "published_on": "2026-02-14", "period_end": "2025-12-30"}),
        "/report/period/start",
    ),
    (
        "follows_the_one_before",
        report(previous={"url": "/x.json", "published_on": "2026-02-14", "period_end": "2026-01-01"}),
        "/report/period/start",
    ),
    (
        "follows_the_one_before",
        report(previous={"url": "/x.json", "published_on": "2026-08-14", "period_end": "2025-12-31"}),
        "/report/previous/published_on",
    ),
    ("corrections_named", report(version="1.1.0"), "/report/version"),
    ("corrections_named", report(version="1.1.0", supersedes="baraza-1"), "/report/version"),
    ("corrections_named", report(supersedes="baraza-0"), "/report/supersedes"),
    ("rows_once", adding("escalations_received", 12, country="KE"), "/observations/504"),
    ("rows_once", adding("moderators", 6, language="en", country="ALL"), "/observations/504"),
    (
        "rows_once",
        adding("reports_received", 44, gender="all", age_band="all", **THREATS),
        "/observations/504",
    ),
    ("coverage_once", lambda data: data["detection"].append(data["detection"][-1]), "/detection/96"),
    (
        "coverage_once",
        lambda data: data["detection"][0].update(coverage="full"),
        "/detection/0",
    ),
    ("countries_in_scope", report(scope={"countries": ["UG"]}), "/observations/0"),
    (
        "gender_as_declared",
        lambda data: data["report"]["privacy"].update(gender_basis="not_collected"),
        "/observations/2",
    ),
    (
        "policies_before_file",
        lambda data: data["policies"][3].update(updated_on="2026-08-15"),
        "/policies/3/updated_on",
    ),
    (
        "parts_make_the_whole",
        value("reports_received", 25, gender="woman_girl", **THREATS),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "parts_make_the_whole",
        value("reports_received", 23, gender="woman_girl", **THREATS),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "parts_make_the_whole",  # languages are an open list: they need not add up, and may not exceed
        value("reports_received", 25, language="sw", **THREATS),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "parts_make_the_whole",  # a country is a part of everywhere
        value("escalations_received", 16, country="KE"),
        lambda data: index(data, "escalations_received", country="ALL"),
    ),
    (
        "parts_make_the_whole",  # what is not shown cannot be less than nothing
        value("reports_received", 112, gender="woman_girl", **BULLYING),
        lambda data: index(data, "reports_received", **BULLYING),
    ),
    (
        "parts_make_the_whole",
        whole_family(20),
        lambda data: index(data, "appeals_received", harm="ocsea_total", country="ALL"),
    ),
    (
        "parts_make_the_whole",
        rounded_and_off(51),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "decisions_match_reports",
        value("reports_decided", 25, outcome="actioned_terms", **THREATS),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "decisions_match_reports",
        value("reports_decided", 0, outcome="no_action", **THREATS),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "decisions_match_reports",  # also where an outcome is not given
        both(
            without("reports_decided", outcome="open", **THREATS),
            value("reports_decided", 35, outcome="actioned_terms", **THREATS),
        ),
        lambda data: index(data, "reports_received", **THREATS),
    ),
    (
        "appeals_match",
        value("appeals_decided", 37, harm="all", country="ALL"),
        lambda data: index(data, "appeals_received", harm="all", country="ALL"),
    ),
    (
        "appeals_match",
        both(
            without("appeals_decided", harm="tfgbv_total", country="KE"),
            adding("appeals_decided", 19, harm="tfgbv_total", country="KE", outcome="reversed"),
        ),
        lambda data: index(data, "appeals_received", harm="tfgbv_total", country="KE"),
    ),
    (
        "median_below_p90",
        value("time_to_decision", 12.5, stat="p50", **THREATS),
        lambda data: index(data, "time_to_decision", stat="p50", **THREATS),
    ),
    (
        "share_has_its_base",
        adding("ncii_removed_within_48h_share", 0.9, harm="ncii", country="ALL"),
        "/observations/504",
    ),
    ("interval_holds_value", sample(0.2, 0.1, 0.19), "/observations/504"),
    ("interval_holds_value", sample(0.2, 0.3, 0.1), "/observations/504"),
    ("small_groups_hidden", adding("appeals_received", 9, harm="ncii", country="KE"), "/observations/504"),
    (
        "small_groups_hidden",
        adding("ncii_requests_refused", 1, reason="not_intimate", country="KE"),
        "/observations/504",
    ),
    (
        "hidden_stay_hidden",  # a single gap beside the total
        both(
            adding("appeals_received", 17, harm="ncii", country="KE"),
            adding("appeals_received", 10, harm="ncii", country="KE", appellant="reporter"),
            adding("appeals_received", None, "suppressed", harm="ncii", country="KE", appellant="actioned_user"),
        ),
        "/observations/506",
    ),
    (
        "hidden_stay_hidden",  # two gaps, one of which another sum fills
        both(
            adding("appeals_received", 17, harm="ncii", country="KE"),
            *(
                adding("appeals_received", None, "suppressed", harm="ncii", country="KE", appellant=who)
                for who in ("reporter", "actioned_user")
            ),
            *(
                adding("appeals_received", 10 if word == "account_suspension" else 0, harm="ncii",
                       country="KE", appellant="reporter", decision_type=word)
                for word in DECISIONS
            ),
        ),
        "/observations/506",
    ),
]  # fmt: skip


def test_a_sound_file_is_sound(judge: Judge) -> None:
    found = judge(sound())
    assert found.sound, found
    assert found.outputs["rule_breaks"] == 0


def test_every_rule_is_described_and_broken_here(model: FiguresModel) -> None:
    names = [rule.__name__ for rule in RULES]
    assert names == list(model.rules)
    assert {rule for rule, *_ in BROKEN} == set(names)


@pytest.mark.parametrize(
    ("rule", "change", "place"), BROKEN, ids=[f"{n}-{rule}" for n, (rule, *_) in enumerate(BROKEN)]
)
def test_a_file_that_breaks_just_this_rule(
    judge: Judge, rule: str, change: Change, place: Place
) -> None:
    data = sound()
    change(data)
    found = judge(data)
    assert found.departures == []
    assert {one.rule for one in found.breaks} == {rule}, found.breaks
    pointers = [one.pointer for one in found.breaks]
    assert (place(data) if callable(place) else place) in pointers
    assert found.outputs["rule_breaks"] == len(found.breaks)
    for one in found.breaks:
        assert _at(data, one.pointer) is not None
        assert one.says


def _at(data: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


# What looks like a break and is none.
ALLOWED: dict[str, Change] = {
    "first file": report(previous=None),
    "corrected and said so": report(version="1.1.0", supersedes="baraza-1", correction_note="A sum."),
    "a year": period("2025-07-01", "2026-06-30"),
    "gender without a basis, none stated": both(
        lambda data: data["report"]["privacy"].update(gender_basis="not_collected"),
        *(without("reports_received", gender=word) for word in ("woman_girl", "man_boy", "non_binary_other")),
        *(without("active_users_monthly_avg", gender=w) for w in ("woman_girl", "man_boy", "non_binary_other")),
        *(without("ncii_requests_valid", gender=w) for w in ("woman_girl", "man_boy", "non_binary_other")),
    ),
    "a part that is not collected": lambda data: row(
        data, "reports_received", gender="woman_girl", **THREATS
    ).update(status="not_collected", value=None, note="not asked"),
    "two gaps hide one another": both(
        hiding("reports_received", gender="man_boy", **THREATS),
        hiding("reports_received", gender="woman_girl", **THREATS),
    ),
    "a gap that can only be large": hiding("reports_received", gender="man_boy", **THREATS),
    "rounded, within the threshold of each row": rounded_and_off(49),
    "small groups may be blurred": both(
        blurred("differential_privacy"), adding("appeals_received", 9, harm="ncii", country="KE")
    ),
    "appeals carried over, with a note": lambda data: row(
        data, "appeals_decided", harm="all", country="ALL"
    ).update(value=40, note="11 were received before the period"),
    "an item under two actions": both(
        adding("items_actioned", 35, harm="ncii", country="KE", action="removed"),
        adding("items_actioned", 20, harm="ncii", country="KE", action="labelled"),
    ),
    "items may be few": adding("items_actioned", 3, harm="voyeurism", country="KE"),
    "an estimate need not add up": both(
        lambda data: row(data, "reports_received", gender="woman_girl", **THREATS).update(
            status="estimated", value=90, sample={"n": 40, "ci95": [60, 120]}
        ),
    ),
    "a family that adds up": whole_family(10),
    "people who speak two languages": value("moderators", 6, language="sw"),
    "every country, when the scope is all": lambda data: add(data, "moderators", 1, country="UG"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed(judge: Judge, name: str) -> None:
    data = sound()
    ALLOWED[name](data)
    found = judge(data)
    assert (found.departures, found.breaks) == ([], [])
