"""`Request`: what a client sends, its body included."""

from pyodide.ffi import JsException, JsProxy

from edge.arriving import SMALL, collect_body, read_whole
from edge.buffer import Buffer, SmallBuffer
from edge.native import read_text
from edge.streams import read_length
from edge.upstream_form import LARGE
from flux2 import ports
from flux2.ports import ClientLeft, MakeRoom


class Request:
    """A request, as `ports.Request`."""

    def __init__(self, request: JsProxy) -> None:
        self._request = getattr(request, "js_object", request)
        self._headers = self._request.headers
        self.method: str = self._request.method
        # Of `OPTIONS *` the URL has no path (RFC 9112, 3.2.4).
        url, _, self.query = self._request.url.partition("#")[0].partition("?")
        scheme, _, place = url.partition("//")
        host, _, path = place.partition("/")
        self.origin = f"{scheme}//{host}"
        self.path = f"/{path}"

    @property
    def signal(self) -> JsProxy | None:
        """Aborted when the client leaves; workerd has it with the flag `enable_request_signal`."""
        signal = getattr(self._request, "signal", None)
        return signal if isinstance(signal, JsProxy) else None

    def header(self, name: str) -> str | None:
        return read_text(self._headers.get(name))

    async def body(self, limit: int, make_room: MakeRoom) -> ports.Buffer | None:
        length = read_length(self.header("content-length"))
        try:
            if length is None:
                return await self._collect(limit, make_room)
            if length > limit:
                return None
            if length > SMALL:
                await make_room(length if length > LARGE else 2 * length)  # a smaller one is copied
                return Buffer(await read_whole(self._request, length))
            whole = await self._request.arrayBuffer()
        except JsException as exc:
            if self.signal is not None and self.signal.aborted:
                raise ClientLeft from exc
            raise ConnectionError("the client broke off") from exc
        return SmallBuffer(memoryview(bytearray(whole.to_bytes())))

    async def _collect(self, limit: int, make_room: MakeRoom) -> ports.Buffer | None:
        body = self._request.body
        if not isinstance(body, JsProxy):
            return SmallBuffer(memoryview(b""))
        array = await collect_body(body, limit, make_room)
        return None if array is None else Buffer(array)
