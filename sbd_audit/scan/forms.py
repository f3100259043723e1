"""Forms on a page: which one joins, which one signs in, which one reports, and whether age is asked. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sbd_audit.scan.words import Cues, first_said, says

Kind = Literal["sign_up", "sign_in", "report", "other"]
ADULT = 18
_NUMBER_NEAR = 40
_SENT = "button, input[type=submit], input[type=button], [role=button]"
_ROBOT_FREE = ("submit", "button", "image", "reset", "hidden")


@dataclass(frozen=True)
class AgeField:
    """How a form asks for age: by a field or by a box to tick, and whether it comes filled in.

    `prefilled` is None when what it comes filled in with cannot be told.
    """

    css: str
    says: str
    tick_box: bool
    prefilled: bool | None


@dataclass(frozen=True)
class Form:
    """One form: what it is for, how it is pointed at, and what it holds."""

    kind: Kind
    css: str
    button: str
    fields: tuple[str, ...]
    age: AgeField | None = None
    sends: bool = False
    options: tuple[str, ...] = ()
    in_modal: bool = False


def forms_of(html: str, cues: Cues) -> list[Form]:
    """The forms of a page; fields outside any form count as one form of their own."""
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    heading = " · ".join(
        [_text(title) if title else "", *(_text(node) for node in tree.css("h1, h2, legend")[:12])]
    )
    nodes = tree.css("form")
    loose = tree.css_first("input[type=password]")
    if not nodes and loose is not None and tree.body is not None:
        nodes = [tree.body]
    return [form for node in nodes if (form := _form(node, tree, heading, cues)) is not None]


def _form(node: LexborNode, tree: LexborHTMLParser, heading: str, cues: Cues) -> Form | None:
    inputs = [
        field
        for field in node.css("input, select, textarea")
        if (field.attributes.get("type") or "text").lower() not in _ROBOT_FREE
    ]
    if not inputs:
        return None
    buttons = [_text(one) or one.attributes.get("value") or "" for one in node.css(_SENT)]
    buttons = [" ".join(words.split()) for words in buttons if words.strip()]
    labels = {id(field): _label(field, tree) for field in inputs}
    kind = _kind(node, inputs, labels, buttons, heading, cues)
    sends = first_button(buttons, cues.forms["sends"] + cues.forms["joins"])
    return Form(
        kind=kind,
        css=_css_of(node, inputs),
        button=(first_button(buttons, cues.forms["joins"]) if kind == "sign_up" else sends) or "",
        fields=tuple(_name(field) or labels[id(field)] for field in inputs),
        age=_age(inputs, labels, cues) if kind == "sign_up" else None,
        sends=sends is not None,
        options=tuple(
            _text(option)
            for field in inputs
            if field.tag == "select"
            for option in field.css("option")
        )
        + tuple(
            labels[id(field)]
            for field in inputs
            if (field.attributes.get("type") or "") in ("radio", "checkbox")
        ),
    )


def _kind(
    node: LexborNode,
    inputs: list[LexborNode],
    labels: dict[int, str],
    buttons: list[str],
    heading: str,
    cues: Cues,
) -> Kind:
    words = " · ".join(
        [
            *buttons,
            node.attributes.get("aria-label") or "",
            *(_text(one) for one in node.css("legend, h1, h2, h3")),
        ]
    )
    passwords = [field for field in inputs if field.attributes.get("type") == "password"]
    fresh = any(field.attributes.get("autocomplete") == "new-password" for field in passwords)
    identity = any(
        _tokens(f"{_name(field)} {field.attributes.get('type') or ''} {labels[id(field)]}")
        & set(cues.forms["identity"])
        for field in inputs
    )
    aside = says(
        f"{words} · {node.attributes.get('action') or ''} · {node.attributes.get('id') or ''}",
        cues.forms["other"],
    )
    button = " · ".join(buttons)
    joins, enters = says(button, cues.forms["joins"]), says(button, cues.forms["signs_in"])
    if aside and not (passwords and joins):
        return "other"
    about = says(heading, cues.forms["joins"])
    new = joins or fresh or len(passwords) > 1
    new = new or (about and not says(heading, cues.forms["signs_in"]))
    if passwords and identity and new and not (enters and not joins):
        return "sign_up"
    if passwords and (enters or len(passwords) == 1):
        return "sign_in"
    if identity and joins and about and _age(inputs, labels, cues) is not None:
        return "sign_up"
    if identity and about and (joins or says(button, cues.forms["goes_on"])):
        return "sign_up"
    if (
        any(field.tag == "textarea" for field in inputs)
        or any(field.tag == "select" for field in inputs)
        or (says(button, cues.forms["sends"] + cues.forms["goes_on"]) and not passwords)
    ):
        return "report"
    return "other"


# -------------------------------------------------------------------- age


def _age(inputs: list[LexborNode], labels: dict[int, str], cues: Cues) -> AgeField | None:
    """The first field that asks for a date of birth or an age, else a box that says one is old enough."""
    birth, age = set(cues.forms["birth"]), set(cues.forms["age"])
    boxes = []
    for field in inputs:
        kind = (field.attributes.get("type") or "text").lower()
        label = labels[id(field)]
        words = _tokens(f"{_name(field)} {field.attributes.get('id') or ''} {label}")
        if kind in ("checkbox", "radio"):
            if says(label, cues.forms["of_age"]) and (
                re.search(r"\d{2}", label) or words & age or says(label, ("old enough", "of age"))
            ):
                boxes.append(AgeField(_css(field), label, True, False))
            continue
        if kind in ("email", "password", "url", "search", "file"):
            continue
        auto = (field.attributes.get("autocomplete") or "").startswith("bday")
        if auto or words & birth or words & age:
            return AgeField(_css(field), label or _name(field), False, _prefilled(field))
    return boxes[0] if boxes else None


def _prefilled(field: LexborNode) -> bool | None:
    """True for a value that makes an adult, False for none, None for one whose age cannot be told."""
    if field.tag == "select":
        options = field.css("option")
        chosen = next(
            (one for one in options if "selected" in one.attributes),
            options[0] if options else None,
        )
        value = (chosen.attributes.get("value") if chosen is not None else "") or (
            _text(chosen) if chosen is not None else ""
        )
        if chosen is not None and chosen.attributes.get("value") == "":
            return False
    else:
        value = field.attributes.get("value") or ""
    if not value.strip() or not re.search(r"\d", value):
        return False
    year = re.search(r"(?<!\d)(19\d\d|20\d\d)(?!\d)", value)
    if year:
        return True if int(year[1]) <= 2000 else None
    if re.fullmatch(r"\d{1,3}", value.strip()):
        return None if int(value) < ADULT else True
    return None


def threshold_hinted(text: str, cues: Cues) -> str | bool | None:
    """The words in which a page tells the limit of age, False when it surely does not, None when it may.

    It surely does not when no number of years stands near a word about age.
    """
    folded = " ".join(text.casefold().split())
    numbers = [*re.finditer(r"(?<![\d.,:/+-])(?:1[0-9]|2[01])(?![\d.,:/%])\+?", folded)]
    for word in cues.forms["age_numbers"]:
        numbers += re.finditer(rf"(?<!\w){word}(?!\w)", folded)
    doubtful = False
    for match in numbers:
        around = folded[max(0, match.start() - _NUMBER_NEAR) : match.end() + _NUMBER_NEAR]
        near = folded[max(0, match.start() - 20) : match.end() + 20]
        if says(near, cues.forms["birth_hints"]) and says(
            around, cues.forms["of_age"] + cues.forms["birth_hints"]
        ):
            return folded[max(0, match.start() - 12) : match.end() + 12].strip()
        doubtful = doubtful or says(around, cues.forms["of_age"])
    return None if doubtful else False


# -------------------------------------------------------------------- parts of a form


def buttons_of(html: str) -> list[str]:
    """What the buttons of a page say that belong to no form; those of forms are read with them."""
    tree = LexborHTMLParser(html)
    for form in tree.css("form"):
        form.decompose()
    return [_text(node) for node in tree.css("button, [role=button]")]


def first_button(buttons: list[str], words: tuple[str, ...]) -> str | None:
    return next((button for button in buttons if first_said(button, words)), None)


def _label(field: LexborNode, tree: LexborHTMLParser) -> str:
    said = [field.attributes.get(name) or "" for name in ("aria-label", "placeholder", "title")]
    own = field.attributes.get("id")
    if own and '"' not in own:
        said += [_text(node) for node in tree.css(f'label[for="{own}"]')]
    parent = field.parent
    for _ in range(4):
        if parent is None:
            break
        if parent.tag == "label":
            said.append(_text(parent))
            break
        parent = parent.parent
    return " ".join(" ".join(said).split())[:200]


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def _name(field: LexborNode) -> str:
    return field.attributes.get("name") or field.attributes.get("id") or ""


def _tokens(text: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return set(re.findall(r"[^\W_\d]+", spaced.casefold()))


def _css(field: LexborNode) -> str:
    for name in ("name", "id"):
        value = field.attributes.get(name)
        if value and '"' not in value and "\\" not in value:
            return f'{field.tag}[{name}="{value}"]'
    return f"{field.tag}[type={field.attributes.get('type') or 'text'}]"


def _css_of(node: LexborNode, inputs: list[LexborNode]) -> str:
    own = node.attributes.get("id")
    if node.tag == "form" and own and '"' not in own and "\\" not in own:
        return f'form[id="{own}"]'
    named = next((field for field in inputs if _name(field)), inputs[0])
    return f"{node.tag}:has({_css(named)})"
