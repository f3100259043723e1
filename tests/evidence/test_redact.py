"""Redaction: planted secrets never survive, in any encoding; what is harmless stays as it is."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.evidence.redact import MASK, Redactor

FORMS = {
    "plain": str,
    "url": lambda secret: quote(secret, safe=""),
    "html": html.escape,
    "json": lambda secret: json.dumps(secret)[1:-1],
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
@given(secret=st.text("abcXYZ019!&<\"' /+é", min_size=8, max_size=24), around=st.text(max_size=40))
def test_no_registered_secret_survives(form: str, secret: str, around: str) -> None:
    redactor = Redactor()
    redactor.register(secret)
    hidden = FORMS[form](secret)
    found = redactor.text(f"{around}|{hidden}|{around}")
    if hidden not in around:
        assert hidden not in found.replace(around, "")


@given(st.text(max_size=300))
def test_redaction_is_idempotent(text: str) -> None:
    redactor = Redactor()
    redactor.register("Aa1!something-secret")
    once = redactor.text(text)
    assert redactor.text(once) == once


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"password":"hunter22","name":"tree"}', '{"password":"[redacted]","name":"tree"}'),
        ('{"access_token": "abc\\"def"}', '{"access_token": "[redacted]"}'),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: [redacted]"),
        ("Set-Cookie: sid=1; Path=/", "Set-Cookie: [redacted]"),
        ("write to tree@example.org today", "write to [e-mail] today"),
        ("to=tree%40example.org", "to=[e-mail]"),
        ("call +254 712 345 678 now", "call [phone] now"),
        ("call 0712345678 now", "call [phone] now"),
        (
            '<input name="csrf" type="hidden" value="abc">',
            '<input name="csrf" type="hidden" value="[redacted]">',
        ),
        ("token eyJhbGciOiJ.eyJzdWIiOiIx.c2ln", "token [redacted]"),
    ],
)
def test_shapes_are_recognised(text: str, clean: str) -> None:
    assert Redactor().text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Call 116 for free, 1195 or 999.",
        "call 0800 722 203",
        "Version 4.1, 2026-09-01",
        '{"state":"open","id":"5c11c6c108"}',
        "The cookie jar is on the table.",
        "note 09f6a1b2",
    ],
)
def test_harmless_text_stays(text: str) -> None:
    assert Redactor().text(text) == text


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
