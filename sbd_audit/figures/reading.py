"""From bytes to the data of a transparency file, or the true reason why they hold none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sbd_audit.documents.text import Unreadable
from sbd_audit.models.figures import FiguresModel

MAX_BYTES = 5_000_000
MOST_DEEP = 24
MOST_DIGITS = 40
OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive or spreadsheet",
    b"%PDF-": "a PDF",
    b"\x1f\x8b": "a gzip archive",
}
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|\?xml)", re.I | re.S)
_LOGIN = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.I)
_OURS = ("report", "policies", "channels", "detection", "observations")


class NotFigures(ValueError):
    """Something in the text that JSON, or a file of figures, must not hold."""


def read_file(path: Path) -> bytes:
    """The bytes of a file of bearable size; raises `Unreadable`."""
    try:
        if not path.is_file():
            raise Unreadable(f"{path.name}: no such file")
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path.name}: {(error.strerror or str(error)).lower()}") from None


def figures_of(body: bytes, model: FiguresModel) -> dict[str, Any]:
    """The data of a file that is meant to follow the model, whether it does or not.

    Numbers that are not whole are `Decimal`. Raises `Unreadable` with the reason when the bytes are no such
    file: another format, broken, another version of the model.
    """
    if not body.strip():
        raise Unreadable("it is empty (0 bytes)" if not body else "it holds nothing but blanks")
    if len(body) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    if _MARKUP.match(body[:5000]):
        what = "a sign-in page" if _LOGIN.search(body[:500_000]) else "a web page"
        raise Unreadable(f"it is {what}, not a file of figures")
    for start, what in OTHER_FORMATS.items():
        if body.startswith(start):
            raise Unreadable(f"it is {what}; only the JSON model is read here")
    data = _parsed(body)
    if not isinstance(data, dict):
        raise Unreadable("it is JSON, and not an object with a model and figures")
    if "model" not in data and sum(name in data for name in _OURS) < 2:
        raise Unreadable(f"it is JSON of another kind: it names no model such as {model.model}")
    declared = data.get("model", model.model)
    if declared != model.model and isinstance(declared, str):
        raise Unreadable(f"it declares the model {declared[:80]}; {model.model} is read here")
    return data


def _parsed(body: bytes) -> Any:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8 text (byte {error.start})") from None
    try:
        data = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_float=_decimal,
            parse_int=_whole,
        )
    except NotFigures as error:
        raise Unreadable(f"it is not sound JSON: {error}") from None
    except json.JSONDecodeError as error:
        what = error.msg.lower().removesuffix(" starting at").removesuffix(" at")
        ends = error.pos >= len(text.rstrip()) - 1 or what.startswith("unterminated")
        where = f"line {error.lineno}, column {error.colno}"
        cut = ": the text seems to end in the middle" if ends else ""
        raise Unreadable(f"it is not JSON ({what}, {where}){cut}") from None
    except RecursionError:
        raise Unreadable(f"it is nested more than {MOST_DEEP} deep") from None
    if _too_deep(data):
        raise Unreadable(f"it is nested more than {MOST_DEEP} deep")
    return data


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotFigures(f"the key {key[:60]!r} stands twice in one object")
        found[key] = value
    return found


def _constant(word: str) -> Any:
    raise NotFigures(f"{word} is no number of JSON")


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise NotFigures(f"a number of {len(text)} digits")
    return int(text)


def _decimal(text: str) -> int | Decimal:
    """Exact; a whole number written with a point or an exponent is whole, as JSON Schema has it."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise NotFigures(f"{text[:MOST_DIGITS]} is no number") from None
    if len(text) > MOST_DIGITS or abs(value.adjusted()) > MOST_DIGITS:
        raise NotFigures(f"the number {text[:MOST_DIGITS]} is out of all proportion")
    return int(value) if value == value.to_integral_value() else value


def _too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MOST_DEEP):
        level = [child for value in level for child in _children(value)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
