"""Cross-checks of definitions: every word they use must exist, and every example must come out as it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sbd_audit.attestations import named_by
from sbd_audit.capabilities import Vocabulary
from sbd_audit.errors import DefinitionError, Place, Problem, UsageError
from sbd_audit.examples import judge_example
from sbd_audit.expect import PARAMETER, REFERENCE
from sbd_audit.library import Defined, Library, unknown_word
from sbd_audit.lint_regimes import instrument_problems, requirement_problems
from sbd_audit.models.binding import Performance
from sbd_audit.models.check import Check, Condition
from sbd_audit.models.platform import Platform
from sbd_audit.models.profile import Profile
from sbd_audit.models.target import Target
from sbd_audit.proofread import slips
from sbd_audit.source import Source

_CONCLUSIVE = ("is", "is_not", "is_one_of")


def lint(library: Library) -> list[Problem]:
    """Everything wrong with the definitions of a library."""
    problems: list[Problem] = []
    for part in (
        "vocabulary",
        "checks",
        "instruments",
        "provisions",
        "scorings",
        "profiles",
        "platforms",
        "clauses",
        "figures",
    ):
        try:
            getattr(library, part)
        except DefinitionError as error:
            problems.extend(error.problems)
    if problems:
        return problems
    for check in library.checks.values():
        problems.extend(check_problems(check, library))
    for profile in library.profiles.values():
        problems.extend(profile_problems(profile, library))
    for instrument in library.instruments.values():
        problems.extend(instrument_problems(instrument, library))
    for platform in library.platforms.values():
        problems.extend(platform_problems(platform, library.vocabulary))
    for name in library.clauses:
        if name not in library.vocabulary.tables["statements"]:
            place = Place(library.checks_folder / "clauses" / f"{name}.yaml")
            problems.append(Problem(place, f"unknown statement {name}"))
    return problems


# -------------------------------------------------------------------- checks


def check_problems(defined: Defined[Check], library: Library) -> Iterator[Problem]:
    """What is wrong with one check, beyond its form."""
    check, source, words = defined.model, defined.source, library.vocabulary
    expected = Path(*check.id.split(".", 1)).with_suffix(".yaml")
    if (
        not str(source.path).endswith(str(expected))
        and library.checks_folder in source.path.parents
    ):
        yield source.problem(("id",), f"{check.id} should stand in {expected}")
    yield from _words(check, source, words)
    yield from _provisions(check, source, library)
    for name, step in check.observe.items():
        if step.capability not in words.capabilities:
            yield unknown_word(
                source, ("observe", name), step.capability, words.capabilities, "capability"
            )
            continue
        capability = words.capabilities[step.capability]
        for arg in step.args:
            if arg not in capability.args:
                yield unknown_word(
                    source,
                    ("observe", name, step.capability, arg),
                    arg,
                    capability.args,
                    "argument",
                )
        for arg, kind in capability.args.items():
            if not kind.endswith("?") and arg not in step.args and kind != "device" and arg != "as":
                yield source.problem(("observe", name), f"{step.capability} needs {arg}")
    for part in ("only_if", "expect"):
        for index, condition in enumerate(getattr(check, part)):
            yield from _condition(check, condition, source, (part, index), words)
    yield from _promises(check, source, words)
    yield from _parameters(check, source)
    yield from slips(defined)
    for index, example in enumerate(check.examples):
        try:
            verdict = judge_example(check, example, words)
        except (ValueError, KeyError) as error:
            yield source.problem(
                ("examples", index), f"the example “{example.says}” is wrong: {error}"
            )
            continue
        if verdict.outcome.value != example.outcome:
            yield source.problem(
                ("examples", index),
                f"the example “{example.says}” comes out as {verdict.outcome}: {verdict.message}",
                f"it says {example.outcome}",
            )
        elif example.because and example.because not in (verdict.message, *verdict.messages):
            yield source.problem(
                ("examples", index),
                f"the message is “{verdict.message}”",
                f"it says “{example.because}”",
            )


def _words(check: Check, source: Source, words: Vocabulary) -> Iterator[Problem]:
    for feature in check.applies_to.features:
        if feature not in words.tables["features"]:
            yield unknown_word(
                source, ("applies_to", "features"), feature, words.tables["features"], "feature"
            )
    for kind in check.applies_to.kinds:
        if kind not in words.tables["kinds"]:
            yield unknown_word(source, ("applies_to", "kinds"), kind, words.tables["kinds"], "kind")
    for role, account in check.accounts.items():
        if account.persona not in words.personas and account.persona not in words.groups:
            known = [*words.personas, *words.groups]
            yield unknown_word(source, ("accounts", role), account.persona, known, "persona")
        for setting, value in account.settings.items():
            if setting not in words.settings:
                yield unknown_word(source, ("accounts", role), setting, words.settings, "setting")
            elif value not in words.settings[setting]:
                yield unknown_word(
                    source,
                    ("accounts", role),
                    value,
                    words.settings[setting],
                    f"value of {setting}",
                )
        for other, relation in account.relation.items():
            if other not in check.accounts:
                yield unknown_word(source, ("accounts", role), other, check.accounts, "role")
            if relation not in words.tables["relations"]:
                yield unknown_word(
                    source, ("accounts", role), relation, words.tables["relations"], "relation"
                )
    groups = {account.persona for account in check.accounts.values()} & set(words.groups)
    if len(groups) > 1:
        yield source.problem(
            ("accounts",),
            f"two groups in one check: {', '.join(sorted(groups))}",
            "one group a check",
        )


def _provisions(check: Check, source: Source, library: Library) -> Iterator[Problem]:
    for index, name in enumerate(check.provisions):
        if name not in library.provisions:
            yield unknown_word(source, ("provisions", index), name, library.provisions, "provision")


def _condition(
    check: Check, condition: Condition, source: Source, keys: tuple[Any, ...], words: Vocabulary
) -> Iterator[Problem]:
    for index, part in enumerate(condition.conditions):
        yield from _condition(check, part, source, (*keys, condition.combination, index), words)
    for path in [condition.path] if condition.path else []:
        yield from _path(check, path, source, keys, words)
    for path in _operands(condition.operand):
        yield from _path(check, path, source, keys, words, inside_row=True)
    for path in REFERENCE.findall(condition.otherwise):
        if path not in ("each", "key"):
            yield from _path(check, path, source, (*keys, "else"), words, inside_row=True)
    if condition.path.endswith(".result") and condition.predicate in _CONCLUSIVE:
        step = check.observe.get(condition.path.split(".")[0])
        known = (
            words.capabilities[step.capability].results
            if step and step.capability in words.capabilities
            else ()
        )
        listed = (
            condition.operand
            if isinstance(condition.operand, list | tuple)
            else [condition.operand]
        )
        for word in listed:
            if (
                known
                and isinstance(word, str)
                and "{" not in word
                and word not in known
                and word not in words.inconclusive
            ):
                yield unknown_word(source, keys, word, known, "result word")


def _operands(operand: Any) -> Iterator[str]:
    """The observed values a condition compares with."""
    if isinstance(operand, list | tuple):
        for item in operand:
            yield from _operands(item)
    elif isinstance(operand, dict):
        yield operand["of"]
    elif isinstance(operand, str):
        yield from (path for path in REFERENCE.findall(operand) if path != "each")


def _path(
    check: Check,
    path: str,
    source: Source,
    keys: tuple[Any, ...],
    words: Vocabulary,
    *,
    inside_row: bool = False,
) -> Iterator[Problem]:
    step_name, *rest = path.split(".")
    step = check.observe.get(step_name)
    if step is None:
        yield unknown_word(source, keys, step_name, check.observe, "step")
        return
    if step.capability not in words.capabilities or not rest:
        return
    if step.has_rows and rest[0] not in ("*", "tally") and not inside_row:
        yield source.problem(
            keys, f"{step_name} runs once per value; write {step_name}.*.{rest[0]}"
        )
        return
    if rest[0] == "tally":
        return
    output = rest[1] if rest[0] == "*" and len(rest) > 1 else rest[0]
    known = ("result", *words.capabilities[step.capability].outputs)
    if output not in known:
        yield unknown_word(source, keys, output, known, f"output of {step.capability}")


def _promises(check: Check, source: Source, words: Vocabulary) -> Iterator[Problem]:
    for index, promise in enumerate(check.promises):
        keys = ("promises", index)
        for word, table in (
            (promise.statement, "statements"),
            *((kind, "document_kinds") for kind in promise.kinds),
        ):
            if word not in words.tables[table]:
                what = table.replace("_", " ").removesuffix("s")
                yield unknown_word(source, keys, word, words.tables[table], what)
        yield from _condition(check, promise.broken_if, source, keys, words)
        for path in REFERENCE.findall(promise.otherwise):
            yield from _path(check, path, source, keys, words, inside_row=True)


def _parameters(check: Check, source: Source) -> Iterator[Problem]:
    text = re.sub(
        r"examples:.*", "", str(check.model_dump(exclude={"parameters", "examples"})), flags=re.S
    )
    used = set(PARAMETER.findall(text))
    declared = set(check.defaults)
    for name in sorted(used - declared):
        yield unknown_word(source, ("parameters",), name, declared, "parameter")
    ages = {"minimum_age", "consent_age"}
    for name in sorted(declared - used - ages):
        yield source.problem(("parameters",), f"the parameter {name} is never used")


# -------------------------------------------------------------------- profiles and platforms


def profile_problems(defined: Defined[Profile], library: Library) -> Iterator[Problem]:
    """What is wrong with one profile: unknown checks, provisions, pillars without weight."""
    profile, source = library.folded(defined.model), defined.source
    for name in profile.checks:
        if name not in library.checks:
            yield unknown_word(source, ("requirements",), name, library.checks, "check")
        elif library.check(name).pillar not in profile.pillars:
            yield source.problem(
                ("pillars",),
                f"{library.check(name).pillar} has no weight, and {name} belongs to it",
            )
    for index, requirement in enumerate(profile.requirements):
        for name in requirement.provisions:
            if name not in library.provisions:
                yield unknown_word(
                    source, ("requirements", index), name, library.provisions, "provision"
                )
        if not requirement.checks.mandatory:
            yield source.problem(
                ("requirements", index), f"{requirement.id} has no mandatory check"
            )
    for name in profile.instruments:
        if name not in library.instruments:
            yield unknown_word(source, ("instruments",), name, library.instruments, "instrument")
    if profile.scoring not in library.scorings:
        yield unknown_word(source, ("scoring",), profile.scoring, library.scorings, "scoring model")
    mandatory = {
        library.check(name).pillar
        for requirement in profile.requirements
        for name in requirement.checks.mandatory
        if name in library.checks
    }
    for pillar, weight in profile.pillars.items():
        if weight > 0 and pillar not in mandatory:
            what = f"{pillar} weighs, and no requirement has a mandatory check in it"
            yield source.problem(("pillars", pillar), what, "weight 0 reports it without a score")
    if sum(profile.pillars.values()) <= 0:
        yield source.problem(("pillars",), "all weights are zero")
    yield from requirement_problems(defined, library)


def target_problems(defined: Defined[Target], words: Vocabulary) -> Iterator[Problem]:
    """What is wrong with one target file: features and kinds of documents nobody asks for."""
    target, source = defined.model, defined.source
    yield from _unknown(target.features, "features", source, words, "feature")
    yield from _unknown(target.documents, "documents", source, words, "document kind")
    try:
        named_by(target, source.path, words)
    except DefinitionError as error:
        yield from error.problems
    except UsageError as error:
        yield source.problem(("attestations",), str(error))


def _unknown(
    names: Iterable[str], key: str, source: Source, words: Vocabulary, what: str
) -> Iterator[Problem]:
    known = words.tables["features" if key == "features" else "document_kinds"]
    for name in names:
        if name not in known:
            yield unknown_word(source, (key, name), name, known, what)


def platform_problems(defined: Defined[Platform], words: Vocabulary) -> Iterator[Problem]:
    """What is wrong with one platform file: words no capability knows, values without a table."""
    platform, source = defined.model, defined.source
    yield from _unknown(platform.features, "features", source, words, "feature")
    yield from _unknown(platform.documents, "documents", source, words, "document kind")
    for name, ways in platform.capabilities.items():
        keys = ("capabilities", name)
        if name not in words.capabilities:
            yield unknown_word(source, keys, name, words.capabilities, "capability")
            continue
        for way in ways:
            yield from _performance(name, way, platform, source, keys, words)


def _performance(
    name: str,
    way: Performance,
    platform: Platform,
    source: Source,
    keys: Sequence[Any],
    words: Vocabulary,
) -> Iterator[Problem]:
    capability = words.capabilities[name]
    answers = [*capability.results, *words.inconclusive]
    said = [rule.result for step in way.steps for rule in step.means]
    said += [step.missing for step in way.steps if step.missing]
    said += [rule.result for step in (way.fixed.probe if way.fixed else ()) for rule in step.means]
    said += [word for word in (way.result, way.fixed.result if way.fixed else None) if word]
    for word in said:
        if "{" not in word and word not in answers:
            yield unknown_word(source, tuple(keys), word, answers, f"result word of {name}")
    for output, extractor in way.outputs.items():
        if output not in capability.outputs:
            yield unknown_word(source, tuple(keys), output, capability.outputs, f"output of {name}")
        if extractor.map and "{" not in extractor.map and extractor.map not in platform.vocabulary:
            yield unknown_word(
                source, tuple(keys), extractor.map, platform.vocabulary, "vocabulary table"
            )
    for arg in way.when or {}:
        if arg not in capability.args:
            yield unknown_word(source, tuple(keys), arg, capability.args, f"argument of {name}")
    if way.fixed and (wrong := words.misfits(name, way.fixed.result, way.fixed.outputs)):
        yield source.problem(tuple(keys), wrong[0])
    if way.steps and not said:
        yield source.problem(
            tuple(keys), f"{name} never answers", "give result, or rules under means"
        )


def summary(problems: Iterable[Problem]) -> str:
    """How many problems, in words."""
    count = len(list(problems))
    return "no problem found" if not count else f"{count} problem{'s' if count > 1 else ''} found"
