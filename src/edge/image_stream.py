"""An image inside an answer of Cloudflare's: its base64 flows into ours, past Python's heap."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from flux2 import ports

_QUOTE = ord('"')


class Carrier(Protocol):
    """The answer that an image is in; `upstream.UpstreamResponse` is one."""

    is_short: bool

    async def next(self) -> JsProxy | None: ...

    async def read_tail(self, piece: JsProxy) -> bytes: ...

    def pause(self) -> None: ...

    async def cancel(self) -> None: ...


class ImageStream(ports.ImageStream):
    """The JSON string that begins `start` bytes into an answer."""

    def __init__(self, carrier: Carrier, start: int, finish: Callable[[bytes], None]) -> None:
        self._carrier = carrier
        self._start = start
        self._finish = finish
        self.held: list[JsProxy] | None = None
        """All of it, once it was drained; what is poured is let go of."""
        self.is_short = carrier.is_short

    async def drain(self) -> None:
        if self.held is None:
            self.held = [piece async for piece in self._read()]

    async def cancel(self) -> None:
        await self._carrier.cancel()

    async def pour(self, writer: JsProxy) -> None:
        """Write all of it; what was held is let go of piece by piece."""
        if self.held is not None:
            while self.held:
                await writer.write(self.held.pop(0))
            return
        async for piece in self._read():
            self._carrier.pause()
            await writer.write(piece)

    async def _read(self) -> AsyncGenerator[JsProxy, None]:
        """Yield the content up to its closing quote, the last piece if all behind it is well."""
        skip = self._start
        while (piece := await self._carrier.next()) is not None:
            if skip:
                skip, piece = max(0, skip - piece.length), piece.subarray(skip)
            end = piece.indexOf(_QUOTE)
            if end >= 0:
                self._finish(await self._carrier.read_tail(piece.subarray(end)))
                if end:
                    yield piece.subarray(0, end)
                return
            yield piece
        raise ConnectionError("upstream ended inside an image")


async def get_pieces(image: ports.Base64) -> Sequence[JsProxy | str]:
    """Get an image's base64, as it goes into a `Blob`."""
    if isinstance(image, ImageStream):
        await image.drain()
        return image.held or ()
    if isinstance(image, Buffer):
        return [image.array]
    if isinstance(image, str):
        return [image]
    raise TypeError(f"no image of the edge: {type(image).__name__}")
