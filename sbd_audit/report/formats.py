"""Every form a report can take: its name, its file, and the module that writes it; one line each.

Modules are imported when they are used, so that asking for CSV loads no template engine and no typesetter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sbd_audit.report.words import Words

if TYPE_CHECKING:
    from sbd_audit.report.seal import Seal


@dataclass(frozen=True)
class Format:
    """A file and the function that makes it, as ``module:function``.

    It takes results and words, and the bundle's seal where `sealed`; it gives text or bytes.
    """

    file: str
    maker: str
    sealed: bool = False

    def make(self, results: Mapping[str, Any], words: Words, seal: Seal | None = None) -> bytes:
        """The file's content."""
        module, _, name = self.maker.partition(":")
        function = getattr(import_module(f"sbd_audit.report.{module}"), name)
        made = function(results, words, seal) if self.sealed else function(results, words)
        return made if isinstance(made, bytes) else str(made).encode()


FORMATS: Mapping[str, Format] = {
    "html": Format("report.html", "render:page", sealed=True),
    "pdf": Format("report.pdf", "pdf:render", sealed=True),
    "json": Format("results.json", "render:data"),
    "csv": Format("report.csv", "exports.table:render"),
    "md": Format("report.md", "exports.markdown:render"),
    "oscal": Format("report.oscal.json", "exports.oscal:render"),
    "earl": Format("report.earl.jsonld", "exports.earl:render"),
    "sarif": Format("report.sarif", "exports.sarif:render"),
    "junit": Format("report.junit.xml", "exports.junit:render"),
}
