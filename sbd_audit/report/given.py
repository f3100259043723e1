"""What named people answered or decided, laid out so that it cannot be taken for something the audit saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.text import shorten
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class GivenView:
    """One answer or decision: what it says, whose it is, what was shown for it, and whether it counts."""

    says: str
    who: str
    quote: str
    place: str
    note: str
    shown: tuple[str, ...]
    because: str
    counts: bool


def given(finding: Mapping[str, Any], words: Words, longest: int) -> tuple[GivenView, ...]:
    """Everything people said that a finding takes in, each once; quotes longer than `longest` are cut."""
    return tuple(_given(one, words, longest) for one in _each(finding))


def whose_word(finding: Mapping[str, Any], words: Words) -> str:
    """The sentence that tells whose word a finding rests on; empty where it rests on nobody's."""
    said = list(_each(finding))
    if finding["tier"] == "attested":
        roles = dict.fromkeys(words.term("roles", one["role"]) for one in said)
        return words("on_the_word", roles=words.listed(list(roles))) if said else ""
    return words("decided_by_reviewer") if decided(finding) else ""


def decided(finding: Mapping[str, Any]) -> bool:
    """True when a reviewer's decision counts for something the audit left open."""
    return any(
        one["kind"] == "decision" and one["counts"] and reading["level"] == "unknown"
        for step in finding["steps"]
        for one in step.get("given", ())
        for reading in step["readings"]
        if reading["statement"] == one["about"]
    )


def _each(finding: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    seen = set()
    for step in finding["steps"]:
        for one in step.get("given", ()):
            key = (one["kind"], one["about"], one["document"], one["role"])
            if key not in seen:
                seen.add(key)
                yield one


def _given(one: Mapping[str, Any], words: Words, longest: int) -> GivenView:
    asks = one["asks"] or words.plain(one["about"])
    if one["kind"] == "answer":
        says = words("given_answer", asks=asks, says=words.known("answers", one["says"]))
    else:
        says = words(
            "given_decision",
            asks=asks,
            document=words.known("documents", one["document"]),
            level=words.known("statement_levels", one["says"]),
        )
    because = ""
    if one["because"]:
        because = words("given_but" if one["counts"] else "given_unused", because=one["because"])
    return GivenView(
        says=says,
        who=words(
            "given_who",
            by=", ".join(part for part in (one["by"], one["position"]) if part),
            organisation=one["organisation"],
            role=words.term("roles", one["role"]),
            day=words.date(one["day"]),
        ),
        quote=shorten(one["quote"], longest, words("cut")),
        place=words(
            "characters_of",
            start=one["start"],
            end=one["end"],
            exhibit=one["exhibit"][:12],
        )
        if one["exhibit"]
        else "",
        note=one["note"],
        shown=tuple(_shown(item, words) for item in one["shown"]),
        because=because,
        counts=one["counts"],
    )


def _shown(item: Mapping[str, Any], words: Words) -> str:
    if item["sha256"]:
        return words(
            "given_file",
            what=item["what"],
            where=item["where"],
            size=words.size(item["bytes"]),
            digest=item["sha256"][:12],
        )
    return words("given_reference", what=item["what"], where=item["where"])
