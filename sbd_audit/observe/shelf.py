"""The documents of one run, each fetched once per kind and language and shared by all checks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from sbd_audit.documents.artefacts import Asked
from sbd_audit.documents.signs import Signs
from sbd_audit.documents.text import Unreadable
from sbd_audit.models.binding import BindingStep
from sbd_audit.models.document import DocumentSource
from sbd_audit.models.record import Did
from sbd_audit.observe.extract import ReplyPage
from sbd_audit.observe.finder import Finding, Found, find_documents
from sbd_audit.observe.gather import Away, Gathered, Held, held, of_file, of_page, of_reply
from sbd_audit.observe.halt import PASSING, Halt
from sbd_audit.observe.recognise import NOT_THERE
from sbd_audit.outcome import AGAIN

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World

MOST_KEPT = 2_000_000
"""Bytes of a document's text that are kept as evidence, uncut: quotes are found in it by offset."""


class NotThere(Exception):
    """The platform has no such document: somebody looked, and what was looked for is still not there."""


class Shelf:
    """Documents by kind and language; thread-safe."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], tuple[Held | Exception, tuple[Did, ...]]] = {}
        self._finding: Finding | None = None
        self._signs: Signs | None = None
        self._lock = threading.RLock()

    def take(self, world: World, scene: Scene, kind: str, language: str) -> Held:
        """The document of a kind in a language.

        Raises `NotThere` when it is established that there is none, `Unreadable` with the reason when it
        could not be had. What was done for it is added to the scene's trace each time.
        """
        key = (kind, language)
        with self._lock:
            if key not in self._held:
                before = len(scene.trace)
                try:
                    outcome: Held | Exception = self._fetched(world, scene, kind, language)
                except (NotThere, Unreadable) as error:
                    outcome = error
                done = tuple(scene.trace[before:])
                del scene.trace[before:]
                self._held[key] = (outcome, done)
            found, done = self._held[key]
        scene.trace.extend(done)
        if isinstance(found, Exception):
            raise found
        return found

    def signs(self, world: World) -> Signs:
        if self._signs is None:
            self._signs = Signs.of(world.vocabulary.tables)
        return self._signs

    # ------------------------------------------------------------------ one document

    def _fetched(self, world: World, scene: Scene, kind: str, language: str) -> Held:
        source = world.target.documents.get(kind) or world.platform.documents.get(kind)
        found: Found | None = None
        if source is None:
            found = self.look_for(world, scene, kind)
            source = DocumentSource(fetch=found.url)
        if source.not_located is not None:
            raise Unreadable(source.not_located)
        if source.absent is not None:
            look_again(world, scene, source)
            raise NotThere(source.absent)
        if source.file is not None:
            path = Path(source.file)
            if not path.is_absolute() and world.folder is not None:
                path = world.folder / path
            gathered = of_file(path, kind, language, source)
        else:
            gathered = _had(world, scene, kind, language, source)
        asked = Asked(kind, language, world.target.market, source.at_least)
        return held(
            gathered,
            asked,
            self.signs(world),
            world.now().date(),
            clean=world.redactor.text,
            keep=lambda text: world.store.add(
                text, "text/plain", f"text of the {_words(kind)} ({language})", most=MOST_KEPT
            ),
            fetched_at=world.stamp(),
            found_by=found.how if found else "handed over" if source.file else "named",
            clicks=found.clicks if found else None,
        )

    def look_for(self, world: World, scene: Scene, kind: str) -> Found:
        """Where a published document nobody named seems to stand; raises `Unreadable`."""
        if world.vocabulary.tables["document_kinds"].get(kind) != "published":
            raise Unreadable("it was not handed over")
        signs = self.signs(world)
        if self._finding is None:
            away = [
                part
                for region in signs.regions.values()
                if world.target.market not in region.markets
                for part in region.addresses
            ]
            self._finding = find_documents(
                world.http,
                world.target.base_url,
                signs.links,
                languages=world.target.languages,
                elsewhere=away,
            )
        looked = ", ".join(urlsplit(url).path or "/" for url in self._finding.looked_at)
        found = self._finding.found.get(kind)
        if found is None and self._finding.passing:
            raise Away(f"no address is given for it, and {self._finding.passing[0]}")
        if found is None:
            seen = f"no link on {looked} leads to one" if looked else "no page could be searched"
            raise Unreadable(f"no address is given for it, and {seen}")
        if not world.scope.allows(found.url):
            place = urlsplit(found.url)
            raise Unreadable(
                f"it seems to stand at {place.scheme}://{place.netloc}{place.path}, outside the scope"
            )
        scene.trace.append(Did(did=f"looked for the {_words(kind)}", saw=f"found by {found.how}"))
        return found


def _had(world: World, scene: Scene, kind: str, language: str, source: DocumentSource) -> Gathered:
    """The document at its address; by browser where it has to be, or where the page turns out to need it."""
    address = source.address(language)
    if address is None:
        raise Unreadable(f"no address is given for it in {language}")
    url = urljoin(world.target.base_url.rstrip("/") + "/", address.lstrip("/"))
    try:
        if source.in_browser:
            return _shown(world, scene, kind, url, source)
        reply = world.http.send(
            "GET", url, jar=RequestsCookieJar(), headers={"Accept-Language": language}
        )
        path = urlsplit(url).path or "/"
        hops = f" after {len(reply.hops)} redirects" if reply.hops else ""
        scene.trace.append(
            Did(did=f"fetched {path} for the {_words(kind)}", saw=f"status {reply.status}{hops}")
        )
        gathered = of_reply(reply, kind, source)
        if scene.is_unknown(ReplyPage(reply)):
            raise Unreadable(f"{path} shows what an address that does not exist shows")
        if scene.sessions.browser is not None and _needs_scripts(world, gathered):
            return _shown(world, scene, kind, url, source)
    except Halt as halt:
        kind_of = Away if halt.reason in AGAIN else Unreadable
        raise kind_of(halt.detail or str(halt.result)) from None
    return gathered


def _shown(world: World, scene: Scene, kind: str, url: str, source: DocumentSource) -> Gathered:
    flow = scene.sessions.flow(None, "first", world.target.languages[0])
    flow.run(BindingStep(open=url))
    gathered = of_page(flow, kind, source)
    scene.trace.append(
        Did(
            did=f"opened {urlsplit(url).path or '/'} in the browser for the {_words(kind)}",
            saw=f"{len(gathered.text.text)} characters of text",
        )
    )
    return gathered


def _needs_scripts(world: World, gathered: Gathered) -> bool:
    """True for a page that is all but empty, or whose folded parts have no text, until its scripts have run."""
    noticed = gathered.text.noticed
    shortest = int(world.vocabulary.tables["artefact_limits"]["shortest"])
    bare = len(gathered.text.text) < shortest
    return bool(noticed.get("scripts")) and (bare or bool(noticed.get("folded_empty")))


def look_again(world: World, scene: Scene, source: DocumentSource) -> None:
    """Asks the addresses where such a document would stand; raises `Unreadable` when one answers otherwise."""
    for address in source.looked_for:
        url = urljoin(world.target.base_url.rstrip("/") + "/", address.lstrip("/"))
        try:
            page = ReplyPage(world.http.send("GET", url, jar=RequestsCookieJar()))
        except Halt as halt:
            raise Away(f"{address}: {halt.detail}") from None
        if page.status in PASSING:
            raise Away(f"{address} answered {page.status}")
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


def _words(kind: str) -> str:
    return kind.replace("_", " ")
