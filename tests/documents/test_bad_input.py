"""Whatever a platform serves: a clear reason, little time and memory, and never an absence."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbd_audit.cli import cli
from tests.documents.site import FILLER, Page, Site, article, lines, pdf, serve

GERMAN = (
    "Wir wollen, dass die Menschen hier freundlich zueinander sind und sich gegenseitig helfen. "
)
BOMB = pdf(b" " * 400_000_000)
PAGES: dict[str, Page | str] = {
    "/10-mb": Page("<p>" + "word " * 2_000_000),
    "/nested": Page("<div>" * 10_000 + FILLER * 10),
    "/nested-bold": Page("<b>" * 10_000 + FILLER * 10),
    "/empty": Page(b""),
    "/blank": Page("  \n "),
    "/picture": Page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "/noise": Page(bytes(range(1, 256)) * 40),
    "/zip": Page(b"PK\x03\x04" + b"a" * 4000),
    "/loop": Page("", status=302, location="/loop"),
    "/away": Page("", status=302, location="http://other.invalid/terms"),
    "/login": Page(
        "<title>Log in</title><h1>Log in to continue</h1><form><input name=u><input type=password></form>"
    ),
    "/login-redirect": Page("", status=302, location="/accounts/login/?next=/terms"),
    "/accounts/login/?next=/terms": Page("<h1>Welcome back</h1><p>Type your name.</p>"),
    "/gone": Page("<h1>Gone</h1>", status=404),
    "/forbidden": Page("<h1>No</h1>", status=403),
    "/broken": Page("<h1>Oh</h1>", status=500),
    "/soft-404": Page("<title>Page not found</title><p>" + "Try the home page instead. " * 30),
    "/soft-404-sw": Page("<h1>Ukurasa haukupatikana</h1><p>" + FILLER * 3),
    "/pictures": Page("<title>Terms</title><img src=a.png><img src=b.png>"),
    "/shell": Page("<div id=app></div><noscript>no</noscript><script>draw()</script>"),
    "/javascript": Page("<p>You need to enable JavaScript to run this app.</p><script></script>"),
    "/human": Page("<h1>Verify you are human</h1><p>Checking your browser.</p>"),
    "/german": article(GERMAN * 20, title="Regeln", filler=0),
    "/encrypted.pdf": Page(pdf(lines(FILLER), password="secret"), "application/pdf"),
    "/bomb.pdf": Page(BOMB, "application/pdf"),
    "/scan.pdf": Page(pdf(b"q Q"), "application/pdf"),
    "/half.pdf": Page(pdf(lines(FILLER))[:400], "application/pdf"),
}
REASONS = {
    "/10-mb": "larger than 5 MB",
    "/nested": "nested more than",
    "/nested-bold": "nested more than",
    "/empty": "empty",
    "/blank": "empty",
    "/picture": "a picture, not a page of text",
    "/noise": "binary data",
    "/zip": "a zip archive",
    "/loop": "more than 8 redirects",
    "/away": "outside the scope",
    "/login": "a sign-in page stands in front of it",
    "/login-redirect": "a sign-in page stands in front of it",
    "/gone": "answered 404: the page is not there",
    "/forbidden": "answered 403: it is not open to everybody",
    "/broken": "answered 500",
    "/soft-404": "“page not found”",
    "/soft-404-sw": "“ukurasa haukupatikana”",
    "/pictures": "it came back without text",
    "/shell": "builds its text with scripts",
    "/javascript": "builds its text with scripts",
    "/human": "“verify you are human”",
    "/german": "it is in German, and was asked for in English",
    "/encrypted.pdf": "it is encrypted",
    "/bomb.pdf": "to unpack",
    "/scan.pdf": "it has no text; it may be a scan",
    "/half.pdf": "the PDF could not be read",
}


@pytest.fixture(scope="module")
def hostile() -> Iterator[Site]:
    with serve(PAGES) as site:
        yield site


def read(*words: str) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(
        cli, ["documents", *words, "--format", "json", "--rate", "50"], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip
    return done.return_value, json.loads(done.stdout)["languages"][0]


@pytest.mark.parametrize("path", REASONS)
def test_it_is_unknown_with_a_reason(hostile: Site, path: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, told = read(hostile.url + path, "--lang", "en")
    assert code == 3
    said = json.dumps(told, ensure_ascii=False)
    assert REASONS[path] in said
    assert {one["level"] for one in told["statements"]} == {"unknown"}  # type: ignore[attr-defined]
    assert told["there"] is False
    # The parser apart has limits of its own; here nothing may pile up.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_loop_ends(hostile: Site) -> None:
    hostile.asked.clear()
    read(hostile.url + "/loop")
    assert len(hostile.asked) <= 9


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("café — “rules” for élèves".encode("cp1252"), "text/html; charset=utf-8"),
        ("café — “rules” for élèves".encode("cp1252"), "text/html"),
        ("café — “rules” for élèves".encode(), "text/html; charset=iso-8859-1"),
        ("café — “rules” for élèves".encode("utf-16"), "text/html"),
        ("café — “rules” for élèves".encode("utf-16-le"), "text/html; charset=utf-16-le"),
        (
            b"<meta charset=windows-1252>" + "café — “rules” for élèves".encode("cp1252"),
            "text/html",
        ),
        ("café — “rules” for élèves".encode(), "text/html; charset=no-such-thing"),
    ],
)
def test_letters_survive_a_wrong_charset(body: bytes, media_type: str) -> None:
    from requests.cookies import RequestsCookieJar
    from requests.structures import CaseInsensitiveDict

    from sbd_audit.observe.gather import of_reply
    from sbd_audit.observe.http import Reply

    headers = CaseInsensitiveDict({"Content-Type": media_type})
    reply = Reply(200, "http://a.test/x", headers, body, "", RequestsCookieJar())
    text = of_reply(reply, "terms_of_service").text
    assert text.text == "café — “rules” for élèves"
    guessed = b"\x93" in body and "windows" not in str(body)
    assert bool(text.trouble) == guessed


def test_a_pdf_served_as_a_page_is_read_as_a_pdf() -> None:
    rule = ("You may not post or share child sexual abuse", "material.")
    page = Page(pdf(lines(*rule, "", FILLER)), "text/html")
    with serve({"/rules.html": page}) as site:
        code, told = read(site.url + "/rules.html", "--statement", "csam_prohibited")
    assert code == 0
    (statement,) = told["statements"]  # type: ignore[misc]
    assert statement["level"] == "stated"
    assert statement["quote"] == " ".join(rule)


def test_files_have_the_same_limits(tmp_path: Path) -> None:
    for name, body, reason in (
        ("empty.md", b"", "it is empty"),
        ("big.html", b"<p>" + b"word " * 2_100_000, "larger than"),
        ("locked.pdf", pdf(lines(FILLER), password="secret"), "it is encrypted"),
        ("noise.txt", bytes(range(256)) * 20, "binary data"),
    ):
        path = tmp_path / name
        path.write_bytes(body)
        code, told = read(str(path))
        assert code == 3
        assert reason in json.dumps(told)
        assert {one["level"] for one in told["statements"]} == {"unknown"}  # type: ignore[attr-defined]
