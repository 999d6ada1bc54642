"""An image inside an answer of Cloudflare's: its base64 flows into ours, past Python's heap."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Protocol

from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from flux2 import ports

LONGEST_TAIL = 64 * 1024
"""Bytes that may follow an image in Cloudflare's answer.

So the quote that ends the image is not looked for where more than that is to come: it could not be
the right one. In an answer of another shape, with a quote before that, what we write is JSON with
the same quote in the same place: either it means the same image, or nobody can read it.
"""
QUOTE = ord('"')


class Carrier(Protocol):
    """The answer that an image is in; `upstream.UpstreamResponse` is one."""

    size: int | None

    @property
    def may_end(self) -> bool: ...

    async def next(self) -> JsProxy | None: ...

    async def read_tail(self, piece: JsProxy) -> bytes: ...

    def use_again(self, piece: JsProxy) -> None: ...

    def pause(self) -> None: ...

    async def cancel(self) -> None: ...


class ImageStream(ports.ImageStream):
    """The JSON string that begins `start` bytes into an answer."""

    def __init__(self, carrier: Carrier, start: int, finish: Callable[[bytes], None]) -> None:
        self._carrier = carrier
        self._start = start
        self._finish = finish
        self.size = carrier.size
        self._let_go: Callable[[int], None] = lambda size: None
        self.held: list[JsProxy] | None = None
        """All of it, once it was drained; what is poured is let go of."""

    async def drain(self, limit: int, let_go: Callable[[int], None]) -> int:
        held, size = [], 0
        async for piece in self._read():
            held.append(piece)
            size += piece.length
            if size > limit:
                raise ports.TooLarge
        self.held, self._let_go = held, let_go
        return size

    async def cancel(self) -> None:
        await self._carrier.cancel()

    async def pour(self, write: Callable[[JsProxy], Awaitable[bool]]) -> None:
        """Write all of it, piece by piece; what was held is let go of. `write` tells whether the
        memory of the piece may be used again."""
        while self.held:
            await write(self.held[0])
            self._let_go(self.held.pop(0).length)
        if self.held is not None:
            return
        async for piece in self._read():
            self._carrier.pause()
            if await write(piece):
                self._carrier.use_again(piece)

    async def _read(self) -> AsyncGenerator[JsProxy, None]:
        """Yield the content up to its closing quote, the last piece if all behind it is well."""
        skip = self._start
        while (piece := await self._carrier.next()) is not None:
            if skip:
                skip, piece = max(0, skip - piece.length), piece.subarray(skip)
            end = find_end(piece, 0) if self._carrier.may_end else -1
            if end >= 0:
                self._finish(await self._carrier.read_tail(piece.subarray(end)))
                if end:
                    yield piece.subarray(0, end)
                return
            yield piece
        raise ConnectionError("upstream ended inside an image")


def find_end(piece: JsProxy, start: int) -> int:
    """Find the quote; only near the end of a piece, behind which nothing is known to come."""
    index: int = piece.indexOf(QUOTE, max(start, piece.length - LONGEST_TAIL))
    return index


async def get_pieces(image: ports.Base64) -> Sequence[JsProxy | str]:
    """Get an image's base64, as it goes into a `Blob`."""
    if isinstance(image, ImageStream):
        if image.held is None:
            raise TypeError("an image that was not drained")
        return image.held
    if isinstance(image, Buffer):
        return [image.array]
    if isinstance(image, str):
        return [image]
    raise TypeError(f"no image of the edge: {type(image).__name__}")
