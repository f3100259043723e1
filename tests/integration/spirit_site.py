"""Spirit, a forum nobody here wrote, installed from its package and run on loopback.

What a fresh operator does and nothing more: a project from the package's template, mail into a folder, one
administrator, the category the installer makes. As an operator would for an announced audit, the limit of two
sign-ups in ten seconds is lifted; with it, set-up takes many minutes and ends as `rate_limited`, never as a verdict.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .sites import environment, free_port, run, serving, surroundings

PACKAGES = ("django-spirit==0.14.3", "waitress==3.0.2", "setuptools<81")

SETTINGS = """
from .dev import *

SECRET_KEY = {key!r}
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = {mail!r}
DEFAULT_FROM_EMAIL = "forum@spirit.test"
DEBUG = False
LOGGING = {{
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {{"console": {{"class": "logging.StreamHandler"}}}},
    "root": {{"handlers": ["console"], "level": "WARNING"}},
    "loggers": {{"django.request": {{"handlers": ["console"], "level": "ERROR", "propagate": False}}}},
}}
ST_TASK_MANAGER = None
DATABASES["default"]["OPTIONS"] = {{"timeout": 30}}
ST_RATELIMIT_ENABLE = False
# Invented passwords of a test need no slow hash; a real operator keeps the slow one.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "debug_toolbar"]
MIDDLEWARE = [name for name in MIDDLEWARE if "debug_toolbar" not in name]
"""

# Somebody who keeps the forum greets whoever comes, and the search is told of it, as a daily command does.
GREET = """
from django.contrib.auth import get_user_model
from django.core.management import call_command
from spirit.category.models import Category
from spirit.comment.models import Comment
from spirit.topic.models import Topic
keeper = get_user_model().objects.create_user("keeper", "keeper@spirit.test", None)
category = Category.objects.visible().parents().get(title="Uncategorized")
topic = Topic.objects.create(user=keeper, category=category, title="Welcome")
text = "Welcome to this forum. Talk about gardens, rivers and the weather."
Comment.objects.create(user=keeper, topic=topic, comment=text, comment_html=f"<p>{text}</p>")
call_command("rebuild_index", interactive=False, verbosity=0)
"""

# One thread: SQLite refuses a second writer at once, and the forum would answer 500.
SERVE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "forum.settings.audit"
from django.core.wsgi import get_wsgi_application
from django.contrib.staticfiles.handlers import StaticFilesHandler
from waitress import serve
serve(get_wsgi_application(), host="127.0.0.1", port=int(sys.argv[1]), threads=1, _quiet=True)
"""


@dataclass(frozen=True)
class Site:
    """A running forum: its address, and the folder its mail goes to."""

    url: str
    mail: Path


@contextmanager
def start(folder: Path) -> Iterator[Site]:
    """The forum on a free port of this machine, fresh, until the block ends."""
    home = environment("spirit-0.14.3-3.0.2", PACKAGES)
    run(home, "spirit", "startproject", "forum", cwd=folder)
    project, mail = folder / "forum", folder / "mail"
    mail.mkdir()
    settings = SETTINGS.format(key=secrets.token_urlsafe(40), mail=str(mail))
    (project / "forum" / "settings" / "audit.py").write_text(settings)
    env = surroundings(home, DJANGO_SETTINGS_MODULE="forum.settings.audit")
    run(home, "python", "manage.py", "spiritinstall", cwd=project, env=env)
    run(home, "python", "manage.py", "shell", "-c", GREET, cwd=project, env=env)
    (project / "serve.py").write_text(SERVE)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving([home / "bin" / "python", "serve.py", str(port)], url, cwd=project, env=env):
        yield Site(url, mail)
