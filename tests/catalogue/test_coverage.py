"""No provision is forgotten: each is evidenced by a check, or says why not; what is not in force weighs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbd_audit.cli.explain import explain
from sbd_audit.conclude import NOT_IN_FORCE, conclude, weightless
from sbd_audit.coverage import AUDITED, NOT_TESTABLE, NOT_TESTED, TESTED, coverage, totals
from sbd_audit.library import Library
from sbd_audit.lint import lint
from sbd_audit.lint_regimes import instrument_problems, requirement_problems
from sbd_audit.outcome import Outcome
from sbd_audit.resources import folder
from tools import crosswalk

LIBRARY = Library()
COVERED = coverage(LIBRARY)
KENYAN = [name for name, one in LIBRARY.instruments.items() if one.model.jurisdiction == "KE"]


def with_profiles(tmp_path: Path, file: str, old: str, new: str) -> Library:
    """A library whose profiles and instruments are ours, but for one change in one file."""
    home = tmp_path / "profiles"
    shutil.copytree(folder("profiles"), home)
    text = (home / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (home / file).write_text(text.replace(old, new), encoding="utf-8")
    return Library(profiles_folder=home)


def said(problems: object) -> list[str]:
    return [problem.what for problem in problems]  # type: ignore[attr-defined]


# ------------------------------------------------------------------ the rule


def test_the_kenyan_instruments_are_these() -> None:
    assert {"ke-ca-cop-2025", "ke-dpa-2019", "ke-cmca-2018", "ke-kica-1998"} <= set(KENYAN)
    assert len(KENYAN) == 11


@pytest.mark.parametrize("name", LIBRARY.instruments)
def test_what_speaks_to_services_is_tested_or_accounted_for(name: str) -> None:
    for row in (row for row in COVERED.values() if row.instrument.id == name):
        assert row.word in crosswalk.WORDS
        assert bool(row.reason) is (row.word in (NOT_TESTED, NOT_TESTABLE)), row.provision.id
        if row.word == NOT_TESTED:
            assert AUDITED & set(row.provision.addressee)
            assert not row.uses
    rows = [row for row in COVERED.values() if row.instrument.id == name]
    assert sum(totals(rows).values()) == len(LIBRARY.instruments[name].model.provisions)


def test_a_forgotten_provision_is_named(tmp_path: Path) -> None:
    reason = COVERED["KE-DPA-34"].provision.not_tested
    library = with_profiles(
        tmp_path,
        "instruments/ke-dpa-2019.yaml",
        f'    not_tested: "{reason}"\n' if ": " in str(reason) else f"    not_tested: {reason}\n",
        "",
    )
    assert said(lint(library)) == ["no check evidences KE-DPA-34"]


def test_a_reason_that_is_out_of_date_is_named(tmp_path: Path) -> None:
    library = with_profiles(
        tmp_path,
        "instruments/ke-ca-cop-2025.yaml",
        "  - id: KE-COP-T9\n",
        "  - id: KE-COP-T9\n    not_tested: Nobody can look at settings.\n",
    )
    defined = library.instruments["ke-ca-cop-2025"]
    assert said(instrument_problems(defined, library)) == [
        "KE-COP-T9 has a reason for not being tested, and contact.comments-limited tests it"
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "    provisions: [UKCC-1]\n    level: should",
            "    provisions: [UKCC-1]\n    level: shall",
            "best-interests: shall is more than any of its provisions says",
        ),
        (
            "provisions: [UKCC-5, UKCC-13b]",
            "provisions: [UKCC-5, UKCC-13b, UKCC-11]",
            "wellbeing: no mandatory check bears on UKCC-11, so meeting the others would say nothing about it",
        ),
        (
            "provisions: [UKCC-5, UKCC-13b]",
            "provisions: [UKCC-5, G-6.4a]",
            "wellbeing: G-6.4a belongs to eu-dsa-art28, which is not among the instruments",
        ),
        (
            "  - check: age.neutral-prompt",
            "  - check: reporting.accessible",
            "reporting.accessible is good practice here and evidences a requirement too",
        ),
    ],
)
def test_a_profile_cannot_claim_too_much(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    library = with_profiles(tmp_path, "uk-childrens-code.yaml", old, new)
    found = said(requirement_problems(library.profiles["uk-childrens-code"], library))
    assert found == [complaint]


def test_a_requirement_cannot_rest_on_what_is_not_in_force(tmp_path: Path) -> None:
    library = with_profiles(
        tmp_path,
        "ke-child-safety.yaml",
        "provisions: [KE-DPA-29, KE-DPA-27]",
        "provisions: [KE-DPA-GN-ACC]",
    )
    found = said(requirement_problems(library.profiles["ke-child-safety"], library))
    assert (
        "people-told: KE-DPA-GN-ACC is not in force (draft) and can carry no requirement" in found
    )


# ------------------------------------------------------------------ what weighs nothing


def test_what_is_not_in_force_is_kept_and_labelled() -> None:
    states = {n: row.provision.status for n, row in COVERED.items() if not row.provision.in_force}
    struck = {name for name, state in states.items() if state == "struck-down"}
    assert struck == {"KE-CMCA-6ja", "KE-CMCA-22", "KE-CMCA-23", "KE-CMCA-27b", "KE-KICA-KICA29"}
    assert {"KE-CMCA-27c", "KE-CMCA-27p", "PCU-C11", "ICU-C15"} <= set(states)
    assert {"KE-NPA-NPA-MAND", "KE-KICA-KICAB25", "PCU-C9", "ICU-L1"} <= set(states)
    assert len(states) == 17


def test_what_is_not_in_force_weighs_nothing() -> None:
    in_force = {name for name, row in COVERED.items() if row.provision.in_force}
    profile = LIBRARY.profile("ke-child-safety")
    requirement = profile.requirements[0]
    gone = requirement.model_copy(update={"provisions": ("KE-CMCA-22",)})
    only = weightless([gone], in_force)
    assert only == {*requirement.checks.mandatory, *requirement.checks.supporting}
    failed = dict.fromkeys(only, Outcome.failed)
    tiers = dict.fromkeys(only, "observed")
    assert conclude(gone, failed, tiers, in_force=False).word == NOT_IN_FORCE
    for name in LIBRARY.profiles:
        for asked in LIBRARY.profile(name).requirements:
            assert set(asked.provisions) <= in_force, (name, asked.id)


# ------------------------------------------------------------------ in words


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "KE-COP-T9",
            ["tested: a check observes", "ke-cop-2025, private-by-default (shall)", "primary"],
        ),
        (
            "KE-CMCA-22",
            ["struck-down; it weighs nothing", "not testable: It is addressed to others"],
        ),
        (
            "KE-DPA-34",
            ["not tested: No check asks", "No check bears on it.", "No profile asks for it."],
        ),
        (
            "KE-COP-O15",
            ["documented: a check reads", "governance.focal-person (documented, documents)"],
        ),
        ("G-6.3.1a", ["recalled: from memory", "eu-dsa-28, interaction-by-default (should)"]),
    ],
)
def test_a_provision_is_explained(name: str, parts: list[str]) -> None:
    said = CliRunner().invoke(explain, [name], catch_exceptions=False).output
    for part in parts:
        assert part in said


def test_a_page_says_what_covers_a_provision_and_why_not() -> None:
    pages = {path.name: text for path, text in crosswalk.pages(LIBRARY, Path("docs"))}
    dpa = pages["ke-dpa-2019.md"]
    assert "## KE-DPA-34: s.34" in dpa
    assert f"**{NOT_TESTED}**. No check asks for a restriction" in dpa
    assert "draft and weighs nothing" in dpa
    assert f"**{TESTED}**" in dpa
    for name in LIBRARY.provisions:
        assert f"`{name}`" in pages["crosswalk.md"]
    for name in LIBRARY.checks:
        assert f"[{name}](" in pages["crosswalk.md"]
