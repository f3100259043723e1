"""Everything Baraza knows, in memory: people, what they wrote, and who may see it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sbd_audit.demo.baraza.switchboard import Switchboard

HOUSE = "baraza"
MINIMUM_AGE = 13
ADULT = 18
LIVE_AGE = 16
OPEN = {
    "messages": "all",
    "profile": "all",
    "comments": "all",
    "mentions": "all",
    "groups": "friends",
    "found_by": "all",
    "friends_list": "all",
    "location": "off",
    "sign_in_mail": "quiet",
    # contact and design
    "calls": "friends",
    "tags": "all",
    "reshares": "all",
    "vanishing": "friends",
    "live": "all",
    "autoplay": "on",
    "streaks": "on",
    "pushes": "all",
    "likes": "shown",
    "breaks": "off",
    "feed": "interests",
    "assistant": "on",
    "ads": "off",
}
CLOSED = OPEN | {
    "messages": "friends",
    "profile": "friends",
    "comments": "friends",
    "mentions": "friends",
    "found_by": "none",
    "friends_list": "me",
    # contact and design
    "tags": "friends",
    "reshares": "friends",
    "vanishing": "off",
    "live": "off",
    "autoplay": "off",
    "streaks": "off",
    "pushes": "needed",
    "likes": "hidden",
    "breaks": "on",
    "assistant": "off",
    "ads": "locked",
}
CHOICES = {
    "messages": ("none", "friends", "all"),
    "profile": ("me", "friends", "all"),
    "comments": ("none", "friends", "all"),
    "mentions": ("none", "friends", "all"),
    "groups": ("none", "friends", "all"),
    "found_by": ("none", "friends", "all"),
    "friends_list": ("me", "friends", "all"),
    "location": ("off", "friends"),
    "sign_in_mail": ("quiet", "send"),
    # contact and design
    "calls": ("none", "friends", "all"),
    "tags": ("none", "friends", "all"),
    "reshares": ("none", "friends", "all"),
    "vanishing": ("off", "friends", "all"),
    "live": ("off", "friends", "all"),
    "autoplay": ("off", "on"),
    "streaks": ("off", "on"),
    "pushes": ("needed", "all"),
    "likes": ("hidden", "shown"),
    "breaks": ("on", "off"),
    "feed": ("interests", "behaviour"),
    "assistant": ("off", "on"),
    "ads": ("locked", "off", "on"),
}
UNLIKE: dict[str, dict[str, str]] = {
    "messages": {"dm_open_to_strangers_for_minors": "all"},
    "profile": {"minor_profile_public": "all"},
    # contact and design
    "live": {"live_starts_open": "all"},
    "feed": {"profiled_feed_for_minors": "behaviour"},
    "autoplay": {"autoplay_starts_on": "on"},
    "assistant": {"assistant_on_for_minors": "on"},
    "ads": {"ads_personalised_for_minors": "on"},
}
"""For a child's setting: what it starts at instead when a switch is thrown."""


def told(moment: datetime) -> str:
    """A moment as people read it, the same in every language."""
    return moment.strftime("%d.%m.%Y, %H:%M UTC")


@dataclass
class Draft:
    """A report that was begun: what was chosen and written so far."""

    reason: str
    words: str = ""


@dataclass
class User:
    handle: str
    name: str
    password: str
    born: date | None
    guardian: str = ""
    active: bool = True
    starts: Mapping[str, str] = field(default_factory=lambda: OPEN)
    chosen: dict[str, str] = field(default_factory=dict)
    friends: set[str] = field(default_factory=set)
    asked_by: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    restricted: set[str] = field(default_factory=set)
    family: set[str] = field(default_factory=set)
    guardians: set[str] = field(default_factory=set)
    interests: set[str] = field(default_factory=set)
    opened: dict[str, int] = field(default_factory=dict)
    biography: str = ""
    notices: list[dict[str, str]] = field(default_factory=list)
    leaving: str = ""
    email: str = ""
    phone: str = ""
    gender: str = ""
    public_role: str = ""
    drafts: dict[str, Draft] = field(default_factory=dict)
    guarded: dict[str, str] = field(default_factory=dict)
    unwanted: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)
    second_step: bool = False
    code: str = ""

    def age(self, today: date) -> int:
        if self.born is None:
            return ADULT
        return (
            today.year
            - self.born.year
            - ((today.month, today.day) < (self.born.month, self.born.day))
        )


def stamp() -> str:
    return told(datetime.now(UTC))


@dataclass
class Item:
    """A post, a comment or a message; `to` is the post commented on, or the person written to.

    `audience` is set when a post was narrowed later: `friends` or `me`.
    """

    id: str
    kind: str
    author: str
    text: str
    to: str = ""
    waiting: bool = False
    dropped: bool = False
    announced: bool = True
    apart: bool = False
    vanishing: bool = False
    liked_by: set[str] = field(default_factory=set)
    picture: bytes = b""
    deleted: bool = False
    audience: str = ""
    at: str = field(default_factory=stamp)


