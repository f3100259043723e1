"""What a check does and expects, said in words: its people, its steps, its conditions."""

from __future__ import annotations

import re
from typing import Any

from sbd_audit.capabilities import Vocabulary
from sbd_audit.expect import PARAMETER, REFERENCE
from sbd_audit.models.check import Check, Condition, Role, Step

_PREDICATES = {
    "is": "is",
    "is_not": "is not",
    "is_one_of": "is one of",
    "is_at_least": "is at least as protective as",
    "at_least": "is at least",
    "at_most": "is at most",
    "contains_all": "holds all of",
    "contains_any": "holds one of",
    "contains_none": "holds none of",
    "only_from": "holds nothing but",
    "has_at_least": "holds so many or more:",
    "same_as": "is the same as",
    "exists": "was given:",
}
_COMBINATIONS = {
    "any_of": "one of these holds",
    "all_of": "all of these hold",
    "none_of": "none of these holds",
}


def plain(word: Any) -> str:
    """A value of a definition in plain words."""
    if isinstance(word, bool):
        return "yes" if word else "no"
    if isinstance(word, list | tuple):
        return ", ".join(map(plain, word)) or "nothing"
    if isinstance(word, dict):
        return (
            ", ".join(f"{plain(key)}: {plain(value)}" for key, value in word.items()) or "nothing"
        )
    return "nothing" if word is None else str(word).replace("_", " ")


def person(name: str, role: Role, vocabulary: Vocabulary) -> str:
    """Who plays a role, in which state, set up how and related to whom."""
    if members := vocabulary.groups.get(role.persona):
        people = "; ".join(vocabulary.personas[member].says for member in members)
        who = f"each in turn: {people}"
    else:
        who = vocabulary.personas[role.persona].says
    more = [f"the account is {role.state}"] if role.persona != "logged_out" else []
    more += [f"{plain(setting)} set to {plain(value)}" for setting, value in role.settings.items()]
    more += [f"{plain(how)} to the {plain(other)}" for other, how in role.relation.items()]
    return f"**{plain(name)}**: {who}" + (f" ({'; '.join(more)})" if more else "")


def step(name: str, definition: Step, check: Check, vocabulary: Vocabulary) -> str:
    """One thing that is done: by whom, what, with what, how often."""
    capability = vocabulary.capabilities[definition.capability]
    actor = definition.args.get("as")
    by = f"The {_value(actor, check)}: " if actor else ""
    given = [
        f"{plain(key)}: {_named(value, check, vocabulary)}"
        for key, value in definition.args.items()
        if key != "as"
    ]
    often = ""
    if definition.for_each is not None:
        often = f" Once for each of: {_named(definition.for_each, check, vocabulary)}."
    elif definition.repeat is not None:
        often = f" So many times: {_value(definition.repeat, check)}."
    return (
        f"*{plain(name)}* — {by}{capability.says.rstrip('.')}"
        + (f" ({'; '.join(given)})" if given else "")
        + f".{often}"
    )


def sentence(condition: Condition, check: Check) -> str:
    """What must hold, as a sentence about the steps."""
    if condition.combination:
        parts = "; ".join(
            f"({sentence(part, check)})" if part.combination else sentence(part, check)
            for part in condition.conditions
        )
        return f"{_COMBINATIONS[condition.combination]}: {parts}"
    said = f"{_subject(condition)} {_PREDICATES[condition.predicate]} {_value(condition.operand, check)}"
    return f"at least once {said}" if condition.some else said


def _subject(condition: Condition) -> str:
    name, *rest = condition.path.split(".")
    if rest and rest[0] == "tally":
        return f"in *{plain(name)}* the number of “{plain(rest[1])}”"
    every = " (each time)" if "*" in rest[:1] and not condition.some else ""
    outputs = [part for part in rest if part != "*"]
    each = "each of the " if rest[1:] and rest[-1] == "*" else ""
    return f"*{plain(name)}*{every}: {each}{plain(outputs[0]) if outputs else 'what was seen'}"


def _named(value: Any, check: Check, vocabulary: Vocabulary) -> str:
    """An argument, with statements and questions said as they are put."""
    if not isinstance(value, list | tuple):
        return _value(value, check)
    statements, questions = vocabulary.tables["statements"], vocabulary.tables["questions"]
    said = [
        statements[word]["says"]
        if word in statements
        else questions.get(word) or _value(word, check)
        for word in value
    ]
    return ("; " if set(value) & {*statements, *questions} else ", ").join(
        map(str, said)
    ) or "nothing"


def _value(value: Any, check: Check) -> str:
    if isinstance(value, dict) and set(value) == {"times", "of"}:
        return (
            f"{_value(value['times'], check)} times {_value('{' + str(value['of']) + '}', check)}"
        )
    if isinstance(value, list | tuple):
        return ", ".join(_value(item, check) for item in value) or "nothing"
    if isinstance(value, str):
        return referred(value, check)
    return plain(value)


def referred(text: str, check: Check) -> str:
    """A text with its references said in words; parameters with their default."""

    def reference(match: re.Match[str]) -> str:
        if match[1] in ("each", "key"):
            return "‹each›"
        name, *rest = match[1].split(".")
        outputs = [part for part in rest if part != "*"]
        return f"‹{plain(outputs[0])} of {plain(name)}›" if outputs else f"‹{plain(name)}›"

    def parameter(match: re.Match[str]) -> str:
        return f"‹{plain(match[1])}: {plain(check.defaults.get(match[1], '?'))}›"

    plainly = REFERENCE.sub(reference, PARAMETER.sub(parameter, text))
    return plainly.replace("_", " ")
