"""The transparency file of a small site: found where it stands, read for what it is, and never missed by mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.demo.baraza import figures
from sbd_audit.library import Library
from sbd_audit.models.record import Observation
from sbd_audit.outcome import Reason
from tests.documents.site import FILLER, Page, article, serve
from tests.figures.conftest import Report, drop
from tests.observe.stage import playing

HALF = figures.Half(2025, False)  # the stage plays in January 2026
BEFORE = "/transparency/2024h2.json"
WHERE = "/figures/latest.json"
NAMED = f"documents:\n  transparency_data: {{fetch: {WHERE}}}\n"
PAGE = "  transparency_report: {fetch: /transparency, select: main}\n"
NOTHING_FOUND = "<h1>Not found</h1>"
Pages = dict[str, Page | str]


def report() -> Report:
    return figures.report(HALF, figures.LAG)


def served(data: Any, media: str = "application/json", status: int = 200) -> Page:
    text = data if isinstance(data, str | bytes) else json.dumps(data)
    return Page(text, media, status)


def transparency(*links: str, says: str = "We count what we do.") -> str:
    inner = "".join(f'<a href="{link}">Our figures</a>' for link in links)
    return article(f"In June we had 412 reports. {says}", inner, title="Transparency report")


SOUND: Pages = {WHERE: served(report()), BEFORE: served(report())}


def look(pages: Pages, binding: str, library: Library, **target: Any) -> Observation:
    home = article(title="Home")
    with serve({"/": home, **pages}) as site, playing(site.url, binding, library, **target) as play:
        return play.perform("read_transparency_data")


def test_a_named_file_is_read_with_everything_it_gives(library: Library) -> None:
    seen = look(SOUND, NAMED, library)
    assert (seen.result, seen.reason, seen.driver) == ("read", None, "documents"), seen.detail
    assert set(seen.outputs) == set(
        library.vocabulary.capabilities["read_transparency_data"].outputs
    )
    assert seen.outputs["schema_valid"] is True
    assert seen.outputs["days_after_period"] == 45
    assert seen.outputs["rule_breaks"] == seen.outputs["missing_rows"] == 0
    (document,) = seen.documents
    assert (document.kind, document.found_by) == ("transparency_data", "named")
    assert document.exhibit in seen.evidence


def test_every_place_stands_in_the_trace_and_in_an_exhibit(library: Library) -> None:
    data = report()
    drop(data, "items_actioned", country="ALL")
    data["observations"].append(dict(data["observations"][0]))
    for cell in data["detection"]:
        cell["surface"] = "post" if cell["surface"] != "all" else "all"
    pages = {"/": article(), **SOUND, WHERE: served(data)}
    with serve(pages) as site, playing(site.url, NAMED, library) as play:
        seen = play.perform("read_transparency_data")
        kept = [play.world.store.folder / f"{name}.txt" for name in seen.evidence]
        texts = [path.read_text(encoding="utf-8") for path in kept]
    assert seen.outputs["missing_rows"] == 15
    told = [step.saw for step in seen.trace]
    twice = next(one for one in told if "/observations/0 too" in one)
    assert twice.startswith(f"/observations/{len(data['observations']) - 1}: ")
    assert "No figure is given twice" in twice
    assert sum("has no row" in one for one in told) == 15
    gaps = seen.outputs["coverage_gaps"]
    assert gaps > 60
    assert f"and {gaps - 60} more, in the exhibit" in told
    listing = next(text for text in texts if "has no row" in text)
    assert listing.count("looked for every combination") == gaps
    assert any(json.loads(text) == data for text in texts if text.startswith("{"))


def test_a_file_that_departs_from_its_model_is_told_where(library: Library) -> None:
    data = report()
    data["report"]["licens"] = data["report"].pop("licence")
    seen = look({**SOUND, WHERE: served(data)}, NAMED, library)
    assert seen.result == "read"
    assert seen.outputs == {
        "schema_valid": False,
        "licence_stated": False,
        "previous_linked": True,
        "days_after_period": 45,
    }
    assert "its sums and its gaps are not judged" in seen.detail
    assert any('licens is no key of the model (did you mean "licence"' in s.saw for s in seen.trace)


LOGIN = '<html><title>Sign in</title><form><input type="password"></form></html>'
BROKEN: dict[str, tuple[Page, str, Reason | None, str]] = {
    "cut off": (served(json.dumps(report())[:9000]), "unreadable", Reason.unreadable, "end in the middle"),
    "a sign-in page": (served(LOGIN, "text/html"), "unreadable", Reason.unreadable, "a sign-in page"),
    "not for everybody": (served("{}", status=403), "unreadable", Reason.unreadable, "not open to everybody"),
    "a teapot": (served("{}", status=418), "unreadable", Reason.unreadable, "answered 418"),
    "an error": (served("{}", status=503), "unavailable", Reason.unavailable, "answered 503"),
    "too many requests": (served("{}", status=429), "rate_limited", Reason.rate_limited, "answered 429"),
    "elsewhere": (
        Page("", status=302, location="https://files.example/x.json"), "unavailable", Reason.out_of_scope, "outside",
    ),
    "too large": (served(" " * 5_000_001 + "{}"), "unavailable", Reason.unavailable, "larger than 5 MB"),
    "csv": (served("a,b\n1,2\n", "text/csv"), "unreadable", Reason.unreadable, "it is not JSON"),
    "a newer model": (served({**report(), "model": "sbd-transparency/3"}), "unreadable", Reason.unreadable, "sbd-transparency/3"),
    # Nothing says that there is none: an address can be wrong.
    "gone": (served("gone", status=410), "unreadable", Reason.unreadable, "answered 410"),
    "not there": (Page(NOTHING_FOUND, status=404), "unreadable", Reason.unreadable, "answered 404"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_file_is_told_for_what_it_is(library: Library, name: str) -> None:
    page, result, reason, why = BROKEN[name]
    seen = look({**SOUND, WHERE: page}, NAMED, library)
    assert (seen.result, seen.reason, seen.outputs) == (result, reason, {})
    assert why in seen.detail


# The named file answers 404. What the transparency page shows decides whether there is none.
GONE: dict[str, tuple[Pages, str, str]] = {
    "no link": ({"/transparency": transparency()}, "not_found", "links to no file of figures"),
    "it has moved": ({"/transparency": transparency("/new.json"), "/new.json": served(report())}, "read", ""),
    "a spreadsheet": ({"/transparency": transparency("/q.xlsx"), "/q.xlsx": served(b"PK\x03\x04x", "application/zip")},
                      "unreadable", "/q.xlsx: it is a zip archive or spreadsheet"),
    "an archive": ({"/transparency": transparency("/all.zip")}, "unreadable", "/all.zip: /all.zip answered 404"),
    "xml": ({"/transparency": transparency("/r.xml"), "/r.xml": served("<?xml?><r/>", "text/xml")}, "unreadable", "web page"),
    "a file of another site": ({"/transparency": transparency("https://x.example/f.json")}, "unreadable", "outside the scope"),
    "a button we do not see": ({"/transparency": transparency(says="Download all figures below.")},
                               "unreadable", "speaks of a file (download)"),
    "words that only hold such a word": ({"/transparency": transparency(says="We moved from our capital rapidly.")},
                                         "not_found", "links to no file"),
    "an empty page": ({"/transparency": "<html><main></main></html>"}, "unreadable", "without text"),
    "a short page": ({"/transparency": "<html lang=en><main><h1>Transparency</h1></main></html>"}, "unreadable", "cannot be relied on"),
    "a page that is gone too": ({}, "unreadable", "404"),
    "a page that fails": ({"/transparency": Page("x", status=503)}, "unreadable", "503"),
}  # fmt: skip


@pytest.mark.parametrize("name", GONE)
def test_a_file_is_missing_only_if_the_page_beside_it_leads_to_none(
    library: Library, name: str
) -> None:
    pages, result, why = GONE[name]
    seen = look({BEFORE: served(report()), **pages}, NAMED + PAGE, library)
    assert seen.result == result, seen.detail
    assert why in seen.detail
    if result == "not_found":
        assert seen.outputs == {}


def test_an_address_that_shows_what_no_address_shows_is_gone(library: Library) -> None:
    nowhere = Page(f"<html><main>Nothing here. {FILLER}</main></html>")
    pages = {WHERE: nowhere, "/no-such-page-run-abcd": nowhere}
    assert look(pages, NAMED, library).result == "unreadable"
    seen = look({**pages, "/transparency": transparency()}, NAMED + PAGE, library)
    assert seen.result == "not_found"


ABSENT = """
documents:
  transparency_data: {absent: The publisher looked in October and there was none., looked_for: [/figures, /f.json]}
