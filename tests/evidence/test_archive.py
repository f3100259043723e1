"""The zip of a bundle: the same bytes every time, and no zip can do harm."""

from __future__ import annotations

import io
import os
import stat
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence import archive
from sbd_audit.evidence.archive import open_files, unsafe
from sbd_audit.evidence.bundle import Bundle, zip_bundle
from tests.evidence.sealed import small

Packer = Callable[[zipfile.ZipFile], None]


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    small(tmp_path / "bag")
    zip_bundle(tmp_path / "bag", tmp_path / "bag.zip")
    return tmp_path / "bag.zip"


def test_a_zip_is_read_like_its_folder(tmp_path: Path, packed: Path) -> None:
    folder, bundle = Bundle(tmp_path / "bag"), Bundle(packed)
    assert bundle.problems() == []
    assert bundle.json("plan.json") == folder.json("plan.json")
    assert list(bundle.lines("observations.jsonl")) == list(folder.lines("observations.jsonl"))
    assert bundle.files.names() == folder.files.names()
    assert bundle.has("run.json")
    assert not bundle.has("nothing.json")


def test_the_zip_is_the_same_bytes_anywhere_and_at_any_time(tmp_path: Path, packed: Path) -> None:
    for path in (tmp_path / "bag").rglob("*"):
        os.utime(path, (time.time() - 10**8,) * 2)
        path.chmod(0o700 if path.is_dir() else 0o600)
    (tmp_path / "bag" / "report.html").write_text("<p>")
    again = tmp_path / "again.zip"
    name = zip_bundle(tmp_path / "bag", again)
    assert again.read_bytes() == packed.read_bytes()
    assert name == zip_bundle(tmp_path / "bag", tmp_path / "third.zip")
    with zipfile.ZipFile(again) as opened:
        entries = opened.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}


def test_only_what_is_as_it_was_sealed_is_packed(tmp_path: Path) -> None:
    small(tmp_path / "bag")
    (tmp_path / "bag/data/run.json").write_text("{}")
    with pytest.raises(BundleError, match=r"run\.json is not what was sealed"):
        zip_bundle(tmp_path / "bag", tmp_path / "bag.zip")
    assert not (tmp_path / "bag.zip").exists()


def test_a_zip_does_not_go_into_its_own_bundle(tmp_path: Path) -> None:
    small(tmp_path / "bag")
    with pytest.raises(UsageError, match="inside"):
        zip_bundle(tmp_path / "bag", tmp_path / "bag/data/bag.zip")


def test_every_flipped_byte_of_a_payload_is_noticed(packed: Path) -> None:
    whole = packed.read_bytes()
    for at in range(0, whole.rindex(b"PK\x01\x02"), 37):
        body = bytearray(whole)
        body[at] ^= 1
        packed.write_bytes(bytes(body))
        try:
            same = Bundle(packed)
            problems = same.problems()
        except BundleError:
            continue
        # What no name, content or size depends on may differ: a time stamp, a flag of the local header.
        assert problems or [same.files.read(name) for name in same.files.names()] == [
            Bundle(_written(packed.parent / "whole.zip", whole)).files.read(name)
            for name in same.files.names()
        ]


