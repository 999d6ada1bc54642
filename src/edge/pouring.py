"""`TransformStream`: our answer, poured part by part."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress

import js
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer
from edge.image_stream import ImageStream
from edge.lifetime import keep_alive
from flux2.log import Log
from flux2.ports import Part

_pouring: set[asyncio.Task[None]] = set()


def pour(parts: Iterable[Part] | AsyncGenerator[Part, None], log: Log, ctx: JsProxy) -> JsProxy:
    """Make a `ReadableStream` of the parts. If one of them fails, so does the stream: whoever reads
    it sees a broken answer, never a short one.

    `ctx` lets the pouring come to its end, in which upstream is let go of, when the client leaves:
    workerd would stop it anywhere (https://github.com/cloudflare/workerd/issues/5062).
    """
    # workerd's own pipe moves bytes natively; Node has only the standard one.
    pipe = getattr(js, "IdentityTransformStream", js.TransformStream).new()
    source = parts if isinstance(parts, AsyncGenerator) else _take_each(parts)
    task = asyncio.ensure_future(_pour(source, pipe.writable.getWriter(), log))
    _pouring.add(task)
    task.add_done_callback(_pouring.discard)
    let_go = keep_alive(ctx)
    task.add_done_callback(lambda _: let_go())
    readable: JsProxy = pipe.readable
    return readable


async def _take_each(parts: Iterable[Part]) -> AsyncGenerator[Part, None]:
    """Yield the parts one by one; those that nobody will pour any more are cancelled."""
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
                await writer.write(part.array)
            elif isinstance(part, ImageStream):
                await part.pour(writer)
            else:
                raise TypeError(f"no part of the edge: {type(part).__name__}")
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
