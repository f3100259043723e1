"""What people write: posts, comments, mentions, private messages, and the search through it."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, make_response, request
from werkzeug.wrappers import Response as Answer

from sbd_audit.demo.baraza import defence
from sbd_audit.demo.baraza.reported import detours
from sbd_audit.demo.baraza.searching import found
from sbd_audit.demo.baraza.shop import advert
from sbd_audit.demo.baraza.state import Item, User
from sbd_audit.demo.baraza.web import body, fault, me, page, person, refused, signed_in, state

pages = Blueprint("writing", __name__)
MAX_PICTURE = 200_000


@pages.get("/")
def home() -> Answer:
    user = me()
    if user is None:
        return page("home")
    if state().minor(user) and fault("session_down"):
        return make_response("<h1>503</h1>", 503)
    tracked = state().minor(user) and fault("tracker_in_minor_session")
    answer = page("home", posts=state().feed_of(user), advert=advert(), tracked=tracked)
    if tracked:
        answer.headers["Content-Security-Policy"] = (
            "style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        )
    return answer


@pages.post("/api/posts")
def publish() -> Answer:
    user = signed_in()
    text = str(body().get("text", "")).strip()
    if not text:
        return refused("nothing to publish", 400)
    item = Item(state().new_id(), "post", user.handle, text)
    state().items[item.id] = item
    return make_response(jsonify(id=item.id, state="published"), 201)


@pages.get("/api/posts/<name>")
def api_post(name: str) -> Answer:
    post = _post(name)
    if not state().may_read(me(), post):
        return refused("not found", 404)
    shown = [item.id for item in defence.comments(post, me())]
    return jsonify(id=post.id, author=post.author, text=post.text, comments=shown)


@pages.get("/p/<name>")
def post_page(name: str) -> Answer:
    post, user = _post(name), me()
    if user is not None:
        user.opened[post.author] = user.opened.get(post.author, 0) + 1
    if not state().may_read(user, post):
        return page("message", 404, heading="404", text="", id="gone")
    hidden = user is not None and name in user.unseen and request.args.get("show") != "1"
    return page(
        "post",
        post=post,
        author=state().users[post.author],
        hidden=hidden,
        relief_offered=hidden and not fault("no_relief_offered"),
        detour=detours("post", user),
        other_detour=detours("comment", user),
        mouse_only=fault("report_not_by_keyboard"),
        renamed=fault("report_control_renamed"),
        comments=defence.comments(post, user),
        said=request.args.get("said", ""),
    )


def _post(name: str) -> Item:
    post = state().items.get(name)
    if post is None or post.kind != "post" or post.deleted:
        abort(404)
    return post


@pages.post("/api/posts/<name>/comments")
def comment(name: str) -> Answer:
    user, post = signed_in(), _post(name)
    author = state().users[post.author]
    if fault("comments_broken_for_everyone"):
        return refused("comments are closed")
    if state().shut_out(user, author):
        allowed = user.handle in author.blocked and fault("block_leaves_comments_open")
    else:
        open_to = state().may_read(user, post) and state().lets(author, "comments", user)
        allowed = open_to or _slips_through(user, author)
    if not allowed:
        return refused("you cannot comment here")
    item = Item(state().new_id(), "comment", user.handle, str(body().get("text", "")), to=name)
    item.apart = user.handle in author.restricted
    state().items[item.id] = item
    state().notify(author, "comment", user.handle, "commented on your post")
    return make_response(jsonify(id=item.id), 201)


def _slips_through(user: User, author: User) -> bool:
    """What a switch lets in although the author's settings do not."""
    if state().friends(user, author):
        closed = state().setting(author, "comments") == "none"
        return closed and fault("closed_comments_leak")
    if not state().minor(author):
        return False
    by_address = request.path.startswith("/api/")
    return fault("stranger_comments_open") or (by_address and fault("comment_limit_on_page_only"))


NAMING = {
    "mention": ("mentions", "mentioned you"),
    "photo_tag": ("tags", "tagged you in a picture"),
    "reshare": ("reshares", "passed on what you wrote"),
}


@pages.post("/api/mentions")
def mention() -> Answer:
    """Names a person, tags them in a picture, or passes on what they wrote last."""
    user, other = signed_in(), person(body().get("who", ""))
    form = body().get("form", "mention")
    setting, words = NAMING.get(form) or abort(400)
    if fault("mentions_broken_for_everyone"):
        return refused("not possible now")
    if state().shut_out(user, other):
        return refused("cannot be mentioned")
    if not state().lets(other, setting, user) and not _tag_slips_through(form, other):
        return refused("cannot be mentioned")
    state().notify(other, form, user.handle, words)
    return make_response(jsonify(state="published"), 201)


