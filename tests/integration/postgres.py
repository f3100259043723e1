"""A PostgreSQL cluster of one's own: fresh, on loopback, gone when the block ends."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .sites import free_port

OWNER = "forum"
"""Owner of the cluster: may create databases and extensions."""


def programs() -> Path | None:
    """Where initdb and pg_ctl are; None when PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    elsewhere = shutil.which("initdb")
    return found[0].parent if found else Path(elsewhere).parent if elsewhere else None


@contextmanager
def start() -> Iterator[dict[str, str]]:
    """What Django needs to reach a fresh server: NAME, USER, PASSWORD, HOST and PORT."""
    home = programs()
    if home is None:
        raise RuntimeError("PostgreSQL is not installed (apt-get install postgresql)")
    # The server refuses to run as root; its own user then needs a folder it may enter.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sbd-audit-postgres-"))
    password, port = secrets.token_urlsafe(24), free_port()

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(home / program), *arguments],
            cwd=folder,
            user=user,
            stdout=(folder / "log").open("ab"),
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            raise RuntimeError(f"{program} did not work:\n{(folder / 'log').read_text()[-2000:]}")

    try:
        (folder / "password").write_text(password)
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        data = str(folder / "data")
        run("initdb", "-D", data, "-U", OWNER, "-A", "scram-sha-256", "-E", "UTF8",
            f"--pwfile={folder / 'password'}", "--no-locale", "--no-sync")  # fmt: skip
        options = (
            f"-p {port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
        )
        run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", f"{folder / 'server.log'}", "-o", options, "start")  # fmt: skip
        try:
            yield {
                "NAME": "postgres",
                "USER": OWNER,
                "PASSWORD": password,
                "HOST": "127.0.0.1",
                "PORT": str(port),
            }
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
