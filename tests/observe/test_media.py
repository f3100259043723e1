"""Pictures the audit sends and gets back: is it ours, and does it still say where it was taken."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from sbd_audit.library import Library
from sbd_audit.models.target import Target
from sbd_audit.observe.fixtures import Fixtures
from sbd_audit.observe.located import EXIF_GPS, carries_place, located_card
from sbd_audit.observe.pictures import Picture, card
from sbd_audit.outcome import Reason

from .pages import Answer, Exchange, serving
from .stage import playing

BINDING = """
capabilities:
  create_post:
    steps:
      - post: /posts
        files: {picture: "{media}"}
        means: [{status: 201, is: published}]
    outputs: {post: {item: {id: {json: id}}}}
  fetch_media:
    steps:
      - get: "/media/{item.id}"
        means:
          - {own_picture: true, is: fetched}
          - {own_picture: false, is: replaced}
          - {status: 404, is: not_found}
    outputs: {has_location: {located: true}}
  view_post:
    steps:
      - get: "{post.url}"
        means: [{status: 200, is: shown}]
"""


def saved(data: bytes, kind: str, **options: object) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(data)) as image:
        image.convert("RGB").resize((64, 64)).save(out, kind, **options)
    return out.getvalue()


def test_the_located_picture_carries_its_place_twice() -> None:
    data = located_card(7).data
    assert carries_place(data)
    with Image.open(BytesIO(data)) as image:
        assert image.getexif().get_ifd(EXIF_GPS)
        assert b"GPSLatitude" in image.info["xmp"]
    assert located_card(7) == located_card(7) != located_card(8)


@pytest.mark.parametrize(
    ("keep", "carries"),
    [
        (lambda data: data, True),
        (lambda data: saved(data, "JPEG"), False),
        (lambda data: saved(data, "PNG"), False),
        (lambda data: data.replace(b"GPSL", b"XXXL"), True),  # XMP gone, Exif left
        (lambda data: saved(data, "JPEG", exif=Image.open(BytesIO(data)).getexif()), True),
        (lambda data: data.replace(b"Exif\0\0", b"Exof\0\0"), True),  # Exif gone, XMP left
        (lambda data: b"<html>a picture</html>", None),
        (lambda data: b"", None),
    ],
)
def test_a_place_left_anywhere_is_noticed(
    keep: Callable[[bytes], bytes], carries: bool | None
) -> None:
    assert carries_place(keep(located_card(7).data)) is carries


ANSWERS: dict[str, tuple[int, bytes, str | None, object]] = {
    "the same file": (200, b"", "fetched", True),
    "cleaned and smaller": (200, b"small", "fetched", False),
    "another picture": (200, card(999).data, "replaced", None),
    "no picture": (200, b"<html>please wait</html>", None, None),
    "not there": (404, b"", "not_found", None),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_picture_is_ours_by_its_content(name: str, library: Library) -> None:
    status, body, word, located = ANSWERS[name]
    sent: list[bytes] = []

    def pages(seen: Exchange) -> Answer:
        if seen.method == "POST":
            return 201, {"Content-Type": "application/json"}, '{"id": "p1"}'
        picture = sent[0] if not body else saved(sent[0], "JPEG") if body == b"small" else body
        return status, {"Content-Type": "image/jpeg"}, picture if status == 200 else b""

    with serving(pages) as site, playing(site.url, BINDING, library) as play:
        play.perform("create_post", media="located_image")
        picture = play.stage.pictures["p1"]
        assert isinstance(picture, Picture)
        sent.append(picture.data)
        seen = play.perform("fetch_media", item={"id": "p1"}, via="original")
    assert seen.result == (word or "unmapped")
    assert seen.outputs.get("has_location") is located


def test_a_picture_nobody_sent_cannot_be_compared(library: Library) -> None:
    with (
        serving(lambda seen: (200, {}, "")) as site,
        playing(site.url, BINDING, library) as play,
    ):
        assert play.perform("fetch_media", item={"id": "p9"}, via="original").result == "unmapped"


def test_what_the_platform_shelved_is_named_by_the_target(library: Library) -> None:
    shelf = {"fixtures": {"rated_18_item": "/cards/eighteen"}}
    with (
        serving(lambda seen: (200 if seen.path == "/cards/eighteen" else 404, {}, "x")) as site,
        playing(site.url, BINDING, library, **shelf) as play,
    ):
        assert isinstance(play.target, Target)
        shown = play.perform("view_post", post="rated_18_item", via="page", actor="visitor")
        unnamed = play.perform("view_post", post="general_item", via="page", actor="visitor")
    assert shown.result == "shown"
    assert (unnamed.result, unnamed.reason) == (None, Reason.no_binding)


def test_the_tools_own_picture_is_looked_at_before_use(monkeypatch: pytest.MonkeyPatch) -> None:
    fixtures = Fixtures("run-abcd", {})
    assert isinstance(fixtures.make("located_image", "a"), Picture)
    monkeypatch.setattr("sbd_audit.observe.fixtures.carries_place", lambda data: False)
    with pytest.raises(Exception, match="carries no place"):
        fixtures.make("located_image", "a")
