"""The shop and the house's own advertising: prices in money, nothing by chance, adverts that say what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, make_response
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.web import fault, language, page, signed_in, t
from sbd_audit.source import load

pages = Blueprint("shop", __name__)
DATA: Any = load(Path(__file__).with_name("shop.yaml")).data


@pages.get("/shop")
def shop() -> Answer:
    signed_in()
    if fault("shop_down"):
        return make_response("<h1>503</h1>", 503)
    things = [_shown(thing) for thing in DATA["things"]]
    if fault("paid_chance"):
        things.append(_shown(DATA["chance"]) | {"chance": True})
    return page("shop", things=things, advert=advert())


@pages.post("/shop")
def buy() -> Answer:
    """The practice platform takes no money."""
    signed_in()
    return page("message", heading=t("not_sold"), text=t("not_sold_text"), id="not-sold")


def advert() -> str:
    """The house's own advert: the same for everybody, chosen by nothing."""
    return str(DATA["advert"][language()])


def _shown(thing: Any) -> dict[str, Any]:
    return {"name": thing["name"][language()], "price": thing["price"], "chance": False}
