"""A scan of five small sites finds what is there and nothing that is not, and asks for nothing it must not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sbd_audit.demo.baraza import Site
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.library import Library
from sbd_audit.rejudge import rejudge
from sbd_audit.report.render import render_html
from sbd_audit.scan import ScanRequest, scan
from sbd_audit.scan.audit import _Ground
from tests.observe.pages import Server, blank, serving

from . import sites
from .sites import page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

Look = Callable[..., dict[str, Any]]
FAST = Fraction(500)


@pytest.fixture
def look(tmp_path: Path, library: Library) -> Look:
    def go(server: Server, **options: Any) -> dict[str, Any]:
        request = ScanRequest(server.url, tmp_path / "out", pace=FAST, library=library, **options)
        return scan(request)

    return go


def table(results: dict[str, Any], server: Server) -> dict[str, tuple[str, str]]:
    """State and address of every row that is not plainly not found."""
    return {
        row["what"]: (row["state"], row["where"].removeprefix(server.url))
        for row in results["surface"]["rows"]
        if row["state"] != "not_found"
    }


def notes(results: dict[str, Any], what: str) -> list[str]:
    return next(row["notes"] for row in results["surface"]["rows"] if row["what"] == what)


def outcomes(results: dict[str, Any]) -> dict[str, str]:
    return {finding["check"]: finding["outcome"] for finding in results["findings"]}


def reads_only(server: Server) -> bool:
    return all(asked.startswith(("GET ", "HEAD ")) for asked in server.asked)


def test_links_in_swahili_and_a_page_for_every_address(look: Look) -> None:
    with serving(sites.swahili()) as server:
        results = look(server)
        assert table(results, server) == {
            "sign_up": ("found", "/jisajili"),
            "age_question": ("found", "/jisajili"),
            "terms_of_service": ("found", "/masharti"),
            "privacy_policy": ("found", "/faragha"),
            "safety_centre": ("found", "/usalama"),
            "contact": ("found", "/wasiliana"),
            "languages": ("found", "/"),
            "helplines": ("found", "/usalama"),
        }
        assert notes(results, "helplines") == ["child helpline", "children services"]
        assert reads_only(server)
    # What the form shows is judged; what was not found is never held against the site.
    assert outcomes(results)["age.neutral-prompt"] == "failed"
    assert [name for name, outcome in outcomes(results).items() if outcome == "failed"] == [
        "age.neutral-prompt"
    ]
    assert "passed" not in outcomes(results).values()


def test_policies_behind_accordions(look: Look) -> None:
    with serving(sites.folded()) as server:
        results = look(server)
        assert table(results, server) == {
            "age_question": ("unclear", ""),
            "terms_of_service": ("found", "/legal/terms"),
            "community_guidelines": ("found", "/legal/rules"),
            "privacy_policy": ("found", "/privacy.pdf"),
            "help_centre": ("unclear", "https://help.elsewhere.test/"),
            "languages": ("found", "/"),
        }
        kept = next(
            page
            for page in results["surface"]["pages"]
            if page["url"].endswith("/rules") and page["through"] == "browser"
        )
        assert kept["sha256"]
    assert set(outcomes(results).values()) == {"cantTell", "untested"}


def test_other_hosts_cookies_calls_home_and_a_wrong_helpline(look: Look) -> None:
    with serving(blank) as other, serving(sites.watched(other.url)) as server:
        results = look(server)
        assert table(results, server) == {
            "sign_up": ("found", "/register"),
            "age_question": ("found", "/register"),
            "terms_of_service": ("found", "/terms"),
            "safety_centre": ("found", "/safety"),
            "report_route": ("found", "/report"),
            "transparency_report": ("found", "/transparency"),
            "form_impersonation": ("found", "/report"),
            "form_threats": ("found", "/report"),
            "languages": ("found", "/"),
            "third_parties": ("found", "/register"),
            "cookies": ("found", "/register"),
            "helplines": ("found", "/safety"),
            "unlisted_numbers": ("found", "/safety"),
            "security_txt": ("found", "/.well-known/security.txt"),
            "transparency_data": ("found", "/transparency"),
        }
        assert notes(results, "cookies") == ["id", "seen"]
        assert notes(results, "helplines") == ["police emergency"]
        assert notes(results, "unlisted_numbers") == ["661"]
        assert notes(results, "security_txt") == ["it expired on 2020-01-01"]
        assert notes(results, "transparency_data") == [
            f"{server.url}/figures/2026.csv",
            "https://transparency.dsa.ec.europa.eu/statement",
        ]
        assert [note.split(" ")[0] for note in notes(results, "third_parties")] == ["127.0.0.1"]
        # Nothing left the site, and nothing but reads reached it, whatever its pages tried to send.
        assert other.connections == 0
        assert reads_only(server)
        refused = {(entry["origin"], entry["kind"]) for entry in results["refused"]}
        assert {(server.url, "POST"), (server.url, "websocket"), (other.url, "POST")} <= refused
    assert outcomes(results)["age.neutral-prompt"] == "passed"


def test_robots_and_walls_are_respected_and_said(look: Look) -> None:
    with serving(sites.private()) as server:
        results = look(server)
        assert table(results, server) == {
            "sign_up": ("found", "/"),
            "terms_of_service": ("unclear", "/legal/terms"),
            "privacy_policy": ("found", "/legal/open/privacy"),
            "community_guidelines": ("unclear", "/rules"),
            "report_route": ("unclear", "/report"),
            "languages": ("found", "/"),
        }
        assert not any("/legal/terms" in asked for asked in server.asked)
        assert any("robots.txt" in text for text in results["surface"]["unseen"])
    # A form without an age question may ask later, so it is not failed; nothing else is decided either.
    assert outcomes(results)["age.neutral-prompt"] == "cantTell"
    assert set(outcomes(results).values()) == {"cantTell", "untested"}


def test_a_single_page_application(look: Look) -> None:
    with serving(sites.application()) as server:
        results = look(server)
        assert table(results, server) == {
            "sign_up": ("found", "/signup"),
            "age_question": ("found", "/signup"),
            "terms_of_service": ("found", "/terms"),
            "privacy_policy": ("found", "/privacy"),
            "languages": ("found", "/"),
        }
        assert reads_only(server)
    assert (
        outcomes(results)["age.neutral-prompt"] == "failed"
    )  # a box to tick, and the limit beside it


def test_without_a_browser_what_needs_one_is_untested(look: Look) -> None:
    with serving(blank) as other, serving(sites.watched(other.url)) as server:
        results = look(server, browser=False)
        found = table(results, server)
        assert found["sign_up"] == ("found", "/register")
        assert found["third_parties"][0] == "found"
        assert other.connections == 0
        assert reads_only(server)
    assert outcomes(results)["age.neutral-prompt"] == "untested"
    assert "passed" not in outcomes(results).values()


def test_the_cap_is_kept_and_what_it_cost_is_said(look: Look) -> None:
    with serving(blank) as other, serving(sites.watched(other.url)) as server:
        results = look(server, pages=8)
        assert results["run"]["requests"] <= 8
        documents = [asked for asked in server.asked if asked.startswith("GET ")]
        assert len(documents) <= 8
    assert "failed" not in outcomes(results).values()
    assert any(
        row["state"] == "unclear" and "used up" in row["says"] for row in results["surface"]["rows"]
    )


def test_judging_has_no_more_time_than_looking_left(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = _Ground.surface

    def slow(self: _Ground, rows: Any) -> dict[str, Any]:
        self.until = time.monotonic()  # looking round took all there was
        return surface(self, rows)

    monkeypatch.setattr(_Ground, "surface", slow)
    with serving(sites.folded()) as server:
        results = look(server)
    assert "its time is over" in next(
        entry["says"] for entry in results["deviations"] if entry["kind"] == "cap"
    )
    reasons = {finding["reason"] for finding in results["findings"]}
    assert "interrupted" in reasons
    assert set(outcomes(results).values()) <= {"cantTell", "untested", "inapplicable"}


def test_a_form_in_several_steps_is_not_sent_and_says_so(look: Look) -> None:
    pages = {
        "/": page("Pond", "<a href='/report'>Report impersonation</a>"),
        "/report": page(
            "Report impersonation",
            "<form method=post action=/report><label>What happened? <select name=why><option>Impersonation</option>"
            "<option>A threat</option></select></label><textarea name=more></textarea><button>Next</button></form>",
        ),
    }
    with serving(sites.served(pages, lambda path: (404, {}, "gone"))) as server:
        results = look(server)
        assert reads_only(server)
    check = next(one for one in results["findings"] if one["check"] == "reporting.without-account")
    assert check["outcome"] == "cantTell"
    seen = [step["detail"] for step in check["steps"]]
    assert any("sends no form" in detail for detail in seen), seen


def test_the_record_is_whole_and_judges_the_same_again(
    look: Look, tmp_path: Path, library: Library
) -> None:
    with serving(sites.folded()) as server:
        results = look(server)
    bundle = Bundle(tmp_path / "out")
    assert bundle.problems() == []
    assert bundle.json("surface.json") == results["surface"]
    assert json.loads(json.dumps(rejudge(tmp_path / "out", library))) == json.loads(
        json.dumps(results)
    )
    report = render_html(results)
    assert "What the public pages show" in report
    assert "/legal/terms" in report


def test_the_practice_platform_within_its_cap(site: Site, tmp_path: Path, library: Library) -> None:
    results = scan(ScanRequest(site.url, tmp_path / "out", pace=FAST, pages=60, library=library))
    missing = {row["what"] for row in results["surface"]["rows"] if row["state"] != "found"}
    assert missing == {
        *("contact", "parents_guide", "help_reporting", "complaints_procedure"),
        *("intimate_image_policy", "law_enforcement_guide", "appeals_policy"),
        *("enforcement_policy", "cookie_policy"),
        *("third_parties", "security_txt"),
    }
    assert results["run"]["requests"] <= 60
    assert {entry["kind"] for entry in results["deviations"]} == {"not observed"}
    assert (
        outcomes(results).items()
        >= {
            "age.neutral-prompt": "passed",
            "reporting.without-account": "cantTell",
            "tfgbv.image-route-open": "cantTell",
            "ocsea.terms-prohibit": "passed",
            "transparency.readable-rules": "passed",
            "ocsea.under-18-branch": "cantTell",
        }.items()
    )
