"""Bytes that are no transparency file are told from one that is, each with its true reason, and never a crash."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbd_audit.documents.text import Unreadable
from sbd_audit.figures.assess import assess
from sbd_audit.figures.reading import MAX_BYTES, figures_of
from sbd_audit.library import Library
from sbd_audit.models.figures import FiguresModel
from tests.figures.conftest import KE, TODAY, Judge, small, sound

MODEL = Library().figures
TEXT = json.dumps(sound())
SMALL = json.dumps(small()).encode()
LOGIN = '<!doctype html><title>Sign in</title><form><input type="password"></form>'


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("figures.json", TEXT)
    return held.getvalue()


def _with(text: str) -> bytes:
    """A file with something in place of the licence."""
    return TEXT.replace('"CC-BY-4.0"', text).encode()


NOT_FIGURES = {
    "nothing": (b"", "it is empty (0 bytes)"),
    "blanks": (b" \n\t ", "it holds nothing but blanks"),
    "too large": (b" " * MAX_BYTES + b"{}", "it is larger than 5 MB"),
    "a sign-in page": (LOGIN.encode(), "it is a sign-in page"),
    "a page": (b"\n<html><body>Our figures</body></html>", "it is a web page"),
    "a page after a comment": (b"<!-- x --><!DOCTYPE html><p>x", "it is a web page"),
    "xml": (b'<?xml version="1.0"?><figures/>', "it is a web page"),
    "a spreadsheet": (_zip(), "it is a zip archive or spreadsheet"),
    "gzip": (gzip.compress(TEXT.encode()), "it is a gzip archive"),
    "pdf": (b"%PDF-1.7 ...", "it is a PDF"),
    "csv": (b"metric,value\nreports_received,12\n", "it is not JSON (expecting value, line 1"),
    "cut in a string": (TEXT[: TEXT.index("CC-BY") + 3].encode(), "the text seems to end in the middle"),
    "cut after a comma": (TEXT[: TEXT.index('"report"')].encode(), "the text seems to end in the middle"),
    "two files in one": (TEXT.encode() * 2, "it is not JSON (extra data"),
    "utf-16": (TEXT.encode("utf-16"), "it is not UTF-8 text (byte 0)"),
    "latin-1": (_with('"médias"').replace("é".encode(), b"\xe9"), "it is not UTF-8 text (byte"),
    "nan": (_with("NaN"), "NaN is no number of JSON"),
    "infinity": (_with("-Infinity"), "-Infinity is no number of JSON"),
    "a key twice": (_with('"x", "licence": "y"'), "the key 'licence' stands twice in one object"),
    "a number of a thousand digits": (_with("9" * 1000), "a number of 1000 digits"),
    "a number beyond all": (_with("1e999999999"), "out of all proportion"),
    "ten thousand brackets": (b"[" * 10_000, "nested more than 24 deep"),
    "a deep value": (_with("[" * 30 + "]" * 30), "nested more than 24 deep"),
    "a list": (b"[1, 2]", "not an object with a model and figures"),
    "a number": (b"12", "not an object with a model and figures"),
    "some other JSON": (b'{"name": "site", "report": {}}', "it is JSON of another kind"),
    "an older model": (TEXT.replace("/0.2", "/0.1").encode(), "it declares the model sbd-transparency/0.1"),
    "a newer model": (TEXT.replace("/0.2", "/9").encode(), "sbd-transparency/0.2 is read here"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_FIGURES)
def test_what_is_no_file_of_figures(name: str) -> None:
    body, why = NOT_FIGURES[name]
    with pytest.raises(Unreadable) as told:
        figures_of(body, MODEL)
    assert why in str(told.value)


def test_a_byte_order_mark_is_no_harm() -> None:
    assert figures_of(TEXT.encode("utf-8-sig"), MODEL) == figures_of(TEXT.encode(), MODEL)


def test_numbers_are_exact_and_whole_ones_are_whole() -> None:
    read = figures_of(_with("[0.1, 12.0, 1e2, -3, 1e-30]"), MODEL)["report"]["licence"]
    assert read == [Decimal("0.1"), 12, 100, -3, Decimal("1e-30")]
    assert [type(value) for value in read] == [Decimal, int, int, int, Decimal]


def test_a_file_meant_to_be_one_without_its_model_does_not_follow_it(judge: Judge) -> None:
    data = sound()
    del data["model"]
    found = judge(data)
    assert [(one.pointer, one.says) for one in found.departures] == [("/", "model is missing")]
    assert found.outputs["schema_valid"] is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(("model", "report", "status", "dims", "x")), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(JSON, st.sampled_from(["report", "policies", "channels", "detection", "observations"]))
def test_whatever_stands_in_a_part_is_told_and_nothing_crashes(value: object, part: str) -> None:
    data = {"model": MODEL.model, "report": {}, "policies": [], part: value}
    try:
        read = figures_of(json.dumps(data).encode(), MODEL)
    except Unreadable:
        return
    _judged(read, MODEL)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(SMALL)), st.integers(0, 40))
def test_any_bytes_in_the_middle(junk: bytes, at: int, instead: int) -> None:
    try:
        read = figures_of(SMALL[:at] + junk + SMALL[at + instead :], MODEL)
    except Unreadable:
        return
    _judged(read, MODEL)


def _judged(data: dict[str, object], model: FiguresModel) -> None:
    found = assess(data, model, KE, TODAY, {})
    assert found.outputs["schema_valid"] is not bool(found.departures)
    assert "rule_breaks" in found.outputs or found.departures
