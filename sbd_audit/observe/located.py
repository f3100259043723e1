"""A picture that says where it was taken, and whether a file still says so.

Telephones write the place into Exif; programs that edit pictures copy it into XMP. The place used here lies in
the middle of a lake and was never visited.
"""

from __future__ import annotations

from io import BytesIO

from sbd_audit.observe.pictures import Picture, card

EXIF_GPS = 0x8825
LATITUDE = {1: "S", 2: (0.0, 45.0, 18.0)}
LONGITUDE = {3: "E", 4: (33.0, 20.0, 42.0)}
XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="0,45.3S" '
    b'exif:GPSLongitude="33,20.7E"/></rdf:RDF></x:xmpmeta>'
)
XMP_WORDS = (b"GPSLatitude", b"GPSLongitude", b"GPSCoordinates")


def located_card(number: int) -> Picture:
    """The test card of a number as a telephone would have taken it: JPEG, with the place in Exif and XMP."""
    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(EXIF_GPS).update(LATITUDE | LONGITUDE)
    out = BytesIO()
    with Image.open(BytesIO(card(number).data)) as image:
        image.convert("RGB").save(out, "JPEG", quality=92, exif=exif)
    data = out.getvalue()
    segment = XMP_PREFIX + XMP
    xmp = b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment
    return Picture(f"photo-{number % 65536:04x}.jpg", "image/jpeg", data[:2] + xmp + data[2:])


def carries_place(data: bytes) -> bool | None:
    """Whether a picture file holds the place it was taken, in Exif or XMP; None when it is no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data)) as image:
            gps = dict(image.getexif().get_ifd(EXIF_GPS))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    return bool({2, 4} & set(gps)) or any(word in data for word in XMP_WORDS)
