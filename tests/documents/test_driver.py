"""Documents in an audit: fetched once, examined first, quoted to the letter, and never taken for silent by mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.errors import DefinitionError
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.library import Library
from sbd_audit.observe.browser import find_browser
from sbd_audit.rejudge import rejudge
from sbd_audit.run import Audit, Request
from tests.documents.site import FILLER, Page, article, serve

PLATFORM = "id: tiny\nversion: 1\ntitle: Tiny\nsoftware: {name: tiny, versions: any}\n"
TERMS = "ocsea.terms-prohibit"
RULES = article(
    "Write to rules@site.example if you have a question.",
    "You may not post child sexual abuse material, and neither drawings nor AI-generated pictures of it: child"
    " sexual abuse material is forbidden in every form.",
    "You must not groom a child in order to abuse it.",
    "You must not blackmail a child, or threaten to share intimate pictures of a child unless more are sent or money is paid (sextortion).",
    "You must not sexualise a child: sexual comments about minors, in words or pictures, are not allowed.",
    "Whoever shares child sexual abuse material is banned and reported to the police.",
)
ACCORDION = f"""<html lang=en><title>Community guidelines</title><main><h1>Community guidelines</h1><p>{FILLER * 8}</p>
<h2><button aria-expanded="false" onclick="this.setAttribute('aria-expanded', 'true');
 this.parentNode.nextElementSibling.textContent = 'You must not groom a child in order to abuse it.'">Grooming</button></h2>
<p></p></main></html>"""
Observe = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Our definitions, with one platform that names no document."""
    platforms = tmp_path_factory.mktemp("platforms")
    (platforms / "tiny.yaml").write_text(PLATFORM)
    return Library(platforms_folder=platforms)


@pytest.fixture
def observe(tmp_path: Path, tiny: Library) -> Observe:
    """Audits a small site's documents; gives the finding of the terms, its one step and the bundle's folder."""

    def run(
        pages: Mapping[str, Page | str],
        documents: str,
        *,
        browser: bool = False,
        market: str = "KE",
        checks: frozenset[str] = frozenset({TERMS}),
    ) -> dict[str, Any]:
        with serve({"/": article(title="Home"), **pages}) as site:
            target = tmp_path / "target.yaml"
            target.write_text(
                f"id: tiny-here\nplatform: tiny\ntitle: Tiny\nbase_url: {site.url}\nmarket: {market}\n"
                f"languages: [en]\nkinds: [platform]\nlimits: {{requests_per_second: 200}}\n{documents}"
            )
            out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
            request = Request(
                target, ["ke-cop-2025"], out, library=tiny, only=checks, browser=browser
            )
            audit = Audit(request)
            audit.prepare()
            audit.observe()
            results = audit.finish()
        finding = next(f for f in results["findings"] if f["check"] == TERMS)
        return {"finding": finding, "step": finding["steps"][0], "out": out, "asked": list(site.asked),
                "results": results, "library": tiny}  # fmt: skip

    return run


def documents(**entries: str) -> str:
    return "documents:\n" + "".join(f"  {kind}: {entry}\n" for kind, entry in entries.items())


def all_at(entry: str) -> str:
    return documents(terms_of_service=entry, community_guidelines=entry, child_safety_policy=entry)


@pytest.mark.parametrize("before", ["", f"<p>{FILLER * 700}</p>"], ids=["short", "long"])
def test_a_quote_is_in_its_exhibit_byte_for_byte(observe: Observe, before: str) -> None:
    page = RULES.replace("<main>", f"<main>{before}")
    seen = observe({"/rules": page}, all_at("{fetch: /rules, select: main}"))
    assert seen["finding"]["outcome"] == "passed"
    bundle = Bundle(seen["out"])
    for reading in seen["step"]["readings"]:
        assert reading["level"] == "stated"
        exhibit = (seen["out"] / "data/evidence" / f"{reading['exhibit']}.txt").read_text("utf-8")
        assert exhibit[reading["start"] : reading["end"]] == reading["quote"] != ""
        assert reading["link"].startswith(seen["step"]["documents"][0]["address"])
        assert "#:~:text=" in reading["link"]
        assert reading["exhibit"] in seen["step"]["evidence"]
    assert bundle.problems() == []
    assert "rules@site.example" not in (seen["out"] / "results.json").read_text("utf-8")
    assert rejudge(seen["out"], seen["library"]) == bundle.json("results.json")


def test_a_document_is_fetched_once_for_all_checks(observe: Observe) -> None:
    both = frozenset({TERMS, "governance.focal-person"})
    seen = observe(
        {"/rules": RULES, "/child": RULES},
        documents(terms_of_service="{fetch: /rules}", community_guidelines="{fetch: /rules}",
                  child_safety_policy="{fetch: /child}"),
        checks=both,
    )  # fmt: skip
    assert seen["asked"].count("/child") == 1


def test_what_is_recorded_of_a_document(observe: Observe) -> None:
    page = RULES.replace("<h1>", "<p>Version 3. Effective 1 March 2026.</p><h1>")
    seen = observe({"/rules": page}, all_at("{fetch: /rules, select: main}"))["step"]["documents"][
        1
    ]
    assert seen["kind"] == "community_guidelines"
    assert (seen["market"], seen["asked_language"], seen["language"]) == ("KE", "en", "en")
    assert (seen["effective"], seen["version"], seen["usable"]) == ("2026-03-01", "3", True)
    assert len(seen["sha256"]) == len(seen["exhibit"]) == 64
    assert seen["fetched_at"].startswith("20")
    assert seen["extractor"].startswith("html")
    assert "school year" in seen["readability"]


