"""What real platforms do that would mislead a naive audit, each on a small hostile site: the browser side."""

from __future__ import annotations

import base64
import hashlib
import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sbd_audit.library import Library
from sbd_audit.models.record import Observation
from sbd_audit.outcome import Reason

from .pages import Answer, Exchange, serving
from .stage import playing

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_browser")]

REPORT = """
capabilities:
  open_report_form:
    steps:
      - open: /post
      - see: {css: h1}
      - start_count: true
%s
      - see: {role: dialog}
    result: opened
    outputs: {interactions: {interactions: true}}
"""
CLICK = "      - {click: {role: button, name: [Report, Ripoti]}, missing: not_offered}"
DIALOG = "document.querySelector('dialog').show()"
FORM = "<dialog aria-label='Report'>Why?</dialog>"
BUTTON = f'<button onclick="{DIALOG}">Report</button>'


def report(page: str, library: Library, steps: str = CLICK, **target: object) -> Observation:
    with (
        serving(lambda seen: (200, {}, f"<title>post</title><h1>Post</h1>{page}")) as site,
        playing(site.url, REPORT % steps, library, **target) as play,
    ):
        return play.perform("open_report_form", surface="post", item={"id": "1"})


LATE = {
    "at once": BUTTON,
    "after a first timer": f"<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', `{BUTTON}`), 900)</script>",
    "after a fetch": f"<script>fetch('/post').then(() => setTimeout(() => document.body.insertAdjacentHTML('beforeend', `{BUTTON}`), 200))</script>",
    "behind a hidden twin": f'<button style="display:none">Report</button>{BUTTON}',
    "in a toolbar shown on hover": f"<style>.bar button {{ visibility: hidden }} .bar:hover button {{ visibility: visible }}</style><div class=bar><p>the post</p>{BUTTON}</div>",
}


@pytest.mark.parametrize("where", LATE)
def test_a_control_is_found_where_people_find_it(where: str, library: Library) -> None:
    seen = report(FORM + LATE[where], library)
    assert (seen.result, seen.interactions) == ("opened", 1), seen.detail


def test_a_control_that_is_not_there_is_not_offered(library: Library) -> None:
    seen = report(FORM + "<script>setTimeout(() => 0, 400)</script>", library)
    assert (seen.result, seen.reason) == ("not_offered", None)


def test_a_page_that_never_rests_says_nothing_about_what_it_lacks(library: Library) -> None:
    restless = "<script>setInterval(() => document.body.append('.'), 50)</script>"
    limits = {"step_seconds": 2}
    seen = report(FORM + restless, library, limits=limits)
    assert (seen.result, seen.reason) == ("unavailable", Reason.unavailable)


def test_a_hover_menu_costs_the_click_only(library: Library) -> None:
    page = f"<style>.more {{ display: none }} nav:hover .more {{ display: block }}</style><nav>Menu<div class=more>{BUTTON}</div></nav>{FORM}"
    seen = report(page, library, "      - hover: {css: nav}\n" + CLICK)
    assert (seen.result, seen.interactions) == ("opened", 1), seen.detail


def test_words_per_language(library: Library) -> None:
    """In Swahili the English word is not the control: a trap wears the other language's label."""
    steps = "      - {click: {role: button, name: {en: Report, sw: Ripoti}}, missing: not_offered}"
    page = f"{FORM}<button>Report</button>{BUTTON.replace('Report', 'Ripoti')}"
    with (
        serving(lambda seen: (200, {}, f"<h1>Post</h1>{page}")) as site,
        playing(site.url, REPORT % steps, library) as play,
    ):
        english = play.perform("open_report_form", surface="post", item={"id": "1"}, language="en")
        swahili = play.perform("open_report_form", surface="post", item={"id": "1"}, language="sw")
    assert english.reason is Reason.wrong_place  # the English button opens nothing
    assert swahili.result == "opened"


