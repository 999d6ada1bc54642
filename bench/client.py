"""A client that costs little: sockets and one buffer; it counts bytes and drops them."""

import re
import socket
import time
from dataclasses import dataclass

PATIENCE = 60
_PIECE = 1024 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class WrongAnswer(Exception):
    """Not the answer of the case: another status, too short, or broken off."""


@dataclass(frozen=True)
class Answer:
    status: int
    size: int
    """Bytes of its body, with the framing of chunks."""
    tail: bytes
    first: float
    """Seconds until its first byte."""
    total: float


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._buffer = memoryview(bytearray(_PIECE))
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        self.close()
        self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def ask(self, request: bytes) -> Answer:
        assert self._socket is not None
        start = time.perf_counter()
        self._socket.sendall(request)
        got = self._socket.recv_into(self._buffer)
        first = time.perf_counter() - start
        status, size, tail = self._rest(self._socket, got)
        return Answer(status, size, tail, first, time.perf_counter() - start)

    def _rest(self, connection: socket.socket, got: int) -> tuple[int, int, bytes]:
        """Status, size of the body, and its last bytes."""
        while got and b"\r\n\r\n" not in bytes(self._buffer[:got]):
            got += connection.recv_into(self._buffer[got:])
        head, _, start = bytes(self._buffer[:got]).partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size, tail = len(start), start[-32:]
        # JSON has no such end by itself, so no piece of an image looks like the last chunk.
        while size < int(length[1]) if length else not tail.endswith(b"\r\n0\r\n\r\n"):
            got = connection.recv_into(self._buffer)
            if not got:
                raise WrongAnswer(f"broken off after {size} bytes")
            size += got
            tail = (tail + bytes(self._buffer[max(0, got - 32) : got]))[-32:]
        return int(head.split(b" ", 2)[1]), size, tail.removesuffix(b"\r\n0\r\n\r\n")
