"""PDF: tagged, dated, the same each time, what it was made from attached, nothing that acts, DRAFT on every page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from sbd_audit.canonical import pretty
from sbd_audit.cli import cli
from sbd_audit.errors import UsageError
from sbd_audit.report import pdf
from sbd_audit.report.formats import FORMATS
from sbd_audit.report.words import Words
from tests.report.bundles import DEVICE, sealed
from tests.report.sample import finding, sample
from tests.report.test_safety import HOSTILE, poison


@pytest.fixture(scope="module", autouse=True)
def typesetter() -> None:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        pytest.skip(f"no typesetter: {error}")


def made(results: dict[str, Any]) -> bytes:
    return FORMATS["pdf"].make(results, Words("en"))


def read(body: bytes) -> Any:
    return PdfReader(io.BytesIO(body))


def small() -> dict[str, Any]:
    """The sample with one finding and nothing else that makes a page long."""
    few = {
        name: [] for name in ("conclusions", "not_audited", "deviations", "left_behind", "refused")
    }
    return sample(findings=[finding("failed", 1)], **few)


def actions(reader: Any) -> set[str]:
    """Every kind of action in the file: what a viewer would do on opening or on a click."""
    found = set()
    for number in range(1, len(reader.xref[0]) + 1):
        entry = reader.get_object(number)
        if isinstance(entry, dict):
            found |= {str(entry["/S"])} if "/S" in entry and "/D" in entry else set()
            found |= {key for key in ("/JS", "/JavaScript", "/URI", "/Launch", "/OpenAction", "/AA") if key in entry}  # fmt: skip
    return found


def test_a_report_is_tagged_dated_and_carries_its_results() -> None:
    results = small()
    body = made(results)
    reader = read(body)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Safety by design: Sample forum"
    assert reader.metadata.creation_date.isoformat() == "2026-11-24T10:05:00+00:00"
    assert reader.attachments["results.json"] == [pretty(results).encode()]
    assert "F-001" in "".join(page.extract_text() for page in reader.pages)
    assert actions(reader) <= {"/GoTo"}
    assert made(small()) == body


def test_hostile_text_is_inert_and_asks_for_nothing() -> None:
    results = poison(small(), HOSTILE[:240].replace("\ud800", ""))
    reader = read(made(results))
    assert actions(reader) <= {"/GoTo"}
    assert "<script>alert(1)</script>" in "".join(
        page.extract_text().replace("\n", "") for page in reader.pages
    )


def test_a_page_that_would_fetch_is_refused() -> None:
    body = pdf.typeset(
        "<html lang=en><head><title>x</title></head><body><img alt=x src='http://127.0.0.1:9/x'></body></html>",
        attached={},
        at="2026-11-24T10:05:00Z",
    )
    assert "/Image" not in str(read(body).pages[0].get("/Resources"))


@pytest.mark.parametrize("kind", ["certificate", "notice"])
def test_every_page_of_a_draft_says_so(tmp_path: Path, kind: str) -> None:
    bundle = sealed(tmp_path / "bundle", sample(), DEVICE)
    arguments = [
        "certify",
        str(bundle),
        "--format",
        "pdf",
        *(["--notice"] if kind == "notice" else []),
    ]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None
    reader = read((bundle / f"report.{kind}.pdf").read_bytes())
    assert len(reader.pages) > 1
    assert all("DRAFT" in page.extract_text() for page in reader.pages)


def test_without_a_typesetter_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"pip install 'sbd-audit\[pdf\]'"):
        made(sample())
