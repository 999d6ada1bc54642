"""Servers of dev/ as somebody starts them, each in a copy of the project."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import ROOT

# Below those that a system gives to connections: one of them would take it before a server does.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project that a test may change, with the installed packages linked."""
    for folder in ("src", "assets", "dev", "emulator", "migrations", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "wrangler.toml", tmp_path)
    for folder in ("node_modules", "python_modules"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    return tmp_path


class Dev:
    """A running `make dev`, or another server of dev/."""

    def __init__(self, root: Path, port: int | str, module: str = "dev.serve", **variables: str):
        self.url = f"http://localhost:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=root,
            env={**os.environ, "PORT": str(port), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.stop_after(60)

    def stop_after(self, seconds: float) -> None:
        """A test that waits for a line that never comes fails instead of hanging."""
        watchdog = threading.Timer(seconds, self.process.kill)
        watchdog.daemon = True
        watchdog.start()

    def read_until(self, words: str) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if words in line:
                return said
        raise AssertionError(f"ended without saying {words!r}:\n{said}")

    def finish(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(15)

    def close(self) -> None:
        if self.process.poll() is None:
            self.finish(signal.SIGTERM)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def dev(checkout: Path) -> Iterator[Callable[..., Dev]]:
    started: list[Dev] = []

    def start(port: int | str | None = None, **options: str) -> Dev:
        started.append(Dev(checkout, free_port() if port is None else port, **options))
        return started[-1]

    yield start
    for server in started:
        server.close()
