"""The binding `RESULTS`: Workers KV."""

from collections.abc import Sequence

import js
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer, get_array
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
        pieces = await get_pieces(image)
        await decode_base64(*pieces)  # what nobody could decode is not kept
        await self._put_pieces(name, pieces, seconds)

    async def put_as_it_came(self, name: str, image: ports.Base64, seconds: int) -> int:
        return await self._put_pieces(name, await get_pieces(image), seconds)

    async def put_parts(self, name: str, parts: Sequence[str | ports.Buffer], seconds: int) -> None:
        pieces = [part if isinstance(part, str) else get_array(part) for part in parts]
        await self._put_pieces(name, pieces, seconds)

    async def _put_pieces(self, name: str, pieces: Sequence[JsProxy | str], seconds: int) -> int:
        """Put them one behind the other; tell the bytes."""
        value = await make_blob(*pieces).arrayBuffer()
        await self._put(name, value, seconds)
        size: int = value.byteLength
        return size

    async def _put(self, name: str, value: JsProxy, seconds: int) -> None:
        try:
            await self._namespace.put(name, value, make_object({"expirationTtl": seconds}))
        except JsException as exc:
            raise OSError(str(exc)) from exc

    async def delete(self, name: str) -> None:
        try:
            await self._namespace.delete(name)
        except JsException as exc:
            raise OSError(str(exc)) from exc

    async def get(self, name: str) -> Buffer | None:
        try:
            value = await self._namespace.get(name, "arrayBuffer")
        except JsException as exc:
            raise OSError(str(exc)) from exc
        return Buffer(js.Uint8Array.new(value)) if isinstance(value, JsProxy) else None

    async def get_decoded(self, name: str) -> Buffer | None:
        base64 = await self.get(name)
        try:
            return base64 and Buffer(await decode_base64(base64.array))
        except ValueError:
            return None
