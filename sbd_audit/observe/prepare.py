"""Set-up before anything is judged: accounts, their settings, and how they know one another."""

from __future__ import annotations

from sbd_audit.models.record import Cast, Observation, Planned
from sbd_audit.observe.accounts import Account
from sbd_audit.observe.browser import errors_as_halts
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.perform import Performer
from sbd_audit.observe.scene import Scene
from sbd_audit.observe.world import Stage
from sbd_audit.outcome import Reason

TRIES = 3
"""People who try to join for one role: the first may or may not exist after an error, and is left alone."""


def prepare(stage: Stage, performer: Performer) -> Halt | None:
    """Brings every person of a case to where its check wants them; the reason when that fails."""
    world = performer.world
    for role, cast in stage.case.cast.items():
        stage.accounts[role] = world.people.cast(stage.case.id, role, cast)
    _same_numbers(stage)
    try:
        with errors_as_halts():
            _bring_about(stage, performer)
    except Halt as halt:
        reason = (
            halt.reason
            if halt.reason in (Reason.no_account, Reason.no_binding)
            else Reason.set_up_failed
        )
        return Halt(halt.result, reason, halt.detail or str(halt.result))
    return None


def _bring_about(stage: Stage, performer: Performer) -> None:
    for role, cast in stage.case.cast.items():
        account = stage.accounts[role]
        if not account.anonymous and not cast.joins:
            _somebody(stage, performer, account, cast)
    for role, cast in stage.case.cast.items():
        _relations(stage, performer, stage.accounts[role], cast)
    for role, cast in stage.case.cast.items():
        _settings(stage, performer, stage.accounts[role], cast)


def _same_numbers(stage: Stage) -> None:
    """A further account of the same person has that person's number, as a service would see it."""
    for role, cast in stage.case.cast.items():
        for other, relation in cast.relation.items():
            if relation == "same_person":
                stage.accounts[role].phone = stage.accounts[other].phone


def _somebody(stage: Stage, performer: Performer, account: Account, cast: Cast) -> None:
    """An account for a role; where an error of the moment stood in the way, one for somebody else."""
    for attempt in range(1, TRIES + 1):
        try:
            _account(stage, performer, account)
        except Halt as halt:
            if account.supplied or not halt.answered or attempt == TRIES:
                raise
            people, case = performer.world.people, f"{stage.case.id}/{attempt}"
            account = stage.accounts[account.role] = people.invent(
                case, account.role, cast.persona, cast.age, cast.gender
            )
            _same_numbers(stage)
        else:
            return


def _account(stage: Stage, performer: Performer, account: Account) -> None:
    scene = _scene(stage, performer, account)
    if account.supplied:
        performer.sessions.ensure(account, "first", scene)
        return
    steps = performer.world.platform.set_up("account")
    if steps is None:
        raise Halt(
            None,
            Reason.no_account,
            f"no account is supplied for {account.persona}, and none can be made",
        )
    performer.world.doubtful.append(account)
    performer.sessions.play(steps, scene, account)
    account.exists = True
    performer.world.made.append(account)
    if performer.world.platform.prepare.session is None:
        account.device().signed_in = True
    performer.sessions.ensure(account, "first", scene)
    if (
        stage.case.cast[account.role].state == "settled"
        and performer.world.platform.prepare.settled
    ):
        performer.sessions.play(performer.world.platform.prepare.settled, scene, account)


def _relations(stage: Stage, performer: Performer, account: Account, cast: Cast) -> None:
    for other, relation in cast.relation.items():
        if relation in ("none", "same_person"):
            continue
        steps = getattr(performer.world.platform.prepare, relation, None)
        if steps is None:
            raise Halt(
                None,
                Reason.no_binding,
                f"the platform file does not say how people become {relation}",
            )
        scene = _scene(stage, performer, account)
        scene.locals["other"] = stage.accounts[other]
        performer.sessions.play(steps, scene, account)


def _settings(stage: Stage, performer: Performer, account: Account, cast: Cast) -> None:
    for setting, value in cast.settings.items():
        args = {"as": account.role, "setting": setting, "to": value}
        planned = Planned(id="prepare", capability="change_setting", args=args, step="prepare")
        done: Observation = performer.perform(planned, stage)
        # A platform without the setting leaves the person as open as everybody there is; the control will tell.
        if done.result not in ("changed", "not_offered"):
            raise Halt(
                None,
                Reason.set_up_failed,
                f"{setting} of {account.role}: {done.detail or done.result}",
            )
    stage.answers.pop("prepare", None)


def _scene(stage: Stage, performer: Performer, account: Account) -> Scene:
    planned = Planned(id="prepare", capability="prepare", args={"as": account.role}, step="prepare")
    scene = Scene(performer.world, performer.sessions, stage, planned)
    scene.trace = stage.set_up  # kept, so that a set-up that fails can be followed step by step
    return scene
