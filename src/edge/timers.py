"""`setTimeout` and promises: waiting."""

import js

from flux2.room import LONGEST, Gate


def make_gate() -> Gate:
    """Make something to wait for. A promise, since another request ends the waiting, and workerd
    resumes who awaits a promise in the request that made it; asyncio would not. A timer that
    nobody needs, since workerd takes a request for hung that waits for nothing of its own."""
    resolvers = js.Promise.withResolvers()
    timer = js.setTimeout(resolvers.reject, 1000 * LONGEST)
    opened = resolvers.promise.finally_(js.clearTimeout.bind(None, timer))
    return opened, resolvers.resolve


async def sleep(seconds: float) -> None:
    """Wait. The timers of `asyncio.sleep` leave a proxy behind when a request ends before them."""
    resolvers = js.Promise.withResolvers()
    timer = js.setTimeout(resolvers.resolve, seconds * 1000)
    try:
        await resolvers.promise
    finally:
        js.clearTimeout(timer)
