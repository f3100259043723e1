"""The figures driver: finds the transparency file, reads it, and records every place that a number was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from sbd_audit.canonical import digest
from sbd_audit.documents.text import Unreadable
from sbd_audit.figures.assess import Assessment, assess
from sbd_audit.figures.gaps import Asked
from sbd_audit.figures.reading import figures_of
from sbd_audit.figures.schema import Break
from sbd_audit.models.document import DocumentSeen
from sbd_audit.models.record import Did
from sbd_audit.observe.figures_file import KIND, File, Gone, fetched, find
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.shelf import MOST_KEPT, NotThere
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World

MOST_TOLD = 60
"""Places of one sort that are told one by one in the trace; all of them stand in an exhibit."""


def read_transparency_data(world: World, scene: Scene) -> dict[str, Any]:
    """Performs ``read_transparency_data``: the file of figures held against its model and rules.

    `not_found` is answered only where somebody named an address or said there is none, and what was looked at
    bears it out. Whatever else goes wrong leaves everything unknown.
    """
    model = world.figures()
    try:
        file = find(world, scene, model)
        data = figures_of(file.body, model)
    except NotThere as error:
        return {"result": "not_found", "outputs": {}, "detail": str(error)}
    except Unreadable as error:
        scene.trace.append(Did(did="read the transparency data", saw=str(error)))
        why = {"reason": Reason.unreadable, "detail": str(error)}
        return {"result": "unreadable", "outputs": {}, **why}
    asked = Asked(world.target.market, world.target.languages)
    found = assess(
        data, model, asked, world.now().date(), world.vocabulary.tables["report_reasons"]
    )
    _previous(world, scene, file, data, found)
    _record(world, scene, file, data, found)
    kinds = world.vocabulary.capabilities[scene.planned.capability].outputs
    why = {"detail": "; ".join(found.notes)} if set(kinds) - set(found.outputs) else {}
    return {"result": "read", "outputs": found.outputs, **why}


def _previous(
    world: World, scene: Scene, file: File, data: dict[str, Any], found: Assessment
) -> None:
    """Follows the link to the file before; one that leads nowhere, or back to the same file, is no link."""
    report = data.get("report")
    before = report.get("previous") if isinstance(report, dict) else None
    if not found.outputs.get("previous_linked") or not isinstance(before, dict):
        return
    base = file.url or world.target.base_url.rstrip("/") + "/"
    try:
        url = world.scope.home(urljoin(base, str(before["url"])))
        inside = world.scope.allows(url)
    except ValueError:
        found.outputs["previous_linked"] = False
        return
    did = "followed the link to the previous file"
    if not inside:
        where = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
        scene.trace.append(Did(did=did, saw=f"not asked: {where} is outside the scope"))
    elif url == file.url:
        scene.trace.append(Did(did=did, saw="it leads to this very file"))
        found.outputs["previous_linked"] = False
    else:
        try:
            fetched(world, scene, url)
        except Gone as gone:
            scene.trace.append(Did(did=did, saw=str(gone)))
            found.outputs["previous_linked"] = False
        except (Unreadable, Halt) as error:
            scene.trace.append(Did(did=did, saw=str(error)))
            del found.outputs["previous_linked"]


def _record(
    world: World, scene: Scene, file: File, data: dict[str, Any], found: Assessment
) -> None:
    """Every place into the trace, all of them into one exhibit, and the file itself beside it."""
    text = world.redactor.text(file.body.decode("utf-8-sig"))
    report = data["report"] if found.outputs["schema_valid"] else {}
    scene.documents.append(
        DocumentSeen(
            kind=KIND,
            address=world.redactor.text(file.url or file.name),
            asked_language="",
            language=next(iter(report.get("languages", ())), None),
            market=world.target.market,
            updated=report.get("published_on"),
            fetched_at=world.stamp(),
            sha256=digest(file.body),
            bytes=len(file.body),
            extractor="json",
            characters=len(text),
            exhibit=world.store.add(text, "text/plain", "the transparency data", most=MOST_KEPT),
            found_by=file.found_by,
        )
    )
    sorts = (
        ("held the file against its model", found.departures),
        ("held the figures against the rules", found.breaks),
        ("looked for the rows every file has", found.missing),
        ("looked for every combination of harm and surface", found.gaps),
    )
    lines: list[str] = []
    for did, places in sorts:
        told = [_told(world, place) for place in places]
        lines += [f"{did}: {line}" for line in told]
        scene.trace.extend(Did(did=did, saw=line) for line in _first(told))
    scene.trace.extend(Did(did="read the figures", saw=note) for note in found.notes)
    if lines:
        says = "what was found in the transparency data"
        scene.kept.append(
            world.store.add("\n".join(lines) + "\n", "text/plain", says, most=MOST_KEPT)
        )


def _first(told: Sequence[str]) -> list[str]:
    more = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], *([f"and {more} more, in the exhibit"] if more > 0 else [])]


def _told(world: World, place: Break) -> str:
    asks = world.figures().rules.get(place.rule)
    return f"{place.pointer}: {place.says}" + (f" — {asks}" if asks else "")
