"""The driver for people: answers and decisions are taken from the file the target names, never asked live.

What somebody said is recorded as said, with who, when and what was shown, and never as something seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import yaml

from sbd_audit.decisions import Read, fit
from sbd_audit.models.attestation import Given
from sbd_audit.models.record import Did
from sbd_audit.observe.halt import Halt
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from datetime import date

    from sbd_audit.observe.gather import Held
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World


def ask_person(world: World, scene: Scene) -> dict[str, Any]:
    """Performs ``ask_person``: the answer on file, its age, and as an exhibit who gave it on what."""
    scene.driver = "person"
    role, question = str(scene.arguments["role"]), str(scene.arguments["question"])
    answer = world.attestations.answer(role, question)
    if answer is None:
        raise Halt(None, Reason.not_answered, f"{question.replace('_', ' ')}, by the {role}")
    asks = str(world.vocabulary.tables["questions"][question])
    day = answer.answered_on
    note_given(world, scene, world.attestations.answered(answer, asks))
    scene.trace.append(
        Did(
            did=f"looked up the {role}'s answer on file",
            saw=f"{role} answered on {day}: {answer.answer.replace('_', ' ')}",
        )
    )
    if answer.answer == "declined":
        return {"result": "declined", "detail": f"the {role} declined to answer on {day}"}
    return {
        "result": "answered",
        "outputs": {"answer": answer.answer, "age_days": _age(world, day)},
    }


def decide(
    world: World, scene: Scene, statement: str, found: Sequence[Held], missing: Sequence[str]
) -> None:
    """Records every decision on file about a statement, and how it fits the texts just read."""
    kinds = scene.arguments["kinds"]
    for one in world.attestations.decided(statement, kinds):
        texts = [Read(held.seen, held.document.text.text) for held in found]
        how = fit(one, texts, bool(missing))
        asks = str(world.vocabulary.tables["statements"][statement].get("says", ""))
        given = world.attestations.decision(one, asks)
        note_given(
            world,
            scene,
            given.model_copy(
                update={
                    "counts": how.counts,
                    "because": how.because,
                    "start": how.start,
                    "end": how.end,
                    "exhibit": how.exhibit,
                }
            ),
        )


def note_given(world: World, scene: Scene, given: Given) -> None:
    """Keeps what a person said with the performance, without what must not be recorded, and as an exhibit."""
    clean = Given.model_validate(world.redactor.texts(given.model_dump(mode="json")))
    scene.given.append(clean)
    written = yaml.safe_dump(
        clean.model_dump(mode="json", exclude={"counts", "because", "start", "end", "exhibit"}),
        sort_keys=False,
        allow_unicode=True,
    )
    says = f"{clean.kind} of a {clean.role} on {clean.about.replace('_', ' ')}, as given"
    scene.attested.append(world.store.add(written, "application/yaml", says))


def _age(world: World, day: date) -> int:
    """Days since it was answered; where the day has begun there and not yet here, none."""
    return max(0, (world.now().date() - day).days)
