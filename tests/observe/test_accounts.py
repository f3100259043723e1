"""Invented people: exact ages, no cues, and passwords that are nowhere."""

from __future__ import annotations

import string
import unicodedata
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.models.platform import Handles
from sbd_audit.observe.accounts import People
from sbd_audit.observe.fixtures import Fixtures, Picture


@given(
    st.integers(0, 99), st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.text("abc", max_size=5)
)
def test_people_are_exactly_as_old_as_planned(age: int, today: date, role: str) -> None:
    person = People("run-abcd", today, lambda secret: None).invent("case", role, "child_12_13", age)
    assert person.birth_date is not None
    born = person.birth_date
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    if (born.month, born.day) != (2, 29):
        assert today.year - born.year - (not had_birthday) == age
    assert (born.month, born.day) != (1, 1)


def test_names_repeat_and_passwords_do_not() -> None:
    secrets: list[str] = []
    people = People("run-abcd", date(2026, 1, 2), secrets.append)
    first, again = (people.invent("case", "child", "child_14_15", 15) for _ in range(2))
    other = people.invent("case", "friend", "friend_same_age", 15)
    assert first.handle == again.handle != other.handle
    assert first.password != again.password
    assert {first.password, again.password, other.password} <= set(secrets)
    assert first.password not in repr(first)
    assert len(first.handle) <= 30


@given(
    st.integers(12, 40), st.sampled_from(["-", "_", ""]), st.sampled_from(["child_14_15", "adult"])
)
def test_names_fit_what_the_platform_takes(most: int, between: str, persona: str) -> None:
    handles = Handles(at_most=most, separator=between)
    people = People("run-abcd", date(2026, 1, 2), lambda secret: None, (), handles)
    names = [people.invent("case", f"role {n}", persona, 30).handle for n in range(5)]
    assert len(set(names)) == 5
    assert all(len(name) <= most and name.startswith("sbd") for name in names)
    assert set("".join(names)) <= set(string.ascii_lowercase + string.digits + between)


def test_nobody_in_a_run_has_the_name_of_another() -> None:
    """Two people of one name look like a sign-up that was refused."""
    people = People("run-abcd", date(2026, 1, 2), lambda secret: None)
    roles = [f"role {n}" for n in range(1000)]
    assert len({people.invent("case", role, "adult", 30).handle for role in roles}) == 1000


def test_pictures_are_made_here_and_differ() -> None:
    fixtures = Fixtures("run-abcd", {"common_topic": "maize"})
    one, two = (fixtures.make("plain_image", key) for key in ("a", "b"))
    assert isinstance(one, Picture)
    assert isinstance(two, Picture)
    assert one.data.startswith(b"\x89PNG")
    assert one.data != two.data
    assert fixtures.make("common_topic", "x") == "maize"
    assert "abcd" in str(fixtures.make("neutral_text", "x"))


@given(st.text(min_size=1, max_size=8))
def test_unwanted_words_are_a_hundred_and_mean_nothing(run: str) -> None:
    fixtures = Fixtures(run, {})
    terms = fixtures.make("filter_terms", "a")
    assert isinstance(terms, list)
    assert len({term.casefold() for term in terms}) == 100
    assert terms == fixtures.make("filter_terms", "b"), "the same in every step of a run"
    assert all("xaq" in term for term in terms)
    forms = ("plain", "diacritic", "mixed_language", "digits")
    said = [str(fixtures.make(f"filtered_forms.{form}", "c")) for form in forms]
    assert [any(term in text for term in terms) for text in said] == [True, False, True, False]
    for text in said:
        letters = unicodedata.normalize("NFKD", text.translate(str.maketrans("431057", "aeiost")))
        bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
        assert any(term in bare for term in terms), "each is the same word"
