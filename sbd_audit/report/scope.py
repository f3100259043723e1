"""What was in scope and what the audit left behind: facts, authorisation, refusals, accounts, exhibits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.report.detail import Detail
from sbd_audit.report.hidden import hidden
from sbd_audit.report.words import Words


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence, named by the SHA-256 of its bytes."""

    sha256: str
    media_type: str
    size: str
    says: str


@dataclass(frozen=True)
class ScopeView:
    """The scope as pairs of name and text, and everything listed at the end of a report."""

    facts: tuple[tuple[str, str], ...]
    authorisation: str
    accounts: tuple[tuple[str, str], ...]
    accounts_say: str
    exhibits: tuple[Exhibit, ...]
    exhibits_say: str


def scope(results: Mapping[str, Any], words: Words, detail: Detail) -> ScopeView:
    """The scope of a results.json."""
    exhibits = results["evidence"]
    listed = exhibits if detail.exhibits else _cited(results, detail)
    accounts = defaultdict(list)
    for entry in results["left_behind"]:
        accounts[entry["persona"]].append(entry["account"])
    return ScopeView(
        facts=tuple(_facts(results, words)),
        authorisation=words("authorisation_withheld")
        if hidden(results, "/target", "pii")
        else _authorisation(results["target"]["authorisation"], words),
        accounts=tuple(
            (words.persona(name), ", ".join(dict.fromkeys(own)))
            for name, own in sorted(accounts.items())
        ),
        accounts_say=_left(results, words),
        exhibits=tuple(
            Exhibit(key, entry["media_type"], words.size(entry["bytes"]), entry["says"])
            for key, entry in sorted(exhibits.items())
            if key in listed
        ),
        exhibits_say=_exhibits(results, len(listed), words),
    )


def _left(results: Mapping[str, Any], words: Words) -> str:
    if hidden(results, "", "security"):
        return words("accounts_withheld")
    left = results["left_behind"]
    return words.count("accounts_left", len(left)) if left else words("nothing_left")


def _exhibits(results: Mapping[str, Any], shown: int, words: Words) -> str:
    """How many exhibits are listed, of how many; and how many an edition does not name."""
    count = len(results["evidence"])
    if not count:
        says = words("exhibits_none")
    elif shown == count:
        says = words.count("exhibits_all", count)
    else:
        says = words("exhibits_some", shown=shown, count=count)
    withheld = hidden(results, "/evidence", "exhibit")
    return words.count("exhibits_withheld", withheld, shown=says) if withheld else says


def _cited(results: Mapping[str, Any], detail: Detail) -> set[str]:
    """What the findings that name their evidence rest on."""
    return {
        key
        for finding in results["findings"]
        if finding["outcome"] in detail.cites
        for step in finding["steps"]
        for key in step["evidence"]
        if key in results["evidence"]
    }


def _facts(results: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    platform, target = results["platform"], results["target"]
    run = results["run"]
    return [
        (words("scope_address"), target["base_url"]),
        (
            words("scope_period"),
            words(
                "period_says",
                began=words.moment(run["started_at"]),
                ended=words.moment(run["finished_at"] or run["started_at"]),
            ),
        ),
        (words("scope_build"), words("build_unknown")),
        (words("scope_service"), platform["kind"]),
        (words("scope_market"), words.known("markets", platform["market"])),
        (
            words("scope_languages"),
            words.listed([words.known("languages", name) for name in platform["languages"]]),
        ),
        (
            words("scope_kinds"),
            words.listed([words.known("kinds", name) for name in target["kinds"]]),
        ),
        *(
            (
                words("scope_fact", name=words.plain(name)),
                words("fact", value=words.plain(fact["value"]), basis=fact["basis"]),
            )
            for name, fact in target["facts"].items()
        ),
        *(
            [(words("scope_facts"), words("withheld_text"))]
            if hidden(results, "/target", "security")
            else []
        ),
        (words("scope_refused"), _refused(results, words)),
    ]


def _authorisation(given: Mapping[str, Any] | None, words: Words) -> str:
    if not given:
        return words("not_authorised")
    return words(
        "authorised",
        by=given["by"],
        reference=given["reference"],
        covers=words.listed([words.term("environments", name) for name in given["covers"]]),
        since=words.date(given["from"]),
        until=words.date(given["until"]),
    )


def _refused(results: Mapping[str, Any], words: Words) -> str:
    if not results["refused"]:
        return words("nothing_refused")
    return "; ".join(
        words("refusal", origin=entry["origin"], kind=entry["kind"], count=entry["count"])
        for entry in results["refused"]
    )
