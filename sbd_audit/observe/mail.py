"""Mail to test accounts, where the operator lets it be read: as files in a folder on this machine."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sbd_audit.observe.halt import Halt, unavailable
from sbd_audit.observe.world import World
from sbd_audit.outcome import Reason

PATIENCE_SECONDS = 5
SEPARATOR = re.compile(rb"^(?:-{79}|From \S+ .*\d{4})\r?\n", re.MULTILINE)
"""Between two mails of one file: Django's file backend (two mails of one second share a file), and mbox."""


def newest_link(world: World, to: str, link: str) -> str:
    """The path of the first address holding `link` in the newest mail to `to`; waits a little for it.

    The host is left out: what a site believes its name to be may differ from where it is audited.
    """
    if world.target.mail_folder is None:
        raise Halt(
            None, Reason.no_account, "a mailed link is needed, and the target names no mail_folder"
        )
    folder = Path(world.target.mail_folder)
    if not folder.is_absolute() and world.folder is not None:
        folder = world.folder / folder
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        for body in _newest_first(folder):
            if found := _link(body, to, link):
                return found
        if time.monotonic() >= deadline:
            raise unavailable(f"no mail with a link to {link} arrived within {PATIENCE_SECONDS} s")
        time.sleep(0.1)


def _newest_first(folder: Path) -> Iterator[bytes]:
    """Every mail under a folder: one a file, a Maildir, an mbox, or several in a file as Django writes them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
        # The line that separates two mails is kept by neither.
        yield from reversed(SEPARATOR.split(path.read_bytes()))


def _link(body: bytes, to: str, link: str) -> str | None:
    message = email.message_from_bytes(body.lstrip(), policy=email.policy.default)
    if to.lower() not in str(message["To"] or "").lower():
        return None
    part = message.get_body(("plain", "html"))
    text = str(part.get_content()) if part else ""
    for address in re.findall(r"https?://[^\s\"'<>]+", text):
        if link in address:
            parts = urlsplit(str(address))
            return parts.path + (f"?{parts.query}" if parts.query else "")
    return None
