"""What the sites share: an environment made once and kept, a free port, and a server watched until it answers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(os.environ.get("SBD_CACHE", Path.home() / ".cache" / "sbd-audit"))
START_SECONDS = 90


def environment(name: str, packages: Sequence[str]) -> Path:
    """A virtual environment with these packages, made once and kept."""
    home = CACHE / name
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", *packages]
        subprocess.run(pip, check=True)
        (home / "complete").touch()
    return home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
    """Runs a command to its end; raises with what it said when it fails."""
    done = subprocess.run(command, cwd=folder, env=dict(env), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command)} did not work:\n{(done.stdout + done.stderr)[-2000:]}"
        )


@contextmanager
def serving(
    command: Sequence[str], url: str, folder: Path, env: Mapping[str, str]
) -> Iterator[None]:
    """The server a command starts, from the moment it answers at `url` until the block ends."""
    log = folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=folder, env=dict(env), stdout=output, stderr=output)
        try:
            _wait(url, server, log)
            yield
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"no answer within {START_SECONDS} s:\n{log.read_text()[-2000:]}")
