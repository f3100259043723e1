"""200 HTTP checks with evidence sealed, beside Tavern, pytest + requests and a raw session loop.

Each contender runs as a whole process, start-up included, and does the same 200 requests and comparisons; ours also
keeps redacted evidence of each, judges, scores and seals a bundle. Ratios are what counts, all from one run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.server import serving

CHECKS = 200

RAW = """
import requests, sys
s = requests.Session()
for n in range({n}):
    r = s.get(f"{url}/item/{{n}}")
    assert r.status_code == 200 and r.json() == {{"id": str(n), "state": "open", "who": "nobody"}}
"""
PYTEST = """
import pytest, requests
@pytest.fixture(scope="session")
def s():
    return requests.Session()
@pytest.mark.parametrize("n", range({n}))
def test_item(s, n):
    r = s.get(f"{url}/item/{{n}}")
    assert r.status_code == 200
    assert r.json() == {{"id": str(n), "state": "open", "who": "nobody"}}
"""
TAVERN = """
test_name: item {n}
stages:
  - name: read
    request: {{url: "{url}/item/{n}", method: GET}}
    response:
      strict: true
      status_code: 200
      json: {{id: "{n}", state: open, who: nobody}}
"""
OURS = """
import sys
from pathlib import Path
from benchmarks.ours import audit
audit(Path({folder!r}), {url!r}, {n})
"""


def tavern_python(cache: Path) -> Path:
    """An environment of Tavern's own, with the pytest it needs; made once."""
    python = cache / "tavern" / "bin" / "python"
    if not (cache / "tavern" / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", str(cache / "tavern")], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "tavern==3.7.1", "pytest==8.4.2"],
            check=True,
        )
        (cache / "tavern" / "complete").touch()
    return python


def timed(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command[:4])} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        )
    return time.perf_counter() - began


def measure(folder: Path, cache: Path, latency: float, rounds: int) -> dict[str, float]:
    """The best wall time of each contender over interleaved rounds, in seconds."""
    tavern = tavern_python(cache)
    best: dict[str, float] = {}
    with serving(latency) as url:
        (folder / "raw.py").write_text(RAW.format(n=CHECKS, url=url))
        (folder / "test_plain.py").write_text(PYTEST.format(n=CHECKS, url=url))
        documents = "---".join(TAVERN.format(n=n, url=url) for n in range(CHECKS))
        (folder / "test_items.tavern.yaml").write_text(documents)
        for number in range(rounds):
            place = folder / f"bundle-{latency}-{number}"
            (folder / "ours.py").write_text(OURS.format(folder=str(place), url=url, n=CHECKS))
            contenders = {
                "raw session loop": [sys.executable, "raw.py"],
                "pytest + requests": [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "test_plain.py",
                ],
                "sbd-audit": [sys.executable, "ours.py"],
                "Tavern": [
                    str(tavern),
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "test_items.tavern.yaml",
                ],
            }
            for name, command in contenders.items():
                best[name] = min(best.get(name, 1e9), timed(command, folder))
    return best