def _written(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def entry(name: str, kind: int = stat.S_IFREG, body: bytes = b"x") -> Packer:
    def pack(opened: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = (kind | 0o644) << 16
        opened.writestr(info, body)

    return pack


def twice(first: str, second: str) -> Packer:
    def pack(opened: zipfile.ZipFile) -> None:
        entry(first)(opened)
        entry(second)(opened)

    return pack


def bomb(opened: zipfile.ZipFile) -> None:
    opened.writestr("data/zeros", bytes(5_000_000), zipfile.ZIP_DEFLATED)


def unusual(opened: zipfile.ZipFile) -> None:
    opened.writestr("data/x", b"x", zipfile.ZIP_BZIP2)


def many(opened: zipfile.ZipFile) -> None:
    for n in range(archive.MAX_FILES + 1):
        opened.writestr(f"data/{n}", b"")


HOSTILE: dict[str, tuple[Packer, str]] = {
    "traversal": (entry("../outside"), "leaves its folder"),
    "inner traversal": (entry("data/../../outside"), "leaves its folder"),
    "absolute": (entry("/etc/hostname"), "relative path"),
    "backslash": (entry("data\\outside"), "relative path"),
    "drive": (entry("C:outside"), "relative path"),
    "empty part": (entry("data//x"), "empty parts"),
    "bidirectional": (entry("data/a\u202egpj.txt"), "do not print"),
    "decomposed": (entry("data/e\u0301"), "composed"),
    "long": (entry("data/" + "x" * 300), "longer"),
    "link": (entry("data/x", stat.S_IFLNK, b"/etc/hostname"), "link or a device"),
    "device": (entry("data/x", stat.S_IFCHR), "link or a device"),
    "folder with content": (entry("data/", stat.S_IFDIR, b"x"), "link or a device"),
    "duplicate": (twice("data/x", "data/x"), "stands twice"),
    "other case": (twice("data/x", "DATA/X"), "stands twice"),
    "bomb": (bomb, "far more than it holds"),
    "method": (unusual, "unusual method"),
    "many": (many, "more than"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_zips_are_refused_unread(tmp_path: Path, name: str) -> None:
    pack, says = HOSTILE[name]
    path = tmp_path / "hostile.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as opened:
        warnings.simplefilter("ignore")
        opened.writestr("data/plan.json", "{}")
        pack(opened)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BundleError, match=says):
        Bundle(path)
    assert sorted(tmp_path.rglob("*")) == before


def patched(packed: Path, old: bytes, new: bytes, *, nth: int = 1) -> Path:
    """The zip with one place of it overwritten."""
    parts = packed.read_bytes().split(old)
    assert len(parts) > nth
    packed.write_bytes(old.join(parts[:nth]) + new + old.join(parts[nth:]))
    return packed


def test_names_that_differ_between_header_and_directory(packed: Path) -> None:
    bundle = Bundle(patched(packed, b"data/run.json{", b"data/RUN.json{"))
    assert any("run.json" in problem for problem in bundle.problems())
    with pytest.raises(BundleError, match=r"run\.json"):
        bundle.json("run.json")


def test_a_name_with_a_hidden_end(tmp_path: Path) -> None:
    """What a NUL cuts off in one reader is part of the name in another."""
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("data/plan.json", "{}")
        opened.writestr("data/run.json_x", "{}")
    body = path.read_bytes().replace(b"data/run.json_x", b"data/run.json\0x")
    path.write_bytes(body)
    with pytest.raises(BundleError, match="do not print"):
        Bundle(path)


def test_an_encrypted_entry(packed: Path) -> None:
    body = bytearray(packed.read_bytes())
    at = body.index(b"PK\x01\x02")
    body[at + 8] |= 1
    packed.write_bytes(bytes(body))
    with pytest.raises(BundleError, match="encrypted"):
        Bundle(packed)


@pytest.mark.parametrize("said", [10, 100_001])
def test_sizes_that_lie(tmp_path: Path, said: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("data/plan.json", "{}")
        opened.writestr("data/run.json", b"{}" + b" " * 99_998)
    body = buffer.getvalue().replace((100_000).to_bytes(4, "little"), said.to_bytes(4, "little"))
    path = tmp_path / "lies.zip"
    path.write_bytes(body)
    with pytest.raises(BundleError, match=r"run\.json"):
        Bundle(path).json("run.json")


@pytest.mark.parametrize("keep", [10, 200, -1, -30])
def test_a_cut_zip(packed: Path, keep: int) -> None:
    packed.write_bytes(packed.read_bytes()[:keep])
    with pytest.raises(BundleError, match="zip"):
        Bundle(packed)


def test_limits_hold_for_folders_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path)
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    assert any("more than 3 files" in problem for problem in Bundle(tmp_path).problems())
    monkeypatch.setattr(archive, "MAX_FILE", 5)
    with pytest.raises(BundleError, match="larger"):
        Bundle(tmp_path).json("plan.json")


def test_the_whole_zip_has_a_limit(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 100)
    with pytest.raises(BundleError, match="unpacks to more"):
        open_files(packed)


@pytest.mark.parametrize("name", ["data/plan.json", "data/evidence/0a.txt", "data/pièce.txt"])
def test_ordinary_names_are_safe(name: str) -> None:
    assert unsafe(name) == ""
