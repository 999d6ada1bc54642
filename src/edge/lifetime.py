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


def defer(ctx: JsProxy, work: Coroutine[None, None, None]) -> None:
    """Do some work that no answer waits for."""
    let_go = keep_alive(ctx)
    task = asyncio.ensure_future(work)
    _deferred.add(task)
    task.add_done_callback(_deferred.discard)
    task.add_done_callback(lambda _: let_go())
