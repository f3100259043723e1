"""What every platform of the integration suite needs: an environment of its own, a port, a process, patience."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(os.environ.get("SBD_CACHE", Path.home() / ".cache" / "sbd-audit"))


def environment(name: str, packages: Sequence[str]) -> Path:
    """A virtual environment with the packages, made once and kept; `name` says which, versions included."""
    home = CACHE / name
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
        (home / "complete").touch()
    return home


def run(home: Path, *command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Runs a program of the environment to its end and gives what it said; a failure shows it."""
    program = str(home / "bin" / command[0])
    done = subprocess.run(
        [program, *command[1:]],
        cwd=cwd,
        env=env or surroundings(home),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = f"{done.stdout}\n{done.stderr}"[-2000:]
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return done.stdout


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment variables a program of that environment runs with."""
    path = f"{home / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore", **more}


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str | Path], url: str, *, cwd: Path, env: dict[str, str], seconds: int = 60
) -> Iterator[None]:
    """The server runs and answers at `url` until the block ends; its words go to ``server.log`` in `cwd`."""
    log = cwd / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=env, stdout=said, stderr=said
        )
        try:
            _wait(url, server, log, seconds)
            yield
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path, seconds: int) -> None:
    for _ in range(seconds * 5):
        if server.poll() is not None:
            raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{url} did not answer within {seconds} s:\n{log.read_text()[-2000:]}")
