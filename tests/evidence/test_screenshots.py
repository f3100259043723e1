"""What looks personal is black in a picture: two pages that differ in it alone give the same picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from sbd_audit.observe.browser import find_browser
from sbd_audit.observe.browser.look import screenshot

pytestmark = pytest.mark.usefixtures("needs_browser")
PAGE = """<!doctype html><style>body {{ font: 20px monospace }}</style><main><h1>Page</h1>
<p>Write to <b>{text}</b> today.</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width=40 height=40></main>"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    build = find_browser()
    assert build
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=build.path, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 600, "height": 300})
        browser.close()


def picture(page: Page, text: str) -> bytes:
    page.set_content(PAGE.format(text=text))
    before = page.content()
    found = screenshot(page)
    assert found
    assert page.content() == before
    assert page.evaluate("() => CSS.highlights.size") == 0
    return found


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("stone@example.org", "waves@example.net"),
        ("+254 722 345 678", "+254 733 987 654"),
        ("Bearer abcdefgh12345678", "Bearer hgfedcba87654321"),
    ],
)
def test_personal_data_is_black(page: Page, one: str, two: str) -> None:
    assert picture(page, one) == picture(page, two)
    assert picture(page, one) != picture(page, "a" * len(one))


def test_other_text_stays_readable(page: Page) -> None:
    assert picture(page, "a stone on the shore") != picture(page, "a wave at the shores")
    assert picture(page, "call 0800 722 203") != picture(page, "call 0800 733 203")
