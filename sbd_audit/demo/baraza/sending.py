"""A report is sent: it is kept with its evidence, acknowledged at once, and brings relief at once."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import discreet
from sbd_audit.demo.baraza.reported import Thing
from sbd_audit.demo.baraza.reports import known
from sbd_audit.demo.baraza.state import HOUSE, Report, User, told
from sbd_audit.demo.baraza.web import fault, language, page, signed_in, state, t

pages = Blueprint("sending", __name__)
MOST_ITEMS, MOST_ACCOUNTS = 10, 5
LATE = timedelta(days=3)
JUST_IN_TIME = timedelta(days=1, minutes=-1)


@pages.post("/report/<name>/<reason>")
def send(name: str, reason: str) -> Answer:
    user = signed_in()
    if fault("report_form_down"):
        return make_response("<h1>503</h1>", 503)
    if fault("reports_rate_limited"):
        return make_response("<h1>429</h1>", 429)
    thing, _ = known(name, reason)
    report = _kept(user, thing, reason)
    discreet.done(name)
    state().notify(user, "news", HOUSE, "There is something new for you")
    if thing.author != user.handle and fault("notice_names_reporter"):
        state().notify(state().users[thing.author], "report", user.handle, "reported you")
    if not fault("reported_item_stays"):
        user.unseen.add(name)
    if fault("report_ack_missing"):
        return redirect(f"{thing.url}?lang={language()}")
    _time_passes()
    code = "en" if language() == "sw" and fault("receipt_in_english_only") else language()
    return page(
        "receipt",
        report=report,
        thing=thing,
        say=lambda key: t(key, code),
        code=code,
        written=state().now,
        told=told,
        relief_offered=not fault("no_relief_offered"),
        show_reference=not fault("receipt_without_reference"),
    )


def _kept(user: User, thing: Thing, reason: str) -> Report:
    """The report as it is kept; a file is kept for the reviewers and shown to nobody else."""
    form = request.form
    report = state().file_report(user.handle, thing.name, reason)
    report.subject, report.words = form.get("subject", "me"), form.get("more", "")
    report.link = form.get("link", "")
    report.items = [one for one in form.getlist("item") if one][:MOST_ITEMS]
    report.accounts = [one for one in form.getlist("account") if one][:MOST_ACCOUNTS]
    if file := request.files.get("file"):
        report.file = file.stream.read()
    report.history.append(f"{told(report.at)}: {t('report_arrived')}")
    return report


def _time_passes() -> None:
    """The clock of the practice platform goes on by as long as a switch lets the receipt take."""
    if fault("receipt_late"):
        state().ahead += LATE
    elif fault("receipt_just_in_time"):
        state().ahead += JUST_IN_TIME