"""


def test_what_is_said_to_be_absent_is_looked_for_again(library: Library) -> None:
    seen = look({}, ABSENT, library)
    assert (seen.result, seen.outputs) == ("not_found", {})
    assert sum("no page" in step.saw for step in seen.trace) == 2
    seen = look({"/f.json": served(report())}, ABSENT, library)
    assert (seen.result, seen.reason) == ("unreadable", Reason.unreadable)


def test_what_was_not_located_is_not_missing(library: Library) -> None:
    binding = (
        "documents:\n  transparency_data: {not_located: No link was seen on the pages visited.}\n"
    )
    seen = look({}, binding, library)
    assert (seen.result, seen.detail) == ("unreadable", "No link was seen on the pages visited.")


def test_a_file_that_was_handed_over(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(report()), encoding="utf-8")
    handed = {"documents": {"transparency_data": {"file": str(path)}}}
    seen = look({BEFORE: served(report())}, "", library, **handed)
    assert seen.outputs["rule_breaks"] == 0
    assert seen.outputs["previous_linked"] is True
    assert seen.documents[0].found_by == "handed over"
    path.unlink()
    seen = look({}, "", library, **handed)
    assert (seen.result, seen.detail) == ("unreadable", "figures.json: no such file")


# ------------------------------------------------------------------ nobody named it

DISCOVERED: dict[str, tuple[Pages, str, str]] = {
    "well known": ({"/.well-known/sbd-transparency.json": served(report())}, "read", "well known"),
    "a page stands for anything": (
        {"/.well-known/sbd-transparency.json": article("x"), "/transparency.json": served(report())}, "read", "well known",
    ),
    "a link on the transparency page": (
        {"/": article('<footer><a href="/transparency">Transparency report</a></footer>', title="Home"),
         "/transparency": transparency("/other.json", "/figures-2025.json"),
         "/other.json": served({"name": "a menu"}), "/figures-2025.json": served(report())},
        "read", "linked from the transparency page",
    ),
    "a link that names it": (
        {"/": article('<footer><a href="/open-data">Transparency data</a></footer>', title="Home"),
         "/open-data": served(report())},
        "read", "a link that names it",
    ),
    "nothing": ({}, "unreadable", ""),
    "a page without a link": (
        {"/": article('<footer><a href="/transparency">Transparency report</a></footer>', title="Home"),
         "/transparency": transparency()},
        "unreadable", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DISCOVERED)
def test_a_file_nobody_named(library: Library, name: str) -> None:
    pages, result, how = DISCOVERED[name]
    seen = look({BEFORE: served(report()), **pages}, "", library)
    assert seen.result == result, seen.detail
    if result == "read":
        assert seen.documents[0].found_by == how
        assert seen.outputs["schema_valid"] is True
    else:
        assert "no address is given for it" in seen.detail


# ------------------------------------------------------------------ the file before

LINKS: dict[str, tuple[Any, Page | None, bool | None]] = {
    "there": (BEFORE, served(report()), True),
    "in an older form": (BEFORE, served("figures", "text/plain"), True),
    "a dead link": (BEFORE, None, False),
    "itself": (WHERE, None, False),
    "another site": ("https://archive.example/2024.json", None, True),
    "out of order today": (BEFORE, Page("x", status=503), None),
    "behind a door": (BEFORE, Page("x", status=401), None),
}


@pytest.mark.parametrize("name", LINKS)
def test_the_link_to_the_file_before_is_followed(library: Library, name: str) -> None:
    url, page, linked = LINKS[name]
    data = report()
    data["report"]["previous"]["url"] = url
    pages: Pages = {WHERE: served(data), **({url: page} if page else {})}
    seen = look(pages, NAMED, library)
    assert seen.outputs.get("previous_linked") is linked
    assert seen.outputs["schema_valid"] is True
