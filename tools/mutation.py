"""Throws every switch of the practice platform and says which checks noticed; exit code 1 if one is wrong."""

from __future__ import annotations

import argparse
import sys
import time

from sbd_audit.demo.mutation import Effect, matrix


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("switches", nargs="*", help="only these")
    parser.add_argument(
        "--full", action="store_true", help="a whole audit per switch, instead of what it can touch"
    )
    options = parser.parse_args()
    began = time.monotonic()

    def tell(effect: Effect) -> None:
        wrong = [f"missed {name}" for name in effect.missed] + [
            f"spurious {name}" for name in effect.spurious
        ]
        print(
            f"{effect.switch:42} {effect.cases:3} cases  {'; '.join(wrong) or 'as expected'}",
            flush=True,
        )

    safe, effects = matrix(options.switches, full=options.full, tell=tell)
    missed = sum(len(effect.missed) for effect in effects)
    spurious = sum(len(effect.spurious) for effect in effects)
    unsafe = [check for check, outcome in safe.items() if outcome != "passed"]
    print(f"safe run: {len(safe) - len(unsafe)} of {len(safe)} passed")
    print(
        f"{len(effects)} switches, {missed} missed, {spurious} spurious, {time.monotonic() - began:.0f} s"
    )
    return int(bool(missed or spurious or unsafe))


if __name__ == "__main__":
    sys.exit(main())
