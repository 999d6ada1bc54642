"""Serves Open WebUI on a free port, in its own environment, and says where."""

import os
import signal
import socket
import sys
import threading
from typing import Any

import uvicorn

_HERE = ("127.0.0.1", "localhost", "::1", None)
_look_up = socket.getaddrinfo


def _look_up_here(host: Any, *arguments: Any, **named: Any) -> Any:
    """It has a test to pass, and nobody else to call."""
    if host not in _HERE:
        raise socket.gaierror(f"{host} is not this machine")
    return _look_up(host, *arguments, **named)


def _end_with_whoever_started_it() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        print(f"Open WebUI on http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)


socket.getaddrinfo = _look_up_here
threading.Thread(target=_end_with_whoever_started_it, daemon=True).start()
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
_Server(uvicorn.Config("open_webui.main:app")).run([listener])
