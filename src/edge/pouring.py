"""`TransformStream`: our answer, poured part by part."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress

import js
from js import Error, TextEncoder
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer
from edge.image_stream import ImageStream
from edge.lifetime import defer
from flux2.log import Log
from flux2.ports import ClientLeft, Part, ResponseBody


def pour(body: ResponseBody, log: Log, ctx: JsProxy) -> JsProxy:
    """Make a `ReadableStream` of the parts. If one of them fails, so does the stream: whoever reads
    it sees a broken answer, never a short one.

    `ctx` lets the pouring come to its end, in which upstream is let go of, when the client leaves:
    workerd would stop it anywhere (https://github.com/cloudflare/workerd/issues/5062).
    """
    # workerd's own moves bytes natively, and has let go of them once a write is over.
    native = getattr(js, "IdentityTransformStream", None)
    stream = (native or js.TransformStream).new()
    pipe = _Pipe(stream.writable.getWriter(), lets_go=native is not None)
    defer(ctx, _pour(body, pipe, log))
    readable: JsProxy = stream.readable
    return readable


class _Pipe:
    """The writer of a pipe. Text is not waited for but with what follows it: each wait costs a
    turn of the event loop."""

    def __init__(self, writer: JsProxy, *, lets_go: bool) -> None:
        """`lets_go` is whether nothing of an array is needed once its write is over."""
        self._writer = writer
        self._encoder = TextEncoder.new()
        self._lets_go = lets_go
        self._unawaited: list[JsProxy] = []

    def write_text(self, text: str) -> None:
        self._unawaited.append(self._writer.write(self._encoder.encode(text)))

    async def write(self, array: JsProxy) -> bool:
        """Write it; tell whether its memory may be used again."""
        self._unawaited.append(self._writer.write(array))
        await self.wait()
        return self._lets_go

    async def close(self) -> None:
        self._unawaited.append(self._writer.close())
        await self.wait()

    async def wait(self) -> None:
        """Wait until all was taken, or raise ClientLeft. The last one first: behind it the others
        are there, and need no turn."""
        promises, self._unawaited = self._unawaited, []
        try:
            while promises:
                await promises.pop()
        except JsException as exc:
            raise ClientLeft from exc
        finally:
            for promise in promises:  # nobody asks what became of those
                promise.add_done_callback(_look_at)

    async def abort(self, cause: BaseException | None) -> None:
        with suppress(JsException):  # the client may have gone
            reason = Error.new("the answer broke off upstream") if cause is None else cause
            await self._writer.abort(reason)


async def _pour(body: ResponseBody, pipe: _Pipe, log: Log) -> None:
    try:
        if isinstance(body, AsyncGenerator):
            await _pour_as_it_comes(body, pipe)
        else:
            await _pour_group(body, pipe)
        await pipe.close()
    except Exception as exc:
        log.event("answer_broke_off", kind=type(exc).__name__)
        await pipe.abort(_find_cause(exc))


def _look_at(promise: asyncio.Future[object]) -> None:
    """Or its exception would be reported."""
    if not promise.cancelled():
        promise.exception()


def _find_cause(error: BaseException | None) -> BaseException | None:
    """Find the error of JavaScript's that is behind it. workerd knows its own for a lost
    connection, and would report any other one as a fault of the Worker."""
    while error is not None and not isinstance(error, JsException):
        error = error.__cause__
    return error


async def _pour_as_it_comes(groups: AsyncGenerator[Sequence[Part], None], pipe: _Pipe) -> None:
    """Whoever made a group that cannot be poured is thrown the reason."""
    try:
        async for group in groups:
            try:
                await _pour_group(group, pipe)
                await pipe.wait()
            except Exception as error:
                await groups.athrow(error)
                raise
    finally:
        await groups.aclose()


async def _pour_group(parts: Sequence[Part], pipe: _Pipe) -> None:
    """Write the parts; those that were not come to are cancelled."""
    waiting = deque(parts)
    try:
        while waiting:
            await _pour_part(waiting[0], pipe)
            waiting.popleft()
    finally:
        for part in waiting:
            if isinstance(part, ImageStream):
                await part.cancel()


async def _pour_part(part: Part, pipe: _Pipe) -> None:
    if isinstance(part, str):
        pipe.write_text(part)
    elif isinstance(part, Buffer):
        await pipe.write(part.array)
    elif isinstance(part, ImageStream):
        await part.pour(pipe.write)
    else:
        raise TypeError(f"no part of the edge: {type(part).__name__}")
