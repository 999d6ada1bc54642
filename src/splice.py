"""The hot path: upstream's base64 flows into our answer without entering Python's heap.

Every call across the border between Python and JavaScript costs, so bytes move in large
pieces, and Python only looks for the quote at which an image ends.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

import js
from pyodide.ffi import JsException, JsProxy

from flux2 import web
from flux2.log import Log

CHUNK = 1024 * 1024
_LONGEST_REST = 64 * 1024
"""Bytes that may follow an image in Cloudflare's answer."""
_QUOTE = ord('"')

_pouring: set[asyncio.Task] = set()


def announced(content_length: str | None) -> int | None:
    """Bytes, by that header; None where it says nothing, or nonsense."""
    return int(content_length) if content_length and content_length.isdecimal() else None


class Buffer:
    """Bytes in a `Uint8Array`."""

    def __init__(self, array: JsProxy) -> None:
        self.js = array
        self.size: int = array.length

    def read(self, start: int, stop: int) -> bytes:
        return self.js.subarray(start, stop).to_bytes()

    def find(self, byte: int, start: int) -> int:
        return self.js.indexOf(byte, start)

    def slice(self, start: int, stop: int) -> "Buffer":
        return Buffer(self.js.subarray(start, stop))


class Pieces:
    """A `ReadableStream` in large pieces, each a non-empty `Uint8Array`."""

    def __init__(self, stream: JsProxy, wait: Callable[[JsProxy], Awaitable[JsProxy]]) -> None:
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
        """At most `size` bytes and at least `least`, fewer only at the end; None after it."""
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


class Watch:
    """Aborts a fetch, its body included, after `timeout` seconds, or when `client` is aborted.

    Raises ClientLeft if it already is. The time that a caller takes for what it was given does not
    count: see `pause`.
    """

    def __init__(self, timeout: float, client: JsProxy | None) -> None:
        self._controller = js.AbortController.new()
        self._left = timeout
        self._timer: int | JsProxy | None = None
        self._started = 0.0
        self._cancelled = False
        # A function of JavaScript's own: no proxy of a Python callable that somebody must destroy.
        # Whoever calls it, the reason is the usual one.
        self._abort = self._controller.abort.bind(self._controller, None)
        self.signal = self._controller.signal
        self._client = client
        if client is not None:
            if client.aborted:
                raise web.ClientLeft
            client.addEventListener("abort", self._abort)

    async def progress(self, promise: JsProxy) -> JsProxy:
        """Await it. Raises ClientLeft, TimeoutError, or ConnectionError if it fails otherwise."""
        if self._timer is None:
            self._started = time.monotonic()
            self._timer = js.setTimeout(self._abort, self._left * 1000)
        try:
            return await promise
        except JsException as exc:
            self.pause()
            if self._client is not None and self._client.aborted:
                raise web.ClientLeft from exc
            if self.signal.aborted and not self._cancelled:
                raise TimeoutError from exc
            raise ConnectionError("upstream broke off") from exc
        except asyncio.CancelledError:
            self.cancel()
            raise

    def pause(self) -> None:
        """Until the next `progress`, which has what is left of the time."""
        if self._timer is not None:
            js.clearTimeout(self._timer)
            self._timer = None
            self._left = max(0.0, self._left - (time.monotonic() - self._started))

    def cancel(self) -> None:
        self.pause()
        if not self._cancelled:
            self._cancelled = True
            self._abort()


class UpstreamResponse:
    """A `Response` of fetch, its body read in large pieces."""

    def __init__(self, response: JsProxy, watch: Watch) -> None:
        self.status: int = response.status
        self._response = response
        self._watch = watch
        self._pieces: Pieces | None = None
        self._chunk = CHUNK
        self._left: int | None = None  # bytes that were announced and have not come yet
        self.is_short = False
        """Whether the body is announced, and short."""
        self._waiting: list[JsProxy] = []  # pieces that were looked at, but not consumed

    def header(self, name: str) -> str | None:
        value = self._response.headers.get(name)
        return value if isinstance(value, str) else None

    async def head(self, size: int) -> bytes:
        have = sum(piece.length for piece in self._waiting)
        while have < size and (piece := await self._read(size - have)) is not None:
            self._waiting.append(piece)
            have += piece.length
        return b"".join(piece.subarray(0, size).to_bytes() for piece in self._waiting)[:size]

    async def buffer(self, limit: int) -> Buffer | None:
        pieces = js.Array.new()
        size = 0
        while (piece := await self.next()) is not None:
            pieces.push(piece)
            size += piece.length
            if size > limit:
                await self.cancel()
                return None
        return Buffer(js.Uint8Array.new(await js.Blob.new(pieces).arrayBuffer()))

    def image(self, start: int, finish: Callable[[bytes], None]) -> "ImageStream":
        if not self.is_short:
            self._watch.pause()
        return ImageStream(self, start, finish)

    async def next(self) -> JsProxy | None:
        """The next piece of the body, a non-empty `Uint8Array`; None at its end."""
        if self._waiting:
            return self._waiting.pop(0)
        return await self._read(self._chunk)

    async def rest(self, piece: JsProxy) -> bytes:
        """`piece` and all that follows it; short, or ConnectionError."""
        rest = [piece.subarray(0, _LONGEST_REST + 1).to_bytes()]
        while (piece := await self.next()) is not None:
            rest.append(piece.subarray(0, _LONGEST_REST + 1).to_bytes())
            if sum(map(len, rest)) > _LONGEST_REST:
                break
        whole = b"".join(rest)
        if len(whole) > _LONGEST_REST:
            raise ConnectionError("upstream goes on and on")
        return whole

    def pause(self) -> None:
        """The time until the next piece is asked for is not upstream's."""
        self._watch.pause()

    async def cancel(self) -> None:
        self._watch.cancel()

    async def _read(self, least: int) -> JsProxy | None:
        if self._pieces is None and not self._open():
            return None
        if self._left == 0:
            return None
        piece = await self._pieces.next(self._chunk, self._chunk if self.is_short else least)
        if piece is not None and self._left is not None:
            self._left -= piece.length
        if piece is None or self._left == 0:
            self._watch.pause()
        return piece

    def _open(self) -> bool:
        """Whether there is a body. A short one is read at once: each read costs."""
        body = self._response.body
        if not isinstance(body, JsProxy):
            return False
        self._pieces = Pieces(body, self._watch.progress)
        length = announced(self.header("content-length"))
        if length is not None and self.header("content-encoding") is None:
            self._left = length
            self.is_short = length <= CHUNK
            self._chunk = min(CHUNK, length)
        return True


