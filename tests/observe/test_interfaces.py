"""Software without pages: tokens that differ between devices, sign-up in stages, stale answers, screens elsewhere."""

from __future__ import annotations

import itertools
import json

import pytest

from sbd_audit.library import Library
from sbd_audit.models.record import Cast, PlannedCase
from sbd_audit.observe.world import Stage
from sbd_audit.outcome import Reason

from .pages import Answer, Exchange, serving
from .stage import Play, playing

JSON = {"Content-Type": "application/json"}

SIGN_IN = """
session_headers: {Authorization: "Bearer {as.token}"}
signed_in: {get: /whoami, json: name, is: "{as.handle}"}
names: {tokens: "/tokens/{as.handle}"}
prepare: {account: sign_up, session: sign_in}
capabilities:
  sign_up:
    - {post: /join, json: {}, allow: 401, extract: {terms: {json: "contains(stages, 'terms')"}}}
    - {post: /join, when: {terms: true}, json: {agree: true}, allow: 401}
    - {post: /join, json: {who: "{as.handle}"}, means: [{status: 201, is: created}, {status: 403, is: refused}], save: {id: {json: id}}}
  sign_in:
    - {post: "{tokens}", json: {}, means: [{status: 201, is: signed_in}, {status: 403, is: refused}], save: {token: {json: token}}}
  read_setting:
    steps: [{get: /setting, means: [{status: 200, is: read}]}]
    outputs: {value: {json: value}}
"""


class Tokens:
    """Hands out another token at each sign-in, and remembers which ones came back."""

    def __init__(self, stages: tuple[str, ...] = (), closed: bool = False) -> None:
        self.stages, self.closed = stages, closed
        self.agreed = False
        self.given = itertools.count(1)
        self.used: list[str] = []

    def __call__(self, seen: Exchange) -> Answer:
        body = json.loads(seen.body or "{}")
        if seen.path == "/join" and not body:
            return 401, JSON, json.dumps({"stages": self.stages})
        if body.get("agree"):
            self.agreed = True
            return 401, JSON, json.dumps({"stages": self.stages, "completed": ["terms"]})
        if seen.path == "/join":
            missing = "terms" in self.stages and not self.agreed
            return (401, JSON, "{}") if missing else (201, JSON, '{"id": "@me"}')
        if seen.path.startswith("/tokens"):
            given = json.dumps({"token": f"t{next(self.given)}"})
            return (403, JSON, "{}") if self.closed else (201, JSON, given)
        token = seen.headers.get("Authorization", "")
        self.used.append(token)
        if not token:
            return 401, JSON, "{}"
        name = {"name": "child", "value": "everyone"}
        return 200, JSON, json.dumps(name)


def named(play: Play) -> Play:
    play.account("child").handle = "child"
    return play


def test_each_device_holds_the_token_it_was_given(library: Library) -> None:
    tokens = Tokens()
    with serving(tokens) as site, playing(site.url, SIGN_IN, library) as play:
        named(play)
        look = {"setting": "dm_permission"}
        assert play.perform("read_setting", **look).result == "read"
        assert play.perform("sign_in", device="second").result == "signed_in"
        assert play.perform("read_setting", device="second", **look).result == "read"
        assert play.perform("read_setting", **look).result == "read"
    assert tokens.used == ["Bearer t1", "Bearer t1", "Bearer t2", "Bearer t1"]


def test_a_refused_sign_in_is_refused_though_it_gives_no_token(library: Library) -> None:
    with serving(Tokens(closed=True)) as site, playing(site.url, SIGN_IN, library) as play:
        seen = play.perform("sign_in", device="second")
    assert (seen.result, seen.reason) == ("refused", None), seen.detail


@pytest.mark.parametrize("before", range(60, 140, 7))
def test_half_a_token_is_no_token_to_show(before: int, library: Library) -> None:
    token = "k9f3" * 12
    reply = json.dumps({"note": "a" * before, "token": token})
    with (
        serving(lambda seen: (201, JSON, reply)) as site,
        playing(site.url, SIGN_IN, library) as play,
    ):
        seen = play.perform("sign_in", device="second")
        again = play.world.redactor.text(f"somewhere else, {token}")
    assert seen.result == "signed_in"
    assert "k9f" not in seen.model_dump_json() + again


@pytest.mark.parametrize("stages", [(), ("terms",)])
def test_a_sign_up_in_stages(stages: tuple[str, ...], library: Library) -> None:
    tokens = Tokens(stages)
    with serving(tokens) as site, playing(site.url, SIGN_IN, library) as play:
        assert play.perform("sign_up", browser="fresh").result == "created"
        assert play.account("child").saved["id"] == "@me"
    assert tokens.agreed is bool(stages)


