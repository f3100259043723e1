"""The documents driver: what published pages and supplied files state, with quotes, and what speaks against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sbd_audit.documents.clauses import Reading
from sbd_audit.documents.fragment import linked
from sbd_audit.documents.gate import conclude
from sbd_audit.documents.readability import grade
from sbd_audit.documents.text import Unreadable
from sbd_audit.models.document import StatementRead
from sbd_audit.models.record import Did
from sbd_audit.observe.gather import Away, Held
from sbd_audit.observe.persons import decide
from sbd_audit.observe.shelf import NotThere
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World


def read_document(world: World, scene: Scene) -> dict[str, Any]:
    """Performs ``read_document``: which statements the documents of these kinds make, with quotes.

    A document that could not be had, or that something speaks against, leaves every statement it might have
    made unknown.
    """
    args = scene.arguments
    language = world.target.languages[0]
    found: list[Held] = []
    missing: list[str] = []
    reason = Reason.unreadable
    for kind in args["kinds"]:
        try:
            one = world.shelf.take(world, scene, kind, language)
        except NotThere as error:
            scene.trace.append(Did(did=f"looked for {_words(kind)}", saw=str(error)))
        except Unreadable as error:
            missing.append(f"{_words(kind)}: {error}")
            reason = Reason.unavailable if isinstance(error, Away) else reason
            scene.trace.append(Did(did=f"read {_words(kind)}", saw=str(error)))
        else:
            found.append(one)
            for flag in one.document.flags:
                scene.trace.append(Did(did=f"examined the {_words(kind)}", saw=flag.says))
    scene.documents.extend(one.seen for one in found)
    if not found and not missing:
        nothing = dict.fromkeys(args["statements"], "absent")
        return {"result": "not_found", "outputs": {"statements": nothing}}
    if not any(one.document.usable for one in found):
        flags = [
            f"{_words(one.seen.kind)}: {flag.says}" for one in found for flag in one.document.flags
        ]
        return {
            "result": "unreadable",
            "outputs": {},
            "reason": reason,
            "detail": "; ".join([*missing, *flags]),
        }
    outputs: dict[str, Any] = {"statements": {}}
    for statement in args["statements"]:
        reading = conclude([one.document for one in found], world.clauses.get(statement), missing)
        scene.readings.append(_recorded(statement, reading, found))
        decide(world, scene, statement, found, missing)
        outputs["statements"][statement] = reading.level
    outputs |= _facts(world, scene, found, args.get("language"))
    if missing:  # what the texts at hand do not hold may stand in those that are not
        why = {"reason": reason, "detail": "; ".join(missing)}
        return {"result": "read", "outputs": outputs, **why}
    return {"result": "read", "outputs": outputs}


def _recorded(statement: str, reading: Reading, found: list[Held]) -> StatementRead:
    """The reading with the exhibit its quote stands in and the link to it."""
    own = next(
        (
            one
            for one in found
            if one.document.text.kind == reading.kind and one.document.text.url == reading.url
        ),
        None,
    )
    text = own.document.text.text if own else ""
    if reading.quote and text[reading.start : reading.end] != reading.quote:
        raise ValueError(f"the quote for {statement} is not in its text")
    return StatementRead(
        statement=statement,
        level=reading.level,
        explains=reading.explains,
        quote=reading.quote,
        start=reading.start,
        end=reading.end,
        section=reading.section,
        kind=reading.kind,
        link=linked(reading.url, reading.quote) if reading.quote else "",
        exhibit=own.seen.exhibit if own and reading.quote else "",
    )


def _facts(world: World, scene: Scene, found: list[Held], other: str | None) -> dict[str, Any]:
    """Age and reading grade of the first usable document, whether a translation is of the same version, and
    in which languages of the market all of them are there."""
    facts: dict[str, Any] = {}
    first = next(one for one in found if one.document.usable)
    kind = first.seen.kind
    if day := first.seen.updated or first.seen.effective:
        facts["age_days"] = (world.now().date() - world.now().date().fromisoformat(day)).days
    if (year := grade(first.document.text.text, first.seen.language or "en")) is not None:
        facts["grade"] = year
    if not other:
        return facts
    try:
        translated = world.shelf.take(world, scene, kind, other)
    except (NotThere, Unreadable) as error:
        scene.trace.append(Did(did=f"read {_words(kind)} in {other}", saw=str(error)))
        return facts
    scene.documents.append(translated.seen)
    for flag in translated.document.flags:
        scene.trace.append(Did(did=f"examined the {_words(kind)} in {other}", saw=flag.says))
    if not translated.document.whole:
        return facts
    pair = [(one.seen.version, one.seen.effective, one.seen.updated) for one in (first, translated)]
    if any(pair[0]) and any(pair[1]):
        facts["same_version"] = pair[0] == pair[1]
    says = [
        f"version {version}" if version else f"of {day or updated}"
        for version, day, updated in pair
    ]
    scene.trace.append(
        Did(did=f"compared {_words(kind)} with the {other} text", saw=" and ".join(says))
    )
    return facts


def _words(kind: str) -> str:
    return kind.replace("_", " ")