def _tag_slips_through(form: str, other: User) -> bool:
    starts = state().setting(other, "tags") != "none"
    return form == "photo_tag" and state().minor(other) and starts and fault("photo_tags_open")


@pages.get("/api/search")
def search() -> Answer:
    """Posts that hold the word and that the reader may see."""
    user = signed_in()
    return jsonify(hits=[post.id for post in found(user, request.args.get("q", ""))])


# -------------------------------------------------------------------- private messages


@pages.post("/api/messages")
def send() -> Answer:
    """201 sent, 202 waiting as a request, 403 refused."""
    user = signed_in()
    data = body()
    other = person(data.get("to", ""))
    picture = request.files.get("picture")
    if fault("messaging_broken_for_everyone"):
        return refused("messages cannot be sent")
    sent = picture.stream.read(MAX_PICTURE) if picture is not None else b""
    vanishing = bool(data.get("vanishes"))
    if vanishing and not _may_vanish(user, other):
        return refused("a message that removes itself cannot be sent to this person")
    if picture is not None and not sent.startswith(b"\x89PNG\r\n"):
        return refused("not a picture", 400)
    item = Item(
        state().new_id(), "message", user.handle, str(data.get("text", "")), to=other.handle
    )
    item.picture = sent
    if state().shut_out(user, other) or not _open_to(other, user):
        if not state().shut_out(user, other) and state().minor(other):
            return _stranger_to_child(item, other)
        return refused("this person takes no messages from you")
    item.waiting, item.vanishing = not state().friends(user, other), vanishing
    if item.waiting and not user.friends and fault("stranger_reaches_nobody"):
        return refused("messages cannot be sent")
    item.dropped = fault("messages_arrive_nowhere")
    state().items[item.id] = item
    return make_response(
        jsonify(id=item.id, state="waiting" if item.waiting else "sent"),
        202 if item.waiting else 201,
    )


def _open_to(other: User, user: User) -> bool:
    return state().lets(other, "messages", user)


def _may_vanish(user: User, other: User) -> bool:
    """Never between a child and a grown-up; else as the receiver's setting says."""
    if fault("disappearing_mode_broken"):
        return False
    if state().minor(user) != state().minor(other):
        return fault("disappearing_between_adult_and_child")
    return state().lets(other, "vanishing", user)


def _stranger_to_child(item: Item, child: User) -> Answer:
    """Refused, unless a switch says otherwise; nothing of it reaches the child."""
    if fault("setting_reads_safe_but_not_enforced"):
        item.waiting = True
        state().items[item.id] = item
        return make_response(jsonify(id=item.id, state="waiting"), 202)
    if fault("refused_message_previewed"):
        state().notify(child, "message", item.author, f"tried to write to you: {item.text[:30]}")
        return refused("this person takes no messages from you")
    if fault("stranger_silently_dropped"):
        item.dropped = True
        state().items[item.id] = item
        return make_response(jsonify(id=item.id, state="sent"), 201)
    return refused("this person takes no messages from you")


def letters(user: User, sender: str = "") -> list[Item]:
    if state().minor(user) and fault("children_reached_by_nobody"):
        return []
    return [
        item
        for item in state().items.values()
        if item.kind == "message"
        and item.to == user.handle
        and not item.dropped
        and sender in ("", item.author)
    ]


@pages.get("/api/inbox")
def inbox() -> Answer:
    return letters_told(signed_in())


def letters_told(user: User) -> Answer:
    """What was written to somebody, and which of it was announced."""
    found = [i for i in letters(user, request.args.get("from", "")) if not i.deleted]
    shown = [
        {
            "id": item.id,
            "from": item.author,
            "text": item.text,
            "folder": "requests" if item.waiting else "inbox",
        }
        for item in found
    ]
    for item in found:
        item.dropped = item.vanishing
    told = [
        note["text"]
        for note in user.notices
        if note["kind"] == "message" and note["who"] == request.args.get("from")
    ]
    return jsonify(messages=shown, announced=told)


@pages.get("/messages/<handle>")
def thread(handle: str) -> Answer:
    """One conversation, or the request that waits in front of it."""
    user = signed_in()
    other, received = person(handle), [i for i in letters(user) if i.author == handle]
    waiting = any(item.waiting for item in received)
    accepted = request.args.get("accepted") == "1"
    gone = any(item.deleted for item in received) and fault("deleted_message_unreportable")
    out_of_reach = state().shut_out(user, other) and fault("blocker_unreportable")
    return page(
        "thread",
        letters=received,
        other=other,
        waiting=waiting and not accepted,
        detour=detours("message", user),
        hidden=user.unseen,
        reportable=not fault("messages_not_reportable"),
        deleted_reportable=not gone,
        person_reportable=not out_of_reach,
        must_accept=waiting and not accepted and fault("request_needs_reply"),
    )
