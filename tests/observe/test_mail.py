"""Mail files as servers really write them: one a file, several in a file, a Maildir, an mbox."""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest

from sbd_audit.observe import mail
from sbd_audit.observe.halt import Halt
from sbd_audit.outcome import Reason

RULE = b"-" * 79 + b"\n"


def letter(to: str, path: str, *, html: bool = False) -> bytes:
    message = EmailMessage()
    message["To"] = f"Somebody <{to}>"
    message["Subject"] = "Welcome"
    address = f"http://forum.test{path}"
    if html:
        message.set_content(f'<p>Go <a href="{address}">there</a></p>', subtype="html")
    else:
        message.set_content(f"Good day\n\nGo to {address}\n\nThe forum")
    return message.as_bytes()


def link(folder: Path | None, to: str) -> str:
    world = SimpleNamespace(
        target=SimpleNamespace(mail_folder=str(folder) if folder else None), folder=None
    )
    return mail.newest_link(world, to, "/activate/")  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PATIENCE_SECONDS", 0)


def test_two_mails_of_one_second_in_one_file(tmp_path: Path) -> None:
    one, two = letter("one@audit.test", "/activate/1"), letter("two@audit.test", "/activate/2")
    (tmp_path / "20261124-1.log").write_bytes(one + b"\n" + RULE + two + b"\n" + RULE)
    assert link(tmp_path, "one@audit.test") == "/activate/1"
    assert link(tmp_path, "two@audit.test") == "/activate/2"


def test_the_later_of_two_mails_counts(tmp_path: Path) -> None:
    old, new = (letter("one@audit.test", f"/activate/{n}") for n in (1, 2))
    (tmp_path / "a.log").write_bytes(old + b"\n" + RULE + new + b"\n" + RULE)
    assert link(tmp_path, "one@audit.test") == "/activate/2"
    later = tmp_path / "b.log"
    later.write_bytes(letter("one@audit.test", "/activate/3"))
    os.utime(tmp_path / "a.log", (1, 1))
    assert link(tmp_path, "one@audit.test") == "/activate/3"


def test_maildir_and_mbox(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.host").write_bytes(letter("one@audit.test", "/activate/1", html=True))
    first = b"From forum@host Tue Nov 24 10:00:00 2026\n" + letter("two@audit.test", "/activate/2")
    second = b"From forum@host Tue Nov 24 10:00:01 2026\n" + letter("six@audit.test", "/activate/6")
    (tmp_path / "mbox").write_bytes(first + b"\n" + second)
    for name, number in {"one": 1, "two": 2, "six": 6}.items():
        assert link(tmp_path, f"{name}@audit.test") == f"/activate/{number}"


def test_no_mail_and_no_folder_are_two_things(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(letter("one@audit.test.example", "/elsewhere/1"))
    with pytest.raises(Halt) as none:
        link(tmp_path, "one@audit.test")
    assert none.value.reason is Reason.unavailable
    with pytest.raises(Halt) as nowhere:
        link(None, "one@audit.test")
    assert nowhere.value.reason is Reason.no_account
