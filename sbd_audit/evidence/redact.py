"""Redaction at capture: secrets and personal data never reach the disk.

Two means work together. Every credential the run makes or is given is registered and removed in whatever
encoding it turns up; and values under telling keys, e-mail addresses, tokens and people's telephone numbers
are removed by shape. Helpline numbers stay: they are what some checks are about.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[redacted]"
MAIL = "[e-mail]"
PHONE = "[phone]"
SHORTEST = 6

_KEYS = (
    "password passwd pwd secret token access_token refresh_token id_token api_key apikey authorization "
    "cookie set-cookie csrf csrftoken csrfmiddlewaretoken csrf_token session sessionid session_id "
    "x-csrf x-csrftoken x-csrf-token sid"
)
SENSITIVE = frozenset(_KEYS.split())
_NAMES = "|".join(map(re.escape, sorted(SENSITIVE)))
_JSON_PAIR = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_INPUT = re.compile(
    rf'(<input\b[^>]*\bname=["\']?(?:{_NAMES})\b[^>]*\bvalue=)("[^"]*"|\'[^\']*\')', re.IGNORECASE
)
_HEADER = re.compile(
    r"^((?:authorization|cookie|set-cookie|x-csrf[a-z-]*)\s*:\s*)\S.*$",
    re.IGNORECASE | re.MULTILINE,
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_PHONE = re.compile(r"(?<![\w/.-])(?:\+254[\s-]?|254|0)(?:7|1|0)(?:[\s-]?\d){8}(?![\w-])")


class Redactor:
    """Removes secrets from text and data; thread-safe, idempotent, and silent about what it removed."""

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def register(self, secret: str) -> None:
        """From now on `secret` is removed wherever it appears, in any common encoding.

        Texts shorter than six characters are not registered: they would eat ordinary words.
        """
        if len(secret) < SHORTEST:
            return
        raw = secret.encode()
        forms = {
            secret,
            quote(secret, safe=""),
            quote_plus(secret),
            html.escape(secret),
            json.dumps(secret)[1:-1],
            base64.b64encode(raw).decode().rstrip("="),
            base64.urlsafe_b64encode(raw).decode().rstrip("="),
        }
        with self._lock:
            known = {*self._secrets, *forms}
            self._secrets = tuple(sorted(known, key=lambda form: (-len(form), form)))

    def text(self, text: str) -> str:
        """`text` without secrets; JSON stays JSON, and what is harmless stays as it was."""
        for secret in self._secrets:  # longest first; plain search beats one big pattern
            if secret in text:
                text = text.replace(secret, MASK)
        lower = text.lower()
        if '"' in text:
            text = _JSON_PAIR.sub(rf'\1"{MASK}"', text)
        if "<input" in lower:
            text = _INPUT.sub(rf'\1"{MASK}"', text)
        if "bearer" in lower or "basic" in lower:
            text = _BEARER.sub(rf"\1 {MASK}", text)
        if "authorization" in lower or "cookie" in lower or "x-csrf" in lower:
            text = _HEADER.sub(rf"\1{MASK}", text)
        if "eyJ" in text:
            text = _JWT.sub(MASK, text)
        if "@" in text or "%40" in text:
            text = _EMAIL.sub(MAIL, text)
        return _PHONE.sub(PHONE, text)

    def data(self, value: Any) -> Any:
        """Plain data without secrets: by key, and by shape inside every text."""
        if isinstance(value, dict):
            return {
                key: MASK
                if str(key).lower() in SENSITIVE and type(item) is str and item
                else self.data(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        return self.text(value) if type(value) is str else value
