"""A form as a browser would send it: every field with the value it holds, and a way to change some."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborNode

_NEVER_SENT = ("submit", "button", "image", "reset", "file")


def fields(form: LexborNode) -> dict[str, Any]:
    """Names and values of all fields the form would send untouched: hidden ones, defaults, ticked boxes.

    A name that stands there several times gets a list.
    """
    found: dict[str, Any] = {}
    for node in form.css("input, select, textarea"):
        name = node.attributes.get("name")
        if not name or "disabled" in node.attributes:
            continue
        for value in _values(node):
            if name not in found:
                found[name] = value
            elif isinstance(found[name], list):
                found[name].append(value)
            else:
                found[name] = [found[name], value]
    return found


def _values(node: LexborNode) -> list[str]:
    if node.tag == "textarea":
        return [node.text(deep=True)]
    if node.tag == "select":
        options = node.css("option")
        chosen = [option for option in options if "selected" in option.attributes]
        if not chosen and "multiple" not in node.attributes:
            chosen = options[:1]
        return [_option(option) for option in chosen]
    kind = (node.attributes.get("type") or "text").lower()
    if kind in _NEVER_SENT:
        return []
    value = node.attributes.get("value")
    if kind in ("checkbox", "radio"):
        return [value or "on"] if "checked" in node.attributes else []
    return [value or ""]


def _option(option: LexborNode) -> str:
    value = option.attributes.get("value")
    return value if value is not None else " ".join(option.text().split())
