"""Abstract pictures made here: test cards of coloured squares, altered copies of them, and telling them apart.

No people, no photographs. Two cards of different numbers are about as unlike as chance makes them, so that a
perceptual fingerprint tells them apart, and an altered copy of a card stays near its original.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

SQUARES = 8
SIZE = 96
NEAR = 10
"""Differing squares (of 64) up to which two pictures count as the same."""
VARIANTS = ("recompressed", "resized", "cropped", "bordered", "greyscale")


@dataclass(frozen=True)
class Picture:
    """An abstract picture: file name, media type and bytes."""

    name: str
    media_type: str
    data: bytes


def card(number: int, name: str = "card", variant: str = "") -> Picture:
    """The test card of a number, or an altered copy of it (one of `VARIANTS`)."""
    from PIL import Image

    chance = random.Random(number)  # noqa: S311 - colours, not secrets
    image = Image.new("RGB", (SQUARES, SQUARES))
    shades = [40, 190] * (SQUARES * SQUARES // 2)  # brightness alone tells squares apart
    chance.shuffle(shades)
    image.putdata([tuple(shade + chance.randrange(40) for _ in range(3)) for shade in shades])
    image = image.resize((SIZE, SIZE), Image.Resampling.NEAREST)
    kind, options = "PNG", {}
    if variant == "recompressed":
        kind, options = "JPEG", {"quality": 60}
    elif variant == "resized":
        image = image.resize((SIZE // 2, SIZE // 2), Image.Resampling.BILINEAR)
    elif variant == "greyscale":
        image = image.convert("L")
    elif variant == "cropped":
        edge = SIZE // 20
        image = image.crop((edge, edge, SIZE - edge, SIZE - edge))
    elif variant == "bordered":
        framed = Image.new("RGB", (SIZE + 12, SIZE + 12), "white")
        framed.paste(image, (6, 6))
        image = framed
    elif variant:
        raise ValueError(f"there is no variant {variant}")
    out = BytesIO()
    image.save(out, kind, **options)
    ending = {"PNG": "png", "JPEG": "jpg"}[kind]
    return Picture(f"{name}-{number % 65536:04x}.{ending}", f"image/{kind.lower()}", out.getvalue())


def fingerprint(data: bytes) -> int | None:
    """Which of 64 squares are lighter than the middle one, as a number; None when it is no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data)) as image:
            small = image.convert("L").resize((SQUARES, SQUARES), Image.Resampling.BOX)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    values: list[Any] = list(small.tobytes())
    middle = sum(sorted(values)[31:33]) / 2
    return sum(1 << place for place, value in enumerate(values) if value > middle)


def alike(data: bytes, pictures: Iterable[Picture]) -> bool | None:
    """Whether `data` shows one of the pictures, whatever its size and file type; None when it is no picture."""
    seen = fingerprint(data)
    if seen is None:
        return None
    known = [fingerprint(picture.data) for picture in pictures]
    return any(one is not None and (one ^ seen).bit_count() <= NEAR for one in known)
