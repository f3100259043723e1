"""Misago, a single-page forum nobody here wrote, installed from its package and run on loopback.

What a fresh operator does and nothing more: the package's own settings, its migrations, the category they make.
Avatars are drawn here instead of being asked for elsewhere; members see its terms once an administrator wrote some.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from . import postgres
from .sites import environment, free_port, run, serving, surroundings

VERSION = "0.39.6"
PACKAGES = (f"Misago=={VERSION}", "waitress==3.0.2")

SETTINGS = """
from devproject.settings import *

SECRET_KEY = {key!r}
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", **{database!r}}}}}
# Invented passwords of a test need no slow hash; a real operator keeps the slow one.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = {mail!r}
DEFAULT_FROM_EMAIL = "forum@misago.test"
MEDIA_ROOT = {media!r}
MISAGO_USER_DATA_DOWNLOADS_WORKING_DIR = {media!r}
CELERY_TASK_ALWAYS_EAGER = True
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "debug_toolbar"]
MIDDLEWARE = [name for name in MIDDLEWARE if "debug_toolbar" not in name]
LOGGING = {{
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {{"console": {{"class": "logging.StreamHandler"}}}},
    "root": {{"handlers": ["console"], "level": "WARNING"}},
    "loggers": {{"django.request": {{"handlers": ["console"], "level": "ERROR", "propagate": False}}}},
}}
"""

INSTALL = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "audit_settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from misago.cache.versions import invalidate_all_caches
from misago.conf.models import Setting
for name, value in {{"default_avatar": "dynamic", "forum_address": {url!r}, **{choices!r}}}.items():
    setting = Setting.objects.get(setting=name)
    setting.value = value
    setting.save()
invalidate_all_caches()
"""

SERVE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "audit_settings"
from django.core.wsgi import get_wsgi_application
from django.contrib.staticfiles.handlers import StaticFilesHandler
from waitress import serve
serve(StaticFilesHandler(get_wsgi_application()), host="127.0.0.1", port=int(sys.argv[1]), threads=4, _quiet=True)
"""


@dataclass(frozen=True)
class Site:
    """A running forum: its address, and the folder its mail goes to."""

    url: str
    mail: Path


@contextmanager
def start(folder: Path, *, deletion_allowed: bool = False) -> Iterator[Site]:
    """The forum on a free port of this machine, fresh, until the block ends."""
    home = environment(f"misago-{VERSION}", PACKAGES)
    mail, media, port = folder / "mail", folder / "media", free_port()
    mail.mkdir()
    media.mkdir()
    url = f"http://127.0.0.1:{port}"
    choices = {"allow_delete_own_account": True} if deletion_allowed else {}
    env = surroundings(home)
    with postgres.start() as database:
        settings = SETTINGS.format(
            key=secrets.token_urlsafe(40), database=database, mail=str(mail), media=str(media)
        )
        (folder / "audit_settings.py").write_text(settings)
        (folder / "install.py").write_text(INSTALL.format(url=url, choices=choices))
        (folder / "serve.py").write_text(SERVE)
        run(home, "python", "install.py", cwd=folder)
        command = [home / "bin" / "python", "serve.py", str(port)]
        with serving(command, url, cwd=folder, env=env):
            _first_thread(url)
            yield Site(url, mail)


def _first_thread(url: str) -> None:
    """Somebody who keeps the forum greets whoever comes, so that there is something to find."""
    keeper = requests.Session()
    keeper.get(url)

    def post(path: str, **data: object) -> None:
        headers = {"X-CSRFToken": str(keeper.cookies["csrftoken"])}
        keeper.post(f"{url}/api/{path}/", json=data, headers=headers).raise_for_status()

    post("users", username="keeper", email="keeper@misago.test", password=secrets.token_urlsafe(20))
    category = keeper.get(f"{url}/api/threads/editor/").json()[0]["id"]
    text = "Welcome to this forum. Talk about gardens, rivers and the weather."
    post("threads", category=category, title="Welcome", post=text)


if __name__ == "__main__":  # look around by hand: python -m tests.integration.misago_site FOLDER
    with start(Path(sys.argv[1]), deletion_allowed="--deletion" in sys.argv) as site:
        print(site.url, site.mail, flush=True)
        sys.stdin.read()
