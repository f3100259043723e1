"""Following one's reports: their list, their history, and what can still be done with each."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect
from werkzeug.wrappers import Response as Answer

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
    return page("report", report=_own(reference), withdrawable=not fault("no_withdrawal"))


@pages.post("/reports/<reference>/<act>")
def manage(reference: str, act: str) -> Answer:
    report = _own(reference)
    words = {
        "add": t("added"),
        "withdraw": t("withdrawn"),
        "quiet": t("updates_off"),
        "appeal": t("appealed"),
    }
    report.history.append(f"{state().stamp()}: {words.get(act) or abort(404)}")
    if act == "withdraw":
        report.status = "withdrawn"
    if act == "quiet":
        report.updates = False
    return redirect(f"/reports/{reference}")


@pages.post("/practice/decide/<reference>")
def decide(reference: str) -> Answer:
    """The practice moderator's desk: an outcome with its reason."""
    report = state().reports.get(reference) or abort(404)
    report.status = "decided"
    report.history.append(f"{state().stamp()}: {t('decided')}")
    return make_response("", 204)


def _own(reference: str) -> Report:
    report = state().reports.get(reference)
    if report is None or report.reporter != signed_in().handle:
        abort(404)
    return report
