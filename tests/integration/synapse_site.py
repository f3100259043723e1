"""Synapse, a chat server nobody here wrote, installed from its package and run on loopback.

What a fresh operator does: a generated configuration, SQLite (in memory), open sign-up, no other servers. As an
operator would for an announced audit, the limits on sign-ups, sign-ins, messages and invitations are lifted, unless a
test asks for them. With terms, people agree to one text at sign-up; that variant also lists one public room about the
weather, made by somebody who is no part of the audit.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .sites import environment, free_port, run, serving, surroundings

VERSION = "1.163.2"
CLIENT = "/_matrix/client/v3"

LIFTED = {"per_second": 1000, "burst_count": 1000}
LIMITS = {
    "rc_message": LIFTED,
    "rc_registration": LIFTED,
    "rc_login": {"address": LIFTED, "account": LIFTED, "failed_attempts": LIFTED},
    "rc_joins": {"local": LIFTED},
    "rc_invites": {"per_room": LIFTED, "per_user": LIFTED, "per_issuer": LIFTED},
}

TERMS = """<!doctype html>
<html lang="en"><head><title>Terms of service</title></head><body>
<h1>Terms of service</h1>
<p>Version 1.0, 2026-03-02.</p>
<p>These terms hold for everybody who has an account on this server.</p>
<h2>What is forbidden</h2>
<p>You must not upload, send, store or share child sexual abuse material in any form. Sexual
images of a child that are drawn, made or altered with artificial intelligence are forbidden too.</p>
<p>Grooming is forbidden: no adult may approach a child for sexual purposes.</p>
<p>Sextortion is forbidden: you must not threaten to share intimate images of anybody, least of all of a child.</p>
<p>Content that sexualises minors is not allowed.</p>
<h2>What follows</h2>
<p>Whoever shares child sexual abuse material loses the account at once, and we report it to the police.</p>
{% if not public_version %}<form method="post" action="consent">
<input type="hidden" name="v" value="{{ version }}"><input type="hidden" name="u" value="{{ user }}">
<input type="hidden" name="h" value="{{ userhmac }}"><button>I agree</button></form>{% endif %}
</body></html>
"""


@dataclass(frozen=True)
class Site:
    """A running server: its address, and the token of its administrator."""

    url: str
    admin: str


@contextmanager
def start(folder: Path, *, terms: bool = False, limited: bool = False) -> Iterator[Site]:
    """The server on a free port of this machine, fresh, until the block ends."""
    home = environment(f"synapse-{VERSION}", [f"matrix-synapse=={VERSION}"])
    module = ("python", "-m", "synapse.app.homeserver")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    made = ["--generate-config", "--report-stats=no", "--server-name", "localhost"]
    run(home, *module, *made, "-c", "server.yaml", "--data-directory", str(folder), cwd=folder)
    (folder / "audit.yaml").write_text(yaml.safe_dump(_settings(folder, port, terms, limited)))
    if terms:
        (folder / "terms" / "en").mkdir(parents=True)
        (folder / "terms" / "en" / "1.0.html").write_text(TERMS)
        (folder / "terms" / "en" / "success.html").write_text("<p>Thank you.</p>")
    command = [home / "bin" / "python", *module[1:], "-c", "server.yaml", "-c", "audit.yaml"]
    with serving(command, f"{url}/health", cwd=folder, env=surroundings(home)):
        site = Site(url, _administrator(url, folder / "server.yaml"))
        _settle(site)
        if terms:
            _public_room(url, "Weather in the hills")
        yield site


def _settings(folder: Path, port: int, terms: bool, limited: bool) -> dict[str, Any]:
    names = ["client", "consent"] if terms else ["client"]
    listener = {
        "bind_addresses": ["127.0.0.1"],
        "port": port,
        "type": "http",
        "tls": False,
        "resources": [{"names": names}],
    }
    settings: dict[str, Any] = {
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": ":memory:"}},
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "presence": {"enabled": False},
        "background_updates": {"sleep_enabled": False},
        "bcrypt_rounds": 4,  # passwords of a few minutes
        **({} if limited else LIMITS),
    }
    if terms:
        settings["room_list_publication_rules"] = [{"action": "allow"}]
        settings["user_consent"] = {
            "template_dir": str(folder / "terms"),
            "version": "1.0",
            "require_at_registration": True,
            "policy_name": "Terms of service",
        }
    return settings


def ask(
    url: str, method: str, path: str, body: Any = None, token: str = ""
) -> tuple[int, dict[str, Any]]:
    """One request as a plain client makes it: status and JSON."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def join(url: str, name: str) -> str:
    """Somebody who is no part of the audit signs up; gives the access token."""
    person: dict[str, Any] = {"username": name, "password": "Aa1!" + secrets.token_urlsafe(12)}
    _, asked = ask(url, "POST", f"{CLIENT}/register", {})
    for stage in asked["flows"][0]["stages"]:
        auth = {"type": stage, "session": asked["session"]}
        _, reply = ask(url, "POST", f"{CLIENT}/register", {**person, "auth": auth})
    return str(reply["access_token"])


def _administrator(url: str, settings: Path) -> str:
    """Makes an administrator with the secret of the configuration; gives the access token."""
    secret = yaml.safe_load(settings.read_text())["registration_shared_secret"]
    _, asked = ask(url, "GET", "/_synapse/admin/v1/register")
    name, password = "keeper", "Aa1!" + secrets.token_urlsafe(12)
    said = "\0".join([asked["nonce"], name, password, "admin"])
    mac = hmac.new(secret.encode(), said.encode(), "sha1").hexdigest()
    body = {"nonce": asked["nonce"], "username": name, "password": password, "admin": True}
    _, made = ask(url, "POST", "/_synapse/admin/v1/register", {**body, "mac": mac})
    return str(made["access_token"])


def _settle(site: Site) -> None:
    """Waits until a new server has set itself up: until then it empties the directory of people once."""
    for _ in range(300):
        path = "/_synapse/admin/v1/background_updates/status"
        _, status = ask(site.url, "GET", path, token=site.admin)
        if not status["current_updates"]:
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not finish its set-up within 30 s")


def _public_room(url: str, name: str) -> None:
    token = join(url, "weather-keeper")
    room = {"name": name, "visibility": "public", "preset": "public_chat"}
    ask(url, "POST", f"{CLIENT}/createRoom", room, token)
