"""`fetch` and its `Response`: one call upstream, its answer read in large pieces."""

from collections.abc import Callable, Mapping, Sequence

import js
from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from edge.image_stream import ImageStream
from edge.native import make_object, read_text
from edge.request import Request
from edge.streams import PIECE, Pieces, collect, read_length
from edge.unreachable import find_reason
from edge.upstream_form import make_form
from edge.watch import Watch
from flux2.ports import NotConnected, TypedFile

_LONGEST_TAIL = 64 * 1024
"""Bytes that may follow an image in Cloudflare's answer."""


async def fetch(
    request: Request,
    url: str,
    *,
    headers: Mapping[str, str],
    form: Sequence[tuple[str, str | TypedFile]],
    timeout: float,
) -> "UpstreamResponse":
    """Call, as `ports.Fetch` says, for as long as the client of `request` stays."""
    sent = make_form(form)
    watch = Watch(timeout, request.signal)
    init = make_object(
        {
            "method": "POST",
            "headers": {**headers, "content-type": sent.content_type},
            "body": sent.body,
            "signal": watch.signal,
            "redirect": "manual",  # the token goes to one host only
        }
    )
    try:
        return UpstreamResponse(await watch.progress(js.fetch(url, init)), watch)
    except ConnectionError as exc:
        reason = find_reason(exc.__cause__)
        raise (NotConnected(reason) if reason else exc) from exc.__cause__


class UpstreamResponse:
    """An answer, as `ports.UpstreamResponse`."""

    def __init__(self, response: JsProxy, watch: Watch) -> None:
        self.status: int = response.status
        self._response = response
        self._watch = watch
        self._pieces: Pieces | None = None
        self._size = PIECE
        self._missing: int | None = None  # bytes that were announced and have not come yet
        self.is_short = False
        """Whether the body is announced, and short."""
        self._waiting: list[JsProxy] = []  # pieces that were looked at, but not consumed

    def header(self, name: str) -> str | None:
        return read_text(self._response.headers.get(name))

    async def head(self, size: int) -> bytes:
        have: int = sum(piece.length for piece in self._waiting)
        while have < size and (piece := await self._read(size - have)) is not None:
            self._waiting.append(piece)
            have += piece.length
        return b"".join(piece.subarray(0, size).to_bytes() for piece in self._waiting)[:size]

    async def buffer(self, limit: int) -> Buffer | None:
        array = await collect(self.next, self.cancel, limit)
        return None if array is None else Buffer(array)

    def image(self, start: int, finish: Callable[[bytes], None]) -> ImageStream:
        if not self.is_short:
            self._watch.pause()
        return ImageStream(self, start, finish)

    async def next(self) -> JsProxy | None:
        """Read the next piece of the body, a non-empty `Uint8Array`; None at its end."""
        if self._waiting:
            return self._waiting.pop(0)
        return await self._read(self._size)

    async def read_tail(self, piece: JsProxy) -> bytes:
        """Read `piece` and all that follows it. Raises ConnectionError if that is not short."""
        tail: bytes = piece.subarray(0, _LONGEST_TAIL + 1).to_bytes()
        while len(tail) <= _LONGEST_TAIL and (more := await self.next()) is not None:
            tail += more.subarray(0, _LONGEST_TAIL + 1).to_bytes()
        if len(tail) > _LONGEST_TAIL:
            raise ConnectionError("upstream goes on and on")
        return tail

    def pause(self) -> None:
        """Stop the clock: the time until the next piece is asked for is not upstream's."""
        self._watch.pause()

    async def cancel(self) -> None:
        self._watch.cancel()

    async def _read(self, least: int) -> JsProxy | None:
        pieces = self._pieces or self._open()
        if pieces is None or self._missing == 0:
            return None
        piece = await pieces.next(self._size, self._size if self.is_short else least)
        if piece is not None and self._missing is not None:
            self._missing -= piece.length
        if piece is None or self._missing == 0:
            self._watch.pause()
        return piece

    def _open(self) -> Pieces | None:
        """Begin to read; None if there is no body. A short one is read at once: each read costs."""
        body = self._response.body
        if not isinstance(body, JsProxy):
            return None
        self._pieces = Pieces(body, self._watch.progress)
        length = read_length(self.header("content-length"))
        if length is not None and self.header("content-encoding") is None:
            self._missing = length
            self.is_short = length <= PIECE
            self._size = min(PIECE, length)
        return self._pieces
