"""A bundle of 150 checks: how large it is, and what keeping, sealing, signing, packing and verifying cost.

Aims: ≤ 5 MB, and ≤ 1 s of processor time for all of that together, judging again not counted.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import ours
from benchmarks.server import serving

CHECKS = 150
PICTURES, PICTURE = 50, 35_000
TEXTS, TEXT = 350, 4_000
AIM_BYTES, AIM_SECONDS = 5_000_000, 1.0


def measure(place: Path) -> dict[str, float]:
    """Bytes of the zip, and seconds of processor time by stage, of one audit with exhibits as real ones have."""
    os.environ["SBD_AUDIT_HOME"] = str(place / "home")
    from sbd_audit.evidence.bundle import BundleWriter, zip_bundle
    from sbd_audit.evidence.keys import signing_key
    from sbd_audit.evidence.redact import Redactor
    from sbd_audit.evidence.sealing import sign_run
    from sbd_audit.evidence.store import EvidenceStore
    from sbd_audit.library import Library
    from sbd_audit.rejudge import rejudge
    from sbd_audit.verify import verify_bundle

    with serving() as url:
        ours.audit(place / "definitions", url, CHECKS)
    folder = place / "definitions/bundle"
    writer = BundleWriter(folder, "benchmark")
    chance = random.Random(1)
    pictures = [b"\xff\xd8\xff" + chance.randbytes(PICTURE) for _ in range(PICTURES)]
    words = ["tree", "stone", "river", '{"id":"a1b2","state":"open"}', "basket", "ladder"]
    texts = [" ".join(chance.choices(words, k=TEXT // 8))[:TEXT] for _ in range(TEXTS)]
    key = signing_key("2026-01-01T00:00:00Z")
    assert key is not None

    def keep() -> None:
        store = EvidenceStore(
            writer.data / "evidence",
            Redactor(),
            lambda sha256: writer.custody.event(
                "2026-01-01T00:00:00Z", "captured", made=[sha256], durable=False
            ),
        )
        for picture in pictures:
            store.add(picture, "image/jpeg", "a screenshot", screenshot=True)
        for text in texts:
            store.add(text, "text/plain", "a transcript")

    library = Library()
    _ = library.vocabulary, library.scorings, library.profiles
    found = {
        "keep": _spent(keep),
        "seal": _spent(lambda: writer.seal({"Source-Organization": "benchmark"})),
        "sign": _spent(lambda: sign_run(folder, key)),
        "pack": _spent(lambda: zip_bundle(folder, place / "bundle.zip")),
        "judge": _spent(lambda: rejudge(place / "bundle.zip", library)),
    }
    trust = place / "trust.yaml"
    trust.write_text(
        f"required: {{auditor: 1}}\nkeys:\n  - {{name: Auditor, role: auditor, public_key: {key.facts()['public_key']!r}}}\n"
        "time_stamps: {required: 0}\n"
    )
    codes: list[int] = []
    found["verify"] = _spent(
        lambda: codes.append(verify_bundle(place / "bundle.zip", trust, library=library).exit_code)
    )
    if codes != [0]:
        sys.exit("the bundle of the benchmark is not verified")
    return {**found, "bytes": (place / "bundle.zip").stat().st_size}


def aims(found: dict[str, float]) -> list[tuple[str, float, float]]:
    """What was aimed at, the share of it that was used, and 1 as the limit."""
    spent = (
        sum(found[stage] for stage in ("keep", "seal", "sign", "pack", "verify")) - found["judge"]
    )
    return [
        ("bundle of 150 checks ≤ 5 MB", found["bytes"] / AIM_BYTES, 1.0),
        ("build and verify ≤ 1 s beyond judging", spent / AIM_SECONDS, 1.0),
    ]


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def show(found: dict[str, float]) -> None:
    exhibits = PICTURES + TEXTS + CHECKS
    print(f"\nbundle of {CHECKS} checks, {exhibits} exhibits: {found['bytes'] / 1e6:.2f} MB")
    for stage in ("keep", "seal", "sign", "pack", "judge", "verify"):
        print(f"  {stage:8} {found[stage] * 1000:6.0f} ms")


def main() -> int:
    with TemporaryDirectory() as name:
        found = measure(Path(name))
    show(found)
    for aim, ratio, limit in aims(found):
        print(f"  {aim:44} {ratio:5.2f}  {'met' if ratio <= limit else 'NOT MET'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