def test_a_sign_up_in_a_modal_although_its_address_is_404(library: Library) -> None:
    binding = """
capabilities:
  open_sign_up:
    steps:
      - open: /
      - click: {role: button, name: Register}
      - see: {label: Username}
    result: opened
    outputs:
      age_asked: {locator: {label: [Birth, Age]}, exists: true}
"""
    page = """<input type=hidden name=username><button onclick="setTimeout(() =>
      document.body.insertAdjacentHTML('beforeend', '<dialog open><label>Username<input></label></dialog>'), 300)">Register</button>"""

    def answer(seen: Exchange) -> Answer:
        return (200, {}, page) if seen.path == "/" else (404, {}, "no")

    with serving(answer) as site, playing(site.url, binding, library) as play:
        seen = play.perform("open_sign_up", actor="visitor")
    assert seen.result == "opened", seen.detail
    assert seen.outputs["age_asked"] is False


def test_a_question_the_page_asks_is_answered_as_the_binding_says(library: Library) -> None:
    page = (
        """<button onclick="if (confirm('Sure?')) document.querySelector('dialog').show()">Report</button>"""
        + FORM
    )
    click = "      - {click: {role: button, name: Report}%s, missing: not_offered}"
    assert report(page, library, click % ", dialog: accept").result == "opened"
    assert report(page, library, click % "").reason is Reason.wrong_place


def test_a_declared_absence_is_looked_for_on_the_page(library: Library) -> None:
    binding = """
capabilities:
  block_user:
    fixed:
      result: not_offered
      basis: "No control on the profile of 1.0; looked in November 2026."
      probe:
        - open: /people
        - see: {role: heading, name: A person}
        - absent: {role: button, name: [Block, Zuia]}
"""
    pages = itertools.cycle(
        ["<h1>A person</h1>", "<h1>A person</h1><button>Block</button>", "<h1>Sign in</h1>"]
    )
    with (
        serving(lambda seen: (200, {}, next(pages) if seen.path == "/people" else "")) as site,
        playing(site.url, binding, library) as play,
    ):
        seen = [play.perform("block_user", whom=["stranger"]) for _ in range(3)]
    assert [one.result for one in seen] == ["not_offered", "unmapped", "unavailable"]
    assert seen[2].reason is Reason.wrong_place
    assert any("looked for" in done.did for done in seen[0].trace)


TOAST = """<h1>Data</h1><p id=toasts></p><button onclick="
  toasts.textContent = 'Your request was registered';
  setTimeout(() => { toasts.textContent = '' }, 2500);
  setTimeout(() => 0, 4500)">Ask</button>"""


def test_a_message_that_goes_away_is_seen_while_it_is_there(library: Library) -> None:
    """The page comes to rest after the message is gone: a rule that waits for that would never fit."""
    binding = """
capabilities:
  request_data_export:
    steps:
      - open: /
      - click: {role: button, name: Ask}
        means: [{text: was registered, is: promised, brief: true}]
    outputs: {acknowledged: {any_text: [was registered]}}
"""
    limits = {"step_seconds": 15}
    with (
        serving(lambda seen: (200, {}, TOAST)) as site,
        playing(site.url, binding, library, limits=limits) as play,
    ):
        seen = play.perform("request_data_export")
    assert (seen.result, dict(seen.outputs)) == ("promised", {"acknowledged": True}), seen.detail


CHOICES = (
    "document.querySelector('select').insertAdjacentHTML('beforeend', '<option>Threats</option>')"
)


