"""What real platforms do that would mislead a naive audit, each on a small hostile site: the http side."""

from __future__ import annotations

import itertools
import json
import time
from urllib.parse import parse_qs, unquote

import pytest

from sbd_audit.library import Library
from sbd_audit.outcome import Reason

from .pages import Answer, Exchange, serving
from .stage import playing

COMMENT = """
capabilities:
  mention_user:
    steps:
      - get: /write
      - post: /write
        {how}
        means: [{{status: 201, is: published}}, {{status: 403, is: refused}}]
"""


# ------------------------------------------------------------------ request-forgery tokens


TOKEN_SHAPES = {
    "a hidden input": (
        '<form id="w"><input type=hidden name=tok value="k7"><input name=text></form>',
        "submit: '#w'\n        form: {text: hello}",
        "",
        lambda seen: seen.form.get("tok") == ["k7"],
    ),
    "a hidden pair with random name and value": (
        '<form id="w"><input type=hidden name="x9f3" value="k7"><input name=text></form>',
        "submit: 'form:has([name=text])'\n        form: {text: hello}",
        "",
        lambda seen: seen.form.get("x9f3") == ["k7"],
    ),
    "a cookie that goes into a header": (
        "",
        "json: {text: hello}",
        "csrf: {cookie: csrftoken, header: X-CSRFToken}",
        lambda seen: seen.headers.get("X-CSRFToken") == "from-cookie",
    ),
    "a JSON field that goes into a header": (
        json.dumps({"session": {"csrf": "k7"}}),
        "json: {text: hello}",
        "csrf: {json: session.csrf, header: X-Token}",
        lambda seen: seen.headers.get("X-Token") == "k7",
    ),
    "a script variable": (
        "<script>var a = 1; window.csrfNonce = 'k7';</script>",
        "form: {text: hello}",
        "csrf: {script: csrfNonce, field: nonce}",
        lambda seen: seen.form.get("nonce") == ["k7"],
    ),
    "a meta tag of another page": (
        "",
        "form: {text: hello}",
        "csrf: {css: 'meta[name=tok]', attr: content, field: tok, page: /home}",
        lambda seen: seen.form.get("tok") == ["k7"],
    ),
}


@pytest.mark.parametrize("shape", TOKEN_SHAPES)
def test_request_forgery_tokens(shape: str, library: Library) -> None:
    page, how, csrf, carried = TOKEN_SHAPES[shape]

    def answer(seen: Exchange) -> Answer:
        if seen.method == "POST":
            return (201 if carried(seen) else 403), {}, ""
        if seen.path == "/home":
            return 200, {}, '<meta name=tok content="k7">'
        kind = "application/json" if page.startswith("{") else "text/html"
        return 200, {"Set-Cookie": "csrftoken=from-cookie; Path=/", "Content-Type": kind}, page

    with (
        serving(answer) as site,
        playing(site.url, csrf + COMMENT.format(how=how), library) as play,
    ):
        seen = play.perform("mention_user", whom="stranger", form="mention")
    assert seen.result == "published", seen.detail


def test_a_form_is_sent_as_a_browser_would_send_it(library: Library) -> None:
    form = """<form action="/send?x=1"><input type=hidden name=t value=k><input name=honey>
      <input type=checkbox name=news checked><input type=checkbox name=no><input type=radio name=r value=1>
      <input type=radio name=r value=2 checked><select name=s><option value=a>A<option value=b selected>B</select>
      <select name=first><option>One<option>Two</select><textarea name=body>draft</textarea>
      <input name=gone disabled value=1><input type=submit name=go value=Go></form>"""
    sent: list[Exchange] = []

    def answer(seen: Exchange) -> Answer:
        if seen.method == "POST":
            sent.append(seen)
        return 201 if seen.method == "POST" else 200, {}, form

    binding = """
capabilities:
  mention_user:
    steps:
      - get: /write
      - {post: "", submit: form, form: {body: mine}, means: [{status: 201, is: published}]}
"""
    with serving(answer) as site, playing(site.url, binding, library) as play:
        assert play.perform("mention_user", whom="stranger", form="mention").result == "published"
    assert sent[0].path == "/send?x=1"
    assert sent[0].form == {
        **{"t": ["k"], "honey": [""], "news": ["on"], "r": ["2"], "s": ["b"]},
        **{"first": ["One"], "body": ["mine"]},
    }


