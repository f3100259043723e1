"""What a page asks the device for while somebody joins, as the browser driver hears it."""

from __future__ import annotations

import pytest

from sbd_audit.library import Library

from .pages import Answer, Exchange, serving
from .stage import playing

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

JOIN = """
capabilities:
  sign_up:
    steps:
      - open: /join
      - click: {role: button, name: Join}
      - wait_for: {css: "#joined"}
    result: created
    outputs: {permissions_requested: {permissions: true}}
"""
FORM = "<form method=post action=/join><button>Join</button></form>{script}"
DONE = "<h1 id=joined>Welcome</h1>{script}"
ASKS = {
    "navigator.geolocation.getCurrentPosition(() => {})": ["location"],
    "navigator.geolocation.watchPosition(() => {}, () => {})": ["location"],
    "navigator.mediaDevices.getUserMedia({audio: true, video: true}).catch(() => {})": [
        "camera",
        "microphone",
    ],
    "Notification.requestPermission()": ["notifications"],
    "navigator.contacts && navigator.contacts.select(['tel'])": ["contacts"],
    "setTimeout(() => navigator.geolocation.getCurrentPosition(() => {}), 600)": ["location"],
    "navigator.permissions.query({name: 'geolocation'})": [],  # looks, and asks for nothing
    "": [],
}


@pytest.mark.parametrize(
    ("script", "early"), [(script, False) for script in ASKS] + [(next(iter(ASKS)), True)]
)
def test_what_a_page_asks_for_is_heard(script: str, early: bool, library: Library) -> None:
    """`early`: on the form itself, which is left before anybody looks."""

    def pages(seen: Exchange) -> Answer:
        page, asks = (FORM, early) if seen.method == "GET" else (DONE, not early)
        return 200, {}, page.format(script=f"<script>{script}</script>" if asks else "")

    with serving(pages) as site, playing(site.url, JOIN, library) as play:
        seen = play.perform("sign_up", browser="fresh")
    assert (seen.result, seen.outputs["permissions_requested"]) == ("created", ASKS[script])