@pytest.mark.parametrize(
    ("script", "reasons"),
    [
        ("0", ["Spam", "Other"]),
        (f"setTimeout(() => {CHOICES}, 600)", ["Spam", "Other", "Threats"]),
        ("setInterval(() => document.body.append('.'), 50)", None),
    ],
)
def test_a_list_is_read_whole_and_without_opening_it(
    script: str, reasons: list[str] | None, library: Library
) -> None:
    """The choices of a closed select are in no box on the page; what comes late belongs to the list."""
    binding = """
vocabulary: {reasons: {Spam: scam, Other: something_else, Threats: threats_violence}}
capabilities:
  list_report_reasons:
    steps: [{open: /}, {see: {css: select}}]
    result: listed
    outputs: {reasons: {locator: {css: "select option"}, get: texts, map: reasons}}
"""
    words = {"Spam": "scam", "Other": "something_else", "Threats": "threats_violence"}
    page = f"<select><option>Spam<option>Other</select><script>{script}</script>"
    limits = {"step_seconds": 2}
    with (
        serving(lambda seen: (200, {}, page)) as site,
        playing(site.url, binding, library, limits=limits) as play,
    ):
        seen = play.perform("list_report_reasons", surface="post")
    if reasons is None:
        assert (seen.result, seen.reason) == ("unavailable", Reason.unavailable)
    else:
        assert seen.outputs["reasons"] == [words[reason] for reason in reasons]


@pytest.mark.parametrize(
    ("script", "acknowledged"),
    [
        ("setTimeout(() => { document.body.append('Thank you, all done') }, 700)", True),
        ("0", False),
        ("setInterval(() => document.body.append('.'), 50)", None),
    ],
)
def test_words_are_missing_only_on_a_page_at_rest(
    script: str, acknowledged: bool | None, library: Library
) -> None:
    binding = """
capabilities:
  delete_account:
    steps: [{open: /}]
    result: scheduled
    outputs: {acknowledged: {any_text: [all done]}}
"""
    limits = {"step_seconds": 2}
    page = f"<h1>Good bye</h1><script>{script}</script>"
    with (
        serving(lambda seen: (200, {}, page)) as site,
        playing(site.url, binding, library, limits=limits) as play,
    ):
        seen = play.perform("delete_account")
    assert seen.outputs.get("acknowledged") is acknowledged


def test_what_appears_later_is_waited_for_on_a_page(library: Library) -> None:
    binding = """
capabilities:
  read_inbox:
    steps:
      - open: /inbox
        eventually: {within: 5, every: 1, until: {text: tree}}
    result: read
    outputs: {found: {any_text: tree}}
"""
    turn = itertools.count()

    def answer(seen: Exchange) -> Answer:
        if seen.path != "/inbox":
            return 404, {}, ""
        return 200, {}, "a tree" if next(turn) >= 2 else "nothing yet"

    with serving(answer) as site, playing(site.url, binding, library) as play:
        seen = play.perform("read_inbox", **{"from": "stranger"})
    assert (seen.result, seen.outputs.get("found")) == ("read", True), seen.detail


def test_a_page_of_an_unknown_address_is_not_the_page(library: Library) -> None:
    binding = """
capabilities:
  view_profile:
    steps:
      - open: "/people/{of.handle}"
        means: [{missing_page: true, is: not_found}, {css: h1, is: shown}]
"""
    shell = "<div id=app></div><script>setTimeout(() => { app.innerHTML = location.pathname.startsWith('/people/sbd-stranger') ? '<h1>A person</h1>with words' : '<h1>Sorry</h1>nothing here' }, 150)</script>"
    with (
        serving(lambda seen: (200, {}, shell)) as site,
        playing(site.url, binding, library) as play,
    ):
        there = play.perform("view_profile", of="stranger", via="page")
        gone = play.perform("view_profile", of="visitor", via="page")
    assert (there.result, gone.result) == ("shown", "not_found")


def test_a_single_page_application_is_waited_for_until_ready(library: Library) -> None:
    shell = "<script>setTimeout(() => { document.body.innerHTML = `<main><h1>Post</h1>%s%s</main>` }, 1500)</script>"
    binding = "ready: {css: main}\n" + REPORT % CLICK
    with (
        serving(lambda seen: (200, {}, shell % (BUTTON, FORM))) as site,
        playing(site.url, binding, library) as play,
    ):
        seen = play.perform("open_report_form", surface="post", item={"id": "1"})
    assert seen.result == "opened", seen.detail


