"""A Worker that can be killed, and finds what it had before when it is started again."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from dev.processes import Process
from tests.conftest import Server, variables_for
from tests.runtimes import start


class Mortal:
    """Each process of it has a port, and so is a `server`, and has a `client`, of its own."""

    def __init__(self, listener: Mapping[str, Any], state: Path, like: Server) -> None:
        self._listener, self._state, self._like = listener, state, like
        self._process: Process | None = None
        self._log = io.StringIO()
        self.start()

    def start(self) -> None:
        self._process = start(self._listener, self._log, state=self._state)
        port = self._process.wait_until_ready()
        self.server = replace(self._like, url=f"http://127.0.0.1:{port}", pid=self._process.pid)
        self.client = self.server.client()

    def kill(self) -> None:
        assert self._process is not None
        self.client.close()
        self._process.kill()

    def get(self, path: str, **params: Any) -> Any:
        response = self.client.get(path, params=params)
        assert response.status_code == 200, response.text
        return response.json()


@contextmanager
def mortal(server: Server, state: Path) -> Iterator[Mortal]:
    variables = {**variables_for(server.emulator_url), "KEY_LIMITER": None}
    worker = Mortal({"port": 0, "vars": variables}, state, server)
    try:
        yield worker
    finally:
        worker.kill()
