"""The parts of a scan that need no site: addresses, robots, forms, security.txt, the pace, and bad input."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from sbd_audit.errors import SbdError
from sbd_audit.library import Library
from sbd_audit.observe import pace as pacing
from sbd_audit.scan import ScanRequest, scan
from sbd_audit.scan.address import at_home, site_origins, start_of
from sbd_audit.scan.forms import forms_of, threshold_hinted
from sbd_audit.scan.robots import PublicScope, Robots
from sbd_audit.scan.security_txt import parse
from sbd_audit.scan.words import Cues
from tests.observe.pages import Exchange, serving

from . import sites

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def cues(library: Library) -> Cues:
    return Cues.of(library.vocabulary)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "ftp://example.org",
        "http://",
        "https://a:b@example.org",
        "http://[1",
        "example.org/a",
        "javascript:1",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(SbdError):
        start_of(text)


def test_www_and_the_bare_host_are_one_site_and_nothing_else_is() -> None:
    origins = site_origins("http://example.org/x")
    assert set(origins) == {
        "https://example.org:443", "http://example.org:80", "https://www.example.org:443", "http://www.example.org:80",
    }  # fmt: skip
    scope = PublicScope(origins, "https://example.org")
    assert [
        scope.inside(f"https://{host}/")
        for host in ("www.example.org", "help.example.org", "example.org.evil.test")
    ] == [True, False, False]
    assert (
        at_home("http://www.example.org/a?b=1#c", "https://example.org", origins)
        == "https://example.org/a?b=1"
    )
    assert site_origins("http://127.0.0.1:8000/") == ("http://127.0.0.1:8000",)


@pytest.mark.parametrize(
    ("status", "text", "allowed"),
    [
        (404, "", True),
        (401, "", False),
        (503, "", False),
        (200, "User-agent: *\nDisallow: /", False),
        (200, "User-agent: sbd-audit\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (200, "User-agent: *\nAllow: /\nDisallow: /rules", False),
        (200, "User-agent: *\nDisallow: /\nAllow: /rules", True),
        (200, "User-agent: *\nDisallow: /*les$", False),
        (200, "User-agent: other\nDisallow: /", True),
    ],
)
def test_robots(status: int, text: str, allowed: bool) -> None:
    assert Robots(status, text).allows("https://example.org/rules") is allowed


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("Contact: mailto:a@b.test\nExpires: 2027-01-01T00:00:00Z", []),
        ("Contact: mailto:a@b.test\nExpires: 2020-01-01T00:00:00Z", ["it expired on 2020-01-01"]),
        ("Contact: mailto:a@b.test", ["it does not say when it expires"]),
        ("Expires: 2027-01-01T00:00:00Z", ["it names no contact"]),
        (
            "Contact: a@b.test\nExpires: 2027-01-01T00:00:00Z",
            ["the contact a@b.test is no address (mailto:, tel: or https:)"],
        ),
        ("Contact: https://b.test\nExpires: soon", ["its date of expiry cannot be read: soon"]),
    ],
)
def test_security_txt(text: str, problems: list[str]) -> None:
    read = parse(text, NOW)
    assert read is not None
    assert list(read.problems) == problems


def test_a_page_is_no_security_txt() -> None:
    assert parse("<!doctype html><p>Welcome: to us", NOW) is None


NAME = '<input name="user"><input type="password" name="p">'


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (f"<h1>Join</h1><form>{NAME}<button>Create account</button></form>", "sign_up"),
        (f"<form>{NAME}<input type=password name=again><button>Go</button></form>", "sign_up"),
        (f"<h1>Log in</h1><form>{NAME}<button>Log in</button></form><a>Sign up</a>", "sign_in"),
        (f"<h1>Log in or sign up</h1><form>{NAME}<button>Log in</button></form>", "sign_in"),
        (
            "<form><input type=email name=email><button>Sign up to our newsletter</button></form>",
            "other",
        ),
        (
            "<h1>Reset your password</h1><form><input type=email name=e><button>Reset</button></form>",
            "other",
        ),
        ("<form action=/search><input name=q><button>Search</button></form>", "other"),
        (
            "<h1>Sign up</h1><form><input type=email name=email><button>Next</button></form>",
            "sign_up",
        ),
        ("<form><textarea name=m></textarea><button>Send</button></form>", "report"),
    ],
)
def test_what_a_form_is_for(html: str, kind: str, cues: Cues) -> None:
    assert forms_of(html, cues)[0].kind == kind


@pytest.mark.parametrize(
    ("field", "asked", "tick", "prefilled"),
    [
        ('<label>Date of birth <input type="date" name="d"></label>', True, False, False),
        ('<input type="date" name="birth_date" value="1990-01-01">', True, False, True),
        (
            '<select name="birthYear"><option value="">Year</option><option>1990</option></select>',
            True,
            False,
            False,
        ),
        (
            '<select name="birthYear"><option>1990</option><option>2012</option></select>',
            True,
            False,
            True,
        ),
        ('<input name="age" value="12">', True, False, None),
        (
            '<label><input type="checkbox" name="ok"> I am 18 years or older</label>',
            True,
            True,
            False,
        ),
        (
            '<label><input type="checkbox" name="ok"> I agree to the terms</label>',
            False,
            None,
            None,
        ),
        ('<input name="language"><input name="page">', False, None, None),
        ('<input type="date" name="start">', False, None, None),
        ('<input type="hidden" name="birth_date" value="1990-01-01">', False, None, None),
    ],
)
def test_the_age_question(
    field: str, asked: bool, tick: bool | None, prefilled: bool | None, cues: Cues
) -> None:
    form = forms_of(f"<form>{NAME}{field}<button>Sign up</button></form>", cues)[0]
    assert (form.age is not None) is asked
    if form.age is not None:
        assert (form.age.tick_box, form.age.prefilled) == (tick, prefilled)


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("You must be at least 13 years old to join.", "yes"),
        ("Lazima uwe na miaka 13 au zaidi.", "yes"),
        ("Members are over thirteen.", "open"),
        ("Your date of birth. 5 steps, 14 languages.", "no"),
        ("We have been here for 12 of the best years.", "open"),
        ("Password with 12 characters.", "no"),
    ],
)
def test_whether_the_limit_is_told(text: str, hinted: str, cues: Cues) -> None:
    said = threshold_hinted(text, cues)
    assert {"yes": isinstance(said, str), "no": said is False, "open": said is None}[hinted]


def test_one_request_a_second(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    with serving(sites.private()) as server:
        results = scan(ScanRequest(server.url, tmp_path / "out", library=library, browser=False))
        sent = results["run"]["requests"]
        assert len(server.asked) >= sent - 2
    assert results["surface"]["requests_per_second"] == "1"
    assert sent > 5
    assert sum(clock.slept) == pytest.approx(sent - 1)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("answer", "says", "code"),
    [
        (
            (200, {"Content-Type": "application/json"}, "{}"),
            "is no web page: it comes as application/json",
            2,
        ),
        (
            (200, {"Content-Type": "application/pdf"}, "%PDF"),
            "is no web page: it comes as application/pdf",
            2,
        ),
        ((302, {"Location": "https://other.test/"}, ""), "leads to https://other.test", 2),
        ((500, {}, "oops"), "answered 500", 3),
        ((401, {}, "no"), "answered 401", 3),
    ],
)
def test_an_address_that_is_no_site(
    answer: sites.Answer, says: str, code: int, tmp_path: Path, library: Library
) -> None:
    def pages(seen: Exchange) -> sites.Answer:
        return (404, {}, "") if seen.path == "/robots.txt" else answer

    with serving(pages) as server, pytest.raises(SbdError) as caught:
        scan(
            ScanRequest(
                server.url, tmp_path / "out", pace=Fraction(500), library=library, browser=False
            )
        )
    assert says in str(caught.value)
    assert caught.value.exit_code == code
    assert not (tmp_path / "out").exists()


def test_a_site_that_is_down(tmp_path: Path, library: Library) -> None:
    with serving(sites.private()) as server:
        gone = server.url
    with pytest.raises(SbdError, match="cannot be looked at") as caught:
        scan(
            ScanRequest(gone, tmp_path / "out", library=library, pace=Fraction(500), browser=False)
        )
    assert caught.value.exit_code == 3


def test_robots_that_forbid_everything_end_the_scan(tmp_path: Path, library: Library) -> None:
    rules = (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /")
    with serving(lambda seen: rules) as server:
        with pytest.raises(SbdError, match=r"robots\.txt asks programs to stay away"):
            scan(
                ScanRequest(
                    server.url, tmp_path / "out", library=library, pace=Fraction(500), browser=False
                )
            )
        assert server.asked == ["GET /robots.txt"]


@pytest.mark.parametrize(
    "front",
    [
        sites.page("", ""),
        sites.page("Just a moment", "<p>Verify you are human.</p><div class='cf-turnstile'></div>"),
        sites.page(
            "Sign in",
            "<form method=post><input name=user><input type=password name=p><button>Sign in</button></form>",
        ),
    ],
    ids=["empty", "captcha", "sign-in page"],
)
def test_a_front_page_that_says_nothing_gives_an_honest_report(
    front: str, tmp_path: Path, library: Library
) -> None:
    with serving(lambda seen: (200, {}, front) if seen.path == "/" else (404, {}, "")) as server:
        results = scan(
            ScanRequest(
                server.url, tmp_path / "out", library=library, pace=Fraction(500), browser=False
            )
        )
    assert {finding["outcome"] for finding in results["findings"]} <= {"cantTell", "untested"}
    assert "found" not in {
        row["state"]
        for row in results["surface"]["rows"]
        if row["what"] not in ("languages", "cookies")
    }
