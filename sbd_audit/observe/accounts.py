"""The invented people of a run: their identities, and the sessions they hold on their devices.

Names, addresses and passwords are made at run time; nothing hints at who a person is. A password lives in
memory only: it is registered for redaction the moment it is made, and never written anywhere.
"""

from __future__ import annotations

import hashlib
import os
import random
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from requests.cookies import RequestsCookieJar

from sbd_audit.errors import UsageError
from sbd_audit.models.platform import Handles
from sbd_audit.models.record import Cast
from sbd_audit.models.target import SuppliedAccount

NOUNS = [
    "Tree",
    "River",
    "Stone",
    "Cloth",
    "Lamp",
    "Bridge",
    "Basket",
    "Cloud",
    "Ladder",
    "Garden",
    "Drum",
    "Boat",
    "Window",
    "Hill",
    "Kettle",
    "Feather",
    "Bench",
    "Rope",
    "Candle",
    "Field",
    "Mirror",
    "Wheel",
    "Button",
    "Shell",
    "Path",
    "Spoon",
    "Roof",
    "Needle",
    "Barrel",
    "Island",
]


@dataclass
class Device:
    """One browser or phone of an account: its cookies, kept apart from every other device."""

    name: str
    jar: RequestsCookieJar = field(default_factory=RequestsCookieJar)
    signed_in: bool = False
    saved: dict[str, Any] = field(default_factory=dict)


@dataclass
class Account:
    """One invented person; `id`, tokens and the like that a platform gives are kept in `saved`."""

    role: str
    persona: str
    handle: str
    display_name: str
    email: str
    password: str = field(repr=False)
    age: int | None = None
    birth_date: date | None = None
    gender: str = ""
    phone: str = ""
    guardian_email: str = ""
    exists: bool = False
    supplied: bool = False
    devices: dict[str, Device] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)

    @property
    def anonymous(self) -> bool:
        return self.persona == "logged_out"

    def device(self, name: str = "first") -> Device:
        return self.devices.setdefault(name, Device(name))

    def keep(self, name: str, value: Any, device: str | None) -> None:
        """Keeps a value for later; one that signing in gave belongs to that device alone."""
        if device is None:
            self.saved[name] = value
        else:
            self.device(device).saved[name] = value
            self.saved.setdefault(name, value)

    def lookup(self, name: str, device: str = "first") -> Any:
        """A field or saved value for a template; raises `KeyError` when there is none."""
        if name == "birth_date" and self.birth_date:
            day = self.birth_date
            return {
                "iso": day.isoformat(),
                "year": str(day.year),
                "month": str(day.month),
                "day": str(day.day),
                "month2": f"{day.month:02}",
                "day2": f"{day.day:02}",
            }
        for store in (self.device(device).saved, self.saved):
            if name in store:
                return store[name]
        if name in (
            "handle",
            "display_name",
            "email",
            "password",
            "age",
            "gender",
            "phone",
            "guardian_email",
            "role",
        ):
            return getattr(self, name)
        raise KeyError(name)


class People:
    """Invents people for one run; equal seeds give equal names, passwords are always fresh."""

    def __init__(
        self,
        run: str,
        today: date,
        register_secret: Callable[[str], None],
        supplied: Sequence[SuppliedAccount] = (),
        handles: Handles | None = None,
    ) -> None:
        self.run = run
        self.today = today
        self._register = register_secret
        self._pool = list(supplied)
        self._handles = handles or Handles()
        self._lock = threading.Lock()

    def cast(self, case: str, role: str, person: Cast) -> Account:
        """Who plays a role: a supplied account of that persona if one is left, else an invented person."""
        account = self.invent(case, role, person.persona, person.age, person.gender)
        if person.joins or account.anonymous:
            return account
        with self._lock:
            fit = next(
                (
                    s
                    for s in self._pool
                    if s.persona == person.persona and person.state in (s.state, "used")
                ),
                None,
            )
            if fit is None:
                return account
            self._pool.remove(fit)
        password = os.environ.get(fit.password_env, "")
        if not password:
            raise UsageError(
                f"the environment variable {fit.password_env} (password of {fit.handle}) is not set"
            )
        self._register(password)
        return replace(
            account,
            handle=fit.handle,
            password=password,
            email=fit.email or account.email,
            display_name=fit.display_name or fit.handle,
            exists=True,
            supplied=True,
        )

    def restate_age(self, account: Account, age: int) -> None:
        """The same person gives another date of birth."""
        account.age = age
        account.birth_date = self._birth_date(age, random.Random(account.handle))  # noqa: S311

    def born(self, account: Account, age: int) -> dict[str, str]:
        """The parts of a birth date the account's person would give who claims to be of that age."""
        other = replace(account)
        self.restate_age(other, int(age))
        return dict(other.lookup("birth_date"))

    def invent(
        self, case: str, role: str, persona: str, age: int | None, gender: str = ""
    ) -> Account:
        """A person nobody else in the run is; the same case and role get the same handle again."""
        key = hashlib.sha256(f"{self.run}/{case}/{role}".encode()).hexdigest()
        number = int(key[:8], 16)
        chance = random.Random(number)  # noqa: S311 - names, not secrets
        handle = self._handle(persona, key)
        first, second = chance.sample(NOUNS, 2)
        password = "" if persona == "logged_out" else "Aa1!" + secrets.token_urlsafe(14)
        self._register(password)
        return Account(
            role=role,
            persona=persona,
            handle=handle,
            display_name=f"{first} {second} {key[:4]}",
            email=f"{handle}@audit.test",
            guardian_email=f"guardian-{key[:8]}@audit.test",
            phone=f"+2540000{number % 100000:05}",
            password=password,
            age=age,
            birth_date=None if age is None else self._birth_date(age, chance),
            gender=gender,
        )

    def _handle(self, persona: str, key: str) -> str:
        """A name that says what it is where there is room, and is unlike any other of the run where not."""
        between, most = self._handles.separator, self._handles.at_most
        parts = ["sbd", *persona[:10].strip("_").split("_"), self.run[-4:], key[:8]]
        handle = between.join(parts)
        return handle if len(handle) <= most else f"sbd{between}{key}"[:most]

    def _birth_date(self, age: int, chance: random.Random) -> date:
        """A day on which the person is exactly `age` years old today, and never 1 January."""
        latest = _years_before(self.today, age)
        earliest = _years_before(self.today, age + 1) + timedelta(days=1)
        while True:
            day = earliest + timedelta(days=chance.randrange((latest - earliest).days + 1))
            if (day.month, day.day) != (1, 1):
                return day


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
