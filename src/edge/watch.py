"""`AbortController`: the time that upstream has, and the client that may leave."""

import asyncio
import time
from functools import cache
from typing import Any

from js import AbortController, AbortSignal, Array, Function, clearTimeout, setTimeout
from pyodide.ffi import JsException, JsProxy, create_proxy

from flux2.ports import ClientLeft

_LEAST_PAUSE = 1.0
"""Seconds between two looks at whose time it is."""


@cache
def _get_abort() -> JsProxy:
    """Get the function that aborts its argument: JavaScript's own, since of Python's each timer
    would need a proxy that somebody must destroy."""
    made: JsProxy = Function.prototype.call.bind(AbortController.prototype.abort)
    return made


class Watch:
    """Aborts a fetch, its body included, after `timeout` seconds, or when `client` is aborted.

    The time that a caller takes for what it was given does not count: see `pause`. Whoever has a
    watch must `end` it.
    """

    def __init__(self, timeout: float, client: JsProxy | None) -> None:
        self._controller = AbortController.new()
        self._client = client
        self._own_signal = self._controller.signal
        self.signal = self._own_signal
        if client is not None:
            self.signal = AbortSignal.any(Array.of(self._own_signal, client))
        self._has_ended = False
        self._deadline = time.monotonic() + timeout
        self._paused: float | None = None  # since when
        self._look_again: JsProxy | None = None
        self._timer = setTimeout(_get_abort(), timeout * 1000, self._controller)

    async def progress(self, promise: JsProxy) -> Any:
        """Await it. Raises ClientLeft, TimeoutError, or ConnectionError if it fails otherwise."""
        if self._paused is not None:
            self._deadline += time.monotonic() - self._paused
            self._paused = None
        try:
            return await promise
        except JsException as exc:
            was_cancelled = self._has_ended
            self.end()
            if self._client is not None and self._client.aborted:
                raise ClientLeft from exc
            if self._own_signal.aborted and not was_cancelled:
                raise TimeoutError from exc
            raise ConnectionError("upstream broke off") from exc
        except asyncio.CancelledError:
            self.cancel()
            raise

    def pause(self) -> None:
        """Stop the clock until the next `progress`, which has what is left of the time.

        The timer runs on; only when it fires it is looked at whose time that was.
        """
        if self._has_ended or self._paused is not None:
            return
        self._paused = time.monotonic()
        if self._look_again is None:
            self._look_again = create_proxy(self._look)
            clearTimeout(self._timer)
            self._arm()

    def _look(self) -> None:
        """Abort, unless time was spent elsewhere since the timer was set."""
        if self._paused is None and time.monotonic() >= self._deadline:
            self._controller.abort()
        else:
            self._arm()

    def _arm(self) -> None:
        if self._paused is None:
            left = max(0.0, self._deadline - time.monotonic())
        else:
            left = max(_LEAST_PAUSE, self._deadline - self._paused)
        self._timer = setTimeout(self._look_again, left * 1000)

    def end(self) -> None:
        """Let go of the clock: nothing more will be awaited."""
        if self._has_ended:
            return
        self._has_ended = True
        clearTimeout(self._timer)
        if self._look_again is not None:
            self._look_again.destroy()

    def cancel(self) -> None:
        """End the fetch, for a reason of our own."""
        if not self._has_ended:
            self.end()
            self._controller.abort()
