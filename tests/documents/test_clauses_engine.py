"""Who must do what: force, negation, hedges, regions, lists, links, damage; and unknown where a text does not tell."""

from __future__ import annotations

import pytest

from sbd_audit.documents.clauses import Reading, read
from sbd_audit.documents.markdown import markdown_text
from sbd_audit.documents.text import DocumentText
from sbd_audit.errors import DefinitionError
from sbd_audit.library import Library, check_files
from sbd_audit.models.clause import Clause, Words
from sbd_audit.source import parse
from tests.documents.test_clauses_examples import AROUND

LIBRARY = Library()


def document(text: str, **more: object) -> DocumentText:
    return markdown_text(
        f"{AROUND['en']}\n\n{text}\n\n{AROUND['en']}",
        kind="CG",
        url="https://service.example/rules#top",
        **more,  # type: ignore[arg-type]
    )


def reading(statement: str, text: str, **more: object) -> Reading:
    return read([document(text, **more)], LIBRARY.clauses[statement])


@pytest.mark.parametrize(
    ("statement", "text", "level", "explains"),
    [
        # what gives a prohibition its force
        ("harassment_prohibited", "Bullying is not allowed.", "stated", "not allowed"),
        (
            "harassment_prohibited",
            "You may not:\n\n- post ads\n- bully people",
            "stated",
            "introduction",
        ),
        ("harassment_prohibited", "## What we prohibit\n\nBullying.", "stated", "introduction"),
        (
            "harassment_prohibited",
            "## Bullying\n\nBullying means hurting people with words. We will remove such posts.",
            "stated",
            "section",
        ),
        (
            "harassment_prohibited",
            "Bullying hurts people.",
            "unknown",
            "nothing around it forbids it",
        ),
        ("harassment_prohibited", "## Bullying\n\nIt hurts.", "unknown", "nothing around it"),
        # negation and direction
        ("decision_notice", "We will not notify you when we remove a post.", "absent", ""),
        (
            "csam_reported_to_authority",
            "Please report child sexual abuse to the police.",
            "absent",
            "",
        ),
        # hedges, regions, links
        (
            "decision_notice",
            "Where possible, we notify you if your post is removed.",
            "partial",
            "weakened",
        ),
        (
            "decision_notice",
            "# Rules\n\n## European Union\n\nWe notify you when we remove your post.",
            "partial",
            "european",
        ),
        (
            "decision_notice",
            "# Rules of the European Union\n\nWe notify you when we remove your post.",
            "stated",
            "",
        ),
        ("report_channel", "[Report a post in the app](https://x.test/r)", "partial", "link"),
        ("report_channel", "## Report button", "absent", ""),
        ("appeal_route", "Can I appeal?", "absent", ""),
        # words lost on the way: nobody is told that nothing is there
        (
            "family_tools",
            "Parents and guardians can help your teen by setting up a .",
            "unknown",
            "missing",
        ),
    ],
)
def test_levels_and_reasons(statement: str, text: str, level: str, explains: str) -> None:
    found = reading(statement, text)
    assert found.level == level, found.explains
    assert explains in found.explains


def test_the_quote_is_the_deciding_sentence_with_its_section_and_link() -> None:
    text = "## Safety\n\nBe kind. Stalking is prohibited - always, and in every part of this whole service. Thanks."
    found = reading("stalking_prohibited", text)
    assert (
        found.quote == "Stalking is prohibited - always, and in every part of this whole service."
    )
    assert found.section == "Safety"
    assert found.kind == "CG"
    assert found.link == (
        "https://service.example/rules#:~:text=Stalking%20is%20prohibited%20%2D%20always%2C,"
        "part%20of%20this%20whole%20service."
    )


