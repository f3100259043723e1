"""The closed lists hang together, and everything a check may say can be said in words."""

from __future__ import annotations

from sbd_audit.library import Library

LIBRARY = Library()
WORDS = LIBRARY.vocabulary


def test_every_contact_points_to_services_that_exist() -> None:
    for contact, markets in WORDS.tables["contacts"].items():
        for services in markets.values():
            assert set(services) <= set(WORDS.referrals), contact


def test_every_service_says_when_it_was_last_verified() -> None:
    for name, service in WORDS.referrals.items():
        assert "last_verified" in service, name
        assert service["verify_note"], name
        assert service["source"], name


def test_groups_hold_personas_and_children_have_a_band() -> None:
    for members in WORDS.groups.values():
        assert set(members) <= set(WORDS.personas)
    ages = {"12_13": (12, 13), "14_15": (14, 15), "16_17": (16, 17), "18_plus": (18, 99)}
    for name, persona in WORDS.personas.items():
        if isinstance(persona.age, int):
            low, high = ages[persona.band]
            assert low <= persona.age <= high, name


def test_every_statement_can_be_said() -> None:
    for name, statement in WORDS.tables["statements"].items():
        assert statement["says"], name


def test_every_statement_kind_and_question_asked_for_is_listed() -> None:
    for name in LIBRARY.checks:
        for step in LIBRARY.check(name).observe.values():
            kind = WORDS.capabilities[step.capability].args
            for argument, table in (("statements", "statements"), ("kinds", "document_kinds")):
                if argument in kind:
                    asked = set(step.args.get(argument, ()))
                    assert asked <= set(WORDS.tables[table]), (name, argument)
            if step.capability == "ask_person":
                rows = step.for_each if step.args["question"] == "{each}" else ()
                assert isinstance(rows, tuple)
                assert set(rows) <= set(WORDS.tables["questions"]), name


def test_pictures_and_words_are_the_harmless_ones() -> None:
    fixtures = set(WORDS.tables["fixtures"])
    for name in LIBRARY.checks:
        for step in LIBRARY.check(name).observe.values():
            kinds = WORDS.capabilities[step.capability].args
            for argument, value in step.args.items():
                if kinds[argument].rstrip("?") != "fixture" or value == "{each}":
                    continue
                assert str(value).split(".")[0] in fixtures, (name, argument, value)
