"""`ReadableStream`: bytes that come, in large pieces, since every call across the border costs."""

from collections.abc import Awaitable, Callable

import js
from pyodide.ffi import JsException, JsProxy

from edge.native import read_bytes

PIECE = 1024 * 1024
"""Bytes of a large piece."""


def read_length(content_length: str | None) -> int | None:
    """Read how many bytes this header announces; None where it says nothing, or nonsense."""
    return int(content_length) if content_length and content_length.isdecimal() else None


class Pieces:
    """A stream in pieces, each a non-empty `Uint8Array`."""

    def __init__(self, stream: JsProxy, wait: Callable[[JsProxy], Awaitable[JsProxy]]) -> None:
        """`wait` awaits each promise, and may give up."""
        self._wait = wait
        self._ended = False
        try:
            # Other readers hand out 4 KB at a time in workerd.
            self._reader = stream.getReader(mode="byob")
            self._fills_buffers = True
        except JsException:  # Node's request bodies are no byte streams
            self._reader = stream.getReader()
            self._fills_buffers = False

    async def next(self, size: int, least: int) -> JsProxy | None:
        """Read at most `size` bytes and at least `least`, fewer only at the end; None after it."""
        if self._ended:
            return None
        if self._fills_buffers:
            promise = self._reader.read(js.Uint8Array.new(size), min=least)
        else:
            promise = self._reader.read()
        result = await self._wait(promise)
        # At the end Node hands out the last bytes together with `done`, workerd before it.
        self._ended = result.done
        value = result.value
        return value if isinstance(value, JsProxy) and value.length else None

    async def cancel(self) -> None:
        await self._reader.cancel()


async def collect(
    take: Callable[[], Awaitable[JsProxy | None]], cancel: Callable[[], Awaitable[None]], limit: int
) -> JsProxy | None:
    """Take all pieces into one `Uint8Array`; cancel and return None beyond `limit` bytes."""
    pieces = js.Array.new()
    size = 0
    while (piece := await take()) is not None:
        pieces.push(piece)
        size += piece.length
        if size > limit:
            await cancel()
            return None
    return await read_bytes(js.Blob.new(pieces))
