"""An error of the moment is never an answer: pages that lack a part, error pages with familiar words in them."""

from __future__ import annotations

import itertools
import json

import pytest

from sbd_audit.library import Library
from sbd_audit.models.record import Cast, Observation, PlannedCase
from sbd_audit.observe.prepare import prepare
from sbd_audit.outcome import Reason

from .pages import Answer, Exchange, serving
from .stage import playing

PATIENT = {"step_seconds": 15, "watch_seconds": 1, "back_off_seconds": 1}
FRAME = "<title>post</title><h1>Post</h1><main></main>"
DRAW = "document.querySelector('main').innerHTML = '<button>Report</button>'"
SEND = "fetch('/send', {method: 'POST'}).then(r => document.querySelector('main').append(r.ok ? 'Sent' : 'No such message'))"


def answer(seen: Exchange, parts: dict[str, Answer]) -> Answer:
    return parts.get(seen.path, (404, {}, "nothing lives here"))


# ---------------------------------------------------------------------- on pages

REPORT = """
capabilities:
  open_report_form:
    steps:
      - open: /post
      - see: {css: h1}
      - {click: {role: button, name: Report}, missing: not_offered}
    result: opened
"""
GONE = """
absences:
  - capabilities: [open_report_form]
    basis: No post holds such a control, looked in November 2026.
    probe: [{open: /post}, {absent: {role: button, name: Report}}]
"""
SAID = """
capabilities:
  send_message:
    steps:
      - open: /post
      - click: {role: button, name: Send}
        means: [{text: No such message, is: refused}, {text: Sent, is: delivered}]
    outputs: {message: {item: {id: "1", url: "2"}}}
"""
WORDS = """
capabilities:
  open_sign_up:
    steps: [{open: /post}]
    result: opened
    outputs: {threshold_hinted: {any_text: [at least 13]}, age_asked: {locator: {css: "[name=age]"}, exists: true}}
"""
PARTS = {
    "its script": "<script src=/part></script>",
    "its data": f"<script>fetch('/part').then(r => r.ok && ({DRAW}))</script>",
    "its frame": "<iframe src=/part></iframe>",
    "its style": "<link rel=stylesheet href=/part>",
}


def on_page(
    part: Answer, page: str, binding: str, library: Library, **asked: object
) -> Observation:
    parts = {"/post": (200, {}, FRAME + page), "/part": part, "/send": part}
    capability = str(asked.pop("capability", "open_report_form"))
    with (
        serving(lambda seen: answer(seen, parts)) as site,
        playing(site.url, binding, library, limits=PATIENT) as play,
    ):
        return play.perform(capability, **asked)


POST = {"surface": "post", "item": {"id": "1"}}


@pytest.mark.parametrize(
    ("part", "status", "binding"),
    [
        ("its script", 503, REPORT),
        ("its data", 500, REPORT),
        ("its data", 429, REPORT),
        ("its frame", 503, GONE),
        ("its style", 503, GONE),
    ],
)
@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_a_page_that_lacks_a_part_says_nothing_about_what_it_lacks(
    part: str, status: int, binding: str, library: Library
) -> None:
    seen = on_page((status, {}, "later"), PARTS[part], binding, library, **POST)
    assert seen.reason is (Reason.rate_limited if status == 429 else Reason.unavailable)
    assert f"/part answered {status}" in seen.detail


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_pictures_and_addresses_that_do_not_exist_are_no_missing_part(library: Library) -> None:
    page = "<img src=/part><script src=/nowhere></script>"
    seen = on_page((503, {}, ""), page, REPORT, library, **POST)
    assert seen.result == "not_offered"


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_what_is_there_counts_although_another_part_is_missing(library: Library) -> None:
    page = f"<script src=/part></script><script>{DRAW}</script>"
    assert on_page((503, {}, ""), page, REPORT, library, **POST).result == "opened"


