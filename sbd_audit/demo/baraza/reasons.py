"""What can be reported, in which words, and the help named beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sbd_audit.demo.baraza.state import User
from sbd_audit.demo.baraza.web import fault, language, state
from sbd_audit.source import load

DATA: Any = load(Path(__file__).with_name("reasons.yaml")).data
NEW_CODE = "new-"
"""Begins the names of reasons where a switch renames them all."""
SUBJECTS = ("me", "someone_i_know", "someone_i_represent")


def offered(user: User) -> dict[str, str]:
    """The words of each reason somebody may choose."""
    shown, minor = {}, state().minor(user)
    for code, entry in DATA["reasons"].items():
        if code == "sextortion_minor" and minor and fault("no_reason_for_threats_to_children"):
            continue
        if code == "sextortion_adult" and not minor and fault("no_sextortion_reason"):
            continue
        if code == "ncii" and user.gender == "man" and fault("fewer_reasons_for_men"):
            continue
        if code == "scam" and language() == "sw" and fault("fewer_reasons_in_swahili"):
            continue
        if entry.get("extra") and not fault("more_reasons"):
            continue
        shown[code] = _words(entry, legal=minor and fault("reasons_in_legal_words"))
    if fault("reasons_not_recognised"):
        return {NEW_CODE + code: words for code, words in shown.items()}
    return shown


def _words(entry: dict[str, str], *, legal: bool) -> str:
    english = language() == "sw" and fault("swahili_missing_on_reason_screen")
    code = "en" if english else language()
    return str(DATA["legal"][code] + entry[code] if legal else entry[code])


def subjects() -> list[str]:
    """Whom a report may be about, beside oneself."""
    return ["me"] if fault("only_for_oneself") else list(SUBJECTS)


def contacts(names: list[str]) -> list[dict[str, str]]:
    """The helplines that fit a reason: number and name."""
    kept = []
    for name in names:
        if name == "child_helpline" and fault("child_helpline_missing"):
            continue
        if name == "gender_violence_hotline" and fault("gender_violence_hotline_missing"):
            continue
        if language() == "sw" and fault("helpline_in_english_only"):
            continue
        entry = DATA["contacts"][name]
        kept.append({"number": entry["number"], "name": entry[language()]})
    return kept
