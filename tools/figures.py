"""The reference page, the JSON Schema and the example of a transparency file, from the model and the practice platform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sbd_audit.demo.baraza import figures
from sbd_audit.figures.schema import schema
from sbd_audit.library import Library
from sbd_audit.models.figures import FiguresModel, Metric

EXAMPLE = figures.Half(2026, False)

_HEAD = """# A transparency file

A service that publishes figures on child sexual exploitation and gender-based violence can publish them as one JSON
file a period, which anybody can read, compare and check. This page is the model `{model}`:
[the JSON Schema](../schemas/transparency-file.schema.json), [an example](transparency-file.example.json).

Try a file before it is published: `sbd-audit figures FILE` says, with a JSON pointer for every place, where it departs
from the model, which rules it breaks and which rows it lacks, and ends with 0 only when there is nothing to say.

## Where it stands

An audit finds the file by the address under `documents: transparency_data` of the target or platform file; else at
{well_known}; else by the links of the transparency page. UTF-8, at most 5 MB, no key twice, no NaN. Addresses in it are
https or a path of the same site.

## What is in it

- `report`: who, for which service, period and countries, when published, under which licence, and `previous`: address,
  day and period of the file before. `null` says that this is the first.
- `policies`, `channels`: what is prohibited, and how it can be reported.
- `detection`: harm by surface, and by which method it is looked for: `full`, `partial`, `none` or `not_applicable`; the
  last three with a `note`. `schemes` names the hash lists shared with others. "all" may stand for every harm or every
  surface only where the answer is `none` or `not_applicable`.
- `observations`: one figure a row: `metric`, `status`, `value`, `dims`. A row without a value says why: `suppressed`
  (the group is small), `not_collected`, `not_applicable`, with a `note`. Zero is reported as 0.

A breakdown by gender, age band or language that is not collected at all is one row with "all" in that dimension and the
status `not_collected`. Everywhere else "all" is the same as leaving the dimension out. A report counts under one harm,
the gravest, so that harms add up.
"""


def pages(library: Library, docs: Path) -> Iterator[tuple[Path, str]]:
    """The page; the caller adds its banner."""
    yield docs / "reference" / "transparency-file.md", _page(library.figures)


def files(library: Library, docs: Path) -> Iterator[tuple[Path, str]]:
    """Schema and example, which carry no banner."""
    published = json.dumps(schema(library.figures), indent=1) + "\n"
    yield docs / "schemas" / "transparency-file.schema.json", published
    yield (
        docs / "reference" / "transparency-file.example.json",
        _one_row_a_line(figures.report(EXAMPLE, figures.LAG)),
    )


def _page(model: FiguresModel) -> str:
    well_known = " or ".join(f"`{path}`" for path in model.well_known)
    parts = [_HEAD.format(model=model.model, well_known=well_known)]
    parts.append("## Rules it keeps to\n\n| rule | what it asks |\n|---|---|")
    parts += [f"| `{name}` | {says} |" for name, says in model.rules.items()]
    parts.append(
        "\nA suppressed figure must not follow from the others. Every sum is an equation and every suppressed figure an"
        "\nunknown; all are solved together. Where small figures are rounded or blurred instead (`privacy.method`), sums may"
        "\nbe off by the threshold for each row in them.\n"
    )
    parts.append(
        "## Rows every file has\n\n`KE` stands for the country audited. A row that breaks a figure down further"
    )
    parts.append(
        "counts; so does one that says why there is no figure. The lists are below.\n\n| figure | for each | broken down by |\n|---|---|---|"
    )
    parts += [_required(model, row) for row in model.required_rows]
    parts.append("\n| list | words |\n|---|---|")
    parts += [
        f"| {name} | {', '.join(words)} |".replace("{market}", "KE")
        for name, words in model.lists.items()
    ]
    parts.append(
        f"\nDetection is declared for {', '.join(model.detection_harms)}\non {', '.join(model.detection_surfaces)}.\n"
    )
    parts.append(
        "## Figures\n\n| figure | what it is | unit | broken down by | after |\n|---|---|---|---|---|"
    )
    parts += [_metric(name, metric) for name, metric in model.metrics.items()]
    parts.append("\n## Words\n\n| dimension | words |\n|---|---|")
    parts += [f"| {name} | {', '.join(words)} |" for name, words in model.words.items()]
    parts += [
        f"| {name} | `{pattern.replace('|', chr(92) + '|')}` |"
        for name, pattern in model.patterns.items()
    ]
    return "\n".join(parts) + "\n"


def _required(model: FiguresModel, row: Any) -> str:
    each = ", ".join(f"{dim}: {name}" for dim, name in row.dims.items()) or "–"
    split = "; ".join(f"{dim} ({', '.join(model.splits[dim])})" for dim in row.split) or "–"
    return f"| `{row.metric}` | {each} | {split} |".replace("{languages}", "en, sw")


def _metric(name: str, metric: Metric) -> str:
    core = " **(every file)**" if metric.core else ""
    return f"| `{name}` | {metric.says}{core} | {metric.unit} | {', '.join(metric.dims)} | {metric.basis} |"


def _one_row_a_line(data: dict[str, Any]) -> str:
    parts = []
    for key, value in data.items():
        if isinstance(value, list):
            rows = ",\n  ".join(json.dumps(row) for row in value)
            parts.append(f' "{key}": [\n  {rows}\n ]')
        else:
            text = json.dumps(value, indent=1).replace("\n", "\n ")
            parts.append(f' "{key}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
