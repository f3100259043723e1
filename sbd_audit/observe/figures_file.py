"""Where a transparency file stands: named, at a well-known address, or linked from the transparency page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from requests.cookies import RequestsCookieJar
from selectolax.lexbor import LexborHTMLParser

from sbd_audit.documents.text import Unreadable
from sbd_audit.figures.reading import figures_of, read_file
from sbd_audit.models.document import DocumentSource
from sbd_audit.models.figures import FiguresModel
from sbd_audit.models.record import Did
from sbd_audit.observe.extract import ReplyPage
from sbd_audit.observe.halt import Halt, unavailable
from sbd_audit.observe.http import Reply
from sbd_audit.observe.recognise import NOT_THERE, look_around
from sbd_audit.observe.shelf import NotThere, look_again

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World

KIND, PAGE = "transparency_data", "transparency_report"
MOST_TRIED = 3
"""Linked files that are asked for when nobody named one."""


class Gone(Unreadable):
    """The address answered that nothing is there."""


@dataclass(frozen=True)
class File:
    """The bytes of a file, where they came from (`url` is empty for a file that was handed over), and how."""

    body: bytes
    url: str
    name: str
    found_by: str


def find(world: World, scene: Scene, model: FiguresModel) -> File:
    """The file; raises `NotThere` when it is established that there is none, `Unreadable` with the reason
    when it could not be had, `Halt` when nothing answered."""
    source = _source(world, KIND)
    if source is None:
        return _discovered(world, scene, model)
    if source.not_located is not None:
        raise Unreadable(source.not_located)
    if source.absent is not None:
        look_again(world, scene, source)
        raise NotThere(source.absent)
    if source.file is not None:
        return _handed_over(world, scene, source.file)
    address = source.address(world.target.languages[0])
    if address is None:
        raise Unreadable(f"no address is given for it in {world.target.languages[0]}")
    try:
        return _file(fetched(world, scene, _absolute(world, address)), "named")
    except Gone as gone:
        return _moved(world, scene, model, gone)


def fetched(world: World, scene: Scene, url: str) -> Reply:
    """What an address answers; raises `Gone`, `Unreadable`, or `Halt` when it cannot be asked or is not well."""
    reply = world.http.send(
        "GET", url, jar=RequestsCookieJar(), headers={"Accept": "application/json, */*;q=0.5"}
    )
    path = urlsplit(reply.url).path or "/"
    saw = f"status {reply.status}, {len(reply.body)} bytes of {reply.media_type}"
    scene.trace.append(Did(did=f"fetched {path}", saw=saw))
    if reply.status in NOT_THERE:
        raise Gone(f"{path} answered {reply.status}")
    if reply.status == 429:
        raise Halt("rate_limited", None, f"{path} answered 429")
    if reply.status >= 500:
        raise unavailable(f"{path} answered {reply.status}")
    if reply.status in (401, 403):
        raise Unreadable(f"{path} answered {reply.status}: it is not open to everybody")
    if reply.status != 200:
        raise Unreadable(f"{path} answered {reply.status}")
    if "html" in reply.media_type:
        page = ReplyPage(reply)
        look_around(world.platform, scene.planned, page, None)
        if scene.is_unknown(page):
            raise Gone(f"{path} shows what an address that does not exist shows")
    return reply


def _source(world: World, kind: str) -> DocumentSource | None:
    return world.target.documents.get(kind) or world.platform.documents.get(kind)


def _absolute(world: World, address: str) -> str:
    return urljoin(world.target.base_url.rstrip("/") + "/", address.lstrip("/"))


def _file(reply: Reply, found_by: str) -> File:
    return File(reply.body, reply.url, urlsplit(reply.url).path, found_by)


def _handed_over(world: World, scene: Scene, name: str) -> File:
    path = Path(name)
    if not path.is_absolute() and world.folder is not None:
        path = world.folder / path
    scene.trace.append(Did(did="opened the file that was handed over", saw=path.name))
    return File(read_file(path), "", path.name, "handed over")


# ------------------------------------------------------------------ nobody named it, or it is gone


def _discovered(world: World, scene: Scene, model: FiguresModel) -> File:
    """At a well-known address, at the address that links call such data, or linked from the transparency page."""
    looked: list[str] = []
    for path in model.well_known:
        try:
            reply = fetched(world, scene, _absolute(world, path))
        except (Unreadable, Halt) as error:
            looked.append(str(error))
            continue
        if "html" not in reply.media_type:  # a page of the site stands for anything
            return _file(reply, "well known")
        looked.append(f"{path} shows a page")
    linked: list[str] = []
    for kind in (KIND, PAGE):
        try:
            url = _page_address(world, scene, kind)
            reply = fetched(world, scene, url)
        except (Unreadable, Halt) as error:
            looked.append(str(error))
            continue
        if "html" not in reply.media_type:
            return _file(reply, "a link that names it")
        looked.append(urlsplit(url).path or "/")
        linked += _data_links(world, reply)
    if not linked:
        raise Unreadable(f"no address is given for it, and none was found: {'; '.join(looked)}")
    return _first_sound(world, scene, model, linked)


def _moved(world: World, scene: Scene, model: FiguresModel, gone: Gone) -> File:
    """The file is not where somebody saw it: it is gone only if the transparency page leads to none either."""
    source = _source(world, PAGE)
    if source is None or source.in_browser or source.file is not None:
        raise gone
    held = world.shelf.take(world, scene, PAGE, world.target.languages[0])
    if not held.document.whole:
        flags = "; ".join(flag.says for flag in held.document.flags)
        raise Unreadable(f"{gone}, and the transparency page cannot be relied on: {flags}")
    try:
        reply = fetched(world, scene, held.seen.address)
    except Gone:
        raise gone from None
    linked = _data_links(world, reply)
    if linked:
        return _first_sound(world, scene, model, linked)
    path = urlsplit(reply.url).path
    words = held.document.text.text.casefold()
    if hints := [w for w in model.speaks_of_files if re.search(rf"\b{re.escape(w)}\b", words)]:
        raise Unreadable(
            f"{gone}, and {path} speaks of a file ({', '.join(hints)}) without a link to one"
        )
    raise NotThere(f"{gone}, and the transparency page {path} links to no file of figures")


def _page_address(world: World, scene: Scene, kind: str) -> str:
    source = _source(world, kind)
    if source is None:
        return world.shelf.look_for(world, scene, kind).url
    address = source.address(world.target.languages[0])
    if address is None:
        raise Unreadable(f"no address is given for the {kind.replace('_', ' ')}")
    return _absolute(world, address)


def _data_links(world: World, reply: Reply) -> list[str]:
    """Links to files a program can read, or to a service that holds such figures; JSON first."""
    endings, services = world.vocabulary.tables["data_files"], world.vocabulary.tables["data_services"]  # fmt: skip
    found = []
    for node in LexborHTMLParser(reply.body).css("a[href]"):
        try:
            url = urldefrag(urljoin(reply.url, node.attributes.get("href") or ""))[0]
            place = urlsplit(url)
        except ValueError:
            continue
        ending = place.path.lower().rpartition(".")[2]
        if ending in endings or (place.hostname or "") in services:
            found.append(url)
    return sorted(dict.fromkeys(found), key=lambda url: not url.lower().endswith(".json"))


def _first_sound(world: World, scene: Scene, model: FiguresModel, urls: Sequence[str]) -> File:
    """The first linked file that is one of figures in our model; raises `Unreadable` with what the others are."""
    reasons = []
    for url in urls[:MOST_TRIED]:
        place = urlsplit(url)
        if not world.scope.allows(url):
            reasons.append(f"{place.scheme}://{place.netloc}{place.path} is outside the scope")
            continue
        try:
            file = _file(fetched(world, scene, url), "linked from the transparency page")
            figures_of(file.body, model)
        except (Unreadable, Halt) as error:
            reasons.append(f"{place.path}: {error}")
        else:
            return file
    raise Unreadable("no linked file could be read: " + "; ".join(reasons))
