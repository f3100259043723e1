"""Docs are generated from the code, and the published schemas fit every file we ship."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from sbd_audit.library import NOT_CHECKS
from sbd_audit.resources import folder
from sbd_audit.source import load
from tools import docs

SHIPPED = {
    "check": [
        p
        for p in folder("checks").rglob("*.yaml")
        if not set(NOT_CHECKS) & set(p.relative_to(folder("checks")).parts)
    ],
    "switches": sorted((folder("checks") / "proof").glob("*.yaml")),
    "clause": sorted((folder("checks") / "clauses").glob("*.yaml")),
    "instrument": sorted((folder("profiles") / "instruments").glob("*.yaml")),
    "profile": sorted(folder("profiles").glob("*.yaml")),
    "platform": sorted(folder("platforms").glob("*.yaml")),
    "attestations": sorted(folder("targets").glob("*-answers.yaml")),
    "target": sorted(
        set(folder("targets").glob("*.yaml")) - set(folder("targets").glob("*-answers.yaml"))
    ),
}


def test_generated_pages_are_current() -> None:
    stale = [
        path.name for path, text in docs.pages() if not path.exists() or path.read_text() != text
    ]
    assert stale == [], "run make docs"


@pytest.mark.parametrize("kind", SHIPPED)
def test_shipped_files_fit_the_published_schema(kind: str) -> None:
    schema = json.loads((docs.DOCS / "schemas" / f"{kind}.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    assert SHIPPED[kind]
    for path in SHIPPED[kind]:
        problems = [
            f"{path.name}: {error.json_path} {error.message[:120]}"
            for error in validator.iter_errors(load(path).data)
        ]
        assert problems == []


@pytest.mark.usefixtures("needs_browser")
def test_results_fit_the_published_schema(recorded: Path) -> None:
    schema = json.loads((docs.DOCS / "schemas" / "results.schema.json").read_text())
    data = json.loads((recorded / "results.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(data)) == []
    data["findings"][0]["outcome"] = "compliant"
    assert list(validator.iter_errors(data))


def test_every_word_of_the_binding_language_is_documented() -> None:
    from sbd_audit.models import binding, platform, signs

    page = (docs.DOCS / "reference" / "bindings.md").read_text()
    models = (
        *(binding.BindingStep, binding.Fixed, binding.Eventually, signs.Conditions, signs.Means),
        *(signs.Locator, platform.Csrf, platform.Throttle, platform.DocumentSource),
        *(platform.Absence, platform.Handles),
    )
    words = {name for model in models for name in model.model_fields} | set(binding.SOURCES)
    words |= set(platform.Platform.model_fields) - {"id", "version", "title", "software", "notes"}
    aliases = {"json_path": "json", "json_body": "json", "json_values": "json", "actor": "as"}
    words = {aliases.get(word, word) for word in words} - {"equals"}
    code = re.findall(r"```.*?```|`[^`]+`", page, re.DOTALL)
    assert words - set(re.findall(r"[a-z_]+", " ".join(code))) == set()


def test_the_readme_names_the_two_commands_first() -> None:
    lines = (docs.DOCS.parent / "README.md").read_text().splitlines()
    commands = [line.split("#")[0].strip() for line in lines if line.startswith("make ")]
    assert commands[:2] == ["make demo", "make test"]
