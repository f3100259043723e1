"""Every word of the interface stands in the locale, and every word of a closed list has one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from sbd_audit.conclude import CONCLUSIONS
from sbd_audit.evidence.editions import NAMES
from sbd_audit.models.check import Environment, Pillar, Severity, Tier
from sbd_audit.models.instrument import Basis
from sbd_audit.models.profile import Level
from sbd_audit.models.results import Withheld
from sbd_audit.outcome import Outcome
from sbd_audit.report.detail import LADDER
from sbd_audit.report.mandate import WHYS
from sbd_audit.report.words import Words
from sbd_audit.resources import folder

LANGUAGES = sorted(path.stem for path in (folder("reports") / "locales").glob("*.yaml"))
CODE = Path(__file__).parents[2] / "sbd_audit" / "report"


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("outcomes", [str(outcome) for outcome in Outcome]),
        ("outcome_means", [str(outcome) for outcome in Outcome]),
        ("severities", get_args(Severity)),
        ("pillars", get_args(Pillar)),
        ("tiers", get_args(Tier)),
        ("environments", get_args(Environment)),
        ("levels", get_args(Level)),
        ("sources", get_args(Basis)),
        ("conclusions", CONCLUSIONS),
        ("statuses", ["in-force", "struck-down", "proposed", "draft", "not-confirmed"]),
        ("editions", NAMES),
        ("withheld_kinds", get_args(Withheld.model_fields["kind"].annotation)),
        ("waiver_states", ["active", "expired", "not yet"]),
        ("parameter_bases", ["law", "benchmark", "project"]),
        ("severity_means", get_args(Severity)),
        ("positions", ["accepts", "disputes", "fixed", "context"]),
        ("months", [f"{month:02}" for month in range(1, 13)]),
    ],
)
def test_closed_lists_have_a_word_each(words: Words, kind: str, names: list[str]) -> None:
    assert set(words.catalogue[kind]) == set(names)
    assert all(words.term(kind, name) for name in names)


def test_every_sentence_is_used_and_every_used_sentence_exists(words: Words) -> None:
    sources = [*CODE.rglob("*.py"), *(folder("reports") / "templates").rglob("*.j2")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    quoted = set(re.findall(r"""["']([a-z][a-z0-9_]*)["']""", text))
    quoted |= {f"detail_{detail.name}" for detail in LADDER[1:]}
    quoted |= {f"edition_{name}" for name in NAMES} | {f"outside_{why}" for why in WHYS}
    quoted |= {"within_notice", "within_report"}
    quoted |= {f"machine_{name}" for name in ("system", "machine", "python", "clock")}
    quoted |= {f"device_{name}" for name in ("make", "model", "serial", "in_custody_of")}
    sentences = set(words.catalogue["sentences"])
    spare = {key for key in sentences if key.removesuffix("_one") not in quoted}
    assert spare == set()
    called = set(re.findall(r"""\b(?:t|words)\(\s*"([a-z0-9_]+)\"""", text))
    counted = set(re.findall(r"""words\.count\(\s*"([a-z0-9_]+)\"""", text))
    assert called | counted | {f"{key}_one" for key in counted} <= sentences


def test_languages_say_the_same_things_with_the_same_blanks(words: Words) -> None:
    english = Words("en").catalogue["sentences"]
    own = words.catalogue["sentences"]
    assert set(own) == set(english)
    for key, sentence in own.items():
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", english[key])), key


def test_templates_hold_no_words_of_their_own() -> None:
    for path in (folder("reports") / "templates").rglob("*.j2"):
        text = re.sub(
            r"{%.*?%}|{{.*?}}|<pre>.*?</pre>|<[^>]*>|\s", "", path.read_text(), flags=re.S
        )
        assert not re.search(r"[A-Za-z]{2,}", text), f"{path.name}: {text[:80]}"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        (["a_b", "c", "d"], "a b, c and d"),
        ([], "nothing"),
        ({"id": "x1", "url": "/x1"}, "x1"),
        ({"stated": False}, "stated: no"),
        ("{post.post}", "post of the step “post”"),
    ],
)
def test_recorded_values_are_said_plainly(value: object, said: str) -> None:
    assert Words("en").plain(value) == said


def test_dates_and_sizes() -> None:
    words = Words("en")
    assert words.date("2027-03-01T00:00:00+03:00") == "1 March 2027"
    assert words.date("soon") == "soon"
    assert (words.size(999), words.size(32_140)) == ("999 bytes", "32.1 kB")
