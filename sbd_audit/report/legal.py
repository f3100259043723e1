"""Draft legal texts: their words are data (``reports/legal``); this fills in facts and leaves the rest blank.

A draft declares nothing and is signed by nobody. It is made only from a bundle that is as it was sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.errors import BundleError, UsageError, did_you_mean
from sbd_audit.evidence.bag import MANIFEST
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.report.seal import Seal, read_seal
from sbd_audit.report.text import inert
from sbd_audit.report.words import Words
from sbd_audit.resources import folder
from sbd_audit.source import load


@dataclass(frozen=True)
class Draft:
    """A bundle's facts and the text they go into; `files` maps each sealed file to its SHA-256."""

    text: Mapping[str, Any]
    results: Mapping[str, Any]
    seal: Seal
    files: Mapping[str, str]
    octets: int
    words: Words

    def __call__(self, key: str, **values: Any) -> str:
        return str(self.text["says"][key]).format(**values)


def draft(kind: str, bundle: Bundle, results: Mapping[str, Any], words: Words) -> Draft:
    """A draft of a kind, ``certificate`` or ``notice``, for the market of the audited service.

    Raises `BundleError` when the bundle is not as it was sealed, `UsageError` when there is no text for the market.
    """
    if problems := bundle.problems():
        raise BundleError(
            f"{bundle.folder} is not as it was sealed, so nothing is drafted from it: {problems[0]}"
        )
    readable: dict[str, Any] = inert(dict(results))
    listed = bundle.files.read(MANIFEST).decode().splitlines()
    files = {name: digest for digest, name in (line.split("  ", 1) for line in listed)}
    return Draft(
        text=_text(kind, readable["platform"]["market"]),
        results=readable,
        seal=read_seal(bundle).readable(1_000),
        files=inert(files),
        octets=sum(len(bundle.files.read(name)) for name in files),
        words=words,
    )


def _text(kind: str, market: str) -> Mapping[str, Any]:
    paths = sorted((folder("reports") / "legal").glob(f"{kind}-*.yaml"))
    texts = {data["market"]: data for data in (load(path).data for path in paths)}
    if market not in texts:
        raise UsageError(
            f"there is no draft {kind} for the market {market} — "
            f"{did_you_mean(market, texts, what='there is one for')}"
        )
    found: Mapping[str, Any] = texts[market]
    return found
