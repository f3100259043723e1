"""Our side of the HTTP benchmark: a library of n checks, audited for real, evidence sealed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sbd_audit.resources import folder

CHECK = """
id: bench.item-{n}
version: 1
title: The item is open
pillar: contact-safety
severity: low
evidence: observed
environment: public
why: A benchmark.
accounts: {{visitor: {{persona: logged_out}}}}
observe:
  item: {{open_page: {{as: visitor, page: terms_of_service, from: home, language: "{n}"}}}}
expect:
  - {{the: item.result, is: opened, else: The item is not open.}}
  - {{the: item.language, is: "{n}", else: Another item came back.}}
if_failed: Open it.
examples:
  - passed: Open
    given: {{item: {{language: "{n}"}}}}
  - failed: Another
    change: {{item: {{language: x}}}}
  - cantTell: Lost
    change: {{item: {{result: unavailable}}}}
"""
PROFILE = """
id: bench
version: 1.0.0
title: Benchmark
summary: A benchmark.
pillars: {{contact-safety: 1}}
requirements:
  - id: all
    says: All items are open.
    provisions: [KE-COP-T9]
    level: shall
    checks: {{mandatory: [{checks}]}}
"""
PLATFORM = """
id: bench
version: 1
title: Benchmark
software: {name: bench, versions: "1"}
capabilities:
  open_page:
    steps:
      - get: "/item/{language}"
        means: [{status: 200, json: {state: open, who: nobody}, is: opened}]
    outputs: {language: {json: id}}
"""
TARGET = """
id: bench
platform: bench
title: Benchmark
base_url: {url}
market: KE
languages: [en]
kinds: [platform]
limits: {{requests_per_second: 100000, workers: 16, step_seconds: 10, watch_seconds: 0}}
"""


def write(place: Path, url: str, count: int) -> None:
    """The definitions of the benchmark, as files."""
    if place.exists():
        shutil.rmtree(place)
    checks, profiles, platforms = (place / name for name in ("checks", "profiles", "platforms"))
    for path in (checks / "bench", profiles, platforms):
        path.mkdir(parents=True)
    shutil.copytree(folder("checks") / "vocabulary", checks / "vocabulary")
    (checks / "clauses").mkdir()
    (profiles / "instruments").mkdir()
    shutil.copy(
        folder("profiles") / "instruments" / "ke-ca-cop-2025.yaml", profiles / "instruments"
    )
    shutil.copytree(folder("profiles") / "scoring", profiles / "scoring")
    for n in range(count):
        (checks / "bench" / f"item-{n}.yaml").write_text(CHECK.format(n=n))
    (profiles / "bench.yaml").write_text(
        PROFILE.format(checks=", ".join(f"bench.item-{n}" for n in range(count)))
    )
    (platforms / "bench.yaml").write_text(PLATFORM)
    (place / "target.yaml").write_text(TARGET.format(url=url))


def audit(place: Path, url: str, count: int) -> None:
    """Writes the definitions and audits; every check must come out as passed."""
    write(place, url, count)
    from sbd_audit.library import Library
    from sbd_audit.run import Request, run_audit

    library = Library(place / "checks", place / "profiles", place / "platforms")
    request = Request(
        place / "target.yaml", ["bench"], place / "bundle", library=library, browser=None
    )
    results = run_audit(request)
    if results["counts"]["passed"] != count:
        sys.exit(f"not every check passed: {results['counts']} {results['findings'][0]['message']}")
