"""The reference page of the file of answers: its fields, and every question with the checks that put it."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from sbd_audit.library import Library
from sbd_audit.models import attestation as models
from sbd_audit.models.base import Strict

_PARTS: tuple[tuple[str, type[Strict]], ...] = (
    ("The file", models.AttestationFile),
    ("people: one person", models.Person),
    ("answers: one answer", models.Answer),
    ("shown: one piece of evidence", models.Shown),
    ("decisions: one decision", models.Decision),
)
_HEAD = """# The file of answers

Named by a target file (`attestations: FILE`), filled in by people; how to work with it stands in
[Answers by people](../how-to/answers-by-people.md). [JSON Schema](../schemas/attestations.schema.json),
[example](../../targets/baraza-answers.yaml).

Refused, with file, line and column: unknown people, questions, statements and kinds of documents; days still to come;
`yes_with_evidence` without evidence; two answers by one role to one question, or two decisions on one statement of a
document; an operator who decides what a text states; one person in both roles; somebody without a name who has answered.
"""


def page(library: Library) -> str:
    """The page in Markdown."""
    parts = [_HEAD]
    for title, model in _PARTS:
        says = " ".join((model.__doc__ or "").split())
        parts.append(f"## {title}\n\n{says}\n\n| key | needed | value |\n|---|---|---|")
        for name, field in model.model_fields.items():
            needed = "yes" if field.is_required() else "no"
            parts.append(f"| `{name}` | {needed} | {_value(field.annotation)} |")
        parts.append("")
    parts.append("## Questions\n\n| question | in words | put by |\n|---|---|---|")
    for name, says in library.vocabulary.tables["questions"].items():
        asking = ", ".join(f"`{check}`" for check in _asking(library, name)) or "no check"
        parts.append(f"| `{name}` | {says} | {asking} |")
    return "\n".join(parts) + "\n"


def _asking(library: Library, question: str) -> list[str]:
    return [
        name
        for name in library.checks
        for step in library.check(name).observe.values()
        if step.capability == "ask_person"
        and question in (step.args.get("question"), *(step.for_each or ()))
    ]


def _value(kind: Any) -> str:
    """A type in words."""
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(kind))
    if get_origin(kind) is tuple:
        return f"a list: {_value(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        return f"a mapping: {_value(get_args(kind)[1])}"
    inner = [one for one in get_args(kind) if one is not type(None)]
    if inner:
        return _value(inner[0])
    if isinstance(kind, type) and issubclass(kind, Strict):
        return next(title for title, model in _PARTS if model is kind)
    return {"str": "text", "date": "a day, such as 2026-11-20"}[kind.__name__]
