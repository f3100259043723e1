"""The command reads all definitions anew in every call; here they are read once."""

from __future__ import annotations

import pytest

from sbd_audit.library import Library


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    real = Library

    def shared(**folders: object) -> Library:
        return real(**folders) if folders else library  # type: ignore[arg-type]

    monkeypatch.setattr("sbd_audit.library.Library", shared)
