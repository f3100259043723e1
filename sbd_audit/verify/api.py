"""`verify_bundle`: one call for whole bundles, editions and disclosures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sbd_audit.errors import BundleError
from sbd_audit.evidence.archive import Remembered, open_files
from sbd_audit.evidence.bundle import Bundle
from sbd_audit.evidence.trust import Trusted, load_trust
from sbd_audit.library import Library
from sbd_audit.verify.edition import is_edition, verify_edition
from sbd_audit.verify.report import State, Step, Verification, completed
from sbd_audit.verify.whole import verify_whole


def verify_bundle(
    path: Path | str,
    trust: Trusted | Path | str | None = None,
    *,
    disclosures: Sequence[Path] = (),
    library: Library | None = None,
    now: datetime | None = None,
) -> Verification:
    """Carries out the thirteen steps on a bundle or an edition, a folder or a zip. Never raises for what it holds.

    `trust` is the verifier's own file of keys. `disclosures` are checked against what was signed. `library`
    holds the vocabulary and scoring to judge with, `now` is for tests. Raises `DefinitionError` for a wrong trust
    file, `UsageError` when that is missing.
    """
    place = Path(path)
    library = library or Library()
    public = library.vocabulary.helplines
    trusted = trust if isinstance(trust, Trusted | None) else load_trust(Path(trust))
    try:
        files = Remembered(open_files(place))
        if is_edition(files):
            return verify_edition(place, files, trusted, disclosures, public, now)
        bundle = Bundle(place, files)
    except BundleError as error:
        refused = [Step(1, State.malformed, (str(error),))]
        return Verification(str(place), completed(refused, "it was refused before it was read"))
    return verify_whole(place, bundle, trusted, library, disclosures, public, now)
