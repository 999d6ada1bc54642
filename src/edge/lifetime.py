"""`ctx.waitUntil`: work that comes to its end though the client has left."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

from js import Promise
from pyodide.ffi import JsProxy


@contextmanager
def kept_alive(ctx: JsProxy) -> Iterator[None]:
    """Have whatever is awaited inside resumed. Once its client has left, workerd would never come
    back to a Python coroutine: it and its tasks would stay in the isolate's memory for good, and
    the line of the log would not be written (https://github.com/cloudflare/workerd/issues/5062)."""
    let_go = keep_alive(ctx)
    try:
        yield
    finally:
        let_go()


def keep_alive(ctx: JsProxy) -> Callable[[], None]:
    """Keep the request alive until what is returned is called."""
    ended = Promise.withResolvers()
    ctx.waitUntil(ended.promise)
    return lambda: ended.resolve()


_deferred: set[asyncio.Task[None]] = set()
"""The event loop itself would let go of them (Python's reference, `asyncio.create_task`)."""


def defer(ctx: JsProxy, work: Coroutine[None, None, None]) -> None:
    """Do some work that no answer waits for."""
    _deferred.add(asyncio.ensure_future(_do(work, keep_alive(ctx))))


async def _do(work: Coroutine[None, None, None], let_go: Callable[[], None]) -> None:
    """Callbacks of the task would be a turn of the event loop each."""
    try:
        await work
    finally:
        task = asyncio.current_task()
        assert task is not None
        _deferred.discard(task)
        let_go()
