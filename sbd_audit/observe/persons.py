"""The driver for people: answers and decisions are taken from the file the target names, never asked live.

What somebody said is recorded as said, with who, when and what was shown, and never as something seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import yaml

from sbd_audit.attestations import performed
from sbd_audit.decisions import Read
from sbd_audit.models.record import Did
from sbd_audit.observe.halt import Halt
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from sbd_audit.models.attestation import Given
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
    _keep(world, scene, world.attestations.answered(answer, world.vocabulary))
    says = f"answered on {answer.answered_on}: {answer.answer.replace('_', ' ')}"
    scene.trace.append(Did(did=f"looked up the {role}'s answer on file", saw=says))
    return performed(answer, role, world.now().date())


def decide(
    world: World, scene: Scene, statement: str, found: Sequence[Held], missing: Sequence[str]
) -> None:
    """Records every decision on file about a statement, and how it fits the texts just read."""
    texts = [Read(held.seen, held.document.text.text) for held in found]
    kinds = scene.arguments["kinds"]
    for given in world.attestations.decided(
        statement, kinds, texts, bool(missing), world.vocabulary
    ):
        _keep(world, scene, given)


def _keep(world: World, scene: Scene, given: Given) -> None:
    """Keeps what a person said with the performance, and as an exhibit."""
    scene.given.append(given)
    as_given = given.model_dump(
        mode="json", exclude={"counts", "because", "start", "end", "exhibit"}
    )
    written = yaml.safe_dump(as_given, sort_keys=False, allow_unicode=True)
    says = f"{given.kind} of a {given.role} on {given.about.replace('_', ' ')}, as given"
    scene.attested.append(world.store.add(written, "application/yaml", says))
