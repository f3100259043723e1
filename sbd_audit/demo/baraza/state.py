"""Everything Baraza knows, in memory: people, what they wrote, and who may see it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sbd_audit.demo.baraza.records import Records
from sbd_audit.demo.baraza.settings import (
    CHOICES,
    CLOSED,
    LET_IN_ONE_BY_ONE,
    OPEN,
    UNLIKE,
    UNLIKE_FOR_ADULTS,
    UNLIKE_FOR_ALL,
)
from sbd_audit.demo.baraza.switchboard import Switchboard
from sbd_audit.source import load

HOUSE = "baraza"
CARDS: list[dict[str, str]] = load(Path(__file__).with_name("cards.yaml")).data
MINIMUM_AGE = 13
ADULT = 18
LIVE_AGE = 16


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
    sign_ins: int = 0
    first_contacts: list[float] = field(default_factory=list)
    blocked_numbers: set[str] = field(default_factory=set)
    ahead: int = 0  # hours by which the practice clock of this person was moved on
    email: str = ""
    phone: str = ""
    last_seen: str = ""
    age_found: str = ""
    """What the age check found: adult, child, or nothing yet."""
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
    removed: bool = False
    place: str = ""
    rating: str = ""
    read: bool = False
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
    said_grown_up: bool = False
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
        self.objections: list[dict[str, str]] = []
        self.pending: dict[str, str] = {}
        self.refused_browsers: set[str] = set()
        self.records = Records()
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
        for card in CARDS:
            name = card["id"]
            self.items[name] = Item(name, "card", HOUSE, card["text"], rating=card["rating"])
        self.items["remark0"] = Item("remark0", "comment", "baraza", "It stays so.", to="house0")
        self.groups["gardens"] = {"name": "Gardens", "members": ["baraza"], "invited": {}}

    @property
    def today(self) -> date:
        return datetime.now(UTC).date()

    def now_of(self, user: User) -> datetime:
        """The moment it is for this person; on the practice platform their clock can be moved on."""
        return datetime.now(UTC) + timedelta(hours=user.ahead)

    @property
    def now(self) -> datetime:
        """The moment by the practice platform's own clock, which can be ahead of ours."""
        return datetime.now(UTC) + self.ahead

    def stamp(self) -> str:
        return told(self.now)

    def new_id(self) -> str:
        return secrets.token_hex(5)

    def minor(self, user: User | None) -> bool:
        """True for a child, and for whom the age check took for one."""
        return user is not None and (
            user.age_found == "child" or user.age(self.now_of(user).date()) < ADULT
        )

    def friends(self, one: User | None, other: User) -> bool:
        return one is not None and one.handle in other.friends

    def befriend(self, one: User, other: User) -> None:
        one.friends.add(other.handle)
        other.friends.add(one.handle)

    def shut_out(self, one: User | None, other: User) -> bool:
        """True when either has blocked the other, or all accounts with the other's number."""
        if one is None or one is other:
            return False
        if one.handle in other.blocked or other.handle in one.blocked:
            return True
        same = one.phone in other.blocked_numbers or other.phone in one.blocked_numbers
        return same and not self.fault("new_account_evades_block")

    def setting(self, owner: User, name: str) -> str:
        """What a setting of `owner` stands at: as safety mode holds it, as chosen, else as it was at first."""
        if name in owner.guarded:
            return owner.guarded[name]
        if name in owner.chosen:
            return owner.chosen[name]
        own = UNLIKE if owner.starts is CLOSED else UNLIKE_FOR_ADULTS
        for switch, value in (own.get(name, {}) | UNLIKE_FOR_ALL.get(name, {})).items():
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
        if word in ("none", "me") and setting in LET_IN_ONE_BY_ONE and setting not in owner.chosen:
            return self.friends(visitor, owner)
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
        if author is None or post.removed or self.shut_out(reader, author):
            return False
        if post.audience and reader is not author:
            return post.audience == "friends" and self.friends(reader, author)
        return self.lets(author, "profile", reader)