@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_words_and_fields_are_not_missing_from_a_page_that_lacks_a_part(library: Library) -> None:
    page = PARTS["its data"]
    seen = on_page((503, {}, ""), page, WORDS, library, capability="open_sign_up")
    assert seen.reason is Reason.unavailable
    whole = on_page((200, {}, ""), page, WORDS, library, capability="open_sign_up")
    assert whole.outputs == {"threshold_hinted": False, "age_asked": False}


@pytest.mark.parametrize(
    ("status", "result", "reason"),
    [
        (200, "delivered", None),
        (400, "refused", None),
        (503, "unavailable", Reason.unavailable),
        (429, "rate_limited", Reason.rate_limited),
    ],
)
@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_what_a_page_says_after_an_error_is_not_the_platforms_answer(
    status: int, result: str, reason: Reason | None, library: Library
) -> None:
    page = f'<button onclick="{SEND}">Send</button>'
    message = {"to": "stranger", "text": "neutral_text"}
    seen = on_page((status, {}, ""), page, SAID, library, capability="send_message", **message)
    assert (seen.result, seen.reason) == (result, reason), seen.detail


# ---------------------------------------------------------------------- over http

PRIVATE = """
capabilities:
  send_message:
    steps: [{post: /private/new, form: {text: "{text}"}, means: [{css: .errors, is: refused}, {url: /private/, is: delivered}]}]
    outputs: {message: {item: {id: {url: true}, url: {url: true}}}}
  view_profile: [{get: /profile, means: [{missing_page: true, is: not_found}, {css: h1, is: shown}]}]
documents:
  terms_of_service: {absent: No page links any; looked in November 2026., looked_for: [/terms]}
"""


@pytest.mark.parametrize(
    ("status", "page", "result"),
    [
        (200, "thank you", "delivered"),
        (200, "<p class=errors>no", "refused"),
        (503, "later", "unavailable"),
        (500, "<p class=errors>no", "unavailable"),
        (429, "<p class=errors>no", "rate_limited"),
    ],
)
def test_an_error_page_fits_no_rule_that_does_not_name_its_status(
    status: int, page: str, result: str, library: Library
) -> None:
    with (
        serving(lambda seen: (status, {}, page)) as site,
        playing(site.url, PRIVATE, library) as play,
    ):
        seen = play.perform("send_message", to="stranger", text="neutral_text")
    assert seen.result == result


def test_what_an_unknown_address_is_told_is_learnt_from_an_answer_only(library: Library) -> None:
    unknown = itertools.count()

    def site_of(seen: Exchange) -> Answer:
        if seen.path == "/profile":
            return 200, {}, "<h1>Sorry</h1> nothing lives here"
        return (
            (503, {}, "later")
            if next(unknown) < 3
            else (200, {}, "<h1>Sorry</h1> nothing lives here")
        )

    with serving(site_of) as site, playing(site.url, PRIVATE, library) as play:
        first = play.perform("view_profile", of="stranger")
        again = play.perform("view_profile", of="stranger")
    assert first.reason is Reason.unavailable
    assert again.result == "not_found"


@pytest.mark.parametrize(
    ("status", "reason"), [(503, Reason.unavailable), (429, Reason.unavailable), (404, None)]
)
def test_a_document_that_could_not_be_had_just_now_is_asked_for_again(
    status: int, reason: Reason | None, library: Library
) -> None:
    with (
        serving(lambda seen: (status, {}, "later")) as site,
        playing(site.url, PRIVATE, library) as play,
    ):
        seen = play.perform(
            "read_document", kinds=["terms_of_service"], statements=["csam_prohibited"]
        )
    assert seen.reason is reason, seen.detail
    assert (seen.result == "not_found") is (reason is None)


def test_where_a_form_leads_is_read_again_after_an_error_and_not_sent_again(
    library: Library,
) -> None:
    given = itertools.count()

    def site_of(seen: Exchange) -> Answer:
        if seen.method == "POST":
            return 303, {"Location": "/private/7"}, ""
        return (503, {}, "later") if next(given) < 2 else (200, {}, "thank you")

    with serving(site_of) as site, playing(site.url, PRIVATE, library) as play:
        seen = play.perform("send_message", to="stranger", text="neutral_text")
    assert seen.result == "delivered"
    assert [asked.split()[0] for asked in site.asked] == ["POST", "GET", "GET", "GET"]


