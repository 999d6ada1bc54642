"""`Request`: what a client sends, its body included."""

from functools import partial

import js
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer
from edge.form import Form
from edge.native import make_object, read_bytes, read_text
from edge.streams import PIECE, Pieces, collect, read_length


class Request:
    """A request, as `ports.Request`."""

    def __init__(self, request: JsProxy) -> None:
        self._request = getattr(request, "js_object", request)
        self._headers = self._request.headers
        self.method: str = self._request.method
        # Of `OPTIONS *` the URL has no path (RFC 9112, 3.2.4).
        scheme, _, place = self._request.url.partition("?")[0].partition("#")[0].partition("//")
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

    async def form_data(self, limit: int) -> Form | None:
        length = read_length(self.header("content-length"))
        if length is None or length > limit:
            return None
        if (await self._peek()).lstrip().startswith(b"{"):
            return None
        try:
            return Form(await self._request.formData(), length)
        except JsException as exc:
            raise ValueError("not a form") from exc

    async def _peek(self) -> bytes:
        """Read what comes first from a copy that is let go of then; the request stays unread."""
        body = self._request.clone().body
        if not isinstance(body, JsProxy):
            return b""
        reader = body.getReader()
        try:
            first = (await reader.read()).value
        except JsException as exc:
            raise ValueError("the client broke off") from exc
        reader.cancel()  # settles with the other branch, so there is nothing to wait for
        return first.subarray(0, 256).to_bytes() if isinstance(first, JsProxy) else b""

    async def body(self, limit: int) -> "Body | None":
        length = read_length(self.header("content-length"))
        try:
            if length is not None:
                return None if length > limit else Body(await read_bytes(self._request))
            return await self._count(limit)
        except JsException as exc:
            raise ConnectionError("the client broke off") from exc

    async def _count(self, limit: int) -> "Body | None":
        """A chunked body announces no length, so its bytes are counted as they come."""
        if not isinstance(self._request.body, JsProxy):
            return Body(js.Uint8Array.new(0))
        pieces = Pieces(self._request.body, _wait)
        array = await collect(partial(pieces.next, PIECE, PIECE), pieces.cancel, limit)
        return None if array is None else Body(array)


class Body:
    """A whole body, as `ports.Body`."""

    def __init__(self, array: JsProxy) -> None:
        self.buffer = Buffer(array)

    async def form(self, content_type: str) -> Form:
        init = make_object({"headers": {"content-type": content_type}})
        try:
            form = await js.Response.new(self.buffer.array, init).formData()
        except JsException as exc:
            raise ValueError("not a form") from exc
        return Form(form, self.buffer.size)


async def _wait(promise: JsProxy) -> JsProxy:
    """Unwatched: the runtime itself ends a request that its client has left."""
    result: JsProxy = await promise
    return result