def test_an_absence_needs_every_document_whole(observe: Observe) -> None:
    """The same silent text is an absence alone, and unknown beside anything that could not be read."""
    silent = article()
    entry = "{fetch: /rules}"
    assert observe({"/rules": silent}, all_at(entry))["finding"]["outcome"] == "failed"
    beside = {"terms_of_service": entry, "community_guidelines": entry}
    for other in ("{fetch: /gone}", "{fetch: /login}", "{fetch: /eu/rules}", "{file: nowhere.md}"):
        pages = {
            "/rules": silent,
            "/eu/rules": silent,
            "/login": Page("<h1>Log in to continue</h1>"),
        }
        seen = observe(pages, documents(**beside, child_safety_policy=other))
        assert seen["finding"]["outcome"] == "cantTell", other
        assert {r["level"] for r in seen["step"]["readings"]} == {"unknown"}


@pytest.mark.parametrize(("market", "outcome"), [("KE", "cantTell"), ("DE", "passed")])
def test_a_text_for_another_region_is_no_evidence(
    observe: Observe, market: str, outcome: str
) -> None:
    page = RULES.replace("Community guidelines", "Community guidelines for the European Union")
    seen = observe({"/rules": page}, all_at("{fetch: /rules}"), market=market)
    assert seen["finding"]["outcome"] == outcome
    if outcome == "cantTell":
        assert "no evidence for Kenya" in seen["finding"]["message"]
        assert seen["step"]["documents"][0]["region"] == "the European Union"


def test_a_document_proven_absent_is_silent_until_an_address_answers(observe: Observe) -> None:
    entry = "{absent: looked through the whole site on 1 May, looked_for: [/terms]}"
    assert observe({}, all_at(entry))["finding"]["outcome"] == "failed"
    seen = observe({"/terms": RULES}, all_at(entry))
    assert seen["finding"]["outcome"] == "cantTell"
    assert "says there is none" in seen["finding"]["message"]


def test_documents_nobody_named_are_found_by_their_links(observe: Observe) -> None:
    home = "<main><p>Hello</p></main><footer><a href=/t>Terms of Service</a> <a href=/help>Help</a></footer>"
    pages = {
        "/": home,
        "/t": article(title="Terms of Service"),
        "/help": "<a href=/g>Community guidelines</a> <a href='https://other.invalid/c'>Child safety policy</a>",
        "/g": RULES,
    }
    seen = observe(pages, "")
    kinds = {one["kind"]: one for one in seen["step"]["documents"]}
    assert kinds["terms_of_service"]["clicks"] == 1
    assert kinds["community_guidelines"]["clicks"] == 2
    assert "“Community guidelines” in the help centre" in kinds["community_guidelines"]["found_by"]
    assert seen["finding"]["outcome"] == "passed"
    trace = " ".join(line["saw"] for line in seen["step"]["trace"])
    assert "https://other.invalid/c, outside the scope" in trace
    assert not any("invalid" in path for path in seen["asked"])


def test_a_kind_of_document_that_does_not_exist_is_a_wrong_target(observe: Observe) -> None:
    with pytest.raises(
        DefinitionError, match=r"target.yaml:\d+:\d+: unknown document kind terms_of_servce"
    ):
        observe({}, documents(terms_of_servce="{fetch: /t}"))


def test_a_page_without_any_link_leaves_everything_unknown(observe: Observe) -> None:
    seen = observe({}, "")
    assert seen["finding"]["outcome"] == "cantTell"
    assert "no address is given for it" in seen["finding"]["message"]


@pytest.mark.browser
@pytest.mark.skipif(find_browser() is None, reason="no browser is installed")
def test_folded_sections_are_opened_in_the_browser(observe: Observe) -> None:
    """Over http the section is empty and nothing is concluded; unfolded, its text is there to be quoted."""
    rest = {"terms_of_service": "{fetch: /t}", "child_safety_policy": "{fetch: /t}"}
    pages = {"/rules": ACCORDION, "/t": article(title="Terms of service")}

    def grooming(entry: str, browser: bool) -> tuple[str, str, str]:
        found = observe(pages, documents(**rest, community_guidelines=entry), browser=browser)
        reading = next(
            r for r in found["step"]["readings"] if r["statement"] == "grooming_prohibited"
        )
        return reading["level"], reading["quote"], reading["explains"]

    level, _, says = grooming("{fetch: /rules}", browser=False)
    assert (level, "1 folded sections came back without their text" in says) == ("unknown", True)
    level, _, says = grooming("{fetch: /rules, browser: true}", browser=True)
    assert (level, "1 folded sections came back without their text" in says) == ("unknown", True)
    level, quote, _ = grooming("{fetch: /rules, expand: button}", browser=True)
    assert (level, quote) == ("stated", "You must not groom a child in order to abuse it.")
    level, _, says = grooming(
        "{fetch: /rules, expand: [{role: button, name: No such thing}]}", browser=True
    )
    assert level == "unknown"
    assert "nothing was found to unfold" in says