def test_nearest_passages_are_ranked_quoted_and_start_with_the_deciding_one() -> None:
    text = "Threats of violence are banned.\n\nWe talk about violent films.\n\nDo not threaten to kill anyone."
    source = document(text)
    found = read([source], LIBRARY.clauses["threats_prohibited"])
    assert found.level == "stated"
    assert found.nearest[0].quote == found.quote
    assert 1 < len(found.nearest) <= 5
    assert len({near.start for near in found.nearest}) == len(found.nearest)
    assert all(source.text[near.start : near.end] == near.quote for near in found.nearest)
    absent = reading("minimum_age", "You can tell us the year you were born in, if you like.")
    assert absent.level == "absent"
    assert "born" in absent.nearest[0].quote


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        ([], "unknown"),
        (["Ads are fun."], "absent"),
        (["Ads are fun.", "Stalking is banned."], "stated"),
        (["Intimidation is banned.", "Stalking is banned."], "stated"),
        (["Stalking hurts.", "Intimidation is banned."], "unknown"),
        (["Ads are fun.", "Intimidation is banned."], "partial"),
        (["Stalking hurts.", "Ads are fun."], "unknown"),
    ],
)
def test_the_strongest_reading_over_texts(texts: list[str], level: str) -> None:
    clause = LIBRARY.clauses["stalking_prohibited"]
    assert read([document(text) for text in texts], clause).level == level


def test_a_doubtful_text_is_never_evidence_that_something_is_missing() -> None:
    why = "3 folded sections are empty"
    absent = reading("appeal_route", "Ads are fun.", doubts=(why,))
    assert (absent.level, absent.explains) == ("unknown", why)
    partial = reading("stalking_prohibited", "Intimidation is banned.", doubts=(why,))
    assert partial.level == "unknown"
    assert why in partial.explains
    assert partial.quote == "Intimidation is banned."
    assert reading("appeal_route", "You can appeal.", doubts=(why,)).level == "stated"


def test_a_far_away_rule_lends_no_force() -> None:
    far = "Bullying hurts. " + "It rains in May. " * 40 + "Spam is prohibited."
    assert reading("harassment_prohibited", far).level == "unknown"
    near = "Bullying hurts. " + "It rains in May. " * 4 + "Such posts are prohibited."
    assert reading("harassment_prohibited", near).level == "stated"


def test_a_language_without_cues_is_unknown() -> None:
    german = (
        "Die Nutzer dürfen hier nicht belästigt werden, und wir löschen solche Beiträge sofort. "
        * 12
    )
    found = read(
        [markdown_text(german, kind="CG", url="x")], LIBRARY.clauses["harassment_prohibited"]
    )
    assert found.level == "unknown"
    assert "language" in found.explains


BILINGUAL = [
    # One self-written policy in two languages: both must be read alike.
    (
        "# Rules\n\nYou must be at least 13 to open an account.\n\n## Not allowed\n\nYou may not:\n\n"
        "- bully anyone\n- share nude pictures of a person without their consent\n- pretend to be someone else\n"
        "- threaten to hurt a person\n\nSexual content about children is forbidden, and we report it to the police.\n\n"
        "## Help\n\nTap the report button under a post. We look at every report within 24 hours. "
        "Your report is confidential. You can appeal our decision. You can block anyone.",
        "# Kanuni\n\nLazima uwe na umri wa angalau miaka 13 ili kufungua akaunti.\n\n## Hairuhusiwi\n\nHairuhusiwi:\n\n"
        "- uonevu wa mtu yeyote\n- kusambaza picha za uchi za mtu bila idhini yake\n- kujifanya mtu mwingine\n"
        "- kutishia kumdhuru mtu\n\nMaudhui ya ngono kuhusu watoto ni marufuku, na tunaripoti kwa polisi.\n\n"
        "## Msaada\n\nBonyeza kitufe cha kuripoti chini ya chapisho. Tunashughulikia kila ripoti ndani ya saa 24. "
        "Ripoti yako ni siri. Unaweza kukata rufaa dhidi ya uamuzi wetu. Unaweza kumzuia mtu yeyote.",
    )
]
STATED = {
    "minimum_age", "harassment_prohibited", "ncii_prohibited", "impersonation_prohibited",
    "threats_prohibited", "csam_prohibited", "csam_reported_to_authority", "report_channel",
    "report_response_time", "reporter_confidentiality", "appeal_route", "safety_tools",
}  # fmt: skip
NOT_STATED = {
    "trafficking_prohibited", "synthetic_csam_prohibited", "sextortion_prohibited", "ban_evasion",
    "trusted_partners", "transparency_promised", "location_control", "deletion_route", "family_tools",
    "guardian_consent", "public_interest_targets", "self_harm_promotion_prohibited", "crisis_contacts",
}  # fmt: skip