@pytest.mark.parametrize(("errors", "word"), [(1, "opened"), (9, "unavailable")])
@pytest.mark.browser
@pytest.mark.usefixtures("needs_browser")
def test_a_page_that_lacks_a_part_is_opened_once_more(
    errors: int, word: str, library: Library
) -> None:
    given = itertools.count()

    def site_of(seen: Exchange) -> Answer:
        if seen.path == "/part.js":
            return (503, {}, "") if next(given) < errors else (200, {}, DRAW)
        return 200, {}, FRAME + "<script src=/part.js></script>"

    with serving(site_of) as site, playing(site.url, REPORT, library, limits=PATIENT) as play:
        seen = play.perform("open_report_form", **POST)
    assert seen.result == word
    assert len([asked for asked in site.asked if asked.startswith("GET /post")]) == 2


MAIL = """
capabilities:
  send_message:
    post: /send
    form: {text: "{text}"}
    means: [{status: 403, is: refused}, {status: 200, is: delivered}]
    outputs: {message: {item: {id: "1"}}}
  read_inbox: {get: /inbox, result: read, outputs: {found: {json: "contains(@, '{awaited}')"}}}
"""


@pytest.mark.parametrize(
    ("status", "arrives", "found", "reason"),
    [
        (200, True, True, None),
        (200, False, False, None),
        (403, False, False, None),
        (503, True, True, None),  # done nevertheless
        (503, False, None, Reason.not_run),
        (429, False, None, Reason.not_run),
    ],
)
def test_a_message_that_may_not_have_been_sent_is_not_missing_from_an_inbox(
    status: int, arrives: bool, found: bool | None, reason: Reason | None, library: Library
) -> None:
    sent: list[str] = []

    def site_of(seen: Exchange) -> Answer:
        if seen.method == "POST":
            sent.extend(seen.form["text"] if arrives else [])
            return status, {}, ""
        return 200, {"Content-Type": "application/json"}, json.dumps(sent)

    with serving(site_of) as site, playing(site.url, MAIL, library) as play:
        play.perform("send_message", actor="stranger", to="child", text="neutral_text")
        look = {"from": "stranger", "within_minutes": 0}
        seen = play.perform("read_inbox", **look)
        assert (seen.outputs.get("found"), seen.reason) == (found, reason), seen.detail
        # Another person's message is another matter.
        other = play.perform("read_inbox", **{**look, "from": "visitor"})
        assert other.reason is None


# ---------------------------------------------------------------------- before anything is judged

JOIN = """
prepare:
  account: [{post: /join, form: {name: "{as.handle}"}, means: [{status: 409, is: refused}]}]
"""


@pytest.mark.parametrize(
    ("answers", "tried", "reason"),
    [
        ([200], 1, None),
        ([503, 500, 200], 3, None),
        ([503], 3, Reason.set_up_failed),
        ([409], 1, Reason.set_up_failed),
    ],
    ids=["at once", "after two errors", "always an error", "a refusal"],
)
def test_somebody_else_joins_when_an_error_stood_in_the_way(
    answers: list[int], tried: int, reason: Reason | None, library: Library
) -> None:
    given = itertools.chain(answers, itertools.repeat(answers[-1]))
    with (
        serving(lambda seen: (next(given), {}, "")) as site,
        playing(site.url, JOIN, library) as play,
    ):
        play.stage.case = PlannedCase(
            id="case", check="", cast={"child": Cast(persona="child_14_15", age=None)}
        )
        trouble = prepare(play.stage, play.performer)
    assert (trouble.reason if trouble else None) is reason
    assert len(set(site.asked)) == len(site.asked) == tried  # each under a name of its own
    assert play.stage.accounts["child"].handle in site.asked[-1]
