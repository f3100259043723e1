"""What a platform file may write shorter than the models hold it: routines and declared absences.

Both are spelled out on the raw data, before it is validated, so that nothing behind them knows the short forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

STEPS_IN = ("prepare", "capabilities")
TABLES = ("features", "capabilities", "documents")


def spelled_out(data: Any) -> Any:
    """The data of a platform file with its short forms written out; raises `ValueError` on one that means nothing."""
    if not isinstance(data, dict):
        return data
    for absence in _dicts(data.get("absences")):
        data = _with_absence(data, absence)
    routines = data.get("routines")
    known = routines if isinstance(routines, dict) else {}
    for part in STEPS_IN:
        if part in data:
            data = {**data, part: _steps(data[part], known)}
    return data


def _with_absence(data: dict[str, Any], absence: Mapping[str, Any]) -> dict[str, Any]:
    """Features, ways and documents for one declared absence; what the file says itself comes first."""
    basis = absence.get("basis")
    feature = {"exists": False, "basis": basis}
    way = {
        "fixed": {
            "result": absence.get("result", "not_offered"),
            "basis": basis,
            "probe": absence.get("probe", []),
        }
    }
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
        given = {key: value for key, value in item.items() if key != "do"}
        steps.extend({**step, **given} for step in _dicts(routines[item["do"]]))
    return steps


def _names(value: Any) -> Iterable[str]:
    names = value if isinstance(value, list) else [value]
    return [name for name in names if isinstance(name, str)]


def _dicts(value: Any) -> Iterable[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
