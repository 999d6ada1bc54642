"""What the edge gives of a request: its body, and data URLs decoded."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flux2.ports import MakeRoom


class Buffer:
    """Views share what they show, as those of a `Uint8Array` do."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = data if isinstance(data, memoryview) else memoryview(bytearray(data))
        self.size = len(data)

    @property
    def data(self) -> bytes:
        return bytes(self._data)

    def read(self, start: int, stop: int) -> bytes:
        return bytes(self._data[start:stop])

    def write(self, start: int, data: bytes) -> None:
        self._data[start : start + len(data)] = data

    def find(self, byte: int, start: int) -> int:
        return self.data.find(byte, start)

    def slice(self, start: int, stop: int) -> "Buffer":
        return Buffer(self._data[start:stop])

    def let_go(self) -> None:
        """Every view of it is empty then; here it is nothing but zeros."""
        self._data[:] = bytes(self.size)

    async def digest(self) -> bytes:
        return hashlib.sha256(self._data).digest()


SMALL = 64 * 1024
"""Bytes of a body for which nobody waits."""
Pairs = Sequence[tuple[str, str | bytes]]
BOUNDARY = "x"


def write_form(pairs: Pairs, boundary: str = BOUNDARY) -> bytes:
    """As multipart; what is bytes is a file."""
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (
            boundary.encode(),
            name.replace("\\", "\\\\").replace('"', '\\"').encode(errors="replace"),
            b"" if isinstance(value, str) else b'; filename="a.png"',
            value.encode(errors="replace") if isinstance(value, str) else value,
        )
        for name, value in pairs
    ]
    return b"".join(parts) + b"--%s--\r\n" % boundary.encode()


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes | Exception = b""
    limits: list[int] = field(default_factory=list)
    origin: str = "https://images.example.com"
    query: str = ""

    def header(self, name: str) -> str | None:
        return {k.lower(): v for k, v in self.headers.items()}.get(name.lower())

    async def body(self, limit: int, make_room: MakeRoom) -> Buffer | None:
        self.limits.append(limit)
        if isinstance(self.data, Exception):
            await make_room(limit)
            raise self.data
        if len(self.data) > limit:
            return None
        if len(self.data) > SMALL:
            await make_room(len(self.data))
        return Buffer(self.data)


def decode_data_url(url: Buffer) -> Buffer:
    """As the platform does: the JSON string's characters, then forgiving base64."""
    text = json.loads(b'"' + url.data + b'"')
    match = re.fullmatch(r"data:[^,]*;base64,(.*)", text, re.DOTALL | re.IGNORECASE)
    if match is None:
        raise ValueError("not a data URL")
    try:
        return Buffer(base64.b64decode(match[1], validate=True))
    except binascii.Error as exc:
        raise ValueError("not base64") from exc


def pour(part: Any) -> bytes:
    """A part of an answer, as it would leave: text, bytes, or an image from its stream."""
    if isinstance(part, str):
        return part.encode()
    return part.data if isinstance(part, Buffer) else part.pour()
