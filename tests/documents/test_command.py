"""`sbd-audit documents`: a table anyone can read, data anyone can use, and plain words when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbd_audit.cli import cli
from sbd_audit.errors import UsageError
from tests.documents.site import FILLER, FILLER_SW, Page, article, serve

RULES = f"# Community guidelines\n\n{FILLER * 8}\n\nYou may not post child sexual abuse material.\n"
RULES_SW = f"# Kanuni za jamii\n\n{FILLER_SW * 8}\n\nNi marufuku kuchapisha picha za unyanyasaji wa kingono wa watoto.\n"


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        cli, ["documents", *words, "--rate", "50"], standalone_mode=False, catch_exceptions=False
    )
    return done.return_value, done.stdout


@pytest.fixture
def rules(tmp_path: Path) -> str:
    path = tmp_path / "rules.md"
    path.write_text(RULES, encoding="utf-8")
    return str(path)


def test_a_table_with_quotes(rules: str) -> None:
    code, out = call(rules)
    assert code == 0
    assert "rules.md: community guidelines" in out
    assert "● csam_prohibited" in out
    assert "“You may not post child sexual abuse material.”" in out
    assert "○ focal_person " in out
    assert "no passage of" in out
    code, out = call(rules, "--no-quotes", "--statement", "csam_prohibited")
    assert "“" not in out
    assert "1 stated · 0 partial · 0 absent · 0 unknown" in out


def test_data_with_offsets(rules: str) -> None:
    code, out = call(rules, "--format", "json", "--statement", "csam_prohibited")
    told = json.loads(out)["languages"][0]
    (statement,) = told["statements"]
    assert code == 0
    assert statement["level"] == "stated"
    assert statement["quote"] == "You may not post child sexual abuse material."
    (document,) = told["documents"]
    assert (document["kind"], document["language"]) == ("community_guidelines", "en")
    assert document["flags"] == []


def test_one_table_a_language(rules: str, tmp_path: Path) -> None:
    swahili = tmp_path / "kanuni.md"
    swahili.write_text(RULES_SW, encoding="utf-8")
    code, out = call(rules, str(swahili), "--lang", "en,sw", "--format", "json")
    told = {one["asked"]: one for one in json.loads(out)["languages"]}
    assert code == 0
    for language in ("en", "sw"):
        assert told[language]["there"] is True
        levels = {one["statement"]: one["level"] for one in told[language]["statements"]}
        assert levels["csam_prohibited"] == "stated"
        # The other file is in the other language: what it may say was not read, so nothing is missing.
        assert levels["focal_person"] == "unknown"
    code, out = call(rules, "--lang", "sw")
    assert code == 3
    assert "In Swahili: not seen" in out
    assert "it is in English, and was asked for in Swahili (not used)" in out


def test_documents_are_found_from_the_address_of_a_site() -> None:
    links = "<a href=/t>Terms of Service</a> <a href=/join>Sign up</a> <a href=/help>Help</a>"
    pages: dict[str, Page | str] = {
        "/": f"<main>Hello</main><footer>{links}</footer>",
        "/t": article("You may not post child sexual abuse material.", title="Terms of Service"),
        "/join": "<a href=/t>Terms</a> <a href=/p>Privacy</a>",
        "/p": article(title="Privacy policy"),
        "/help": "<p>Ask us.</p>",
    }
    with serve(pages) as site:
        code, out = call(site.url + "/", "--discover")
    assert code == 0
    assert "terms of service: 1 click from home, 1 click from sign-up" in out
    assert "privacy policy: 2 clicks from home, 1 click from sign-up" in out
    assert "help centre: 1 click from home" in out
    assert "● csam_prohibited" in out


def test_addresses_are_asked_once_and_in_their_own_origin_only() -> None:
    page = article().replace("</main>", "<img src='http://other.invalid/x.png'></main>")
    with serve({"/t": page}) as site:
        call(site.url + "/t")
        assert site.asked == ["/t"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["no-such-file.md"], "no-such-file.md: no such file"),
        (["FILE", "--kind", "terms_of_servce"], 'did you mean "terms_of_service"?'),
        (["FILE", "--statement", "csam_prohibitd"], 'did you mean "csam_prohibited"?'),
        (["FILE", "--lang", "de"], "no statements are defined in de"),
        (["FILE", "--market", "Kenya"], "Kenya is not a country"),
        (["FILE", "--diff"], "--diff compares two versions"),
        (["FILE", "--discover"], "--discover needs the address of a site"),
    ],
)
def test_wrong_arguments_are_named(rules: str, words: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says.replace("?", r"\?")):
        call(*[rules if word == "FILE" else word for word in words])


def test_the_wrong_document_proves_no_absence(rules: str) -> None:
    _, out = call(rules, "--kind", "privacy_policy", "--format", "json")
    told = json.loads(out)["languages"][0]
    assert [flag["name"] for flag in told["documents"][0]["flags"]] == ["other_document"]
    assert {one["level"] for one in told["statements"]} == {"stated", "unknown"}


def test_hostile_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "rules.md"
    path.write_text(RULES.replace("You may", "\x1b[2J\u202eYou may"), encoding="utf-8")
    _, out = call(str(path))
    assert "\x1b[2J" not in out
    assert "\u202e" not in out
