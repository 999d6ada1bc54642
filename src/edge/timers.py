"""`setTimeout`: waiting."""

import js


async def sleep(seconds: float) -> None:
    """Wait. The timers of `asyncio.sleep` leave a proxy behind when a request ends before them."""
    resolvers = js.Promise.withResolvers()
    timer = js.setTimeout(resolvers.resolve, seconds * 1000)
    try:
        await resolvers.promise
    finally:
        js.clearTimeout(timer)
