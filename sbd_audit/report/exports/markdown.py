"""A summary in Markdown, as it stands under a pull request: failures with their remedy, then every finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sbd_audit.report.exports.rows import FindingRow, readable, rows
from sbd_audit.report.index import GLYPHS, tallies
from sbd_audit.report.summary import score_line
from sbd_audit.report.text import shorten
from sbd_audit.report.words import Words

LONGEST = 60_000
"""Characters of a summary; code hosts refuse comments beyond 65,536."""
_CELL = 280
_MARKS = re.compile(r"([\\`*_\[\]#|~$])")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|vbscript|file)(?=:)|\b(www)(?=\.)")
_MENTION = re.compile(r"@(?=[A-Za-z])")


def plain(text: object) -> str:
    """Recorded text as Markdown that shows it and does nothing else: no mark-up, link, picture or mention."""
    said = " ".join(str(text).split())
    said = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    said = _MARKS.sub(r"\\\1", said)
    said = _LINK.sub(lambda found: f"{found[0][0]}<!-- -->{found[0][1:]}", said)
    said = _MENTION.sub("@<!-- -->", said)
    return re.sub(r"^([-+=]|\d+[.)])(?=\s|$|-|=)", r"\\\1", said)


def render(results: Mapping[str, Any], words: Words) -> str:
    """The summary; every finding is in it, with fewer words the more there are."""
    results = readable(results)
    for longest in (_CELL, 120, 60, 30, 12):
        text = "\n".join(_lines(results, words, longest)) + "\n"
        if len(text) <= LONGEST:
            break
    return text


def _lines(results: Mapping[str, Any], words: Words, longest: int) -> Iterator[str]:
    def short(text: object) -> str:
        return plain(shorten(str(text), longest, " …"))

    listed = list(rows(results, words))
    failed = [row for row in listed if row.finding["outcome"] == "failed"]
    run = results["run"]
    yield f"## {plain(words('page_title', name=shorten(results['platform']['title'], longest, ' …')))}"
    yield ""
    yield " · ".join(
        f"{tally.glyph} {tally.count} {plain(tally.label)}"
        for tally in tallies(results["findings"], words, empty=True)
    )
    yield ""
    for score in results["scores"]:
        yield f"- {plain(score_line(score, results, words))}"
    yield ""
    if failed:
        yield from _table(
            (
                words(key)
                for key in ("column_finding", "column_severity", "column_seen", "column_remedy")
            ),
            (
                (
                    f"**{short(row.finding['title'])}** {plain(row.finding['check'])}{_waived(row, words)}",
                    plain(words.severity(row.finding["severity"])),
                    short(" ".join(row.finding["messages"])),
                    short(row.finding["remedy"]),
                )
                for row in failed
            ),
        )
    yield f"<details><summary>{plain(words('all_findings', count=len(listed)))}</summary>"
    yield ""
    yield from _table(
        (
            words(key)
            for key in (
                "column_number",
                "column_outcome",
                "column_reason",
                "column_check",
                "column_title",
            )
        ),
        (
            (
                row.number,
                f"{GLYPHS[row.finding['outcome']]} {row.finding['outcome']}",
                plain(row.finding["reason"] or ""),
                plain(row.name),
                short(row.finding["title"]),
            )
            for row in listed
        ),
    )
    yield "</details>"
    yield ""
    yield plain(words("no_opinion_says"))
    yield ""
    yield f"{plain(run['engine'])} · {plain(run['id'])} · {plain(words.term('editions', run['edition']))}"


def _waived(row: FindingRow, words: Words) -> str:
    waiver = row.finding["waiver"]
    if not waiver:
        return ""
    return f" ({plain(words('waived_as', state=words.term('waiver_states', waiver['state'])))})"


def _table(head: Iterable[str], body: Iterable[tuple[str, ...]]) -> Iterator[str]:
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    yield f"|{' --- |' * len(titles)}"
    for cells in body:
        yield f"| {' | '.join(cells)} |"
    yield ""
