"""Serves the emulator: `python -m emulator --port 8788 <accounts.json`.

The accounts are one line, `{"account": "token", …}`, read from standard input or from a file that
only its user may read: every user of the machine sees a command line.
"""

import argparse
import asyncio
import json
import os
import socket
import stat
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator.app import create_app


class Protocol(H11Protocol):
    """Lends each request the means to hang up, which ASGI itself does not have.

    Raising inside the application would close the connection too, but with a traceback, and not
    before an answer has begun. `state` is the one part of a scope that is the server's to fill.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self.app_state = {**self.app_state, "hang_up": transport.close}


KEEPS_IDLE_FOR = 120
"""Seconds. Node's fetch takes the end of a connection for the end of an answer that is not yet read
(nodejs/undici#5474), so this is as long as the Worker may take to read one."""


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()
        print(f"Emulator on http://{host}:{port}", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        end()


def end() -> None:
    """At once: there is nothing to keep, and stalled answers would never let it come to an end."""
    os._exit(0)


def end_with_standard_input() -> None:
    sys.stdin.read()
    end()


def read_accounts(file: Path | None) -> Mapping[str, str]:
    """Tokens by account id; a message of `ValueError` repeats nothing of what was read."""
    if file and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise ValueError(f"others may read {file}: chmod 600 {file}")
    try:
        accounts = json.loads(file.read_text() if file else sys.stdin.readline())
    except ValueError:
        accounts = None
    if not isinstance(accounts, dict) or not accounts:
        raise ValueError('expected one line of JSON: {"account": "token", …}')
    return {account: str(token) for account, token in accounts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m emulator")
    parser.add_argument("--port", type=int, default=8788, help="0 means a free one")
    parser.add_argument("--accounts", type=Path, help="instead of standard input, a file of yours")
    parser.add_argument("--attached", action="store_true", help="end when standard input ends")
    parser.add_argument("--allocation", type=float, metavar="NEURONS", help="of an account and day")
    options = parser.parse_args()
    try:
        app = create_app(read_accounts(options.accounts), options.allocation)
    except (OSError, ValueError) as exc:
        parser.error(str(exc))
    if options.attached:
        threading.Thread(target=end_with_standard_input, daemon=True).start()
    config = uvicorn.Config(
        app,
        port=options.port,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_level="error",
        timeout_keep_alive=KEEPS_IDLE_FOR,
    )
    Server(config).run()


main()
