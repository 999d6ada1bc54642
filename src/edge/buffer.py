"""`Uint8Array`: bytes that stay outside Python, and the few that do not."""

import js
from pyodide.ffi import JsProxy, to_js

from flux2 import ports


class Buffer:
    """Bytes, as `ports.Buffer`."""

    def __init__(self, array: JsProxy) -> None:
        self.array = array
        self.size: int = array.length

    def read(self, start: int, stop: int) -> bytes:
        copied: bytes = self.array.subarray(start, stop).to_bytes()
        return copied

    def write(self, start: int, data: bytes) -> None:
        self.array.subarray(start, start + len(data)).assign(data)

    def find(self, byte: int, start: int) -> int:
        index: int = self.array.indexOf(byte, start)
        return index

    def slice(self, start: int, stop: int) -> "Buffer":
        return Buffer(self.array.subarray(start, stop))

    def let_go(self) -> None:
        self.array.buffer.transfer(0)  # as if it had been handed to somebody else

    async def digest(self) -> bytes:
        return await _digest(self.array)


class SmallBuffer:
    """Bytes, as `ports.Buffer`, so few that a look at them in JavaScript would cost more than
    themselves."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.size = len(data)

    def read(self, start: int, stop: int) -> bytes:
        return bytes(self.data[start:stop])

    def write(self, start: int, data: bytes) -> None:
        self.data[start : start + len(data)] = data

    def find(self, byte: int, start: int) -> int:
        return bytes(self.data).find(byte, start)

    def slice(self, start: int, stop: int) -> "SmallBuffer":
        return SmallBuffer(self.data[start:stop])

    def let_go(self) -> None:
        """Nothing that matters is held."""

    async def digest(self) -> bytes:
        return await _digest(get_array(self))


def get_array(buffer: ports.Buffer) -> JsProxy:
    """Get the `Uint8Array` behind a buffer of the edge's own; there are no others in the Worker."""
    if isinstance(buffer, Buffer):
        return buffer.array
    if isinstance(buffer, SmallBuffer):
        array: JsProxy = to_js(bytes(buffer.data))
        return array
    raise TypeError(f"no bytes of the edge: {type(buffer).__name__}")


async def _digest(array: JsProxy) -> bytes:
    copied: bytes = (await js.crypto.subtle.digest("SHA-256", array)).to_bytes()
    return copied
