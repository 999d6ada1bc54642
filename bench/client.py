"""A client that costs little: sockets and one buffer; it counts bytes, and drops them if it may."""

import re
import socket
import struct
import time
from dataclasses import dataclass

PATIENCE = 60
_PIECE = 1024 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class WrongAnswer(Exception):
    """Not the answer of the case: another status, too short, or broken off."""


class BrokenOff(WrongAnswer):
    """The connection ended before the answer did."""


@dataclass(frozen=True)
class Answer:
    status: int
    size: int
    """Bytes of its body, with the framing of chunks."""
    tail: bytes
    first: float
    """Seconds until its first byte."""
    total: float
    body: bytes = b""
    """Without the framing of chunks; only from a client that keeps it."""


class Client:
    """One connection."""

    def __init__(self, port: int, *, keeps: bool = False) -> None:
        self._port = port
        self._kept: bytearray | None = bytearray() if keeps else None
        self._buffer = memoryview(bytearray(_PIECE))
        self._socket: socket.socket | None = None
        self.got = 0
        """Bytes of the answer so far."""

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
        self.got = 0
        self._socket.sendall(request)
        got = self._receive(self._socket)
        first = time.perf_counter() - start
        status, size, tail, body = self._rest(self._socket, got)
        return Answer(status, size, tail, first, time.perf_counter() - start, body)

    def leave(self, request: bytes, *, seconds: float = 0, size: int = 0) -> None:
        """Ask, wait, read at least `size` bytes, and leave by a reset, as a process that dies."""
        assert self._socket is not None
        self._socket.sendall(request)
        time.sleep(seconds)
        while size > 0:
            size -= self._receive(self._socket)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def _receive(self, connection: socket.socket, start: int = 0) -> int:
        try:
            got = connection.recv_into(self._buffer[start:])
        except ConnectionError:
            got = 0
        if not got:
            raise BrokenOff(f"broken off after {self.got} bytes")
        self.got += got
        return got

    def _rest(self, connection: socket.socket, got: int) -> tuple[int, int, bytes, bytes]:
        """Status, size of the body, its last bytes, and all of them if they are kept."""
        while b"\r\n\r\n" not in bytes(self._buffer[:got]):
            got += self._receive(connection, got)
        head, _, start = bytes(self._buffer[:got]).partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size, tail = len(start), start[-32:]
        if self._kept is not None:
            self._kept[:] = start
        # JSON has no such end by itself, so no piece of an image looks like the last chunk.
        while size < int(length[1]) if length else not tail.endswith(b"\r\n0\r\n\r\n"):
            got = self._receive(connection)
            size += got
            tail = (tail + bytes(self._buffer[max(0, got - 32) : got]))[-32:]
            if self._kept is not None:
                self._kept += self._buffer[:got]
        kept = bytes(self._kept or b"")
        body = kept if length or not kept else unchunked(kept)
        return int(head.split(b" ", 2)[1]), size, tail.removesuffix(b"\r\n0\r\n\r\n"), body


def unchunked(body: bytes) -> bytes:
    """RFC 9112, 7.1; without trailers."""
    pieces, position = [], 0
    while True:
        start = body.index(b"\r\n", position) + 2
        size = int(body[position : start - 2], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(body[start : start + size])
        position = start + size + 2
