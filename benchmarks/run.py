"""``make bench``: the figures that keep the shape honest, as ratios measured in one run.

Aims: 200 checks ≤ 0.35 × Tavern and ≤ 1.5 × pytest + requests at 0 ms; ≤ 0.25 × the raw serial loop at 25 ms; a browser
flow ≤ 0.7 × raw Playwright on full Chromium, ≤ 1.1 × on the same build. A bundle of 150 checks ≤ 5 MB, built and verified in ≤ 1 s beyond judging.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import bundle, flow, http_checks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "sbd-audit")
    options = parser.parse_args()
    met = []
    for latency in (0.0, 0.025):
        with TemporaryDirectory() as name:
            best = http_checks.measure(Path(name), options.cache, latency, options.rounds)
        print(f"\n200 http checks, {latency * 1000:.0f} ms latency")
        for contender, seconds in best.items():
            print(
                f"  {contender:24} {seconds:6.2f} s   ours is {best['sbd-audit'] / seconds:5.2f} ×"
            )
        if latency:
            met.append(
                ("≤ 0.25 × raw loop at 25 ms", best["sbd-audit"] / best["raw session loop"], 0.25)
            )
        else:
            met.append(("≤ 0.35 × Tavern at 0 ms", best["sbd-audit"] / best["Tavern"], 0.35))
            met.append(
                (
                    "≤ 1.5 × pytest + requests at 0 ms",
                    best["sbd-audit"] / best["pytest + requests"],
                    1.5,
                )
            )
    times = flow.measure(15)
    print("\nthree-page browser flow (median of 15)")
    for contender, seconds in times.items():
        print(f"  {contender:34} {seconds * 1000:6.0f} ms")
    ours = next((value for name, value in times.items() if name.startswith("sbd-audit")), None)
    kinds = {
        name.removeprefix("raw Playwright on "): value
        for name, value in times.items()
        if name.startswith("raw")
    }
    if ours and "chromium" in kinds:
        met.append(("≤ 0.7 × raw Playwright on full Chromium", ours / kinds["chromium"], 0.7))
    if ours and kinds:
        met.append(
            ("≤ 1.1 × raw Playwright on the same build", ours / next(iter(kinds.values())), 1.1)
        )
    with TemporaryDirectory() as name:
        sealed = bundle.measure(Path(name))
    bundle.show(sealed)
    met += bundle.aims(sealed)
    print("\naims")
    for aim, ratio, limit in met:
        print(f"  {aim:44} {ratio:5.2f}  {'met' if ratio <= limit else 'NOT MET'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
