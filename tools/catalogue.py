"""The catalogue as pages that can be read without knowing the files: one page a check, one index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sbd_audit.library import Library
from sbd_audit.models.check import Check, Condition
from tools.sentences import person, plain, referred, sentence, step

_OUTCOMES = {
    "passed": "Passed",
    "failed": "Failed",
    "cantTell": "Cannot tell",
    "inapplicable": "Does not apply",
    "untested": "Not tested",
}
_TIERS = {
    "observed": "observed on the running service",
    "documented": "read in documents or data files",
    "attested": "a signed answer of the operator",
}
_ENVIRONMENTS = {
    "public": "anyone may do it, signed out",
    "accounts": "it needs test accounts, and the service's permission",
    "sandbox": "it needs a test environment with helpers of the operator",
    "documents": "it reads documents only",
}
_INDEX = """# The catalogue of checks

Each check is one test that is the same for every service. It ends in one of five outcomes: passed, failed, cannot tell,
does not apply, not tested. A check passes only when everything it needs was seen. A passed check says that no failure
was found; it does not prove that a law is kept.

"""


def pages(library: Library, home: Path) -> Iterator[tuple[Path, str]]:
    """The index, and a page for every check."""
    yield home / "README.md", _index(library)
    asking = _profiles(library)
    for name in library.checks:
        area, own = name.split(".", 1)
        yield home / area / f"{own}.md", _page(library.check(name), library, asking.get(name, []))


def link(check: str, up: str = "") -> str:
    """A link to the page of a check, from a page that reaches the catalogue by `up`."""
    area, own = check.split(".", 1)
    return f"[{check}]({up}{area}/{own}.md)"


def cell(text: object) -> str:
    """A text that keeps inside one cell of a table."""
    return " ".join(str(text).replace("|", "\\|").replace("<", "&lt;").split())


def _index(library: Library) -> str:
    parts = [_INDEX + f"{len(library.checks)} checks.\n"]
    areas = dict.fromkeys(name.split(".")[0] for name in library.checks)
    for area in areas:
        parts.append(
            f"## {area}\n\n| check | what is good | severity | evidence |\n|---|---|---|---|"
        )
        for name in library.checks:
            if name.split(".")[0] == area:
                check = library.check(name)
                parts.append(
                    f"| {link(name)} | {cell(check.title)} | {check.severity} | {check.evidence}, {check.environment} |"
                )
        parts.append("")
    return "\n".join(parts)


def _profiles(library: Library) -> dict[str, list[str]]:
    """For each check, how each profile uses it."""
    found: dict[str, list[str]] = {}
    for name in library.profiles:
        profile = library.profile(name)
        practice = {one.check for one in profile.good_practice}
        mandatory = {c for r in profile.requirements for c in r.checks.mandatory}
        for check in profile.checks:
            how = (
                "mandatory"
                if check in mandatory
                else "good practice"
                if check in practice
                else "supporting"
            )
            found.setdefault(check, []).append(f"`{name}` ({how})")
    return found


def _page(check: Check, library: Library, asking: list[str]) -> str:
    words = library.vocabulary
    parts = [
        f"# {check.title}\n",
        f"`{check.id}`, version {check.version} · {plain(check.pillar.replace('-', ' '))} · severity {check.severity}\n",
        f"Evidence: {_TIERS[check.evidence]}. {_ENVIRONMENTS[check.environment].capitalize()}.\n",
        f"## Why\n\n{check.why.strip()}\n",
        *_applies(check, library),
    ]
    if check.accounts:
        parts.append("## Who takes part\n\nInvented people only.\n")
        parts += [f"- {person(name, role, words)}" for name, role in check.accounts.items()]
        parts.append("")
    parts.append("## What is done\n")
    parts += [
        f"{n}. {step(name, one, check, words)}"
        for n, (name, one) in enumerate(check.observe.items(), 1)
    ]
    if check.control:
        parts.append(f"\nPositive control: {check.control.strip()}")
    if check.only_if:
        parts.append(
            "\n## What must hold for it to mean anything\n\nOtherwise the outcome is *cannot tell*.\n"
        )
        parts += _conditions(check.only_if, check)
    parts.append("\n## What is expected\n\nOtherwise the outcome is *failed*.\n")
    parts += _conditions(check.expect, check)
    if check.promises:
        parts.append(
            "\n## What documents may promise\n\nA contradiction is reported beside the finding.\n"
        )
        parts += [f"- {referred(promise.otherwise, check)}" for promise in check.promises]
    if check.parameters:
        parts.append(
            "\n## What it is measured against\n\n| parameter | value | basis | note |\n|---|---|---|---|"
        )
        parts += [
            f"| {plain(p.name)} | {cell(plain(p.default))} {plain(p.unit)} | {p.basis} | {cell(p.note)} |"
            for p in check.parameters
        ]
    parts.append(f"\n## What mends it\n\n{check.if_failed.strip()}\n")
    parts += _provisions(check, library)
    parts.append(f"\nProfiles that use it: {', '.join(asking) or 'none'}.\n")
    parts.append(
        "## Worked examples\n\nThe test suite judges each of them.\n\n| outcome | what is seen |\n|---|---|"
    )
    for example in check.examples:
        said = f" Reported: “{example.because}”" if example.because else ""
        parts.append(
            f"| {_OUTCOMES[example.outcome]} | {cell(example.says.rstrip('.'))}.{cell(said) and ' ' + cell(said)} |"
        )
    parts.append("\n## Versions\n\n| version | since | what it asks differently |\n|---|---|---|")
    parts.append("| 1 | first published | |")
    parts += [f"| {r.version} | {r.on} | {cell(r.says)} |" for r in check.history]
    return "\n".join(parts) + "\n"


def _applies(check: Check, library: Library) -> Iterator[str]:
    applies, tables = check.applies_to, library.vocabulary.tables
    if applies.features:
        listed = ", ".join(plain(name) for name in applies.features)
        yield f"It applies where the service has: {listed}.\n"
    if applies.kinds:
        kinds = ", ".join(
            plain(tables["kinds"].get(kind) or kind) if isinstance(tables["kinds"], dict) else kind
            for kind in applies.kinds
        )
        yield f"It applies to: {kinds}.\n"


def _conditions(conditions: tuple[Condition, ...], check: Check) -> Iterator[str]:
    yield "| what must hold | what is said otherwise |\n|---|---|"
    for condition in conditions:
        yield f"| {cell(sentence(condition, check))} | {cell(referred(condition.otherwise, check))} |"


def _provisions(check: Check, library: Library) -> Iterator[str]:
    if not check.provisions:
        return
    yield "## Provisions\n\n| provision | what it asks | level | standing | read from |\n|---|---|---|---|---|"
    for name in check.provisions:
        instrument, entry = library.provisions[name]
        where = f"[{cell(instrument.short_title)}](../../reference/instruments/{instrument.id}.md), {cell(entry.clause)}"
        yield f"| {where} (`{name}`) | {cell(entry.obligation)} | {entry.level} | {entry.status} | {entry.basis} |"
