"""The link to a passage: browsers find it, whatever stands in it."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from sbd_audit.documents.fragment import linked
from sbd_audit.observe.browser import find_browser
from tests.documents.site import Page, serve

LONG = (
    "You may not post, send, ask for, store or share child sexual abuse material, nor link to it, nor trade in it, "
    "and you may not help anybody who does any of that."
)


@pytest.mark.parametrize(
    ("url", "passage", "expected"),
    [
        ("https://a.test/t?x=1#top", "We ban it.", "https://a.test/t?x=1#:~:text=We%20ban%20it."),
        ("https://a.test/t", "a, b-c & d", "https://a.test/t#:~:text=a%2C%20b%2Dc%20%26%20d"),
        ("https://a.test/t", LONG, "https://a.test/t#:~:text=You%20may%20not%20post%2C%20send%2C,who%20does%20any%20of%20that."),
        ("https://a.test/t", "Write to [e-mail] and we answer.", "https://a.test/t#:~:text=and%20we%20answer."),
        ("https://a.test/t", "Kanuni: “hairuhusiwi” – kamwe", "https://a.test/t#:~:text=Kanuni%3A%20%E2%80%9Chairuhusiwi%E2%80%9D%20%E2%80%93%20kamwe"),
        ("rules.md", "We ban it.", ""),
        ("javascript:alert(1)", "We ban it.", ""),
    ],
)  # fmt: skip
def test_links(url: str, passage: str, expected: str) -> None:
    assert linked(url, passage) == expected


@pytest.mark.browser
@pytest.mark.skipif(find_browser() is None, reason="no browser is installed")
@pytest.mark.parametrize("passage", [LONG, "Bold words, and “quotes” - too."])
def test_a_browser_goes_to_the_passage(passage: str) -> None:
    from playwright.sync_api import sync_playwright

    from sbd_audit.documents.html import page_text
    from sbd_audit.observe.browser.worker import launch_arguments
    from sbd_audit.observe.scope import Scope

    marked = passage.replace("words", "<b>words</b>").replace("store", "<i>store</i>")
    html = f"<p>{'Filler. ' * 4000}</p><p id=here>{marked}</p><p>{'Filler. ' * 4000}</p>"
    text = page_text(html.encode(), kind="", url="u").text
    assert passage in text
    build = find_browser()
    assert build is not None
    with serve({"/t": Page(html)}) as site, sync_playwright() as playwright:
        scope = Scope([site.url])
        browser = playwright.chromium.launch(
            executable_path=build.path, args=launch_arguments(scope, "127.0.0.1:9")
        )
        page = browser.new_page()
        page.goto(linked(f"{site.url}/t", passage))
        page.wait_for_function("window.scrollY > 0", timeout=5000)
        box = page.locator("#here").bounding_box()
        browser.close()
    assert box is not None
    assert 0 <= box["y"] < 720
    assert unquote(linked(f"{site.url}/t", passage)).count(passage.split()[0]) == 1
