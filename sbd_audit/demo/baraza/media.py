"""Pictures on posts: taken in without what telephones write into them, given out to those who may see the post."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, abort, make_response
from PIL import Image, UnidentifiedImageError
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import fault, me, refused, state

pages = Blueprint("media", __name__)
LARGEST = 200_000
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}


def taken_in(upload: FileStorage) -> bytes | None:
    """The picture as it is kept: colours only, no metadata; None when it is no picture we take."""
    data = upload.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        return None
    try:
        with Image.open(BytesIO(data)) as image:
            kind, bare = str(image.format), image.copy()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    if kind not in KINDS:
        return None
    if _says_more(data) and fault("photo_keeps_location"):
        return data
    bare.info = {}
    out = BytesIO()
    bare.save(out, kind)
    return out.getvalue()


def _says_more(data: bytes) -> bool:
    """True when the file holds more than colours."""
    with Image.open(BytesIO(data)) as image:
        return bool(image.getexif()) or "xmp" in image.info


def may_download(post: Item, reader: User | None) -> bool:
    author = state().users[post.author]
    return state().lets(author, "downloads", reader)


@pages.get("/media/<name>")
def original(name: str) -> Answer:
    """The picture of a post, to whoever may read the post."""
    return given_out(_post(name).picture)


@pages.get("/media/<name>/download")
def download(name: str) -> Answer:
    """The picture as a file to keep, where its author allows that."""
    post = _post(name)
    if not may_download(post, me()) and not fault("download_address_works"):
        return refused("this picture is not to be kept")
    answer = given_out(post.picture)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def may_see(reader: User | None, item: Item) -> bool:
    """Whether somebody may see a picture: whoever may read the post or the message; avatars and icons, everybody."""
    if item.removed:
        return False
    if item.kind == "message":
        return reader is not None and reader.handle in (item.to, item.author)
    if item.kind in ("avatar", "group_icon"):
        author = state().users[item.author]
        return reader is not None and not state().shut_out(reader, author)
    return state().may_read(reader, item)


def _post(name: str) -> Item:
    post, reader = state().items.get(name), me()
    host_answers()
    if post is None or not post.picture or fault("files_found_for_nobody"):
        abort(404)
    if not may_see(reader, post) and not (reader is None and fault("media_address_public")):
        abort(404)
    return post


def given_out(picture: bytes) -> Response:
    """A picture as an answer, wherever one is shown."""
    host_answers()
    if fault("pictures_replaced"):
        picture = _placeholder()
    kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
    answer = make_response(picture)
    answer.headers["Content-Type"] = kind
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def host_answers() -> None:
    """Pictures come from a machine of their own, which may be down."""
    if fault("media_host_down"):
        abort(503)


def _placeholder() -> bytes:
    out = BytesIO()
    stripes = Image.linear_gradient("L")
    stripes.save(out, "PNG")
    return out.getvalue()