def test_two_people_keep_their_pages_apart(library: Library) -> None:
    binding = """
capabilities:
  mention_user:
    steps:
      - open: /enter/child
      - {open: "/enter/stranger", as: "{whom}"}
      - {see: {text: I am stranger}, as: "{whom}"}
      - see: {text: I am child}
      - open: /who
        means: [{text: I am child, is: published}]
"""

    def answer(seen: Exchange) -> Answer:
        if seen.path.startswith("/enter/"):
            who = seen.path[7:]
            return 200, {"Set-Cookie": f"me={who}; Path=/"}, f"I am {who}"
        return 200, {}, "I am " + seen.headers.get("Cookie", "=nobody").partition("=")[2]

    with serving(answer) as site, playing(site.url, binding, library) as play:
        seen = play.perform("mention_user", whom="stranger", form="mention")
    assert seen.result == "published", seen.detail


def test_a_throttled_page_is_asked_for_again(library: Library) -> None:
    turn = itertools.count()

    def answer(seen: Exchange) -> Answer:
        if seen.path == "/post" and next(turn) == 0:
            return 429, {"Retry-After": "0"}, "later"
        return 200, {}, f"<h1>Post</h1>{BUTTON}{FORM}"

    with serving(answer) as site, playing(site.url, REPORT % CLICK, library) as play:
        assert play.perform("open_report_form", surface="post", item={"id": "1"}).result == "opened"
    with (
        serving(lambda seen: (429, {}, "later")) as site,
        playing(site.url, REPORT % CLICK, library, limits={"back_off_seconds": 0}) as play,
    ):
        seen = play.perform("open_report_form", surface="post", item={"id": "1"})
    assert (seen.result, seen.reason) == ("rate_limited", Reason.rate_limited)


# ------------------------------------------------------------------ what exists only over a websocket


@contextmanager
def talking() -> Iterator[tuple[str, list[bytes]]]:
    """A site whose page blocks people over a websocket and by no other way; and what it was told."""
    heard: list[bytes] = []
    page = b"""<h1>A person</h1><button onclick="
      const s = new WebSocket(`ws://${location.host}/live`);
      s.onopen = () => s.send('block');
      s.onmessage = e => document.querySelector('p').textContent = e.data">Block</button><p></p>"""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            head = connection.recv(8192).decode("latin-1")
            key = next(
                (
                    x[19:].strip()
                    for x in head.split("\r\n")
                    if x.lower().startswith("sec-websocket-key:")
                ),
                None,
            )
            if key is None:
                answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                connection.sendall(answer % len(page) + page)
                return
            magic = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode())
            accept = base64.b64encode(magic.digest())
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            frame = connection.recv(1024)
            mask, body = frame[2:6], frame[6:]
            heard.append(bytes(byte ^ mask[n % 4] for n, byte in enumerate(body)))
            connection.sendall(b"\x81\x07blocked")
            connection.recv(1024)

    def accept_all() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept_all, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        listener.close()


def test_a_block_that_exists_only_over_a_websocket(library: Library) -> None:
    binding = """
capabilities:
  block_user:
    steps:
      - open: /people
      - see: {role: heading, name: A person}
      - {click: {role: button, name: Block}, missing: not_offered}
      - wait_for: {text: blocked, exact: true}
    result: blocked
"""
    with talking() as (url, heard), playing(url, binding, library) as play:
        seen = play.perform("block_user", whom=["stranger"])
        refused = play.world.scope.refusals()
    assert seen.result == "blocked", seen.detail
    assert heard == [b"block"]
    assert refused == []


def test_the_browser_says_who_it_is(library: Library) -> None:
    with (
        serving(lambda seen: (200, {}, f"<h1>Post</h1>{BUTTON}{FORM}")) as site,
        playing(site.url, REPORT % CLICK, library) as play,
    ):
        play.perform("open_report_form", surface="post", item={"id": "1"})
        assert set(site.agents) == {play.world.http.agent}
