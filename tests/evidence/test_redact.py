"""Redaction: planted secrets never survive, in any encoding; what is harmless stays as it is."""

from __future__ import annotations

import base64
import html
import json
import re
import time
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.evidence.named import telling
from sbd_audit.evidence.redact import MASK, Redactor
from sbd_audit.library import Library

FORMS = {
    "plain": str,
    "url": lambda secret: quote(secret, safe=""),
    "form": quote_plus,
    "url in small letters": lambda secret: re.sub(
        "%..", lambda code: code[0].lower(), quote(secret, safe="")
    ),
    "url twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "html": html.escape,
    "html decimal": lambda secret: html.escape(secret).replace("&#x27;", "&#39;"),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json in utf-8": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "json in json": lambda secret: json.dumps(json.dumps(secret))[3:-3],
    "html in json": lambda secret: json.dumps(html.escape(secret))[1:-1],
}
FRAGMENTS = [
    'tree@example.org 0712345678 "password":"x" "token":12 token=abc&x=1 %40 @ eyJ0eXAiOiJKV1Q.eyJz.c2ln',
    "\nCookie: a=b\nAuthorization: Basic dHJlZTpzdG9uZQ==\nX-Auth-Token: 12\n",
    '<input name="csrf" value="abc"><meta content=1 name=csrf-token>',
    "Bearer abcdefgh12345678 [redacted] [e-mail] [phone] +254 712 345 678",
    "+1 555 123 4567 stone(at)example.org https://a:bcd@x/ /activate/0123456789abcdef0 ?code=12345abcdef",
    "é\\n\\u00e9tree@example.org &quot;token&quot;:&quot;abc&quot; {'secret': 'x'}",
    *'"\\=:&%@ \n0',
]
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=6).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "token", "csrf", "text"]) | texts, inner)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("form", FORMS)
@given(secret=st.text("abcXYZ019!&<\"' /+é\\😀", min_size=8, max_size=24))
def test_no_registered_secret_survives(form: str, secret: str) -> None:
    redactor = Redactor()
    redactor.register(secret)
    hidden = FORMS[form](secret)
    assert redactor.text(f"<b>|{hidden}|</b>") == f"<b>|{MASK}|</b>"


@given(secret=st.text(min_size=8, max_size=24), before=st.binary(max_size=5), url=st.booleans())
def test_no_registered_secret_survives_in_base64(secret: str, before: bytes, url: bool) -> None:
    redactor = Redactor()
    redactor.register(secret)
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    found = redactor.text(encode(before + secret.encode() + b":x").decode())
    assert MASK in found
    assert len(found) < len(before) * 2 + len(MASK) + 12


@given(texts)
def test_redaction_is_idempotent(text: str) -> None:
    redactor = Redactor()
    redactor.register("Aa1!something-secret")
    once = redactor.text(text)
    assert redactor.text(once) == once