@pytest.mark.parametrize(("english", "swahili"), BILINGUAL)
def test_two_languages_are_read_alike(english: str, swahili: str) -> None:
    for text, language in ((english, "en"), (swahili, "sw")):
        source = markdown_text(f"{text}\n\n{AROUND[language]}", kind="CG", url="x")
        levels = {name: read([source], LIBRARY.clauses[name]) for name in STATED | NOT_STATED}
        stated = {name for name, each in levels.items() if each.level == "stated"}
        assert stated == STATED, language
        assert all(source.text[each.start : each.end] == each.quote for each in levels.values())


WORDS = """
language: en
families:
  forbids: [banned]
  rules: [banned]
  regions: [moon]
"""
CLAUSE = """
statement: lying
says: lying is forbidden
force: prohibits
cues:
  en:
    stated: [lying]
examples:
  en: {stated: [Lying is banned.]}
"""


def test_a_clause_file_is_strict(tmp_path) -> None:  # type: ignore[no-untyped-def]
    words = {"en": Words.read(parse(WORDS, tmp_path / "en.yaml"))}
    clause = Clause.read_with(parse(CLAUSE, tmp_path / "lying.yaml"), words)
    assert read([document("Lying is banned.")], clause).level == "stated"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[lying]", "[lying, (a]", r"lying.yaml:7:\d+: .*expected"),
        ("[lying]", "[<lies>]", "no family <lies>"),
        ("force: prohibits", "force: forbids", "prohibits"),
        ("says:", "sayz:", "unknown key sayz"),
        ("\n  en:\n    stated", "\n  xx:\n    stated", "no words for the language xx"),
        ("\n  en: {stated", "\n  sw: {stated", "no cues for the language sw"),
    ],
)
def test_a_wrong_clause_file_says_where(tmp_path, old: str, new: str, problem: str) -> None:  # type: ignore[no-untyped-def]
    words = {"en": Words.read(parse(WORDS, tmp_path / "en.yaml"))}
    with pytest.raises(DefinitionError, match=problem):
        Clause.read_with(parse(CLAUSE.replace(old, new), tmp_path / "lying.yaml"), words)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("rules: [banned]", "other: [banned]", "missing family rules"),
        ("[moon]", "['<moon>']", "no family <moon>"),
    ],
)
def test_wrong_words_say_where(tmp_path, old: str, new: str, problem: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DefinitionError, match=problem):
        Words.read(parse(WORDS.replace(old, new), tmp_path / "en.yaml"))


@pytest.mark.parametrize("piece", ["a", "[ ", "[a](", "x  ", "a@", "**", "word and word "])
def test_text_without_any_stop_is_read_too(piece: str) -> None:
    source = document(piece * 20_000)
    for name in ("csam_prohibited", "report_channel", "privacy_contact"):
        found = read([source], LIBRARY.clauses[name])
        assert source.text[found.start : found.end] == found.quote


def test_checks_are_found_in_a_folder_of_any_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    root = tmp_path / "clauses" / "checks"
    for name in ("age/one.yaml", "clauses/two.yaml", "clauses/words/en.yaml", "vocabulary/w.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    assert check_files(root) == [root / "age" / "one.yaml"]
