"""`ReadableStream`: bytes that come, in large pieces, since every call across the border costs."""

import time
from collections.abc import Awaitable, Callable

import js
from pyodide.ffi import JsProxy

from edge.native import make_object
from edge.timers import make_gate
from flux2.room import Room

PIECE = 1024 * 1024
LEAST_PIECE = 64 * 1024
"""Bytes of a piece: in larger ones a client gets its image later, and less of one that breaks off;
smaller ones cost too many turns of the event loop."""

FIRST_PIECE = 128 * 1024
"""Bytes of the first one: by the next it shows how many are in flight."""

in_flight = Room(6 * 1024 * 1024, make_gate, time.time)
"""What all pieces in the isolate share: alone an image comes in large ones, in a crowd in small
ones, and so a crowd needs no more memory."""


def choose_size() -> int:
    """Choose the bytes of the next piece, by how many share the memory now."""
    return max(LEAST_PIECE, min(PIECE, in_flight.share))


def read_length(content_length: str | None) -> int | None:
    """Read how many bytes this header announces; None where it says nothing, or nonsense."""
    return int(content_length) if content_length and content_length.isdecimal() else None


class Pieces:
    """A stream in pieces, each a non-empty `Uint8Array`."""

    def __init__(self, stream: JsProxy, wait: Callable[[JsProxy], Awaitable[JsProxy]]) -> None:
        """`wait` awaits each promise, and may give up."""
        self._wait = wait
        self._spare: JsProxy | None = None
        self._has_ended = False
        # Other readers hand out 4 KB at a time in workerd.
        self._reader = stream.getReader(make_object({"mode": "byob"}))

    async def next(self, size: int, least: int | None = None) -> JsProxy | None:
        """Read about `size` bytes, or what there is once it is at least `least`; fewer only at the
        end, and None after it."""
        if self._has_ended:
            return None
        view = self._make_view(size)
        least = least or view.length
        value = (await self._wait(self._reader.read(view, make_object({"min": least})))).value
        length: int = value.length if isinstance(value, JsProxy) else 0
        self._has_ended = length < least
        return value if length else None

    def use_again(self, piece: JsProxy) -> None:
        """Let the memory of a piece, of which nothing is needed any more, be that of the next."""
        self._spare = piece.buffer

    def _make_view(self, size: int) -> JsProxy:
        """Make what is filled: of the spare memory, unless that is far too small or too large."""
        spare, self._spare = self._spare, None
        fits = spare is not None and size <= 2 * spare.byteLength <= 4 * size
        view: JsProxy = js.Uint8Array.new(spare if fits else size)
        return view
