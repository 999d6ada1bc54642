"""`AbortController`: the time that upstream has, and the client that may leave."""

import asyncio
import time

import js
from pyodide.ffi import JsException, JsProxy

from flux2.ports import ClientLeft


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
                raise ClientLeft
            client.addEventListener("abort", self._abort)

    async def progress(self, promise: JsProxy) -> JsProxy:
        """Await it. Raises ClientLeft, TimeoutError, or ConnectionError if it fails otherwise."""
        if self._timer is None:
            self._started = time.monotonic()
            self._timer = js.setTimeout(self._abort, self._left * 1000)
        try:
            result: JsProxy = await promise
        except JsException as exc:
            self.pause()
            if self._client is not None and self._client.aborted:
                raise ClientLeft from exc
            if self.signal.aborted and not self._cancelled:
                raise TimeoutError from exc
            raise ConnectionError("upstream broke off") from exc
        except asyncio.CancelledError:
            self.cancel()
            raise
        return result

    def pause(self) -> None:
        """Stop the clock until the next `progress`, which has what is left of the time."""
        if self._timer is not None:
            js.clearTimeout(self._timer)
            self._timer = None
            self._left = max(0.0, self._left - (time.monotonic() - self._started))

    def cancel(self) -> None:
        """End the fetch, for a reason of our own."""
        self.pause()
        if not self._cancelled:
            self._cancelled = True
            self._abort()
