"""What is reported: a post, a comment, a message, a person or a group, and how far the form is from it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from sbd_audit.demo.baraza.state import HOUSE, Item, User
from sbd_audit.demo.baraza.web import fault, language, state

TO_PERSON = "@"
"""Begins the name of a person in the address of a report form."""

HOUSE_THINGS = {"lake": ("live", "/live/lake"), "advert": ("advert", "/")}
"""What the house itself shows beside posts: its live video and its advert; kind and place."""


@dataclass(frozen=True)
class Thing:
    """Something that can be reported: whose it is, what it says, and where it is seen."""

    name: str
    kind: str
    author: str
    text: str
    url: str
    picture: bool = False


def thing(name: str) -> Thing:
    """What a name in an address stands for; 404 when there is no such thing. What was deleted is kept for this."""
    house = state()
    if item := house.items.get(name):
        return Thing(name, item.kind, item.author, item.text, _url(item), bool(item.picture))
    if name in house.groups:
        group = house.groups[name]
        return Thing(name, "group", group["members"][0], group.get("name", ""), f"/g/{name}")
    if name in HOUSE_THINGS:
        kind, url = HOUSE_THINGS[name]
        return Thing(name, kind, HOUSE, "", url)
    if name.startswith(TO_PERSON) and (user := house.users.get(name[1:])):
        return Thing(name, "profile", user.handle, user.name, f"/u/{user.handle}")
    abort(404)


def _url(item: Item) -> str:
    if item.kind == "message":
        return f"/messages/{item.author}"
    if item.kind == "request":
        return f"/u/{item.author}"
    return f"/p/{item.to if item.kind == 'comment' else item.id}"


def detours(kind: str, reader: User | None) -> int:
    """Screens between a thing and the report form: none, unless a switch says otherwise."""
    if kind == "post":
        if fault("report_control_far"):
            return 3
        if state().minor(reader) and fault("report_harder_for_children"):
            return 1
        if reader and reader.public_role == "candidate" and fault("longer_flow_for_candidates"):
            return 3
        if language() == "sw" and fault("longer_way_in_swahili"):
            return 2
    return 2 if fault("at_the_limit") else 0
