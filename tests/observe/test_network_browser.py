"""What a page calls is told from addresses and names of parameters; what nobody can place is left open."""

from __future__ import annotations

import pytest

from sbd_audit.library import Library
from sbd_audit.observe.network import call

from .pages import serving
from .stage import playing

RECORD = """
capabilities:
  record_network:
    steps: [{open: /}, {see: {css: h1}}]
    result: recorded
    outputs:
      calls: {network: calls}
      trackers: {network: trackers}
      advertising_ids_sent: {network: advertising_ids}
"""
QUIET = {"calls": 1, "trackers": [], "advertising_ids_sent": False}


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("", QUIET),
        ("<script>fetch('/own')</script>", QUIET | {"calls": 2}),
        ("<img src='http://ads.test/a.gif'>", QUIET | {"calls": 2, "trackers": ["ads.test"]}),
        (
            "<img src='https://www.google-analytics.com/g'><img src='http://pictures.test/a.gif'>",
            QUIET | {"calls": 3, "trackers": ["www.google-analytics.com"]},
        ),
        (
            "<img src='http://pictures.test/a.gif'>",
            {"calls": 2, "advertising_ids_sent": False},
        ),
        (
            "<script>fetch('/own', {method: 'POST', body: JSON.stringify({who: {gaid: '1'}})})</script>",
            QUIET | {"calls": 2, "advertising_ids_sent": True},
        ),
    ],
)
def test_what_a_page_calls(page: str, seen: dict[str, object], library: Library) -> None:
    body = f"<title>home</title><link rel=icon href='data:,'><h1>Home</h1>{page}"
    with (
        serving(lambda asked: (200, {}, body if asked.path == "/" else "{}")) as site,
        playing(site.url, RECORD, library) as play,
    ):
        assert play.perform("record_network", minutes=15).outputs == seen


@pytest.mark.parametrize(
    ("url", "body", "names"),
    [
        ("https://a.test/p?AdID=1&b=", None, {"adid", "b"}),
        ("https://a.test/p", b"gaid=1&x=2", {"gaid", "x"}),
        ("wss://a.test/p", b'[{"one": {"Two": 1}}]', {"one", "two"}),
        ("https://a.test/p", b"\xff\x00picture", set()),
    ],
)
def test_a_call_keeps_names_and_no_values(url: str, body: bytes | None, names: set[str]) -> None:
    made = call(url, body)
    assert made is not None
    assert made.names == names
    assert made.url == url.partition("?")[0]


@pytest.mark.parametrize("url", ["data:,", "about:blank", "blob:https://a.test/1"])
def test_what_leaves_no_machine_is_no_call(url: str) -> None:
    assert call(url, None) is None
