"""Accounts a run made, or may have made, and that still exist: for whoever runs the platform to close.

Known from the set-ups of this attempt, and from what was recorded of earlier ones: who was taken in when signing up,
or did anything else with an account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sbd_audit.models.record import Observation
from sbd_audit.observe.accounts import Account

MADE = "made by this run; may be closed"
DOUBTFUL = "may have been made by this run, whose sign-up was not answered clearly; may be closed"
_TAKEN_IN = ("created", "guardian_step", "age_check_required")


def left_behind(
    made: Iterable[Account],
    doubtful: Iterable[Account],
    seen: Iterable[Observation],
    supplied: Collection[str],
) -> list[dict[str, str]]:
    """One entry per account with name, persona and what is known of it; `supplied` accounts are not ours."""
    found: dict[str, tuple[str, str]] = {}
    for account in doubtful:
        found[account.handle] = (account.persona, DOUBTFUL)
    for one in seen:
        if one.actor is None or not one.actor.account or one.actor.account in supplied:
            continue
        if (says := _says(one)) and found.get(one.actor.account, ("", ""))[1] != MADE:
            found[one.actor.account] = (one.actor.persona, says)
    for account in made:
        found[account.handle] = (account.persona, MADE)
    return [
        {"account": handle, "persona": persona, "says": says}
        for handle, (persona, says) in sorted(found.items())
    ]


def _says(seen: Observation) -> str:
    """What an observation says of its actor's account; nothing when there need be none."""
    answered = seen.result is not None and seen.reason is None
    if seen.capability == "sign_up":
        if answered:
            return MADE if seen.result in _TAKEN_IN else ""
        return DOUBTFUL if seen.trace else ""
    if not answered or seen.capability == "open_sign_up":
        return ""
    return "" if seen.capability == "sign_in" and seen.result != "signed_in" else MADE