INBOX = """
capabilities:
  read_inbox:
    steps:
      - get: "/inbox{part}"
        eventually: {{within: 1, every: 0, until: {{json: {{here: true}}}}}}
    result: read
    outputs: {{found: {{json: here}}}}
"""


@pytest.mark.parametrize(("part", "found"), [("", False), ("?part={moment}", True)])
def test_a_stale_answer_is_asked_for_anew(part: str, found: bool, library: Library) -> None:
    kept: dict[str, str] = {}

    def answer(seen: Exchange) -> Answer:
        here = "true" if kept else "false"  # it arrives after the first look
        return 200, JSON, kept.setdefault(seen.path, f'{{"here": {here}}}')

    binding = INBOX.format(part=part)
    with serving(answer) as site, playing(site.url, binding, library) as play:
        seen = play.perform("read_inbox", **{"from": "stranger"})
    assert seen.outputs == {"found": found}


def test_a_picture_travels_as_it_is(library: Library) -> None:
    binding = """
capabilities:
  send_message:
    - {post: /upload, body: "{media}", extract: {at: {json: at}}}
    - {post: /send, json: {"{to.handle}": "{at}"}, means: [{status: 201, is: delivered}]}
"""
    sent: list[Exchange] = []

    def answer(seen: Exchange) -> Answer:
        sent.append(seen)
        return 201, JSON, '{"at": "m1"}'

    with serving(answer) as site, playing(site.url, binding, library) as play:
        done = play.perform("send_message", to="stranger", media="plain_image")
        handle = play.account("stranger").handle
    assert done.result == "delivered", done.detail
    assert sent[0].headers["Content-Type"] == "image/png"
    assert int(sent[0].headers["Content-Length"]) > 50
    assert json.loads(sent[1].body) == {handle: "m1"}


def test_what_is_elsewhere_is_not_looked_for_and_says_where_it_is(library: Library) -> None:
    binding = """
capabilities:
  open_report_form: {elsewhere: The screens are those of the apps.}
"""
    with serving(lambda seen: (200, {}, "")) as site, playing(site.url, binding, library) as play:
        seen = play.perform("open_report_form", surface="post")
    assert (seen.result, seen.reason) == (None, Reason.elsewhere)
    assert seen.detail == "The screens are those of the apps."
    assert site.asked == []


POST = """
capabilities:
  create_post:
    - {post: "/to/{contact.handle}", when: {connected: true}, json: {}, means: [{status: 201, is: published}]}
    - {post: /to/everybody, when: {connected: false}, json: {}, means: [{status: 201, is: published}]}
"""


@pytest.mark.parametrize("relation", ["connected", "none"])
def test_a_post_goes_to_contacts_where_there_are_any(relation: str, library: Library) -> None:
    with serving(lambda seen: (201, {}, "")) as site, playing(site.url, POST, library) as play:
        friend = Cast(persona="friend_same_age", age=None, relation={"child": relation})
        cast = {"child": play.stage.case.cast["child"], "stranger": friend}
        people = play.stage.accounts
        play.stage = Stage(PlannedCase(id="case", check="", cast=cast), people)
        assert play.perform("create_post", text="neutral_text").result == "published"
        whom = people["stranger"].handle if relation == "connected" else "everybody"
    assert site.asked == [f"POST /to/{whom} {{}}"]


BLOCK = """
capabilities:
  block_user:
    - when: {on_behalf_of: "*"}
      steps: [{post: "/for/{on_behalf_of.handle}", json: {who: "{whom.*.handle}"}, means: [{status: 200, is: blocked}]}]
      outputs: {acts: {requests: true}}
    - steps:
        - {get: /blocks}
        - {post: /blocks, json: {who: "{whom.0.handle}"}}
        - {post: /blocks, json: {who: "{whom.1.handle}"}, means: [{status: 200, is: blocked}]}
      outputs: {acts: {requests: true}}
"""


@pytest.mark.parametrize(("helped", "acts"), [({"on_behalf_of": "visitor"}, 1), ({}, 2)])
def test_several_people_in_one_act_or_in_one_act_each(
    helped: dict[str, str], acts: int, library: Library
) -> None:
    whom = ["stranger", "visitor"]
    with serving(lambda seen: (200, JSON, "{}")) as site, playing(site.url, BLOCK, library) as play:
        done = play.perform("block_user", whom=whom, **helped)
        names = [play.account(role).handle for role in whom]
    assert (done.result, done.outputs) == ("blocked", {"acts": acts}), done.detail
    if helped:
        assert site.asked == [f"POST /for/{names[1]} {json.dumps({'who': names})}"]
