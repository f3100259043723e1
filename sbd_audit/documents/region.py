"""Whom a text is for: everybody, or the people of one region; told from its address, its title and its opening."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sbd_audit.documents.signs import Region, Signs
from sbd_audit.documents.text import DocumentText


def region_of(text: DocumentText, signs: Signs, market: str) -> tuple[Region, str] | None:
    """The one region a whole text is for, and what says so; None where it is for everybody or does not say.

    A section for one region inside a wider text is not meant: only what speaks for the whole. A text that
    names the market itself in its opening is never taken to be for somebody else on the strength of a sentence.
    """
    opening = text.text[: signs.limits["opening"]]
    first = next((block.text for block in text.blocks if block.heading), "")
    own = [region for region in signs.regions.values() if market in region.markets]
    for region in signs.regions.values():
        if market in region.markets:
            continue
        if part := _in_address(text.url, region):
            return region, f"its address has “{part}”"
        for title in (text.title, first):
            found = region.names.search(title)
            if found and not any(each.names.search(title) for each in own):
                return region, f"its title names {found[0]}"
    if any(region.names.search(opening) for region in own):
        return None
    for name, sentences in signs.meant_for.items():
        region = signs.regions[name]
        if market in region.markets:
            continue
        for sentence in sentences:
            found = sentence.search(opening)
            if found and not any(each.search(opening) for each in signs.everyone):
                return region, f"it says “{' '.join(found[0].split())}”"
    return None


def _in_address(url: str, region: Region) -> str:
    parts = [part.lower() for part in re.split(r"[/.]", urlsplit(url).path) if part]
    if parts and parts[0] in region.prefixes:
        return parts[0]
    return next((part for part in parts if part in region.addresses), "")
