"""Secrets that give themselves away: credentials after a scheme, web tokens, keys of known form, links with a key.

Each pattern begins with something rare, so that a page costs little; what stands around the secret stays.
"""

from __future__ import annotations

import base64
import binascii
import re

from sbd_audit.evidence.spans import MASK

_SCHEME = re.compile(r"([Bb](?:earer|EARER|asic|ASIC))((?:\s|%20)+)([A-Za-z0-9._~+/=-]{8,})")
_LONG = 24
_JWT = re.compile(
    r"eyJ(?:(?<![\w-]eyJ)|(?<=\\[nrt]eyJ))[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*"
)
_IN_ADDRESS = re.compile(r"(://[^\s/\"'<>@:\\?#]{0,64}:)[^\s/\"'<>@:\\?#]{1,128}(?=@)")
_KNOWN = re.compile(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,}|[srp]k_(?:live|test)_[A-Za-z0-9]{16,}|AIza[0-9A-Za-z_-]{35}"
)
_KEY = r"-----(?:BEGIN|END) (?:[A-Z0-9]+ )*PRIVATE KEY-----"
_PEM = re.compile(rf"{_KEY}(?:(?:[A-Za-z0-9+/=\r\n]|\\[nr])*{_KEY})?")
_QUERY = re.compile(
    r"([?&;](?:code|key|sig|signature|auth|ticket|reset|invite|magic|access|credential|hmac"
    r"|x-(?:amz|goog)-(?:signature|credential))(?:=|%3d))"
    r"(?=[\w%.~-]*\d)(?=[\w%.~-]*[A-Za-z])[\w%.~+-]{10,}",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(/(?:reset|verif|confirm|activat|invit|magic|recover|unsubscribe)[a-z_-]*/(?:[\w-]{1,12}/)?)"
    r"(?=[\w.=-]*\d)[\w.=-]{16,}",
    re.IGNORECASE,
)


def without_tokens(text: str) -> str:
    """Masks credentials and keys by their form; words that merely follow ``Basic`` or ``Bearer`` stay."""
    text = _JWT.sub(MASK, _SCHEME.sub(_scheme, text))
    text = _PEM.sub(MASK, _KNOWN.sub(MASK, text))
    for pattern in (_IN_ADDRESS, _QUERY, _LINK):
        text = pattern.sub(_behind, text)
    return text


def _behind(found: re.Match[str]) -> str:
    return f"{found[1]}{MASK}"


def _scheme(found: re.Match[str]) -> str:
    scheme, gap, credential = found.groups()
    if scheme.lower() == "basic":
        try:
            secret = b":" in base64.b64decode(credential + "=" * (-len(credential) % 4))
        except binascii.Error:
            secret = False
    else:
        secret = len(credential) >= _LONG or any(map(str.isdigit, credential))
    return f"{scheme}{gap}{MASK}" if secret else found.group()
