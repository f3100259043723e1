"""The strict loader: what it refuses, and that it says where."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbd_audit.errors import DefinitionError, UsageError
from sbd_audit.source import MAX_DEPTH, load, parse

HERE = Path("file.yaml")

REFUSED = [
    ("a: 1\na: 2\n", 2, 1, "the key a stands twice, first on line 1"),
    ("a: NO\n", 1, 4, "NO could be a truth value or a word"),
    ("off: 1\n", 1, 1, "off could be a truth value or a word"),
    ("a: ~\n", 1, 4, "~ could be a truth value or a word"),
    ("a: &x 1\nb: *x\n", 1, 4, "the anchor &x"),
    ("a: !!python/object:os.system x\n", 1, 4, "the tag"),
    ("a: {b: c, d}\n", 1, 12, "an empty value"),
    ("a: [1, 2\n", 2, 1, "not valid YAML"),
    ("a: 1\n---\nb: 2\n", 2, 1, "a second document in one file"),
    ("? [1, 2]\n: 3\n", 1, 3, "a key that is a list or a mapping"),
]


@pytest.mark.parametrize(("text", "line", "column", "what"), REFUSED)
def test_refused_with_its_place(text: str, line: int, column: int, what: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(text, HERE)
    problem = caught.value.problems[0]
    assert (problem.place.line, problem.place.column) == (line, column)
    assert what in problem.what
    assert str(problem).startswith(f"file.yaml:{line}:{column}: ")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026.1", "2026.1"),
        ("2024-06-01", "2024-06-01"),
        ("0777", "0777"),
        ("0x1f", "0x1f"),
        ("1e3", "1e3"),
        ("12", 12),
        ("-3", -3),
        ("true", True),
        ('"true"', "true"),
        ('"16"', "16"),
        ("null", None),
    ],
)
def test_plain_text_stays_text(text: str, value: object) -> None:
    found = parse(f"a: {text}\n", HERE).data["a"]
    assert found == value
    assert type(found) is type(value)


def test_depth_is_bounded() -> None:
    deep = "[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5)
    with pytest.raises(DefinitionError, match="nested more than"):
        parse(f"a: {deep}\n", HERE)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"\x00\x01"])
def test_unreadable_files_end_in_one_message(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(body)
    with pytest.raises((DefinitionError, UsageError)) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load(tmp_path / "none.yaml")


plain = st.recursive(
    st.booleans() | st.integers(-(10**6), 10**6) | st.text("abcxyz 0123.-é", max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcd", min_size=1), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(plain)
def test_json_is_read_as_written(value: object) -> None:
    """JSON is YAML; what it quotes stays text, what it does not is typed."""
    import json

    assert parse(json.dumps({"a": value}), HERE).data == {"a": value}


@given(st.binary(max_size=200))
def test_nothing_but_our_errors(body: bytes) -> None:
    """Any bytes either load or end in a `DefinitionError`; anything else would escape here."""
    with contextlib.suppress(DefinitionError):
        parse(body.decode("utf-8", errors="replace"), HERE)
