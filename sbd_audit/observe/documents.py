"""The documents driver: fetches published pages and supplied files, and reads what they state."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.documents.clauses import Reading, doubts, read
from sbd_audit.documents.readability import grade
from sbd_audit.documents.text import DocumentText, Unreadable, page_text, pdf_text, plain_text
from sbd_audit.models.platform import DocumentSource
from sbd_audit.models.record import Did
from sbd_audit.observe.extract import ReplyPage
from sbd_audit.observe.halt import Halt
from sbd_audit.observe.recognise import NOT_THERE
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World

_VERSION = re.compile(r"\b(?:version|toleo|v)\s*:?\s*(\d+(?:\.\d+)*)", re.IGNORECASE)
_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")


class _NotThere(Exception):
    """The platform has no such document: somebody looked, and what was looked for is still not there."""


def read_document(world: World, scene: Scene) -> dict[str, Any]:
    """Performs ``read_document``: which statements the documents of these kinds make, with quotes.

    A document that could not be had or read leaves every statement it might have made unknown.
    """
    args = scene.arguments
    language = world.target.languages[0]
    texts: list[DocumentText] = []
    missing: list[str] = []
    for kind in args["kinds"]:
        try:
            text = _text(world, scene, kind, language)
        except _NotThere as error:
            scene.trace.append(Did(did=f"looked for {_words(kind)}", saw=str(error)))
        except Unreadable as error:
            missing.append(f"{kind}: {error}")
            scene.trace.append(Did(did=f"read {_words(kind)}", saw=str(error)))
        else:
            texts.append(text)
    if not texts and not missing:
        nothing = dict.fromkeys(args["statements"], "absent")
        return {"result": "not_found", "outputs": {"statements": nothing}}
    if not texts:
        return {
            "result": "unreadable",
            "outputs": {},
            "reason": Reason.unreadable,
            "detail": "; ".join(missing),
        }
    outputs: dict[str, Any] = {"statements": {}}
    for statement in args["statements"]:
        reading = _reading(world, texts, statement, missing)
        outputs["statements"][statement] = reading.level
        where = f" ({_words(reading.kind)})" if reading.kind else ""
        quote = f"“{reading.quote}”{where}" if reading.quote else reading.explains
        scene.trace.append(
            Did(did=f"looked for: {statement.replace('_', ' ')}", saw=f"{reading.level}: {quote}")
        )
    outputs |= _facts(world, scene, texts, args.get("language"))
    if missing:  # what the texts at hand do not hold may stand in those that are not
        why = {"reason": Reason.unreadable, "detail": "; ".join(missing)}
        return {"result": "read", "outputs": outputs, **why}
    return {"result": "read", "outputs": outputs}


def _reading(
    world: World, texts: list[DocumentText], statement: str, missing: list[str]
) -> Reading:
    clause = world.clauses.get(statement)
    if clause is None:
        return Reading("unknown", "no definition of this statement; a person decides")
    reading = read(texts, clause)
    if missing and reading.level in ("absent", "partial"):
        return Reading("unknown", "not everything could be read: " + "; ".join(missing))
    return reading


def _facts(
    world: World, scene: Scene, texts: list[DocumentText], other: str | None
) -> dict[str, Any]:
    """Age, reading grade, and whether a translation is of the same version."""
    facts: dict[str, Any] = {}
    first = texts[0]
    if day := _date(first.text):
        facts["age_days"] = (world.now().date() - day).days
    if (year := grade(first.text, first.language or "en")) is not None:
        facts["grade"] = year
    if other:
        try:
            translated = _text(world, scene, first.kind, other)
        except Unreadable as error:
            scene.trace.append(Did(did=f"read {_words(first.kind)} in {other}", saw=str(error)))
            return facts
        pair = [(_version(text.text), _date(text.text)) for text in (first, translated)]
        if doubts(translated):
            return facts
        if pair[0] != (None, None) and pair[1] != (None, None):
            facts["same_version"] = pair[0] == pair[1]
        scene.trace.append(
            Did(
                did=f"compared {_words(first.kind)} with the {other} text",
                saw=f"versions {pair[0][0]} and {pair[1][0]}",
            )
        )
    return facts


def _text(world: World, scene: Scene, kind: str, language: str) -> DocumentText:
    """The text of one kind of document; raises `Unreadable` with the reason."""
    supplied = world.target.documents.get(kind)
    if isinstance(supplied, dict) and "file" in supplied:
        return _file(world, kind, supplied["file"], language)
    source = (
        DocumentSource.model_validate(supplied) if supplied else world.platform.documents.get(kind)
    )
    if source is None:
        published = world.vocabulary.tables["document_kinds"].get(kind) == "published"
        raise Unreadable("no address is given for it" if published else "it was not handed over")
    if source.not_located is not None:
        raise Unreadable(source.not_located)
    if source.absent is not None:
        _look_again(world, scene, source)
        raise _NotThere(source.absent)
    address = source.address(language)
    if address is None:
        raise Unreadable(f"no address is given for it in {language}")
    url = urljoin(world.target.base_url.rstrip("/") + "/", address.lstrip("/"))
    try:
        reply = world.http.send(
            "GET", url, jar=RequestsCookieJar(), headers={"Accept-Language": language}
        )
    except Halt as halt:
        raise Unreadable(halt.detail) from None
    path = urlsplit(url).path
    scene.trace.append(
        Did(did=f"fetched {path} for the {_words(kind)}", saw=f"status {reply.status}")
    )
    if reply.status != 200:
        raise Unreadable(f"{path} answered {reply.status}")
    scene.note_document(kind, url, reply.text)
    if reply.media_type == "application/pdf":
        text = pdf_text(reply.body, kind=kind, url=url)
    else:
        text = page_text(reply.body, kind=kind, url=url, select=source.select, remove=source.remove)
    if not text.text.strip():
        raise Unreadable("it came back without text")
    return text


def _look_again(world: World, scene: Scene, source: DocumentSource) -> None:
    """Asks the addresses where such a document would stand; raises `Unreadable` when one answers otherwise."""
    for address in source.looked_for:
        url = urljoin(world.target.base_url.rstrip("/") + "/", address.lstrip("/"))
        try:
            page = ReplyPage(world.http.send("GET", url, jar=RequestsCookieJar()))
        except Halt as halt:
            raise Unreadable(f"{address}: {halt.detail}") from None
        gone = page.status in NOT_THERE or scene.is_unknown(page)
        scene.trace.append(
            Did(
                did=f"looked at {address}",
                saw=f"status {page.status}, {'no' if gone else 'a'} page",
            )
        )
        if not gone:
            raise Unreadable(
                f"{address} answered {page.status}, and the platform file says there is none"
            )


def _file(world: World, kind: str, name: str, language: str) -> DocumentText:
    path = Path(name)
    if not path.is_absolute() and world.folder is not None:
        path = world.folder / path
    try:
        body = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{name}: {(error.strerror or str(error)).lower()}") from None
    if path.suffix == ".pdf":
        return pdf_text(body, kind=kind, url=name)
    if path.suffix in (".html", ".htm"):
        return page_text(body, kind=kind, url=name)
    return plain_text(
        body.decode("utf-8", errors="replace"), kind=kind, url=name, language=language
    )


def _version(text: str) -> str | None:
    match = _VERSION.search(text)
    return match[1] if match else None


def _date(text: str) -> date | None:
    match = _DATE.search(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _words(kind: str) -> str:
    return kind.replace("_", " ")
