"""What only the operator knows of the computer an audit ran on, as a certificate of evidence has to name it."""

from __future__ import annotations

from pydantic import Field

from sbd_audit.models.base import Strict


class Device(Strict):
    """A device file (``certify --device``): every field is needed."""

    make: str = Field(min_length=2)
    model: str = Field(min_length=1)
    serial: str = Field(min_length=2)
    in_custody_of: str = Field(min_length=3)
