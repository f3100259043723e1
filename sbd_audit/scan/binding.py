"""A platform file and a target file for a site nobody has described: only what the survey found, and why the rest is open.

What was not found is never said to be absent; it is `not_located`, and the checks that need it cannot tell.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sbd_audit.documents.language import language_of
from sbd_audit.scan.forms import AgeField, Form, threshold_hinted
from sbd_audit.scan.rows import Rows
from sbd_audit.scan.survey import Found, Survey
from sbd_audit.scan.visit import Seen

PLATFORM = "public-surface"
GOES_ON = (
    "the form shows no button that sends it, only one that may lead to a next step; a scan asks for pages and sends no "
    "form, so whether the end of this one can be reached is not known"
)
RESERVE = 16
"""Pages kept back for what is looked at again, in a browser, to be judged."""


class Binding:
    """Writes the two files of one survey."""

    def __init__(self, survey: Survey, rows: Rows) -> None:
        self.survey = survey
        self.rows = rows
        self._cues = survey.cues

    def platform(self) -> dict[str, Any]:
        """The platform file: any web site, as far as its public pages show it."""
        return {
            "id": PLATFORM,
            "version": 1,
            "title": "Any web site, by its public pages",
            "software": {"name": "not known", "versions": "not known"},
            "notes": [
                "Written by a scan from the pages it found; nothing here was declared by anybody."
            ],
            "missing_page": urlsplit(self.survey.visitor.missing).path,
            "capabilities": {
                "open_sign_up": self._sign_up(),
                "open_public_form": self._public_forms(),
                "open_page": self._pages(),
            },
            "documents": {kind: self._document(kind) for kind in self._cues.published},
        }

    def _not_located(self, says: str, **when: Any) -> dict[str, Any]:
        return {**({"when": when} if when else {}), "not_located": says}

    def _why(self, kind: str, name: str) -> str:
        """Why there is no page of a kind, in the words of its row."""
        row = next((row for row in self.rows.all if row.what == kind), None)
        if row is not None and row.state != "found":
            return f"{name}: {row.says[0].lower()}{row.says[1:].rstrip('.')}"
        return f"{name} was not found; looked at {self.rows.looked} pages"

    # ------------------------------------------------------------------ sign-up

    def _sign_up(self) -> list[dict[str, Any]]:
        if self.survey.sign_up is None:
            return [self._not_located(self._why("sign_up", "a sign-up form"))]
        page, form = self.survey.sign_up
        return [
            {
                "steps": [{"open": page.asked}, {"see": {"css": form.css}}],
                "result": "opened",
                "outputs": self._age(form.age, page) if form.age else {},
            }
        ]

    def _age(self, age: AgeField, page: Seen) -> dict[str, Any]:
        """Only what can be told from the page; a form that does not ask may ask later, so nothing is said then."""
        outputs: dict[str, Any] = {
            "age_asked": {"locator": {"css": age.css}, "exists": True},
            "tick_box_only": {"value": age.tick_box},
        }
        if age.prefilled is not None:
            filled = f'{age.css}[value]:not([value=""])' if age.css.startswith("input") else None
            outputs["prefilled_adult"] = (
                {"locator": {"css": filled}, "exists": True}
                if filled and not age.tick_box
                else {"value": age.prefilled}
            )
        hint = threshold_hinted(page.text, self._cues)
        if isinstance(hint, str):
            outputs["threshold_hinted"] = {"any_text": [hint]}
        elif hint is False:
            outputs["threshold_hinted"] = {"value": False}
        return outputs

    # ------------------------------------------------------------------ forms for people without an account

    def _public_forms(self) -> list[dict[str, Any]]:
        later = "after a choice in the form, and a scan chooses nothing in a form"
        ways: list[dict[str, Any]] = [{"when": {"branch": ["under_18"]}, "not_located": later}]
        languages = list(self.survey.languages)
        for route in self._cues.routes:
            forms = self.survey.forms.get(route, [])
            name = f"a form for {route.replace('_', ' ')} that anybody can open"
            for page, form in forms:
                code = self._language(page)
                if code in languages:
                    ways.append(self._public_form(route, page, form, language=[code]))
            ways.append(
                self._not_located(
                    f"{name} was not found in this language; looked at {self.rows.looked} pages",
                    route=[route],
                    language=[code for code in (*languages, "en", "sw")],
                )
            )
            if forms:
                ways.append(self._public_form(route, *forms[0]))
            else:
                ways.append(
                    self._not_located(
                        f"{name} was not found; looked at {self.rows.looked} pages", route=[route]
                    )
                )
        return ways

    def _public_form(self, route: str, page: Seen, form: Form, **when: Any) -> dict[str, Any]:
        outputs: dict[str, Any] = {
            "app_required": {"any_text": list(self._cues.forms["app_needed"])}
        }
        sends = form.sends and form.button
        if sends:
            outputs["reaches_send"] = {
                "locator": {"role": "button", "name": form.button},
                "exists": True,
            }
        if route == "intimate_image":
            outputs["plainly_named"] = {"any_text": list(self._cues.routes[route])}
            steps = len(self._path(self.survey.home, page) or "---")
            if steps <= 2:
                outputs["interactions"] = {"value": steps}
        return {
            "when": {"route": [route], **when},
            "steps": [{"open": page.asked}, {"see": {"css": form.css}}],
            "result": "opened",
            "outputs": outputs,
            **({} if sends else {"leaves_open": GOES_ON}),
        }

    # ------------------------------------------------------------------ pages

    def _pages(self) -> list[dict[str, Any]]:
        ways = []
        for kind in self._cues.published:
            for start in ("sign_up", "footer", "home"):
                for found in self.survey.found.get(kind, ()):
                    if way := self._page(kind, start, found):
                        ways.append(way)
            name = kind.replace("_", " ")
            if kind in self.survey.found:
                says = f"no visible link to the {name} in this language was found there within two steps"
                ways.append(self._not_located(says, page=[kind]))
            else:
                ways.append(self._not_located(self._why(kind, name), page=[kind]))
        return ways

    def _page(self, kind: str, start: str, found: Found) -> dict[str, Any] | None:
        """From a page, over links that are in sight there, to the page; every step is counted."""
        first = self._start(start, found.language)
        path = self._path(first, found.page) if first else None
        if first is None or path is None or found.language is None:
            return None
        steps: list[dict[str, Any]] = [{"open": first.asked}]
        for raw, url in path:
            steps += [{"see": {"css": f'a[href="{raw}"]'}}, {"open": url}]
        return {
            "when": {"page": [kind], "from": [start], "language": [found.language]},
            "steps": steps,
            "result": "opened",
            "outputs": {
                "interactions": {"value": len(path)},
                "language": {"language": True},
                "grade": {"grade": {"css": "body"}},
            },
        }

    def _start(self, start: str, language: str | None) -> Seen | None:
        if start == "sign_up":
            return self.survey.sign_up[0] if self.survey.sign_up else None
        home = self.survey.home
        if home is None or language in (None, self._language(home)):
            return home
        other = self.survey.alternates.get(str(language))
        page = self.survey.visitor.recall(other) if other else None
        return page if isinstance(page, Seen) else home

    def _path(self, start: Seen | None, target: Seen) -> list[tuple[str, str]] | None:
        """Links from one page to another, over one page in between at most."""
        if start is None:
            return None
        if (raw := self.survey.link_on(start, target.asked)) is not None:
            return [(raw, target.asked)]
        for between in self.survey.visitor.seen():
            first = self.survey.link_on(start, between.asked)
            second = self.survey.link_on(between, target.asked) if first is not None else None
            if first is not None and second is not None:
                return [(first, between.asked), (second, target.asked)]
        return None

    def _language(self, page: Seen) -> str | None:
        return language_of(page.text)

    # ------------------------------------------------------------------ documents and target

    def _document(self, kind: str) -> dict[str, Any]:
        found = self.survey.found.get(kind)
        if not found:
            return {"not_located": self._why(kind, kind.replace("_", " "))}
        fetch = {one.language: one.page.asked for one in reversed(found) if one.language}
        fetch.setdefault(self.survey.languages[0], found[0].page.asked)
        return {"fetch": fetch}

    def target(self, name: str, market: str, pace: str, pages: int) -> dict[str, Any]:
        """The target file: the site, asked gently, without accounts and without an authorisation."""
        data: dict[str, Any] = {
            "id": name,
            "platform": PLATFORM,
            "title": urlsplit(self.survey.base).netloc,
            "kind": "web site",
            "base_url": self.survey.base,
            "market": market,
            "languages": list(self.survey.languages),
            "kinds": ["platform"],
            "origins": [place for place in self.survey.origins if place != self.survey.base],
            "limits": {
                "requests_per_second": pace,
                "requests": pages,
                "workers": 1,
                "step_seconds": 15,
                "watch_seconds": 0,
            },
        }
        if len(self.survey.languages) > 1:
            data["parameters"] = {
                "local_language": {
                    "value": self.survey.languages[1],
                    "basis": "asked for with --lang",
                }
            }
        return data
