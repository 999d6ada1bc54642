"""`fetch` and its `Response`: one call upstream, its answer read in large pieces."""

from collections.abc import Callable, Mapping, Sequence

from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from edge.image_stream import LONGEST_TAIL, ImageStream
from edge.native import make_blob, read_bytes, read_text
from edge.outgoing import call
from edge.request import Request
from edge.streams import FIRST_PIECE, Pieces, choose_size, in_flight, read_length
from edge.upstream_form import make_form
from edge.watch import Watch
from edge.whole_answer import FEW, FewBytes, ManyBytes, WholeAnswer
from flux2.ports import Base64, TypedFile


async def fetch(
    request: Request | None,
    url: str,
    *,
    headers: Mapping[str, str],
    form: Sequence[tuple[str, str | TypedFile]],
    timeout: float,
) -> "UpstreamResponse":
    """Call, as `ports.Fetch` says, as long as the client of `request` stays, if there is one."""
    sent = make_form(form)
    watch = Watch(timeout, None if request is None else request.signal)
    head = {**headers, "content-type": sent.content_type}
    return UpstreamResponse(await call(url, head, sent.body, watch), watch)


class UpstreamResponse:
    """An answer, as `ports.UpstreamResponse`."""

    def __init__(self, response: JsProxy, watch: Watch) -> None:
        self.status: int = response.status
        self._response = response
        self._headers = response.headers
        self._watch = watch
        self._in_flight = in_flight.join()
        is_packed = self.header("content-encoding") is not None
        self.size = None if is_packed else read_length(self.header("content-length"))
        self._missing = self.size  # bytes that were announced and have not come yet
        self._whole: WholeAnswer | None = None
        """All of the body, where it is announced, and short."""
        self._pieces: Pieces | None = None
        self._is_first = True
        self._waiting: list[JsProxy] = []  # pieces that were looked at, but not consumed

    def header(self, name: str) -> str | None:
        return read_text(self._headers.get(name))

    async def head(self, size: int) -> bytes:
        if self.size is not None and self._is_first and self.size <= choose_size():
            self._is_first = False
            self._whole = await self._take_whole(self.size)
        if self._whole is not None:
            return self._whole.read(size)
        have = 0
        while have < size and (piece := await self._read(size - have)) is not None:
            self._waiting.append(piece)
            have += piece.length
        return b"".join(piece.subarray(0, size).to_bytes() for piece in self._waiting)[:size]

    async def buffer(self, limit: int) -> Buffer | None:
        if self._whole is not None:
            return self._whole.buffer
        pieces, size = [], 0
        while (piece := await self.next()) is not None:
            pieces.append(piece)
            size += piece.length
            if size > limit:
                await self.cancel()
                return None
        return Buffer(await read_bytes(make_blob(*pieces)))

    def image(self, start: int, finish: Callable[[bytes], None]) -> Base64:
        if self._whole is not None:
            return self._whole.cut(start, finish)
        self._watch.pause()
        return ImageStream(self, start, finish)

    async def next(self) -> JsProxy | None:
        """Read the next piece of the body, a non-empty `Uint8Array`; None at its end."""
        if self._waiting:
            return self._waiting.pop(0)
        return await self._read()

    def use_again(self, piece: JsProxy) -> None:
        """Let the memory of a piece be that of the next one."""
        if self._pieces is not None:
            self._pieces.use_again(piece)

    @property
    def may_end(self) -> bool:
        """Whether so little is missing that the image's end may have come."""
        return self._missing is None or self._missing <= LONGEST_TAIL

    async def read_tail(self, piece: JsProxy) -> bytes:
        """Read `piece` and all that follows it. Raises ConnectionError if that is not short."""
        tail: bytes = piece.subarray(0, LONGEST_TAIL + 1).to_bytes()
        while len(tail) <= LONGEST_TAIL and (more := await self.next()) is not None:
            tail += more.subarray(0, LONGEST_TAIL + 1).to_bytes()
        if len(tail) > LONGEST_TAIL:
            raise ConnectionError("upstream goes on and on")
        return tail

    def pause(self) -> None:
        """Stop the clock: the time until the next piece is asked for is not upstream's."""
        self._watch.pause()

    async def cancel(self) -> None:
        self._watch.cancel()
        self._in_flight.give_back()

    async def _take_whole(self, size: int) -> WholeAnswer:
        wait, response = self._watch.progress, self._response
        whole: WholeAnswer
        if size <= FEW:
            whole = FewBytes(await wait(response.text()))
        else:
            whole = ManyBytes(await wait(response.bytes()))
        self._let_go()
        return whole

    async def _read(self, least: int | None = None) -> JsProxy | None:
        pieces = self._pieces or self._open()
        if pieces is None or self._missing == 0:
            return None
        size = min(choose_size(), FIRST_PIECE) if self._is_first else choose_size()
        self._is_first = False
        piece = await pieces.next(min(size, self._missing or size), least)
        if piece is not None and self._missing is not None:
            self._missing -= piece.length
        if piece is None or self._missing == 0:
            self._let_go()
        return piece

    def _open(self) -> Pieces | None:
        """Begin to read; None if there is no body."""
        body = self._response.body
        if isinstance(body, JsProxy):
            self._pieces = Pieces(body, self._watch.progress)
        return self._pieces

    def _let_go(self) -> None:
        """All of it has come."""
        self._watch.end()
        self._in_flight.give_back()
