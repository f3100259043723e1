"""Reporting: by members at what they see, by anyone through public forms; receipts, status and appeal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import clock, decisions
from sbd_audit.demo.baraza.state import Report, User
from sbd_audit.demo.baraza.web import fault, language, me, page, signed_in, state, t
from sbd_audit.source import load

pages = Blueprint("reports", __name__)
DATA: Any = load(Path(__file__).with_name("reasons.yaml")).data


@pages.get("/report/<name>")
def form(name: str) -> Answer:
    """The first screen: what happened, in plain words."""
    user = signed_in()
    if fault("report_form_down"):
        return make_response("<h1>503</h1>", 503)
    if name not in state().items:
        abort(404)
    chosen = request.args.get("reason", "")
    if chosen in DATA["reasons"]:
        return redirect(f"/report/{name}/{chosen}")
    return page("reasons", name=name, reasons=_reasons(user))


@pages.get("/report/<name>/<reason>")
def before_sending(name: str, reason: str) -> Answer:
    """The second screen: help that fits, what happens next, and the button that sends."""
    signed_in()
    entry = _reason(name, reason)
    return page(
        "sending",
        name=name,
        reason=reason,
        label=entry[language()],
        contacts=_contacts(entry["help"]),
    )


@pages.post("/report/<name>/<reason>")
def send(name: str, reason: str) -> Answer:
    user = signed_in()
    if fault("report_form_down"):
        return make_response("<h1>503</h1>", 503)
    if fault("reports_rate_limited"):
        return make_response("<h1>429</h1>", 429)
    _reason(name, reason)
    if _known(name) and fault("crowd_reports_refused"):
        return make_response("<h1>403</h1>", 403)
    report = state().file_report(user.handle, name, reason)
    report.history.append(f"{report.at}: {t('report_arrived')}")
    decisions.after_report(report)
    if fault("report_ack_missing"):
        return redirect("/")
    return page("receipt", report=report, show_reference=not fault("receipt_without_reference"))


def _known(name: str) -> bool:
    """True when somebody else has reported this already."""
    return any(report.item == name for report in state().reports.values())


def _reason(name: str, reason: str) -> Any:
    """What is said about a reason; 404 when there is no such reason, or nothing to report."""
    if name not in state().items or reason not in DATA["reasons"]:
        abort(404)
    return DATA["reasons"][reason]


def _reasons(user: User) -> list[tuple[str, str]]:
    shown, minor = [], state().minor(user)
    for code, entry in DATA["reasons"].items():
        if code == "sextortion_minor" and minor and fault("no_reason_for_threats_to_children"):
            continue
        if code == "sextortion_adult" and not minor and fault("no_sextortion_reason"):
            continue
        if code == "ncii" and user.gender == "man" and fault("fewer_reasons_for_men"):
            continue
        if entry.get("extra") and not fault("more_reasons"):
            continue
        legal = minor and fault("reasons_in_legal_words")
        shown.append((code, DATA["legal"] + entry["en"] if legal else entry[language()]))
    return shown


def _contacts(names: list[str]) -> list[dict[str, str]]:
    kept = []
    for name in names:
        if name == "child_helpline" and fault("child_helpline_missing"):
            continue
        if name == "gender_violence_hotline" and fault("gender_violence_hotline_missing"):
            continue
        entry = DATA["contacts"][name]
        kept.append({"number": entry["number"], "name": entry[language()]})
    return kept


# -------------------------------------------------------------------- following a report


@pages.get("/reports")
def mine() -> Answer:
    user = signed_in()
    if fault("no_status_page"):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    own = [report for report in state().reports.values() if report.reporter == user.handle]
    return page("reports", reports=own)


@pages.get("/reports/<reference>")
def status(reference: str) -> Answer:
    if fault("no_status_page"):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    report = _own(reference)
    return page(
        "report",
        report=report,
        withdrawable=not fault("no_withdrawal"),
        outcome=decisions.outcome(report),
    )


@pages.post("/reports/<reference>/<act>")
def manage(reference: str, act: str) -> Answer:
    report = _own(reference)
    words = {
        "add": t("added"),
        "withdraw": t("withdrawn"),
        "quiet": t("updates_off"),
    }
    report.history.append(f"{state().stamp()}: {words.get(act) or abort(404)}")
    if act == "withdraw":
        report.status = "withdrawn"
    if act == "quiet":
        report.updates = False
    return redirect(f"/reports/{reference}")


def _own(reference: str) -> Report:
    """A report of the person asking, by its reference or by what it is about."""
    user = signed_in()
    for report in state().reports.values():
        if report.reporter == user.handle and reference in (report.reference, report.item):
            return report
    abort(404)


# -------------------------------------------------------------------- forms for anyone


@pages.get("/help/forms")
def forms() -> Answer:
    """The list of public forms; the same two steps from the footer of every page."""
    if fault("public_forms_down"):
        return make_response("<h1>503</h1>", 503)
    routes = [
        route
        for route in DATA["forms"]
        if not (route == "underage_account" and fault("no_under_age_form"))
    ]
    buried = request.args.get("more", 0, type=int) < 2 and fault("image_form_buried")
    if buried:
        routes.remove("intimate_image")
    return page(
        "forms",
        routes=[(route, DATA["forms"][route][language()]) for route in routes],
        buried=buried,
        more=request.args.get("more", 0, type=int) + 1,
    )


@pages.get("/help/forms/<route>")
def public_form(route: str) -> Answer:
    if fault("public_forms_down"):
        return make_response("<h1>503</h1>", 503)
    entry = DATA["forms"].get(route) or abort(404)
    if route == "underage_account" and fault("no_under_age_form"):
        abort(404)
    if route == "impersonation" and me() is None and fault("impersonation_form_needs_account"):
        return redirect("/login")
    if route == "intimate_image" and language() == "sw" and fault("image_form_english_only"):
        return page("message", 404, heading=t("not_here"), text="", id="gone")
    branch = request.args.get("branch", "")
    if route == "intimate_image" and not branch:
        branches = [
            b for b in DATA["branches"] if b != "synthetic" or not fault("image_form_ignores_fakes")
        ]
        return page(
            "branches",
            title=entry[language()],
            branches=[(b, DATA["branches"][b][language()]) for b in branches],
        )
    if branch == "under_18" and not fault("under_18_kept_in_adult_form"):
        contacts = [DATA["contacts"][name] for name in ("child_helpline",)]
        return page(
            "child_route",
            contacts=[{"number": c["number"], "name": c[language()]} for c in contacts],
        )
    needs_link = branch not in ("threat_to_share",) or fault("image_form_ignores_threats")
    removal = route == "intimate_image"
    return page(
        "public_form",
        title=entry[language()],
        branch=branch,
        needs_link=needs_link,
        removal=removal,
        identity=removal and fault("image_form_asks_identity"),
    )


@pages.post("/help/forms/<route>")
def public_send(route: str) -> Answer:
    if route not in DATA["forms"]:
        abort(404)
    link = request.form.get("link", "")
    if link and fault("reports_rate_limited"):
        return make_response("<h1>429</h1>", 429)
    if route == "intimate_image" and link:
        clock.ask_removal(state(), link)
    return page("message", heading=t("report_arrived"), text=t("public_receipt"), id="received")
