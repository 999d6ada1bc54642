"""A Worker that can be killed, and finds what it had before when it is started again."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from dev.processes import Process
from tests.conftest import Server, variables_for
from tests.runtimes import start


class Mortal:
    """Each process of it has a port, and so a `client`, of its own."""

    def __init__(self, listener: Mapping[str, Any], state: Path) -> None:
        self._listener, self._state = listener, state
        self._process: Process | None = None
        self._log = io.StringIO()
        self.start()

    def start(self) -> None:
        self._process = start(self._listener, self._log, state=self._state)
        port = self._process.wait_until_ready()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"authorization": f"Bearer {Server.key}"},
            timeout=60,
        )

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
    worker = Mortal({"port": 0, "vars": variables}, state)
    try:
        yield worker
    finally:
        worker.kill()
