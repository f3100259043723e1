"""Editions show what they may, hide the rest for good, and every hidden item opens against the whole bundle."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sbd_audit.canonical import digest, dumps, loads
from sbd_audit.errors import BundleError, UsageError
from sbd_audit.evidence import editions
from sbd_audit.evidence.bundle import Bundle, zip_bundle
from sbd_audit.evidence.commitments import commitment
from sbd_audit.evidence.committed import Committed
from sbd_audit.evidence.disclosure import disclose
from sbd_audit.evidence.editions import edition
from sbd_audit.evidence.salts import read_salts
from sbd_audit.models.results import Results
from sbd_audit.report.render import render_html
from tests.evidence.audited import HELPLINE, PLANTED
from tests.evidence.conftest import Sealed
from tests.evidence.tampering import edit_json, edit_lines

BELOW = ("platform", "public")


@pytest.fixture
def made(sealed: Sealed, tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        out = tmp_path / name
        found = edition(sealed.folder, name)
        editions.write(found, out, {"report.html": render_html(found.results).encode()})
        return out

    return make


def marks(sealed: Sealed) -> Mapping[str, str]:
    return Committed.of(Bundle(sealed.folder)).marks


@pytest.mark.parametrize("name", editions.NAMES)
def test_each_edition_is_verified_and_fits_the_schema(
    sealed: Sealed, made: Callable[[str], Path], name: str
) -> None:
    out = made(name)
    found = sealed.verify(out)
    assert found.exit_code == 0, "\n".join(found.lines())
    place = out / ("data/results.json" if name == "regulator" else "results.json")
    assert Results.model_validate(loads(place.read_bytes())).run.edition == name


def test_the_regulators_edition_is_the_bundle(sealed: Sealed, made: Callable[[str], Path]) -> None:
    zip_bundle(sealed.folder, sealed.folder.with_name("one.zip"))
    zip_bundle(made("regulator"), sealed.folder.with_name("two.zip"))
    one, two = (sealed.folder.with_name(f"{n}.zip").read_bytes() for n in ("one", "two"))
    assert one == two


def test_making_an_edition_again_gives_the_same_bytes(sealed: Sealed) -> None:
    for name in editions.NAMES:
        assert edition(sealed.folder, name).files == edition(sealed.folder, name).files


def test_what_the_public_and_the_platform_see(sealed: Sealed) -> None:
    public, platform = (edition(sealed.folder, name) for name in ("public", "platform"))
    whole = Bundle(sealed.folder).json("results.json")
    for made in (public, platform):
        for name in ("scores", "counts", "conclusions", "deviations"):
            assert made.results[name] == whole[name]
        outcomes = [finding["outcome"] for finding in made.results["findings"]]
        assert outcomes == [finding["outcome"] for finding in whole["findings"]]
        assert "user_agent" not in {
            k for k, v in made.results["run"].items() if v and k != "signing"
        }
    steps = [step for finding in public.results["findings"] for step in finding["steps"]]
    assert not any(step["trace"] or step["outputs"] or step["evidence"] for step in steps)
    assert not any(name.startswith("evidence/") for name in public.files)
    assert all(step["trace"] for f in platform.results["findings"] for step in f["steps"])
    relied = {
        sha256
        for finding in whole["findings"]
        if finding["outcome"] != "passed"
        for step in finding["steps"]
        for sha256 in step["evidence"]
    }
    assert {Path(n).stem for n in platform.files if n.startswith("evidence/")} == relied
    assert len(relied) < len(whole["evidence"])


def test_an_exhibit_can_be_enclosed_by_choice(sealed: Sealed, tmp_path: Path) -> None:
    extra = next(iter(Bundle(sealed.folder).json("results.json")["evidence"]))
    made = edition(sealed.folder, "public", tmp_path / "public", disclose=[extra[:10]])
    assert {Path(n).stem for n in made.files if n.startswith("evidence/")} == {extra}
    assert sealed.verify(tmp_path / "public").exit_code == 0
    for wrong in ("", "zz", "0" * 64):
        with pytest.raises(UsageError, match="exhibits begin so"):
            edition(sealed.folder, "public", disclose=[wrong])
    with pytest.raises(UsageError, match="holds everything"):
        edition(sealed.folder, "regulator", disclose=[extra])
    with pytest.raises(UsageError, match="no edition"):
        edition(sealed.folder, "press")


# ---------------------------------------------------------------- what must never show


def forms(secret: str) -> set[bytes]:
    """A planted text as it might stand in bytes."""
    return {
        form.encode()
        for form in (
            secret,
            secret.replace(" ", ""),
            quote(secret, safe=""),
            secret.replace("@", "&#64;"),
            json.dumps(json.dumps(secret))[3:-3],
            base64.b64encode(secret.encode()).decode().rstrip("="),
        )
    }


def test_nothing_planted_reaches_the_disk(
    sealed: Sealed, made: Callable[[str], Path], tmp_path: Path
) -> None:
    """Credentials, tokens in addresses, JSON and pages, mail addresses and numbers: grepped in raw bytes."""
    for name in editions.NAMES:
        made(name)
    zip_bundle(sealed.folder, tmp_path / "bundle.zip")
    (tmp_path / "all.json").write_bytes(disclose(Bundle(sealed.folder), sorted(marks(sealed))))
    places = (sealed.folder, sealed.folder.parent / "home", tmp_path)
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert any(path.name == "runs.jsonl" for path in files)
    assert len(files) > 50
    shown = b"".join(path.read_bytes() for path in files)
    shown += b"".join(map(base64.b64decode, re.findall(rb'"body":"([^"]*)"', shown)))
    found = {name for name, text in PLANTED.items() if any(form in shown for form in forms(text))}
    assert found == set()
    assert f"children call {HELPLINE}".encode() in shown


def test_only_the_whole_bundle_holds_salts_of_what_is_withheld(
    sealed: Sealed, made: Callable[[str], Path]
) -> None:
    salts = read_salts(Bundle(sealed.folder).files)
    for name in BELOW:
        shown = b"".join(p.read_bytes() for p in made(name).rglob("*") if p.is_file())
        there = {item for item, salt in salts.items() if salt.encode() in shown}
        rows = [
            loads(line)
            for line in edition(sealed.folder, name).files["shown.jsonl"].split(b"\n")[:-1]
        ]
        assert len(there) == len(rows)
        assert not any(item.startswith("data/") and "evidence/" not in item for item in there)


def test_a_low_entropy_value_cannot_be_guessed(sealed: Sealed) -> None:
    """Neither plain hashes nor equal commitments give away what is withheld, however few values it may have."""
    whole = Bundle(sealed.folder)
    public = b"".join(edition(sealed.folder, "public").files.values())
    bodies = [whole.files.read(name) for name in whole.files.names()]
    guesses = [
        b"passed",
        b"failed",
        *bodies,
        *(dumps(f) for f in whole.json("results.json")["findings"]),
    ]
    for guess in guesses:
        assert digest(guess).encode() not in public.replace(
            digest(whole.files.read("tagmanifest-sha256.txt")).encode(), b""
        )
    a, b = (commitment("item", b"passed", salt * 64) for salt in "ab")
    assert a != b


def test_the_forbidden_scan_stops_an_edition(sealed: Sealed, tmp_path: Path) -> None:
    made = edition(sealed.folder, "public")
    for body, says in (
        (b"call 0712 345 678", "report.html:1"),
        (b"x\nwrite to stone@example.org", "report.html:2"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"\xff\xfe", "not text"),
    ):
        with pytest.raises(BundleError, match=says) as refused:
            editions.write(made, tmp_path / "out", {"report.html": body})
        assert "345" not in str(refused.value)
        assert not (tmp_path / "out").exists()
    editions.write(
        made, tmp_path / "out", {"report.html": b"call 0718 158 400"}, ["+254 718 158 400"]
    )
    with pytest.raises(UsageError, match="there already"):
        editions.write(made, tmp_path / "out")


def test_a_bundle_that_was_altered_gives_no_edition(sealed: Sealed, tmp_path: Path) -> None:
    folder = sealed.copy(tmp_path)
    edit_json(folder / "data/run.json", lambda run: run.update(requests=0))
    for name in editions.NAMES:
        with pytest.raises(BundleError, match="not as it was sealed"):
            edition(folder, name, tmp_path / name)
    with pytest.raises(BundleError, match="not as it was sealed"):
        disclose(Bundle(folder), ["data/plan.json"])


# ---------------------------------------------------------------- attacks on editions


def results(change: Callable[[Any], object]) -> Callable[[Path], object]:
    return lambda out: edit_json(out / "results.json", change)


def drop_row(out: Path) -> None:
    edit_lines(out / "shown.jsonl", lambda rows: rows.pop(0))


def drop_mark(out: Path) -> None:
    lines = (out / "commitments.txt").read_text().splitlines()
    (out / "commitments.txt").write_text("\n".join(lines[1:]) + "\n")
    edit_json(out / "edition.json", lambda index: index.update(leaves=len(lines) - 1))


def double_mark(out: Path) -> None:
    lines = (out / "commitments.txt").read_text().splitlines()
    (out / "commitments.txt").write_text("\n".join([lines[0], *lines]) + "\n")
    edit_json(out / "edition.json", lambda index: index.update(leaves=len(lines) + 1))


def swap_entries(data: Any) -> None:
    one, two = data["withheld"][:2]
    one["commitment"], two["commitment"] = two["commitment"], one["commitment"]


def exchange_exhibit(out: Path) -> None:
    path = next((out / "evidence").iterdir())
    path.write_bytes(path.read_bytes() + b" ")


def rename_exhibit(out: Path) -> None:
    path = next((out / "evidence").iterdir())
    body = path.read_bytes() + b" "
    path.rename(path.with_name(f"{digest(body)}.txt"))
    path.with_name(f"{digest(body)}.txt").write_bytes(body)
    edit_lines(
        out / "shown.jsonl",
        lambda rows: [
            row.update(item=f"data/evidence/{digest(body)}.txt")
            for row in rows
            if path.stem in row.get("item", "")
        ],
    )


TAMPERED, REFUSED = {1}, {3}
ATTACKS: dict[str, tuple[Callable[[Path], object], set[int]]] = {
    "flatter": (results(lambda data: data["findings"][1].update(outcome="passed")), TAMPERED),
    "raise a score": (results(lambda data: data["scores"][0].update(demonstrated="99.9")), TAMPERED),
    "forget that something is withheld": (results(lambda data: data["withheld"].pop()), TAMPERED),
    "exchange commitments": (results(swap_entries), TAMPERED),
    "call it another edition": (results(lambda data: data["run"].update(edition="regulator")), REFUSED),
    "show what was withheld, changed": (
        results(lambda data: data["run"].update(user_agent="a browser")), TAMPERED,
    ),
    "drop the row of what is shown": (drop_row, TAMPERED),
    "alter an exhibit": (exchange_exhibit, TAMPERED),
    "exchange an exhibit": (rename_exhibit, TAMPERED),
    "drop a commitment": (drop_mark, TAMPERED),
    "a commitment twice": (double_mark, TAMPERED),
    "add a file": (lambda out: (out / "notes.txt").write_text("x"), TAMPERED),
    "strip the signature": (lambda out: (out / "signatures/run.dsse.json").unlink(), TAMPERED),
    "another guide": (lambda out: (out / "EDITION.md").write_text("trust me"), TAMPERED),
    "another report": (lambda out: (out / "report.html").write_text("<p>All passed"), TAMPERED),
    "a personal address in the report": (
        lambda out: (out / "report.html").write_text("stone@example.org"), TAMPERED,
    ),
    "a key twice": (
        lambda out: (out / "results.json").write_bytes(
            (out / "results.json").read_bytes().replace(b'"run":{', b'"run":{"id":"x",', 1)
        ), REFUSED,
    ),
    "nothing to read": (lambda out: (out / "results.json").write_bytes(b"[]\n"), REFUSED),
    "rows of an odd kind": (lambda out: (out / "shown.jsonl").write_bytes(b"1\n"), {1, 3}),
    "a way out": (
        lambda out: edit_lines(out / "shown.jsonl", lambda rows: rows[-1].update(item="data/../../x")),
        {1, 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_on_an_edition(sealed: Sealed, made: Callable[[str], Path], name: str) -> None:
    attack, codes = ATTACKS[name]
    out = made("platform")
    attack(out)
    found = sealed.verify(out)
    assert found.exit_code in codes, "\n".join(found.lines())


def test_one_flipped_byte_in_any_file_of_an_edition(
    sealed: Sealed, made: Callable[[str], Path]
) -> None:
    out = made("platform")
    files = sorted(path for path in out.rglob("*") if path.is_file())
    assert len(files) >= 9
    for path in files:
        whole = path.read_bytes()
        for at in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 2, len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = sealed.verify(out)
            assert found.exit_code in (1, 3), (path.name, at, found.lines())
        path.write_bytes(whole)
    assert sealed.verify(out).exit_code == 0


def test_an_edition_of_another_run_does_not_fit(
    sealed: Sealed, made: Callable[[str], Path], signed_by: Callable[..., None], tmp_path: Path
) -> None:
    """The plan's or the run's envelope of another audit by the same auditor is noticed."""
    from sbd_audit.run import run_audit
    from tests.evidence.audited import request, serving

    signed_by()
    with serving() as url:
        run_audit(request(tmp_path / "x", url, tmp_path / "other"))
    for name in ("plan", "run"):
        out = made("public")
        shutil.copy(tmp_path / f"other/signatures/{name}.dsse.json", out / "signatures")
        assert sealed.verify(out).exit_code == 1
        shutil.rmtree(out)
