"""One audit of a running site with its example target, and what is not as the facts say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sbd_audit.library import Library
from sbd_audit.resources import folder
from sbd_audit.run import Audit, Request

PROFILES = ["ke-cop-2025", "tfgbv-core"]
Truth = tuple[str, str]
"""The outcome, and words its explanation must hold."""


def target_text(target: str, changes: Mapping[str, str]) -> str:
    """The text of an example target, with changes."""
    text = (folder("targets") / f"{target}.yaml").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def audited(target: str, where: Path, library: Library, **request: Any) -> dict[str, Any]:
    """The results of an audit with fresh accounts of the target with this text."""
    path = where / "target.yaml"
    path.write_text(target)
    audit = Audit(Request(path, PROFILES, where / "bundle", library=library, **request))
    audit.prepare()
    audit.observe()
    return audit.finish()


def differences(results: Mapping[str, Any], truth: Mapping[str, Truth]) -> list[str]:
    """Every finding that is not what the facts say, and every check that is missing on one side."""
    found = {finding["check"]: finding for finding in results["findings"]}
    wrong = [f"{name}: only on one side" for name in sorted(set(found) ^ set(truth))]
    for name in sorted(set(found) & set(truth)):
        outcome, words = truth[name]
        finding = found[name]
        said = f"{finding['reason']} {finding['message']}"
        # Nobody's age is known on these platforms, so nobody may come out unlike the others.
        everybody = {finding["outcome"], *(one["outcome"] for one in finding["members"])}
        if everybody != {outcome} or words not in said:
            wrong.append(
                f"{name}: {outcome} ({words}), and not {', '.join(sorted(everybody))}: {said}"
            )
    return wrong


def answers(where: Path, capability: str) -> set[str]:
    """The words a capability was answered with in the whole run."""
    lines = (where / "bundle" / "data" / "observations.jsonl").read_text().splitlines()
    seen = [json.loads(line) for line in lines]
    return {str(one["result"]) for one in seen if one["capability"] == capability}
