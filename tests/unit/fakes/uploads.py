"""What the edge gives of a request: its body, a form, files, and data URLs decoded."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


class Buffer:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]

    def find(self, byte: int, start: int) -> int:
        return self.data.find(byte, start)

    def slice(self, start: int, stop: int) -> "Buffer":
        return Buffer(self.data[start:stop])


class File:
    def __init__(self, data: bytes, size: int | None = None) -> None:
        self.data = data
        self.size = len(data) if size is None else size

    async def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]

    async def digest(self) -> bytes:
        return hashlib.sha256(self.data).digest()


Pairs = Sequence[tuple[str, str | bytes | File]]


class Form:
    """Text is str; a file is bytes or a `File`."""

    def __init__(self, pairs: Pairs, size: int) -> None:
        self.size = size
        self._pairs = pairs
        self.count = len(pairs)
        self.names = [name for name, _ in pairs]

    def text(self, name: str) -> str | None:
        value = next(value for each, value in self._pairs if each == name)
        return value if isinstance(value, str) else None

    def has_file(self, name: str) -> bool:
        return any(each == name and not isinstance(value, str) for each, value in self._pairs)

    def files(self, name: str) -> Sequence[File]:
        return [_file(value) for each, value in self._pairs if each == name]


def _file(value: str | bytes | File) -> File:
    if isinstance(value, File):
        return value
    return File(value.encode() if isinstance(value, str) else value)


class Body:
    def __init__(self, data: bytes, form: Pairs | None) -> None:
        self.buffer = Buffer(data)
        self._form = form

    async def form(self, content_type: str) -> Form:
        if content_type.lower().startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(self.buffer.data.decode(), keep_blank_values=True)
            return Form(pairs, self.buffer.size)
        if self._form is None:
            raise ValueError("no boundary")
        return Form(self._form, self.buffer.size)


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes | Exception = b""
    form: Pairs | None = None
    limits: list[int] = field(default_factory=list)
    origin: str = "https://images.example.com"

    def header(self, name: str) -> str | None:
        return {k.lower(): v for k, v in self.headers.items()}.get(name.lower())

    async def form_data(self, limit: int) -> Form | None:
        length = self.header("content-length")
        if length is None or int(length) > limit or bytes(self.data).lstrip().startswith(b"{"):
            return None
        if self.form is None:
            raise ValueError("not a form")
        return Form(self.form, int(length))

    async def body(self, limit: int) -> Body | None:
        self.limits.append(limit)
        if isinstance(self.data, Exception):
            raise self.data
        return Body(self.data, self.form) if len(self.data) <= limit else None


async def decode_data_url(url: Buffer) -> File:
    """As the platform does: the JSON string's characters, then forgiving base64."""
    text = json.loads(b'"' + url.data + b'"')
    match = re.fullmatch(r"data:[^,]*;base64,(.*)", text, re.DOTALL | re.IGNORECASE)
    if match is None:
        raise ValueError("not a data URL")
    try:
        return File(base64.b64decode(match[1], validate=True))
    except binascii.Error as exc:
        raise ValueError("not base64") from exc


def pour(part: Any) -> bytes:
    """A part of an answer, as it would leave: text, bytes, or an image from its stream."""
    if isinstance(part, str):
        return part.encode()
    return part.data if isinstance(part, Buffer) else part.pour()
