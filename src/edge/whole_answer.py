"""An answer of Cloudflare's that has come as a whole, since it is short."""

from collections.abc import Callable
from typing import Protocol

from js import TextEncoder
from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from edge.image_stream import QUOTE, find_end

FEW = 64 * 1024
"""Bytes that may be a string of Python's: they are copied in no time, and need fewer calls."""
_BROKEN = "upstream ended inside an image"


class WholeAnswer(Protocol):
    def read(self, size: int) -> bytes:
        """Copy its beginning."""

    @property
    def buffer(self) -> Buffer: ...

    def cut(self, start: int, finish: Callable[[bytes], None]) -> Buffer | str:
        """Cut out the JSON string whose content begins at byte `start`, where ASCII is before it,
        as `ports.UpstreamResponse.image` says."""


class FewBytes:
    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, size: int) -> bytes:
        return self._text[:size].encode()[:size]

    @property
    def buffer(self) -> Buffer:
        return Buffer(TextEncoder.new().encode(self._text))

    def cut(self, start: int, finish: Callable[[bytes], None]) -> str:
        end = self._text.find(chr(QUOTE), start)
        if end < 0:
            raise ConnectionError(_BROKEN)
        finish(self._text[end:].encode())
        return self._text[start:end]


class ManyBytes:
    def __init__(self, array: JsProxy) -> None:
        self._array = array
        self.buffer = Buffer(array)

    def read(self, size: int) -> bytes:
        return self.buffer.read(0, size)

    def cut(self, start: int, finish: Callable[[bytes], None]) -> Buffer:
        end = find_end(self._array, start)
        if end < 0:
            raise ConnectionError(_BROKEN)
        finish(self._array.subarray(end).to_bytes())
        return Buffer(self._array.subarray(start, end))
