"""Spirit, a forum nobody here wrote, installed from its package and run on loopback.

What a fresh operator does and nothing more: a project from the package's template, mail into a folder, one
administrator, the category the installer makes. As an operator would for an announced audit, the limit of two
sign-ups in ten seconds is lifted; with it, set-up takes many minutes and ends as `rate_limited`, never as a verdict.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("django-spirit==0.14.3", "waitress==3.0.2", "setuptools<81")
CACHE = Path(os.environ.get("SBD_CACHE", Path.home() / ".cache" / "sbd-audit"))

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
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "debug_toolbar"]
MIDDLEWARE = [name for name in MIDDLEWARE if "debug_toolbar" not in name]
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


def _environment() -> Path:
    """A virtual environment with the forum, made once and kept."""
    home = CACHE / ("spirit-" + "-".join(package.split("==")[-1] for package in PACKAGES[:2]))
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (home / "complete").touch()
    return home


@contextmanager
def start(folder: Path) -> Iterator[Site]:
    """The forum on a free port of this machine, fresh, until the block ends."""
    home = _environment()
    env = {**os.environ, "PATH": f"{home / 'bin'}:{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}

    def run(*command: str, cwd: Path = folder) -> None:
        program = str(home / "bin" / command[0])
        subprocess.run(
            [program, *command[1:]], cwd=cwd, env=env, check=True, capture_output=True, text=True
        )

    run("spirit", "startproject", "forum")
    project, mail = folder / "forum", folder / "mail"
    mail.mkdir()
    settings = SETTINGS.format(key=secrets.token_urlsafe(40), mail=str(mail))
    (project / "forum" / "settings" / "audit.py").write_text(settings)
    env["DJANGO_SETTINGS_MODULE"] = "forum.settings.audit"
    run("python", "manage.py", "spiritinstall", cwd=project)
    (project / "serve.py").write_text(SERVE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(
        [str(home / "bin" / "python"), "serve.py", str(port)],
        cwd=project,
        env=env,
        stdout=log,
        stderr=log,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server, folder / "server.log")
        yield Site(url, mail)
    finally:
        server.terminate()
        server.wait(timeout=10)
        log.close()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise RuntimeError(f"the forum did not start:\n{log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the forum did not answer within 30 s")
