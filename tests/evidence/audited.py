"""A small real audit over http, of a platform whose pages are full of things that must not be kept."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sbd_audit.library import Library
from sbd_audit.resources import folder
from sbd_audit.run import Request

PLANTED = {
    "password": "Hunter-stone-77",
    "token": "tok9f8e7d6c5b4a",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzdG9uZSJ9.c2lnbmF0dXJlLXN0b25l",
    "mail": "stone.basket@example.org",
    "phone": "+254 722 345 678",
    "plain phone": "0733987654",
    "cookie": "sessvalue4471stone",
}
"""What the platform shows, sends and puts into addresses; none of it may reach the disk."""
HELPLINE = "116"
CHECK = """
id: small.{name}
version: 1
title: The item {name} is open
pillar: contact-safety
severity: {severity}
evidence: observed
environment: public
why: A test.
accounts: {{visitor: {{persona: logged_out}}}}
observe:
  item: {{open_page: {{as: visitor, page: terms_of_service, from: home, language: "{name}"}}}}
expect:
  - {{the: item.result, is: opened, else: The item is not open.}}
  - {{the: item.language, is: "{wanted}", else: Another item came back.}}
if_failed: Open it.
examples:
  - passed: Open
    given: {{item: {{language: "{wanted}"}}}}
  - failed: Another
    change: {{item: {{language: x}}}}
  - cantTell: Lost
    change: {{item: {{result: unavailable}}}}
"""
PROFILE = """
id: small
version: 1.0.0
title: Small
summary: A test.
pillars: {contact-safety: 1}
requirements:
  - id: all
    says: All items are open.
    provisions: [KE-COP-T9]
    level: shall
    checks: {mandatory: [small.fits, small.differs, small.lost]}
"""
PLATFORM = """
id: small
version: 1
title: Small
software: {name: small, versions: "1"}
capabilities:
  open_page:
    steps:
      - get: "/item/{language}?access_token=TOKEN"
        means: [{status: 200, json: {state: open}, is: opened}]
    outputs: {language: {json: id}}
"""
TARGET = """
id: small
platform: small
title: Small
base_url: URL
market: KE
languages: [en]
kinds: [platform]
limits: {requests_per_second: 10000, workers: 2, step_seconds: 10, watch_seconds: 0}
facts:
  minimum_age: {value: 13, basis: "Told by MAIL, PHONE"}
authorisation:
  by: "Somebody, MAIL"
  reference: "call PHONE"
  covers: [public]
  from: 2026-01-01T00:00:00+03:00
  until: 2036-01-01T00:00:00+03:00
"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.partition("?")[0].rsplit("/", 1)[1]
        if self.path.startswith("/item/") and "final" not in self.path and name != "lost":
            self.send_response(302)
            self.send_header("Location", f"/item/{name}?final=1&token={PLANTED['token']}")
            self.send_header("Set-Cookie", f"sid={PLANTED['cookie']}; Path=/")
            self.end_headers()
            return
        body = {
            "id": name,
            "state": "open",
            "text": f"Write to {PLANTED['mail']} or call {PLANTED['phone']}, children call {HELPLINE}.",
            "password": PLANTED["password"],
            "inner": json.dumps({"new_password": PLANTED["password"], "who": PLANTED["mail"]}),
            "html": f'<input name="csrf" value="{PLANTED["token"]}"> Bearer {PLANTED["jwt"]} tel:{PLANTED["plain phone"]}',
            "link": f"https://example.org/in?to={PLANTED['mail'].replace('@', '%40')}&token={PLANTED['token']}",
        }
        raw = json.dumps(body).encode()
        self.send_response(500 if name == "lost" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        return None


@contextmanager
def serving() -> Iterator[str]:
    """The address of the small platform, on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def request(place: Path, url: str, out: Path) -> Request:
    """The request of an audit of it; the definitions are written to `place`."""
    checks, profiles, platforms = (place / name for name in ("checks", "profiles", "platforms"))
    if not checks.exists():
        for path in (checks / "small", profiles / "instruments", platforms):
            path.mkdir(parents=True)
        shutil.copytree(folder("checks") / "vocabulary", checks / "vocabulary")
        (checks / "clauses").mkdir()
        shutil.copy(
            folder("profiles") / "instruments" / "ke-ca-cop-2025.yaml", profiles / "instruments"
        )
        shutil.copytree(folder("profiles") / "scoring", profiles / "scoring")
        for name, wanted, severity in (
            ("fits", "fits", "low"),
            ("differs", "other", "high"),
            ("lost", "lost", "low"),
        ):
            text = CHECK.format(name=name, wanted=wanted, severity=severity)
            (checks / "small" / f"{name}.yaml").write_text(text)
        (profiles / "small.yaml").write_text(PROFILE)
        (platforms / "small.yaml").write_text(PLATFORM.replace("TOKEN", PLANTED["token"]))
    text = TARGET.replace("MAIL", PLANTED["mail"]).replace("PHONE", PLANTED["phone"])
    login = f"//stone:{PLANTED['password']}@"
    (place / "target.yaml").write_text(text.replace("URL", url.replace("//", login)))
    library = Library(checks, profiles, platforms)
    return Request(
        place / "target.yaml",
        ["small"],
        out,
        library=library,
        browser=None,
        operator=f"Somebody, {PLANTED['mail']}",
    )
