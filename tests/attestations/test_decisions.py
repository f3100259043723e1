"""A reviewer's decision counts on the text it was made on, and never silently against the audit's own reading."""

from __future__ import annotations

from typing import Any

import pytest

from sbd_audit.decisions import Read, fit, settled
from sbd_audit.models.attestation import Decision, Given
from sbd_audit.models.document import Artefact, DocumentSeen
from sbd_audit.outcome import Reason

QUOTE = "We delete a child's location within one day."
TEXT = f"Our promise\n{QUOTE}\nWrite to us."
SAME, OTHER, THIRD = "a" * 64, "b" * 64, "c" * 64


def read(kind: str, text: str, exhibit: str, *flags: str, usable: bool = True) -> Read:
    seen = DocumentSeen(
        kind=kind,
        address="/x",
        asked_language="en",
        language="en",
        market="KE",
        sha256="0" * 64,
        bytes=1,
        extractor="text",
        characters=len(text),
        exhibit=exhibit,
        flags=tuple(Artefact(name="cut", says=says) for says in flags),
        usable=usable,
    )
    return Read(seen, text)


def decision(level: str, quote: str = QUOTE, **texts: str) -> Decision:
    return Decision.model_validate(
        {
            "statement": "location_deleted",
            "by": "reader",
            "decided_on": "2026-11-01",
            "level": level,
            "document": "privacy_notice",
            "texts": texts or {"privacy_notice": SAME},
            "quote": quote,
        }
    )


NOTICE = read("privacy_notice", TEXT, SAME)
CASES: dict[str, tuple[Decision, list[Read], bool, bool, str]] = {
    "stated, and its quote stands": (decision("stated"), [NOTICE], False, True, ""),
    "lines may break elsewhere": (
        decision("stated", QUOTE.replace("location ", "location\n  ")), [NOTICE], False, True, "",
    ),
    "stated, in a text that changed elsewhere": (
        decision("stated"), [read("privacy_notice", TEXT + "!", OTHER)], False, True,
        "privacy notice: changed since; the quote still stands in it",
    ),
    "stated, and other documents are missing": (decision("stated"), [NOTICE], True, True, ""),
    "the quote is gone": (
        decision("stated"), [read("privacy_notice", "Nothing any more.", OTHER)], False, False,
        "privacy notice: changed since, and the quote no longer stands in it",
    ),
    "one word of the quote is another": (
        decision("stated"), [read("privacy_notice", TEXT.replace("one day", "one year"), OTHER)], False, False,
        "changed since, and the quote no longer stands in it",
    ),
    "the quote never stood in it": (
        decision("stated", "We delete nothing, whatever you ask."), [NOTICE], False, False,
        "privacy notice: the quote does not stand in it",
    ),
    "the document was not read": (
        decision("stated"), [read("terms", TEXT, SAME)], False, False, "privacy notice: not read in this run",
    ),
    "the text is not usable": (
        decision("stated"), [read("privacy_notice", TEXT, SAME, "it is for another region", usable=False)], False, False,
        "could not be used, it is for another region",
    ),
    "absent, of all that was read": (decision("absent", ""), [NOTICE], False, True, ""),
    "partial, with its quote": (decision("partial"), [NOTICE], False, True, ""),
    "absent, and the text changed": (
        decision("absent", ""), [read("privacy_notice", TEXT + "!", OTHER)], False, False,
        "privacy notice: changed since, and may say more",
    ),
    "partial, and the text changed around the quote": (
        decision("partial"), [read("privacy_notice", TEXT + "!", OTHER)], False, False, "changed since, and may say more",
    ),
    "absent, and a second document was not read for it": (
        decision("absent", ""), [NOTICE, read("terms", "More", THIRD)], False, False, "terms: not read for it, and may say more",
    ),
    "absent, of two documents": (
        decision("absent", "", privacy_notice=SAME, terms=THIRD), [NOTICE, read("terms", "More", THIRD)], False, True, "",
    ),
    "absent, and a document could not be read": (
        decision("absent", ""), [NOTICE], True, False, "a document that may say more could not be read",
    ),
    "absent, from a text that was cut": (
        decision("absent", ""), [read("privacy_notice", TEXT, SAME, "it ends in the middle")], False, False,
        "may not be whole, it ends in the middle",
    ),
    "absent, and the passage it names is another's": (
        decision("absent", "We delete nothing, whatever you ask."), [NOTICE], False, False, "the quote does not stand",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_decision_fits_the_text_or_does_not_count(name: str) -> None:
    made, texts, missing, counts, because = CASES[name]
    found = fit(made, texts, missing)
    assert found.counts is counts, found.because
    assert because in found.because if because else found.because == ""
    if counts and made.quote:
        own = next(one for one in texts if one.seen.kind == made.document)
        assert own.text[found.start : found.end].split() == made.quote.split()
        assert found.exhibit == own.seen.exhibit


def given(says: str, counts: bool = True, **more: Any) -> Given:
    return Given(
        kind="decision",
        about="s",
        asks="",
        says=says,
        by="The reader",
        role="reviewer",
        position="lawyer",
        organisation="Authority",
        day="2026-11-01",
        counts=counts,
        **more,
    )


SETTLED = [
    ("unknown", [], "unknown", None),
    ("unknown", [given("stated")], "stated", None),
    ("unknown", [given("absent")], "absent", None),
    ("unknown", [given("absent"), given("stated")], "stated", None),
    ("unknown", [given("stated", False, because="it changed")], "unknown", Reason.decision_unfit),
    ("unknown", [given("stated", False), given("partial")], "partial", None),
    ("stated", [given("stated")], "stated", None),
    ("stated", [given("absent")], "unknown", Reason.readings_differ),
    ("absent", [given("stated")], "unknown", Reason.readings_differ),
    ("partial", [given("absent")], "unknown", Reason.readings_differ),
    ("stated", [given("absent", False)], "stated", None),
    ("absent", [given("stated", False)], "absent", None),
]


@pytest.mark.parametrize(("own", "made", "level", "reason"), SETTLED)
def test_where_both_speak(own: str, made: list[Given], level: str, reason: Reason | None) -> None:
    found = settled({"s": own, "other": "stated"}, made)
    assert found.levels == {"s": level, "other": "stated"}
    assert [why for why, _ in found.whys.values()] == ([reason] if reason else [])
