"""`ReadableStream` of a request: a large body, or one that does not say how large it is."""

import js
from pyodide.ffi import JsException, JsProxy

from edge.native import read_bytes
from edge.streams import PIECE
from flux2.ports import MakeRoom

SMALL = 64 * 1024
"""Bytes of a body for which nobody needs to wait."""
_LARGE = 4 * 1024 * 1024
"""Bytes of a piece, where the length is known: what the runtime takes for itself besides."""


async def read_whole(request: JsProxy, size: int) -> JsProxy:
    """Read a body of `size` bytes into one `Uint8Array`. For `arrayBuffer()` workerd takes more
    than twice its memory."""
    try:
        reader = request.body.getReader(mode="byob")
    except JsException:  # Node's request bodies are no byte streams
        return await read_bytes(request)
    memory = js.ArrayBuffer.new(size)
    done = 0
    while done < size:
        piece = js.Uint8Array.new(memory, done, min(_LARGE, size - done))
        result = await reader.read(piece, min=piece.length)
        if result.done:
            raise ConnectionError("the body is shorter than it was announced")
        memory, done = result.value.buffer, done + result.value.length
    array: JsProxy = js.Uint8Array.new(memory)
    return array


async def collect_body(stream: JsProxy, limit: int, make_room: MakeRoom) -> JsProxy | None:
    """Read all of it into one `Uint8Array`; cancel and return None beyond `limit` bytes.

    What is not small gets an array as long as the limit, of which only what is written to takes
    memory.
    """
    pieces = _Pieces(stream)
    whole, size = js.Uint8Array.new(SMALL), 0
    while (piece := await pieces.next(min(whole.length, PIECE))) is not None:
        end = size + piece.length
        if end > limit:
            await pieces.cancel()
            return None
        if end > whole.length:
            await make_room(limit)
            longer = js.Uint8Array.new(limit)
            longer.set(whole)
            whole = longer
        whole.set(piece, size)
        size = end
    array: JsProxy = whole.subarray(0, size)
    return array


class _Pieces:
    """Its pieces, of which each is to be used before the next one: they share their memory."""

    def __init__(self, stream: JsProxy) -> None:
        try:
            self._reader = stream.getReader(mode="byob")
        except JsException:  # Node's request bodies are no byte streams
            self._reader = stream.getReader()
            self._memory = None
        else:
            self._memory = js.ArrayBuffer.new(SMALL)

    async def next(self, size: int) -> JsProxy | None:
        """Read the next one, a non-empty `Uint8Array` of so many bytes if that can be; None at the
        end."""
        if self._memory is None:
            result = await self._reader.read()
        else:
            enough = self._memory.byteLength >= size
            buffer = js.Uint8Array.new(self._memory if enough else size)
            result = await self._reader.read(buffer, min=buffer.length)
        piece = result.value
        if not isinstance(piece, JsProxy) or not piece.length:
            return None
        if self._memory is not None:  # not its truth: what was handed over is empty
            self._memory = piece.buffer
        return piece

    async def cancel(self) -> None:
        await self._reader.cancel()