@dataclass
class Report:
    """What somebody reported, and why; `item` is named as in the address of the form."""

    reference: str
    reporter: str
    item: str
    reason: str
    at: datetime
    subject: str = "me"
    words: str = ""
    link: str = ""
    items: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    file: bytes = b""
    status: str = "received"
    history: list[str] = field(default_factory=list)
    updates: bool = True


@dataclass
class Session:
    token: str
    user: str
    csrf: str
    device: int
    location: str = "off"
    id: str = field(default_factory=lambda: secrets.token_hex(5))
    since: str = field(default_factory=stamp)


class State:
    """The whole of Baraza; every request runs under `lock`."""

    def __init__(self, switches: Switchboard) -> None:
        self.fault = switches
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Back to the first day: the house's own posts, and nobody else."""
        self.users: dict[str, User] = {}
        self.items: dict[str, Item] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.reports: dict[str, Report] = {}
        self.sessions: dict[str, Session] = {}
        self.outbox: list[dict[str, str]] = []
        self.pending: dict[str, str] = {}
        self.refused_browsers: set[str] = set()
        self.ahead = timedelta()
        self.friend_codes: dict[str, str] = {}
        self.users[HOUSE] = User(HOUSE, "Baraza", secrets.token_hex(16), date(1980, 5, 5))
        for number, text in enumerate(
            (
                "The weather over the lake is clear this week.",
                "How to keep a garden through dry weather: water early, cover the soil.",
                "Tell us about the weather where you are.",
            )
        ):
            self.items[f"house{number}"] = Item(f"house{number}", "post", HOUSE, text)
        self.items["remark0"] = Item("remark0", "comment", "baraza", "It stays so.", to="house0")
        self.groups["gardens"] = {"name": "Gardens", "members": ["baraza"], "invited": {}}

    @property
    def today(self) -> date:
        return datetime.now(UTC).date()

    @property
    def now(self) -> datetime:
        """The moment by the practice platform's own clock, which can be ahead of ours."""
        return datetime.now(UTC) + self.ahead

    def stamp(self) -> str:
        return told(self.now)

    def new_id(self) -> str:
        return secrets.token_hex(5)

    def minor(self, user: User | None) -> bool:
        return user is not None and user.age(self.today) < ADULT

    def friends(self, one: User | None, other: User) -> bool:
        return one is not None and one.handle in other.friends

    def befriend(self, one: User, other: User) -> None:
        one.friends.add(other.handle)
        other.friends.add(one.handle)

    def shut_out(self, one: User | None, other: User) -> bool:
        """True when either has blocked the other."""
        return one is not None and (one.handle in other.blocked or other.handle in one.blocked)

    def setting(self, owner: User, name: str) -> str:
        """What a setting of `owner` stands at: as safety mode holds it, as chosen, else as it was at first."""
        if name in owner.guarded:
            return owner.guarded[name]
        if name in owner.chosen:
            return owner.chosen[name]
        if owner.starts is CLOSED:
            for switch, value in UNLIKE.get(name, {}).items():
                if self.fault(switch):
                    return value
        return owner.starts[name]

    def choices(self, user: User) -> dict[str, tuple[str, ...]]:
        """The settings a person may change: a child's advertising is locked, the youngest do not go live."""
        kept = dict(CHOICES)
        if self.minor(user):
            del kept["ads"]
        if user.age(self.today) < LIVE_AGE:
            del kept["live"]
        return kept

    def lets(self, owner: User, setting: str, visitor: User | None) -> bool:
        """Whether a setting of `owner` lets `visitor` in."""
        if visitor is owner:
            return True
        word = self.setting(owner, setting)
        return word == "all" or (word == "friends" and self.friends(visitor, owner))

    def notify(self, user: User, kind: str, who: str, text: str) -> None:
        """Tells a person something, unless they have muted or restricted whoever caused it."""
        if who in user.muted | user.restricted:
            return
        user.notices.insert(0, {"kind": kind, "who": who, "text": text})

    def file_report(self, reporter: str, name: str, reason: str) -> Report:
        """A new report of somebody about an item, under a reference of its own."""
        reference = f"B-{self.new_id()[:6].upper()}"
        report = self.reports[reference] = Report(reference, reporter, name, reason, self.now)
        return report

    def posts_for(self, reader: User) -> list[Item]:
        """Posts the reader may see, newest first."""
        posts = [
            item
            for item in reversed(list(self.items.values()))
            if item.kind == "post" and not item.deleted and item.id not in reader.unseen
        ]
        return [post for post in posts if self.may_read(reader, post)]

    def feed_of(self, reader: User) -> list[Item]:
        """What the front page shows; a child's posts come to friends only, whoever else may open them."""
        near = reader.friends | {reader.handle}
        children = {user.handle for user in self.users.values() if self.minor(user)} - near
        shown = (post for post in self.posts_for(reader) if post.author not in children)
        return list(islice(shown, 20))

    def may_read(self, reader: User | None, post: Item) -> bool:
        author = self.users.get(post.author)
        if author is None or self.shut_out(reader, author):
            return False
        if post.audience and reader is not author:
            return post.audience == "friends" and self.friends(reader, author)
        if self.lets(author, "profile", reader):
            return True
        return self.minor(author) and self.fault("private_profile_reads_safe_but_leaks")
