"""Following one's reports: their list, their history, and what can still be done with each."""

from __future__ import annotations

from flask import Blueprint, abort, redirect
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import decisions
from sbd_audit.demo.baraza.state import Report
from sbd_audit.demo.baraza.web import fault, page, signed_in, state, t

pages = Blueprint("following", __name__)


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
