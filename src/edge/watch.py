"""`AbortController`: the time that upstream has, and the client that may leave."""

import asyncio
import time
from typing import Any

from js import AbortController, clearTimeout, setTimeout
from pyodide.ffi import JsException, JsProxy, create_proxy

from flux2.ports import ClientLeft, LeftEarly

_LEAST_PAUSE = 1.0
"""Seconds between two looks at whose time it is."""


class Watch:
    """Aborts a fetch, its body included, after `timeout` seconds, or when `client` is aborted.

    Raises LeftEarly if it already is. The time that a caller takes for what it was given does not
    count: see `pause`. Whoever has a watch must `end` it.
    """

    def __init__(self, timeout: float, client: JsProxy | None) -> None:
        if client is not None and client.aborted:
            raise LeftEarly
        self._controller = AbortController.new()
        # A function of JavaScript's own: no proxy of a Python callable that somebody must destroy.
        # Whoever calls it, the reason is the usual one.
        abort = self._controller.abort.bind(self._controller, None)
        self._client = client
        if client is not None:
            client.addEventListener("abort", abort)
        self.signal = self._controller.signal
        self._has_ended = False
        self._deadline = time.monotonic() + timeout
        self._paused: float | None = None  # since when
        self._look_again: JsProxy | None = None
        self._timer = setTimeout(abort, timeout * 1000)

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
            if self.signal.aborted and not was_cancelled:
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