# ------------------------------------------------------------------ 200 is not success


PROFILE = """
login_wall: {url: /login}
capabilities:
  view_profile:
    steps:
      - get: /people/{of.handle}
        means:
          - {missing_page: true, is: not_found}
          - {words_at_least: 3, no_text: [private], is: shown}
          - {text: private, is: limited}
"""
PAGES = {
    "a person": ("<h1>A person</h1> who likes boats and rivers", "shown", None),
    "the page of any unknown address": ("<h1>Sorry</h1> nothing lives here", "not_found", None),
    "a page that says so": ("<p>This profile is private, says the page</p>", "limited", None),
    "an empty page": ("<p></p>", "unmapped", Reason.unmapped),
    "a way to the sign-in page": ("", "unavailable", Reason.wrong_place),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_status_of_200_is_not_yet_an_answer(page: str, library: Library) -> None:
    text, result, reason = PAGES[page]

    def answer(seen: Exchange) -> Answer:
        if not text and seen.path.startswith("/people"):
            return 302, {"Location": "/login?next=/people"}, ""
        if seen.path.startswith("/people"):
            return 200, {}, text
        return 200, {}, "<h1>Sorry</h1> nothing lives here"

    with serving(answer) as site, playing(site.url, PROFILE, library) as play:
        seen = play.perform("view_profile", of="stranger", via="page")
    assert (seen.result, seen.reason) == (result, reason), seen.detail


def test_a_failed_sign_in_with_200_is_no_sign_in(library: Library) -> None:
    binding = """
signed_in: {get: /me, json: name, is: "{as.handle}"}
prepare:
  session: [{post: /login, form: {name: "{as.handle}"}}]
capabilities:
  view_profile:
    steps: [{get: /people, means: [{status: 200, is: shown}]}]
"""

    def answer(seen: Exchange) -> Answer:
        return 200, {"Content-Type": "application/json"}, json.dumps({"name": None})

    with serving(answer) as site, playing(site.url, binding, library) as play:
        seen = play.perform("view_profile", of="stranger", via="page")
    assert seen.result != "shown"
    assert seen.reason is Reason.wrong_place


# ------------------------------------------------------------------ absence is looked for


@pytest.mark.parametrize(
    ("status", "text", "result"),
    [
        (404, "no", "not_offered"),
        (405, "no", "not_offered"),
        (200, "nothing lives at this address, sorry", "not_offered"),
        (200, "Choose whom to block", "unmapped"),
        (403, "no", "unmapped"),
        (503, "later", "unavailable"),
    ],
)
def test_a_declared_absence_is_probed(
    status: int, text: str, result: str, library: Library
) -> None:
    binding = """
capabilities:
  block_user:
    fixed:
      result: not_offered
      basis: "No such route in the sources of 1.0; looked in November 2026."
      probe: [{get: "/people/{whom.0.handle}/block"}]
"""

    def answer(seen: Exchange) -> Answer:
        if seen.path.startswith("/people"):
            return status, {}, text
        return 200, {}, "nothing lives at this address, sorry"

    with serving(answer) as site, playing(site.url, binding, library) as play:
        assert play.perform("block_user", whom=["stranger"]).result == result


def test_a_probe_that_ends_with_another_word_contradicts_the_file(library: Library) -> None:
    """The step reads a value on the way, which alone would say nothing; its rule found the control."""
    binding = """
capabilities:
  block_user:
    fixed:
      result: not_offered
      basis: "No such key in the answers of 1.0; looked in November 2026."
      probe:
        - get: /me
          extract: {ways: {json: ways}}
          means: [{json: {"contains(ways, 'block')": true}, is: blocked}]
"""
    for ways, result in (("[]", "not_offered"), ('["block"]', "unmapped")):
        reply = (200, {"Content-Type": "application/json"}, f'{{"ways": {ways}}}')
        with (
            serving(lambda seen, reply=reply: reply) as site,  # type: ignore[misc]
            playing(site.url, binding, library) as play,
        ):
            assert play.perform("block_user", whom=["stranger"]).result == result


# ------------------------------------------------------------------ throttles


THROTTLED = """
throttled:
  - {status: 403, text: [Too many posts], wait_seconds: {css: '#wait'}}
  - {text: [Slow down please]}
  - {status: 429, wait_milliseconds: {json: retry_after_ms}}
capabilities:
  mention_user:
    steps: [{post: /write, json: {}, means: [{status: 201, is: published}, {status: 403, is: refused}]}]
"""
SLOW = {
    "429 with a header": (429, {"Retry-After": "0"}, ""),
    "429 with a date": (429, {"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}, ""),
    "429 with milliseconds in JSON": (
        429,
        {"Content-Type": "application/json"},
        '{"retry_after_ms": 30}',
    ),
    "403 with words": (403, {}, "<p>Too many posts</p><b id=wait>0.05</b>"),
    "200 with words": (200, {}, "<p>Saved.</p><p>Slow down please</p>"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_throttle_is_waited_for_and_never_a_refusal(kind: str, library: Library) -> None:
    turn = itertools.count()

    def answer(seen: Exchange) -> Answer:
        return SLOW[kind] if next(turn) == 0 else (201, {}, "")

    with serving(answer) as site, playing(site.url, THROTTLED, library) as play:
        seen = play.perform("mention_user", whom="stranger", form="mention")
    assert seen.result == "published"
    assert "slowed down" in [done.did for done in seen.trace]


@pytest.mark.parametrize("kind", SLOW)
def test_a_throttle_that_stays_is_a_result_of_its_own(kind: str, library: Library) -> None:
    limits = {"step_seconds": 4, "back_off_seconds": 0}
    with (
        serving(lambda seen: SLOW[kind]) as site,
        playing(site.url, THROTTLED, library, limits=limits) as play,
    ):
        seen = play.perform("mention_user", whom="stranger", form="mention")
    assert (seen.result, seen.reason) == ("rate_limited", Reason.rate_limited)


@pytest.mark.parametrize(("alone", "others_wait"), [("true", False), ("false", True)])
def test_a_throttle_of_one_account_holds_up_nobody_else(
    alone: str, others_wait: bool, library: Library
) -> None:
    turn = itertools.count()
    binding = THROTTLED.replace("wait_seconds: {css: '#wait'}", "wait_seconds: {value: 1}")
    binding = binding.replace("{value: 1}", f"{{value: 1}}, alone: {alone}")

    def answer(seen: Exchange) -> Answer:
        return SLOW["403 with words"] if next(turn) == 0 else (201, {}, "")

    limits = {"step_seconds": 4, "back_off_seconds": 5}
    with (
        serving(answer) as site,
        playing(site.url, binding, library, limits=limits) as play,
    ):
        began = time.monotonic()
        seen = play.perform("mention_user", whom="stranger", form="mention")
        waited = time.monotonic() - began
        patience_left = play.world.http.pace.back_off(4.5)
    assert seen.result == "published"
    assert waited >= 1
    assert patience_left is not others_wait


def test_who_looks_for_a_throttle_does_not_wait_for_it(library: Library) -> None:
    with (
        serving(lambda seen: SLOW["429 with a header"]) as site,
        playing(site.url, THROTTLED, library) as play,
    ):
        seen = play.perform("mention_user", whom="stranger", form="mention", patient=False)
        assert seen.result == "rate_limited"
        assert len(site.asked) == 1


# ------------------------------------------------------------------ who asks


def test_one_disclosed_user_agent_for_every_request(library: Library) -> None:
    def answer(seen: Exchange) -> Answer:
        plain = "python" in seen.headers.get("User-Agent", "").lower()
        return (403 if plain else 201), {}, ""

    with serving(answer) as site, playing(site.url, THROTTLED, library) as play:
        assert play.perform("mention_user", whom="stranger", form="mention").result == "published"
        assert set(site.agents) == {play.world.http.agent}
        assert "sbd-audit" in play.world.http.agent


def test_several_people_in_one_capability_keep_their_sessions(library: Library) -> None:
    binding = """
capabilities:
  mention_user:
    steps:
      - {get: "/enter/child"}
      - {get: "/enter/stranger", as: "{whom}"}
      - {get: /who}
      - {get: /who, as: "{whom}"}
      - {post: /who, as: nobody, means: [{text: nobody, is: published}]}
"""
    seen_at: list[str] = []

    def answer(seen: Exchange) -> Answer:
        if seen.path.startswith("/enter/"):
            return 200, {"Set-Cookie": f"me={seen.path[7:]}; Path=/"}, ""
        who = seen.headers.get("Cookie", "me=nobody")
        seen_at.append(who)
        return 200, {}, who

    with serving(answer) as site, playing(site.url, binding, library) as play:
        assert play.perform("mention_user", whom="stranger", form="mention").result == "published"
    assert seen_at == ["me=child", "me=stranger", "me=nobody"]


# ------------------------------------------------------------------ later, in several steps, elsewhere


def test_queued_is_held_and_what_comes_later_is_waited_for(library: Library) -> None:
    binding = """
capabilities:
  create_post:
    steps: [{post: /posts, json: {}, means: [{status: 202, is: held}]}]
    outputs: {post: {item: {id: {header: X-Id}}}}
  read_inbox:
    steps:
      - get: /inbox
        eventually: {within: 3, every: 1, until: {text: tree}}
    result: read
    outputs: {found: {any_text: tree}}
"""
    turn = itertools.count()

    def answer(seen: Exchange) -> Answer:
        if seen.method == "POST":
            return 202, {"X-Id": "7"}, ""
        return 200, {}, "a tree" if next(turn) >= 1 else "nothing yet"

    with serving(answer) as site, playing(site.url, binding, library) as play:
        post = play.perform("create_post", text="neutral_text")
        inbox = play.perform("read_inbox", **{"from": "stranger"})
    assert (post.result, post.outputs["post"]["id"]) == ("held", "7")
    assert (inbox.result, inbox.outputs["found"]) == ("read", True)


def test_a_proof_of_humanity_and_a_mailed_link_are_reasons_not_answers(library: Library) -> None:
    binding = """
challenge: {css: .captcha, text: [Are you human]}
capabilities:
  sign_up:
    steps:
      - {post: /join, form: {name: "{as.handle}"}}
      - {mail: {to: "{as.email}", link: /activate/}}
    result: created
"""
    with (
        serving(lambda seen: (200, {}, "<div class=captcha>Are you human?</div>")) as site,
        playing(site.url, binding, library) as play,
    ):
        assert play.perform("sign_up", browser="fresh").reason is Reason.challenged
    with (
        serving(lambda seen: (200, {}, "Look into your mail")) as site,
        playing(site.url, binding, library) as play,
    ):
        assert play.perform("sign_up", browser="fresh").reason is Reason.no_account


def test_a_sign_up_in_several_steps(library: Library) -> None:
    binding = """
capabilities:
  sign_up:
    steps:
      - post: /register
        json: {name: "{as.handle}"}
        allow: 401
        extract: {session: {json: session}, stage: {json: "flows[0].stages[0]"}}
      - post: /register
        json: {name: "{as.handle}", auth: {type: "{stage}", session: "{session}"}}
        means: [{status: 200, json: {user: "{as.handle}"}, is: created}]
"""

    def answer(seen: Exchange) -> Answer:
        body = json.loads(seen.body)
        kind = {"Content-Type": "application/json"}
        if body.get("auth") == {"type": "dummy", "session": "s1"}:
            return 200, kind, json.dumps({"user": body["name"]})
        return 401, kind, json.dumps({"session": "s1", "flows": [{"stages": ["dummy"]}]})

    with serving(answer) as site, playing(site.url, binding, library) as play:
        assert play.perform("sign_up", browser="fresh").result == "created"


def test_the_site_believes_in_another_name_and_in_secure_cookies(library: Library) -> None:
    binding = """
capabilities:
  mention_user:
    steps:
      - get: /enter
      - {post: "", submit: form, form: {text: hello}, means: [{status: 201, is: published}]}
"""

    def answer(seen: Exchange) -> Answer:
        if seen.path == "/enter":
            moved = {"Location": "https://forum.example/write", "Set-Cookie": "s=1; Secure; Path=/"}
            return 302, moved, ""
        if seen.method == "POST":
            return (201 if seen.headers.get("Cookie") == "s=1" else 403), {}, ""
        return 200, {}, '<form action="https://forum.example/send"><input name=text></form>'

    with (
        serving(answer) as site,
        playing(site.url, binding, library, aliases=["https://forum.example"]) as play,
    ):
        seen = play.perform("mention_user", whom="stranger", form="mention")
        assert seen.result == "published", seen.detail
        assert play.world.scope.refusals() == []


def test_default_and_available_are_two_facts(library: Library) -> None:
    binding = """
vocabulary: {dm_permission: {"0": everyone, "2": contacts_only}}
capabilities:
  read_setting:
    - when: {setting: dm_permission}
      steps: [{get: /settings}]
      result: read
      outputs: {value: {json: invites, map: dm_permission}}
    - fixed: {result: not_offered, basis: "The form of settings holds one field only."}
  change_setting:
    - when: {setting: dm_permission, to: contacts_only}
      steps: [{post: /settings, form: {invites: "2"}, means: [{status: 200, is: changed}]}]
"""
    kept = {"invites": "0"}

    def answer(seen: Exchange) -> Answer:
        if seen.method == "POST":
            kept["invites"] = parse_qs(seen.body)["invites"][0]
        return 200, {"Content-Type": "application/json"}, json.dumps(kept)

    with serving(answer) as site, playing(site.url, binding, library) as play:
        before = play.perform("read_setting", setting="dm_permission")
        changed = play.perform("change_setting", setting="dm_permission", to="contacts_only")
        after = play.perform("read_setting", setting="dm_permission")
        other = play.perform("read_setting", setting="profile_visibility")
    assert before.outputs["value"] == "everyone"
    assert changed.result == "changed"
    assert after.outputs["value"] == "contacts_only"
    assert other.result == "not_offered"


@pytest.mark.parametrize(("market", "seen"), [("KE", True), ("GB", False)])
def test_helplines_of_a_country_without_a_list_cannot_be_told(
    market: str, seen: bool, library: Library
) -> None:
    binding = """
capabilities:
  open_page:
    - steps: [{get: /help}]
      result: opened
      outputs: {contacts: {contacts: true}, wrong_contacts: {contacts: true, get: wrong}}
"""
    page = '<p>Call the helpline: <a href="tel:116">116</a></p>'

    def answer(asked: Exchange) -> Answer:
        return 200, {"Content-Type": "text/html"}, page

    with serving(answer) as site, playing(site.url, binding, library, market=market) as play:
        done = play.perform("open_page", page="safety_centre", **{"from": "home"})
    assert done.result == "opened"
    assert ("child_helpline" in done.outputs.get("contacts", ())) is seen
    assert ("contacts" in done.outputs) is ("wrong_contacts" in done.outputs) is seen


@pytest.mark.parametrize("name", ["0712345678", "a9@b.example"])
def test_a_name_that_reads_like_a_persons_data_still_leads_to_the_post(
    name: str, library: Library
) -> None:
    """The record is kept clean; the steps that follow need the name as it is."""
    binding = """
capabilities:
  create_post:
    steps: [{post: /posts, json: {text: hello}, means: [{status: 201, is: published}]}]
    outputs: {post: {item: {id: {json: id}, url: "/p/{post.id}"}}}
  view_post:
    steps: [{get: "/p/{post.id}", means: [{status: 200, is: shown}, {status: 404, is: not_found}]}]
"""

    def answer(asked: Exchange) -> Answer:
        if asked.method == "POST":
            return 201, {"Content-Type": "application/json"}, json.dumps({"id": name})
        found = unquote(asked.path) == f"/p/{name}"
        return (200 if found else 404), {}, "a post"

    with serving(answer) as site, playing(site.url, binding, library) as play:
        made = play.perform("create_post", text="neutral_text")
        seen = play.perform("view_post", post="{create_post.post}", via="page")
    assert seen.result == "shown"
    assert made.outputs["post"]["id"] != name