class ImageStream(web.ImageStream):
    """The JSON string that begins `start` bytes into an upstream answer."""

    def __init__(
        self, response: UpstreamResponse, start: int, finish: Callable[[bytes], None]
    ) -> None:
        self._response = response
        self._start = start
        self._finish = finish
        self.held: list[JsProxy] | None = None
        """All of it, once it was drained; what is poured is let go of."""
        self.is_short = response.is_short

    async def drain(self) -> None:
        if self.held is None:
            self.held = [piece async for piece in self._pieces()]

    async def pieces(self) -> Sequence[JsProxy]:
        await self.drain()
        return self.held or ()

    async def cancel(self) -> None:
        await self._response.cancel()

    async def pour(self, writer: JsProxy) -> None:
        if self.held is not None:
            while self.held:
                await writer.write(self.held.pop(0))
            return
        async for piece in self._pieces():
            self._response.pause()
            await writer.write(piece)

    async def _pieces(self) -> AsyncGenerator[JsProxy, None]:
        """The content up to its closing quote, the last piece only if all is well behind it."""
        skip = self._start
        while (piece := await self._response.next()) is not None:
            if skip:
                skip, piece = max(0, skip - piece.length), piece.subarray(skip)
            end = piece.indexOf(_QUOTE)
            if end >= 0:
                self._finish(await self._response.rest(piece.subarray(end)))
                if end:
                    yield piece.subarray(0, end)
                return
            yield piece
        raise ConnectionError("upstream ended inside an image")


Part = str | Buffer | ImageStream


def stream(parts: Iterable[Part] | AsyncGenerator[Part, None], log: Log, ctx: JsProxy) -> JsProxy:
    """A `ReadableStream` of the parts. If one of them fails, so does the stream: whoever reads it
    sees a broken answer, never a short one.

    `ctx` lets the pouring come to its end, in which upstream is let go of, when the client leaves:
    workerd would stop it anywhere (https://github.com/cloudflare/workerd/issues/5062).
    """
    # workerd's own pipe moves bytes natively; Node has only the standard one.
    pipe = getattr(js, "IdentityTransformStream", js.TransformStream).new()
    source = parts if isinstance(parts, AsyncGenerator) else _each(parts)
    task = asyncio.ensure_future(_pour(source, pipe.writable.getWriter(), log))
    _pouring.add(task)
    task.add_done_callback(_pouring.discard)
    ended = js.Promise.withResolvers()
    task.add_done_callback(lambda _: ended.resolve())
    ctx.waitUntil(ended.promise)
    return pipe.readable


async def _each(parts: Iterable[Part]) -> AsyncGenerator[Part, None]:
    """The parts one by one; those that nobody will pour any more are cancelled."""
    waiting = deque(parts)
    try:
        while waiting:
            yield waiting.popleft()
    finally:
        for part in waiting:
            if isinstance(part, ImageStream):
                await part.cancel()


async def _pour(parts: AsyncGenerator[Part, None], writer: JsProxy, log: Log) -> None:
    encoder = js.TextEncoder.new()
    part: Part = ""
    try:
        async for part in parts:
            if isinstance(part, str):
                await writer.write(encoder.encode(part))
            elif isinstance(part, Buffer):
                await writer.write(part.js)
            else:
                await part.pour(writer)
        await writer.close()
    except Exception as exc:
        log.event("answer_broke_off", kind=type(exc).__name__)
        if isinstance(part, ImageStream):
            await part.cancel()
        await _abort(writer)
    finally:
        await parts.aclose()


async def _abort(writer: JsProxy) -> None:
    with suppress(JsException):  # the client may have gone
        await writer.abort(js.Error.new("the answer broke off upstream"))
