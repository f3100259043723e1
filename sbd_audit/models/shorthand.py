"""What a platform file may write shorter than the models hold it.

Routines, rules and values with a name, one step for several addresses, a form that is sent to its own address, a way
of one step, a plain list of features, and declared absences are spelled out on the raw data, before it is validated, so
that nothing behind them knows the short forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sbd_audit.models.binding import VERBS

STEPS_IN = ("prepare", "capabilities")
TABLES = ("features", "capabilities", "documents")
TO_EACH = ("when", "as", "device")
"""What a step `do` says of every step of its routine; the rest it says of the last one."""
ADDRESSED = ("get", "post", "put", "patch", "delete", "open")
OF_A_WAY = ("when", "result", "outputs")


def spelled_out(data: Any) -> Any:
    """The data of a platform file with its short forms written out; raises `ValueError` on one that means nothing."""
    if not isinstance(data, dict):
        return data
    if isinstance(features := data.get("features"), list):
        data = {**data, "features": dict.fromkeys(_names(features), True)}
    names = _Names(_table(data, "rules"), _table(data, "values"))
    if isinstance(data.get("absences"), list):
        data = {**data, "absences": names.written_out(data["absences"])}
    for absence in _dicts(data.get("absences")):
        data = _with_absence(data, absence)
    routines = names.written_out(_table(data, "routines"))
    if "routines" in data and isinstance(data["routines"], dict):
        data = {**data, "routines": routines}
    for part in STEPS_IN:
        if part in data:
            data = {**data, part: _steps(names.written_out(data[part]), routines)}
    return data


def has_verb(step: Any) -> bool:
    """True for what is written as a step."""
    return isinstance(step, dict) and bool({*VERBS, "submit"} & set(step))


def in_steps(lines: list[Any]) -> Any:
    """A way that is written as its steps; the last line may say when it fits, its result and its outputs."""
    last = lines[-1]
    if not isinstance(last, dict) or not set(last) or not set(last) <= set(OF_A_WAY):
        return lines
    return {**last, "steps": lines[:-1]}


def in_one_step(way: Any) -> Any:
    """A way that is written as its only step, with its steps in a list; any other as it is."""
    if not has_verb(way):
        return way
    step = {key: value for key, value in way.items() if key not in OF_A_WAY}
    return {**{key: value for key, value in way.items() if key in OF_A_WAY}, "steps": [step]}


def _with_absence(data: dict[str, Any], absence: Mapping[str, Any]) -> dict[str, Any]:
    """Features, ways and documents for one declared absence; what the file says itself comes first."""
    basis = absence.get("basis")
    feature = {"exists": False, "basis": basis}
    fact = {
        "result": absence.get("result", "not_offered"),
        "outputs": absence.get("outputs", {}),
        "basis": basis,
        "probe": absence.get("probe", []),
    }
    way = {"elsewhere": basis} if absence.get("elsewhere") is True else {"fixed": fact}
    tables = {name: data.get(name, {}) for name in TABLES}
    if not all(isinstance(table, dict) for table in tables.values()):
        return data  # a mistake of its own, named when the file is validated
    features, capabilities, documents = (dict(table) for table in tables.values())
    for name in _names(absence.get("features")):
        features.setdefault(name, feature)
    for name in _names(absence.get("capabilities")):
        capabilities[name] = [*capabilities.get(name, []), way]
    looked_for = absence.get("documents")
    for name, addresses in (looked_for if isinstance(looked_for, dict) else {}).items():
        documents.setdefault(name, {"absent": basis, "looked_for": addresses})
    return {**data, "features": features, "capabilities": capabilities, "documents": documents}


def _steps(part: Any, routines: Mapping[str, Any]) -> Any:
    """The steps of a routine wherever a step says ``do``; what else that step says goes to each of them."""
    if isinstance(part, dict):
        return {key: _steps(value, routines) for key, value in part.items()}
    if not isinstance(part, list):
        return part
    steps: list[Any] = []
    for item in part:
        if not isinstance(item, dict) or "do" not in item:
            steps.append(_steps(item, routines))
            continue
        if not isinstance(item["do"], str) or item["do"] not in routines:
            known = ", ".join(routines) or "none"
            raise ValueError(f"there is no routine {item['do']}; there are {known}")
        every = {key: value for key, value in item.items() if key in TO_EACH}
        last = {key: value for key, value in item.items() if key not in ("do", *TO_EACH)}
        routine = [{**step, **every} for step in _dicts(routines[item["do"]])]
        steps += [*routine[:-1], *({**step, **last} for step in routine[-1:])]
    return steps


@dataclass(frozen=True)
class _Names:
    """Rules and values that have a name."""

    rules: Mapping[str, Any]
    values: Mapping[str, Any]

    def written_out(self, part: Any) -> Any:
        """The same with each name under ``means`` and ``outputs`` replaced, and each step for one address."""
        if isinstance(part, dict):
            done = {key: self.written_out(value) for key, value in part.items()}
            if isinstance(means := done.get("means"), list):
                done["means"] = [_named(rule, self.rules, "rule") for rule in means]
            if (
                isinstance(outputs := done.get("outputs"), dict)
                and "fixed" not in done
                and "basis" not in done
            ):
                done["outputs"] = {
                    key: _named(value, self.values, "value") for key, value in outputs.items()
                }
            if "submit" in done and not set(VERBS) & set(done):
                done["post"] = ""
            return done
        if not isinstance(part, list):
            return part
        return [self.written_out(step) for item in part for step in _one_each(item)]


def _named(value: Any, known: Mapping[str, Any], what: str) -> Any:
    """What has this name; a value that is not a name as it is."""
    if not isinstance(value, str):
        return value
    if value not in known:
        raise ValueError(f"there is no {what} {value}; there are {', '.join(known) or 'none'}")
    return known[value]


def _one_each(item: Any) -> list[Any]:
    """A step with a list of addresses, or with a table `by` the values of an argument, as one step for each."""
    if not isinstance(item, dict):
        return [item]
    if isinstance(item.get("by"), str):
        verb = next((verb for verb in VERBS if isinstance(item.get(verb), dict)), None)
        if verb is None:
            raise ValueError(f"by: {item['by']} needs a verb with a table of its values")
        rest = {key: value for key, value in item.items() if key != "by"}
        when = rest.get("when") or {}
        return [
            {**rest, "when": {**when, item["by"]: value}, verb: one}
            for value, one in item[verb].items()
        ]
    several = next((verb for verb in ADDRESSED if isinstance(item.get(verb), list)), None)
    return [{**item, several: one} for one in item[several]] if several else [item]


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name)
    return table if isinstance(table, dict) else {}


def _names(value: Any) -> Iterable[str]:
    names = value if isinstance(value, list) else [value]
    return [name for name in names if isinstance(name, str)]


def _dicts(value: Any) -> Iterable[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
