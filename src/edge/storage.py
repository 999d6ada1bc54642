"""The binding `RESULTS`: Workers KV."""

import js
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer
from edge.image_stream import get_pieces
from edge.native import decode_base64, make_blob, make_object
from flux2 import ports


class Storage:
    """A namespace, as `bindings.Storage`."""

    def __init__(self, namespace: JsProxy) -> None:
        self._namespace = namespace

    async def put(self, name: str, image: ports.Base64, seconds: int) -> None:
        array = await decode_base64(*await get_pieces(image))
        await self._put(name, array.buffer, seconds)

    async def put_text(self, name: str, image: ports.Base64, seconds: int) -> None:
        blob = make_blob(*await get_pieces(image))
        await self._put(name, await blob.arrayBuffer(), seconds)

    async def _put(self, name: str, value: JsProxy, seconds: int) -> None:
        try:
            await self._namespace.put(name, value, make_object({"expirationTtl": seconds}))
        except JsException as exc:
            raise OSError(str(exc)) from exc

    async def get(self, name: str) -> Buffer | None:
        try:
            value = await self._namespace.get(name, "arrayBuffer")
        except JsException as exc:
            raise OSError(str(exc)) from exc
        return Buffer(js.Uint8Array.new(value)) if isinstance(value, JsProxy) else None
