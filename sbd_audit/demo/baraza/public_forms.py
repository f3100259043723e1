"""Forms for anyone: the list of them, the branches of the form for pictures, and sending without an account."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.reasons import DATA
from sbd_audit.demo.baraza.web import fault, language, me, page, t

pages = Blueprint("public_forms", __name__)


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
    return page("message", heading=t("report_arrived"), text=t("public_receipt"), id="received")
