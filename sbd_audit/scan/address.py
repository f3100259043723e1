"""The address a scan is given, and which addresses count as the same site."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from sbd_audit.errors import UsageError
from sbd_audit.models.target import origin

ACCEPTED = "give a web address such as https://example.org"


def start_of(text: str) -> str:
    """The address to begin at, without a fragment; raises `UsageError` for what is no web address."""
    text = text.strip()
    if "://" not in text and "." in text.split("/")[0]:
        raise UsageError(f"{text} has no scheme — {ACCEPTED}")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"{text} is not a web address ({error}) — {ACCEPTED}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in parts.netloc:
        raise UsageError(f"{text} is not a web address — {ACCEPTED}")
    if parts.username or parts.password:
        raise UsageError("a scan signs in nowhere; give the address without a name and a password")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def site_origins(url: str) -> tuple[str, ...]:
    """Origins that are the same site: the host with and without ``www.``, by http and by https.

    An address with a port of its own, or a numeric host, stands for itself alone.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.port is not None or ":" in host or host.replace(".", "").isdigit() or "." not in host:
        return (origin(url),)
    bare = host.removeprefix("www.")
    return tuple(
        origin(f"{scheme}://{name}/")
        for scheme in ("https", "http")
        for name in (bare, f"www.{bare}")
    )


def home_of(url: str) -> str:
    """Scheme and host of an address, as a base without a path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def at_home(url: str, base: str, origins: tuple[str, ...]) -> str:
    """The address as `base` would write it when it names the same site, else as it is."""
    try:
        same = origin(url) in origins
    except ValueError:
        return url
    parts = urlsplit(url)
    place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{base}{place}" if same else url
