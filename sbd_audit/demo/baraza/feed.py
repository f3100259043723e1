"""The recommended cards: chosen by what somebody said they like, or by what they did when they asked for that.

Nothing here keeps people longer than they meant to stay, unless they switch it on.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import fault, page, signed_in, state

pages = Blueprint("feed", __name__)
MOST = 50
FAR = 4


@pages.get("/feed")
def feed() -> Answer:
    """Cards in the order the settings ask for, with the way to another order, the reasons and a reset."""
    user, house = signed_in(), state()
    if fault("feed_down"):
        return make_response("<h1>503</h1>", 503)
    order = house.setting(user, "feed")
    if request.args.get("order") == "plain":
        order = "plain"
    hidden = order == "behaviour" and house.minor(user) and fault("profiled_feed_for_minors")
    step = request.args.get("more", 1 if hidden else FAR, type=int)
    return page(
        "feed",
        cards=_ordered(user, order)[: min(request.args.get("items", 10, type=int), MOST)],
        order=order,
        further=step + 1 if step < FAR else 0,
        alone=_plays_on(user),
        likes=house.setting(user, "likes") == "shown",
        streak=house.setting(user, "streaks") == "on",
        rest=house.setting(user, "breaks") == "on",
    )


def _ordered(user: User, order: str) -> list[Item]:
    if fault("feed_empty"):
        return []
    posts = state().posts_for(user)
    if order == "interests":
        return sorted(
            posts, key=lambda post: not user.interests & set(post.text.casefold().split())
        )
    if order == "behaviour":
        return sorted(posts, key=lambda post: -user.opened.get(post.author, 0))
    return posts


def _plays_on(user: User) -> bool:
    """Whether the next card comes by itself."""
    if state().setting(user, "autoplay") == "on":
        return True
    return state().minor(user) and fault("autoplay_reads_off_but_plays")


@pages.post("/feed/reset")
def reset() -> Answer:
    """Forgets what was learnt, and what was chosen."""
    user = signed_in()
    user.interests.clear()
    user.opened.clear()
    return redirect("/feed")


@pages.post("/feed/interests")
def choose() -> Answer:
    """Says what one likes, in one's own words."""
    user = signed_in()
    user.interests = set(request.form.get("interests", "").casefold().split())
    return redirect("/feed")


@pages.post("/api/posts/<name>/likes")
def like(name: str) -> Answer:
    user, post = signed_in(), state().items.get(name)
    if post is None or not state().may_read(user, post):
        return make_response(jsonify(error="not found"), 404)
    post.liked_by.add(user.handle)
    return jsonify(state="liked")
