"""Redaction at capture: secrets and personal data never reach the disk.

Two means work together. Every credential the run makes or is given is registered and removed in whatever
encoding it turns up; and values under telling keys, e-mail addresses, tokens and people's telephone numbers
are removed by shape. Helpline numbers stay: they are what some checks are about.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from html.entities import codepoint2name
from typing import Any

from sbd_audit.evidence.named import telling, without_named
from sbd_audit.evidence.people import without_addresses, without_phones
from sbd_audit.evidence.spans import MAIL, MASK, PHONE
from sbd_audit.evidence.tokens import without_tokens

SHORTEST = 6
_ESCAPED = {'"': '"', "'": "'", "/": "/", "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_UNTOUCHED = re.compile(r"[A-Za-z0-9]+")


class Redactor:
    """Removes secrets from text and data; thread-safe, idempotent, and silent about what it removed.

    `public` are telephone numbers that stay although they look like a person's: helplines on mobile numbers.
    """

    def __init__(self, public: Iterable[str] = ()) -> None:
        self._public = frozenset("".join(filter(str.isdigit, number))[-9:] for number in public)
        self._secrets: tuple[_Secret, ...] = ()
        self._lock = threading.Lock()

    def register(self, secret: str) -> None:
        """From now on `secret` is removed wherever it appears: plain, URL-encoded, escaped for HTML or JSON, base64.

        Texts shorter than six characters are not registered: they would eat ordinary words.
        """
        if len(secret) < SHORTEST or any(secret in mask for mask in (MASK, MAIL, PHONE)):
            return
        with self._lock:
            known = {entry.text: entry for entry in self._secrets}
            known.setdefault(secret, _Secret.of(secret))
            # Longest first: a secret may be the beginning of another.
            self._secrets = tuple(sorted(known.values(), key=lambda e: (-len(e.text), e.text)))

    def text(self, text: str) -> str:
        """`text` without secrets; JSON stays JSON, and what is harmless stays as it was."""
        for secret in self._secrets:
            text = secret.removed_from(text)
        text = without_tokens(without_named(text))
        return without_phones(without_addresses(text), self._public)

    def data(self, value: Any) -> Any:
        """Plain data without secrets: by key, and by shape inside every text; mappings, as of headers, included."""
        if isinstance(value, dict):
            clean: dict[Any, Any] = {}
            for key, item in value.items():
                name = self._key(key, clean)
                clean[name] = _hidden(item) if telling(str(key)) else self.data(item)
            return clean
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        if type(value) is int:
            return 0 if without_phones(str(value), self._public) == PHONE else value
        return self.text(value) if type(value) is str else value

    def texts(self, value: Any) -> Any:
        """Plain data with every text cleaned by shape alone; keys, and what stands under them, stay."""
        if isinstance(value, dict):
            return {key: self.texts(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.texts(item) for item in value)
        return self.text(value) if type(value) is str else value

    def _key(self, key: Any, taken: dict[Any, Any]) -> Any:
        """A key without secrets; two that become equal are numbered, so that none is lost."""
        name = self.text(key) if type(key) is str else key
        number = 2
        while name in taken:
            name, number = f"{self.text(str(key))} {number}", number + 1
        return name


@dataclass(frozen=True)
class _Secret:
    """One registered secret and how to find it.

    `core`, letters and digits no encoding touches, is searched for first: that is fast, and mostly in vain.
    """

    text: str
    core: str
    anywhere: re.Pattern[str]
    codes: tuple[str, ...]

    @classmethod
    def of(cls, secret: str) -> _Secret:
        core = max(_UNTOUCHED.findall(secret), key=len, default="")
        codes = {code for shift in range(3) for code in _base64(_utf8(secret), shift)}
        return cls(secret, core, re.compile("".join(map(_any_form, secret))), tuple(sorted(codes)))

    def removed_from(self, text: str) -> str:
        if self.core in text:
            text = self.anywhere.sub(MASK, text)
        for code in self.codes:
            if code in text:
                text = text.replace(code, MASK)
        return text


def _any_form(char: str) -> str:
    """A pattern for one character as itself, URL-encoded, and escaped for HTML and for JSON, once or twice."""
    if char.isascii() and char.isalnum():
        return char
    code = ord(char)
    in_json = char.encode("utf-16-be", errors="surrogatepass").hex()
    forms = [
        "(?i:" + "".join(f"%(?:25)?{byte:02x}" for byte in _utf8(char)) + ")",
        rf"(?i:&(?:amp;)?#(?:0*{code}|x0*{code:x});)",
        "(?i:" + "".join(rf"\\+u{in_json[i : i + 4]}" for i in range(0, len(in_json), 4)) + ")",
    ]
    if name := {39: "apos"}.get(code) or codepoint2name.get(code):
        forms.append(f"&(?:amp;)?{name};")
    if char == "\\":
        # Not any number of them: the next one may escape a quote that has to stay escaped.
        forms += [r"\\" * 4, r"\\" * 2]
    elif char in _ESCAPED:
        forms.append(rf"\\+{_ESCAPED[char]}")
    elif char == " ":
        forms.append(r"\+")
    # Itself comes last: of "&amp;" nothing may be left.
    return f"(?:{'|'.join([*forms, re.escape(char)])})"


def _utf8(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _base64(raw: bytes, shift: int) -> tuple[str, str]:
    """The characters that `raw` alone decides, in both alphabets, when `shift` bytes stand before it."""
    code = base64.b64encode(bytes(shift) + raw)
    sure = slice(-(-8 * shift // 6), 8 * (shift + len(raw)) // 6)
    plain = code[sure].decode()
    return plain, plain.replace("+", "-").replace("/", "_")


def _hidden(value: Any) -> Any:
    """Everything inside `value` masked, its shape kept; truth values and nothing tell no secret."""
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return value if value is None or value == "" or isinstance(value, bool) else MASK