@given(value=values, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_json_stays_json_of_the_same_shape(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    redactor = Redactor()
    redactor.register("Aa1!something-secret")
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    clean = redactor.text(text)
    assert _shape(json.loads(clean, object_pairs_hook=_Members)) == _shape(value)
    assert _shape(redactor.data(value)) == _shape(value)


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object, those with equal names too."""


def _shape(value: Any) -> Any:
    """What holds what. A flat list counts as one value: it may be masked as one."""
    if isinstance(value, _Members | dict):
        members = value.items() if isinstance(value, dict) else value
        return {"members": [_shape(item) for _, item in members]}
    if isinstance(value, list) and any(isinstance(item, list | dict) for item in value):
        return [_shape(item) for item in value]
    return "one" if not isinstance(value, list) or value else []


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"password":"hunter22","name":"tree"}', '{"password":"[redacted]","name":"tree"}'),
        ('{"access_token": "abc\\"def"}', '{"access_token": "[redacted]"}'),
        ('{"accessToken":"a","otp":1234}', '{"accessToken":"[redacted]","otp":"[redacted]"}'),
        ('{"set-cookie": ["a=1", "b=2"]}', '{"set-cookie": ["[redacted]"]}'),
        (
            json.dumps({"body": json.dumps({"newPassword": 'a"\\b', "name": "tree"})}),
            json.dumps({"body": json.dumps({"newPassword": MASK, "name": "tree"})}),
        ),
        ("x = {'secret': 'abc'}", "x = {'secret': '[redacted]'}"),
        (
            "<p data-page='{&quot;csrf&quot;:&quot;ab&quot;}'>",
            "<p data-page='{&quot;csrf&quot;:&quot;[redacted]&quot;}'>",
        ),
        ("name=tree&password=hunter%2022&x=1", "name=tree&password=[redacted]&x=1"),
        ("GET /in?sid=abc HTTP/1.1", "GET /in?sid=[redacted] HTTP/1.1"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: [redacted]"),
        ("Set-Cookie: sid=1; Path=/", "Set-Cookie: [redacted]"),
        ("X-CSRFToken: abc\nHost: tree", "X-CSRFToken: [redacted]\nHost: tree"),
        ('{"log":"a\\nCookie: x=1\\nHost: y"}', '{"log":"a\\nCookie: [redacted]\\nHost: y"}'),
        ('"Bearer abcdefgh12345678"', '"Bearer [redacted]"'),
        ("Basic dHJlZTpzdG9uZQ==", "Basic [redacted]"),
        ("write to tree@example.org today", "write to [e-mail] today"),
        ("to=tree%40example.org", "to=[e-mail]"),
        ("to=tree%2540example.org", "to=[e-mail]"),
        ('İİİ {"Token":"abc"}', 'İİİ {"Token":"[redacted]"}'),
        ("tree&#64;example.org", "[e-mail]"),
        ('{"t":"one\\ntree@example.org"}', '{"t":"one\\n[e-mail]"}'),
        ('{"t":"\\u00e9tree@example.org"}', '{"t":"\\u00e9[e-mail]"}'),
        ("call +254 712 345 678 now", "call [phone] now"),
        ("call 0712345678 now", "call [phone] now"),
        ("call 0110-123-456.", "call [phone]."),
        ("+254 (0)712 345 678", "[phone]"),
        ("phone=%2B254712345678", "phone=[phone]"),
        ('<a href="https://wa.me/254712345678">', '<a href="https://wa.me/[phone]">'),
        ('{"t":"call\\n0712345678"}', '{"t":"call\\n[phone]"}'),
        ('{"t":254712345678}', '{"t":0}'),
        (
            '<input name="csrf" type="hidden" value="abc">',
            '<input name="csrf" type="hidden" value="[redacted]">',
        ),
        ("<input value=abc name=csrf>", "<input value=[redacted] name=csrf>"),
        (
            '<meta name="csrf-token" content="abc">',
            '<meta name="csrf-token" content="[redacted]">',
        ),
        ("token eyJhbGciOiJ.eyJzdWIiOiIx.c2ln", "token [redacted]"),
        ("städ.te@exämple.org", "[e-mail]"),
        ("stone [at] example (dot) org", "[e-mail]"),
        ("stone(at)example.org", "[e-mail]"),
        ("(0722) 345 678", "([phone]"),
        ("0722\u2011345\u2011678", "[phone]"),
        ("0722&nbsp;345&nbsp;678", "[phone]"),
        ("call +1 (555) 123-4567 or +44 7700 900123", "call [phone] or [phone]"),
        ("tel:+255712345678", "tel:[phone]"),
        ("phone=%2B15551234567", "phone=[phone]"),
        ("https://stone:basket7@127.0.0.1/x", "https://stone:[redacted]@127.0.0.1/x"),
        ("https://stone:basket7@example.org/x", "https://stone:[redacted]@example.org/x"),
        ("/in?code=4f9a8b7c6d5e&x=1", "/in?code=[redacted]&x=1"),
        ("/a?x=1&amp;X-Amz-Signature=9f8e7d6c5b4a3f2e", "/a?x=1&amp;X-Amz-Signature=[redacted]"),
        ("/activate/MQ/cx9k2f-4b5c6d7e8f9a0b1c2d3e", "/activate/MQ/[redacted]"),
        ("/verify-email/0123456789abcdef0123?x=1", "/verify-email/[redacted]?x=1"),
        ("key AKIAABCDEFGHIJKLMNOP", "key [redacted]"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ", "[redacted]"),
        (
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----",
            "[redacted]",
        ),
        (
            '{"pem":"-----BEGIN RSA PRIVATE KEY-----\\nMC4CAQAw\\n-----END RSA PRIVATE KEY-----"}',
            '{"pem":"[redacted]"}',
        ),
    ],
)
def test_shapes_are_recognised(text: str, clean: str) -> None:
    assert Redactor().text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Call 116 for free, 1195 or 999.",
        "call +1 800 656 4673 or +800 1234 5678, office +254 20 4242000",
        "2026-11-26T05:49:17+03:00, 1.0+20240101123456, +10:00",
        "/in?code=404&key=playground&auth=none",
        "/verify/your-email and /confirm/code, /invite/friends-of-mine-and-yours",
        "meet [at] noon, look (at) that",
        "https://example.org:8080/a@b",
        "call 0800 722 203",
        "Version 4.1, 2026-09-01",
        "on 01-02-2026 10:00, at 07 10 2026 12:00",
        "01 2 3 4 5 6 7 8 9 10",
        '{"state":"open","id":"5c11c6c108"}',
        "urn:uuid:9d0e1f2a-4b5c-4d6e-8f70-254712345678",
        "/item/0712345678",
        "The cookie jar is on the table.",
        "Cookies: we use three.",
        "Password: at least eight characters",
        "basic protections for children, bearer instruments",
        "note 09f6a1b2",
        '<img src="tree@2x.png"> @media print {} react@18.2.0',
        '<input type="password" name="password" autocomplete="new-password">',
        '<input name="q" value="token ring"><label for="password">',
        '{"session":true,"inside":"x","password_required":"yes"}',
    ],
)
def test_harmless_text_stays(text: str) -> None:
    assert Redactor().text(text) == text


def test_a_registered_secret_goes_wherever_a_form_puts_it() -> None:
    redactor = Redactor()
    secret = "p&1 =\"é/'"
    redactor.register(secret)
    for text in (urlencode({"q": secret}), json.dumps({"q": secret}), html.escape(secret)):
        assert MASK in redactor.text(text)
        assert "é" not in redactor.text(text)


def test_what_stands_right_after_a_secret_keeps_its_escape() -> None:
    redactor = Redactor()
    redactor.register("stone and tree\\")
    text = json.dumps({"t": 'stone and tree\\" and more'})
    assert json.loads(redactor.text(text)) == {"t": f'{MASK}" and more'}


def test_a_secret_that_begins_with_another_goes_whole() -> None:
    redactor = Redactor()
    for secret in ("Aa1!tree", "Aa1!tree-and-stone", "Aa1!tr"):
        redactor.register(secret)
    assert redactor.text("it is Aa1!tree-and-stone") == f"it is {MASK}"


def test_a_header_far_into_a_line_of_json_ends_with_its_text() -> None:
    data = {"t": " " * 200 + "Cookie: x", "n": 1}
    assert json.loads(Redactor().text(json.dumps(data)))["n"] == 1


def test_short_words_are_not_registered() -> None:
    redactor = Redactor()
    redactor.register("tree")
    redactor.register("redacted")
    assert redactor.text("a tree, [redacted]") == "a tree, [redacted]"


def test_public_numbers_stay() -> None:
    redactor = Redactor(public=["+254 718 158 400"])
    assert redactor.text("0718158400, 0712345678") == "0718158400, [phone]"


def test_data_keeps_its_shape() -> None:
    redactor = Redactor()
    data = {"session": True, "token": "abc", "list": [{"Cookie": "x=1"}, 3, None], "n": 1}
    assert redactor.data(data) == {
        "session": True,
        "token": MASK,
        "list": [{"Cookie": MASK}, 3, None],
        "n": 1,
    }
    assert json.loads(redactor.text(json.dumps(data)))["list"][0]["Cookie"] == MASK


def test_data_masks_inside_what_a_telling_key_holds() -> None:
    data = {"Set-Cookie": ["a=1"], "csrf": {"value": "x", "until": None}, "otp": 123456}
    assert Redactor().data(data) == {
        "Set-Cookie": [MASK],
        "csrf": {"value": MASK, "until": None},
        "otp": MASK,
    }


def test_data_cleans_keys_and_loses_none() -> None:
    data = {"tree@example.org": 1, "stone@example.org": 2, "n": 254712345678}
    assert Redactor().data(data) == {"[e-mail]": 1, "[e-mail] 2": 2, "n": 0}


def test_no_text_of_the_vocabulary_stands_under_a_telling_name() -> None:
    """What a capability gives must reach the record; only a truth value may be called `session`."""
    masked = {
        (name, output, kind)
        for name, capability in Library().vocabulary.capabilities.items()
        for output, kind in capability.outputs.items()
        if telling(output) and kind != "boolean"
    }
    assert masked == set()


@pytest.mark.parametrize(
    "repeated",
    [
        "token=",
        "'cookie:",
        "a%40b.cd",
        "<input ",
        "eyJ",
        '"token":["',
        '"token":"\\',
        "0712",
        "@a.",
        "(at)a.",
        "a (at) ",
        "+1 ",
        "+1",
        "://a:",
        "-----BEGIN PRIVATE KEY-----",
        "/verify/a/",
        "&code=a1",
        "?code=",
    ],
)
def test_no_text_makes_it_slow(repeated: str) -> None:
    text = repeated * (200_000 // len(repeated))
    began = time.perf_counter()
    Redactor().text(text)
    assert time.perf_counter() - began < 5
